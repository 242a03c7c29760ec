"""The checks of `postbacks doctor` on the setup: the deployment, and the operator's settings."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Final

from postbacks_cli.checks.findings import Finding
from postbacks_cli.secret_parameters import API_KEY, CREDENTIALS, Secret
from postbacks_cli.stack import NEVER_DEPLOYED, Stack
from postbacks_cli.web import session_for

_FUNCTIONS: Final = ("ReceiveFunctionName", "RelayFunctionName", "DrainFunctionName", "SubscriptionsFunctionName")
_ENVIRONMENT: Final = {
    "EVENTS_TABLE": "EventsTableName",
    "EVENTS_TOPIC_ARN": "EventsTopicArn",
    "SUBSCRIPTIONS_TABLE": "SubscriptionsTableName",
    "PARKED_QUEUE_URL": "ParkedQueueUrl",
    "REJECTED_QUEUE_URL": "RejectedQueueUrl",
    "CALLFIRE_API_KEY_PARAMETER": "CallFireApiKeyParameterName",
    "CALLFIRE_CREDENTIALS_PARAMETER": "CallFireCredentialsParameterName",
    "SIGNING_SECRET_PARAMETER": "SigningSecretParameterName",
    "API_URL_PARAMETER": "ApiUrlParameterName",
}
"""Variables of the functions; for each, the functions that have it and the output that holds its value."""
_API_SECONDS: Final = 10
_ENOUGH_CONCURRENCY: Final = 100
"""A new account may have a limit of 10. 100 postbacks a second fit into 100 even if each takes a second."""


def stack_status(stack: Stack) -> Iterator[Finding]:
    """Check that the last deployment succeeded."""
    status = stack.description["StackStatus"]
    if status in NEVER_DEPLOYED:
        remedy = (
            f"`aws cloudformation describe-stack-events --stack-name {stack.name}` says why. Then `sam delete`, and "
            "deploy again: CloudFormation updates no stack whose first deployment failed. If `Subscriptions` names "
            "any, `postbacks set-api-key` comes first."
        )
        yield Finding("fail", "stack", f"{stack.place}: {status}, its first deployment failed.", remedy)
    elif status.endswith("_IN_PROGRESS"):
        yield Finding("warn", "stack", f"{stack.place}: {status}", "Wait until the deployment has ended.")
    elif "FAILED" in status or "ROLLBACK" in status:
        yield Finding("fail", "stack", f"{stack.place}: {status}", "`sam deploy` again; the stack's events say why.")
    else:
        yield Finding("ok", "stack", f"{stack.place}: {status}")


def concurrency(stack: Stack) -> Iterator[Finding]:
    """Check the account's concurrency limit: a postback that finds no free function is lost."""
    limit = stack.functions.get_account_settings()["AccountLimit"]
    most, left = limit["ConcurrentExecutions"], limit["UnreservedConcurrentExecutions"]
    detail = f"The account may run {most:,} functions at once, {left:,} of them without a reservation."
    if left < _ENOUGH_CONCURRENCY:
        remedy = (
            "Ask for more: Service Quotas, AWS Lambda, Concurrent executions (L-B99A9384); 1,000 is the usual limit."
        )
        yield Finding("warn", "concurrency", detail, remedy)
    else:
        yield Finding("ok", "concurrency", detail)


def secrets(stack: Stack) -> Iterator[Finding]:
    """Check that the API key of cloud/1 or the credentials of API v2 exist. The values are read, but not shown."""
    found = [_secret(stack, secret) for secret in (API_KEY, CREDENTIALS)]
    yield from filter(None, found)
    if not any(found):
        remedy = f"{_command(stack, API_KEY)}, or for API v2 {_command(stack, CREDENTIALS)}"
        yield Finding("fail", "API key", "There is neither an API key nor credentials of API v2.", remedy)


def _secret(stack: Stack, secret: Secret) -> Finding | None:
    name, remedy = stack.output(secret.output), _command(stack, secret)
    try:
        parameter = stack.ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]
    except stack.ssm.exceptions.ParameterNotFound:
        return None
    if not parameter["Value"].strip():
        return Finding("fail", secret.title, f"{name} is empty.", remedy)
    if parameter["Type"] != "SecureString":
        return Finding("warn", secret.title, f"{name} is not encrypted.", f"Delete it, then {remedy}.")
    return Finding("ok", secret.title, f"{name} is there, encrypted.")


def _command(stack: Stack, secret: Secret) -> str:
    return f"`postbacks --stack {'local' if stack.endpoint_url else stack.name} {secret.command}`"


def api_answers(stack: Stack) -> Iterator[Finding]:
    """Check that an API answers at the first part of the postback URLs."""
    try:
        name = stack.output("ApiUrlParameterName")
        url = stack.ssm.get_parameter(Name=name)["Parameter"]["Value"]
    except stack.ssm.exceptions.ParameterNotFound:
        yield Finding("fail", "API", f"There is no parameter {name}.", "`sam deploy` again: the template makes it.")
        return
    import requests  # noqa: PLC0415  commands that send nothing start sooner

    with session_for(url) as session:
        try:
            status = session.get(url, timeout=_API_SECONDS).status_code
        except requests.RequestException as error:
            remedy = "Is PublicUrl right, and do its DNS record and certificate exist?"
            yield Finding("fail", "API", f"{url} does not answer ({type(error).__name__}).", remedy)
            return
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        yield Finding("fail", "API", f"{url} answers {status}.", "`postbacks send` shows what a postback gets.")
    else:
        yield Finding("ok", "API", f"{url} answers.")


def functions(stack: Stack) -> Iterator[Finding]:
    """Check that the functions are ready, and use the stack's own tables, topic and queues."""
    aliases = stack.physical_ids("AWS::Lambda::Alias")
    for output in _FUNCTIONS:
        # If an alias exists, the API calls the version that it points at.
        name = stack.output(output)
        name = next((alias for alias in aliases if f":{name}:" in alias), name)
        subject = f"{output.removesuffix('FunctionName').lower()} function"
        configuration = stack.functions.get_function_configuration(FunctionName=name)
        state, update = configuration.get("State", "Active"), configuration.get("LastUpdateStatus", "Successful")
        variables = configuration.get("Environment", {}).get("Variables", {})
        wrong = [
            variable
            for variable, source in _ENVIRONMENT.items()
            if variable in variables and variables[variable] != stack.output(source)
        ]
        missing = [variable for variable in list(_ENVIRONMENT)[:3] if variable not in variables]
        shown = name.rpartition(":function:")[2]
        if state in ("Failed", "Pending") or update == "Failed":
            yield Finding("fail", subject, f"{shown} is {state}, its last update {update}.", "`sam deploy` again.")
        elif wrong or missing:
            names = ", ".join(wrong + missing)
            yield Finding("fail", subject, f"{shown} has no or another {names}.", "`sam deploy` again.")
        else:
            yield Finding("ok", subject, f"{shown} is {state}, with the stack's own environment.")


def relay_schedule(stack: Stack) -> Iterator[Finding]:
    """Check that the relay is scheduled every minute."""
    for name in stack.physical_ids("AWS::Scheduler::Schedule"):
        schedule = stack.scheduler.get_schedule(Name=name)
        detail = f"{schedule['ScheduleExpression']}, {schedule['State']}"
        if schedule["State"] == "ENABLED":
            yield Finding("ok", "relay schedule", detail)
        else:
            yield Finding("fail", "relay schedule", detail, f"Enable the schedule {name} of EventBridge Scheduler.")


def drain_mapping(stack: Stack) -> Iterator[Finding]:
    """Check that SQS passes parked postbacks to drain."""
    found = stack.functions.list_event_source_mappings(FunctionName=stack.output("DrainFunctionName"))
    for mapping in found["EventSourceMappings"]:
        if mapping["State"] in ("Enabled", "Creating", "Enabling", "Updating"):
            yield Finding("ok", "parked to drain", mapping["State"])
        else:
            remedy = f"`aws lambda update-event-source-mapping --enabled --uuid {mapping['UUID']}`"
            yield Finding("fail", "parked to drain", mapping["State"], remedy)
    if not found["EventSourceMappings"]:
        yield Finding("fail", "parked to drain", "Nothing feeds drain.", "`sam deploy` again.")
