"""Create the routes of an HTTP API, because ministack does not read them from SAM's OpenAPI document.

After each deployment API calls create the same routes from the processed template. So the template stays as SAM users
write it, and ministack serves the same routes as API Gateway would.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from local.aws import Clients


class Route(NamedTuple):
    """A route and its function."""

    key: str
    function_arn: str
    authorization: str
    timeout_ms: int


def make_routes(aws: Clients, stack_name: str) -> str:
    """Give a stack's HTTP API exactly the routes of its template; return the API's id.

    Routes that are correct already do not change, so a redeployment interrupts nothing.
    """
    template = aws.cloudformation.get_template(StackName=stack_name, TemplateStage="Processed")["TemplateBody"]
    resources = aws.cloudformation.describe_stack_resources(StackName=stack_name)["StackResources"]
    physical_ids = {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in resources}
    [(api, properties)] = [
        (logical_id, resource["Properties"])
        for logical_id, resource in dict(template)["Resources"].items()
        if resource["Type"] == "AWS::ApiGatewayV2::Api"
    ]
    api_id = physical_ids[api]
    wanted = set(_routes(aws, properties["Body"], physical_ids))
    existing = _existing(aws, api_id)
    for route in existing.keys() - wanted:
        aws.apigatewayv2.delete_route(ApiId=api_id, RouteId=existing[route])
    for route in wanted - existing.keys():
        _create(aws, api_id, route)
    return api_id


def _routes(aws: Clients, openapi: dict[str, Any], physical_ids: dict[str, str]) -> Iterator[Route]:
    for path, methods in openapi["paths"].items():
        for method, operation in methods.items():
            integration = operation["x-amazon-apigateway-integration"]
            target = re.search(r"functions/\$\{(\w+)(\.Arn)?\}", integration["uri"]["Fn::Sub"])
            if not target:
                raise ValueError(f"{method} {path}: no function in {integration['uri']}")
            schemes = {scheme for requirement in operation.get("security", []) for scheme in requirement}
            yield Route(
                key=f"{'ANY' if method.startswith('x-') else method.upper()} {path}",
                function_arn=_arn(aws, physical_ids[target[1]], is_function=bool(target[2])),
                authorization="AWS_IAM" if "AWS_IAM" in schemes else "NONE",
                timeout_ms=integration.get("timeoutInMillis", 30_000),
            )


def _arn(aws: Clients, physical_id: str, *, is_function: bool) -> str:
    """Return the ARN of a function, or of an alias, whose physical id is its ARN."""
    if not is_function:
        return physical_id
    return aws.functions.get_function_configuration(FunctionName=physical_id)["FunctionArn"]


def _existing(aws: Clients, api_id: str) -> dict[Route, str]:
    integrations = {
        integration["IntegrationId"]: integration
        for integration in aws.apigatewayv2.get_integrations(ApiId=api_id)["Items"]
    }
    routes = {}
    for route in aws.apigatewayv2.get_routes(ApiId=api_id)["Items"]:
        integration = integrations[route["Target"].removeprefix("integrations/")]
        found = Route(
            route["RouteKey"],
            integration["IntegrationUri"],
            route["AuthorizationType"],
            integration["TimeoutInMillis"],
        )
        routes[found] = route["RouteId"]
    return routes


def _create(aws: Clients, api_id: str, route: Route) -> None:
    integration = aws.apigatewayv2.create_integration(
        ApiId=api_id,
        IntegrationType="AWS_PROXY",
        IntegrationUri=route.function_arn,
        PayloadFormatVersion="2.0",
        TimeoutInMillis=route.timeout_ms,
    )
    aws.apigatewayv2.create_route(
        ApiId=api_id,
        RouteKey=route.key,
        AuthorizationType="AWS_IAM" if route.authorization == "AWS_IAM" else "NONE",
        Target=f"integrations/{integration['IntegrationId']}",
    )
