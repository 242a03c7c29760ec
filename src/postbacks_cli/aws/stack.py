"""A stack, with its outputs and resources from CloudFormation."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from botocore.exceptions import ClientError

from postbacks_cli.aws.clients import Clients
from postbacks_cli.errors import CommandError
from postbacks_cli.web import session_for

NEVER_DEPLOYED: Final = ("REVIEW_IN_PROGRESS", "ROLLBACK_IN_PROGRESS", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED")
"""CloudFormation's statuses of a stack whose first deployment has not started, or has failed."""

_UNKNOWN_STACK: Final = "ValidationError"
"""CloudFormation's error code for an unknown stack."""


@dataclass(frozen=True)
class Stack:
    """A stack on AWS, or the local stack."""

    name: str
    aws: Clients
    fake_callfire: str | None = None
    """The URL of the local stack's fake CallFire."""

    @property
    def postback_urls(self) -> dict[str, str]:
        """The live URLs that the fake CallFire posts to, by subscription; on AWS no URL is stored.

        Raises:
            CommandError: The fake CallFire does not answer.
        """
        if not self.fake_callfire:
            return {}
        import requests  # noqa: PLC0415  commands that send nothing start sooner

        try:
            with session_for(self.fake_callfire) as session:
                found: dict[str, str] = session.get(f"{self.fake_callfire}/control/urls", timeout=5).json()
        except (requests.RequestException, ValueError) as error:
            raise CommandError(f"The fake CallFire does not answer ({type(error).__name__}).") from None
        return {scope.replace("/", "-"): url for scope, url in found.items()}

    def is_deployed(self) -> bool:
        """Return whether the stack has ever been deployed. After a failed first deployment, it has no outputs.

        Raises botocore's errors.
        """
        described = self._describe()
        return described is not None and described["StackStatus"] not in NEVER_DEPLOYED

    @cached_property
    def description(self) -> Mapping[str, Any]:
        """CloudFormation's description of the stack. Raises CommandError if the stack does not exist."""
        described = self._describe()
        if described is None:
            raise CommandError(
                f"There is no stack {self.name} in {self.aws.region}. Choose another one with --stack, or deploy it."
            )
        return described

    def _describe(self) -> Mapping[str, Any] | None:
        try:
            [described] = self.aws.cloudformation.describe_stacks(StackName=self.name)["Stacks"]
        except ClientError as error:
            if error.response["Error"]["Code"] != _UNKNOWN_STACK:
                raise
            return None
        return described

    def output(self, name: str) -> str:
        """Return an output of the stack. Raises CommandError if it has no such output."""
        for output in self.description.get("Outputs", []):
            if output["OutputKey"] == name:
                return str(output["OutputValue"])
        raise CommandError(
            f"The stack {self.name} ({self.description['StackStatus']}) has no output {name}: it is not a stack of "
            "callfire-postbacks, or not deployed yet."
        )

    def parameter(self, name: str) -> str:
        """Return the value of a parameter of the stack; empty if the stack has no such parameter."""
        parameters = self.description.get("Parameters", [])
        return next((str(one.get("ParameterValue", "")) for one in parameters if one["ParameterKey"] == name), "")

    def physical_ids(self, resource_type: str) -> list[str]:
        """Return the ids of the stack's resources of a type, such as "AWS::CloudWatch::Alarm"."""
        pages = self.aws.cloudformation.get_paginator("list_stack_resources").paginate(StackName=self.name)
        return [
            resource["PhysicalResourceId"]
            for page in pages
            for resource in page["StackResourceSummaries"]
            if resource["ResourceType"] == resource_type
        ]

    @property
    def endpoint_url(self) -> str | None:
        """The endpoint of the local AWS; None for real AWS."""
        return self.aws.endpoint_url

    @property
    def place(self) -> str:
        """The location of the stack, for the user."""
        if self.endpoint_url:
            return f"{self.name} on this machine, {self.endpoint_url}"
        return f"{self.name} in {self.aws.region}, account {self.aws.account}"
