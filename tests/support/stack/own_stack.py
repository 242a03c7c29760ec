"""A separate stack beside the shared one, in the same local AWS."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local import http_api, redeploy, sam
from local.fake_callfire.server import CALLBACK_PATH, V2_PATH
from local.stack import Stack
from local.subscriptions import call


@dataclass(frozen=True)
class OwnStack:
    """A stack that is deployed from the shared stack's build."""

    shared: Stack
    state_dir: Path
    name: str

    def deploy(self, **parameters: str) -> None:
        """Deploy the stack without SAM, for the first time or again. Raises WaiterError if that fails."""
        redeploy.deploy(self.state_dir, self.shared.aws, stack_name=self.name, parameters=self._all(parameters))

    def sam_deploy(self, **parameters: str) -> None:
        """Deploy the stack with `sam deploy`, for the first time or again. Raises RuntimeError if that fails."""
        sam.deploy(
            self.state_dir,
            endpoint_url=self.shared.endpoint_url,
            stack_name=self.name,
            parameters=self._all(parameters),
        )

    def _all(self, parameters: Mapping[str, str]) -> dict[str, str]:
        own = {
            "CallFireUrl": self.shared.fake_callfire + CALLBACK_PATH,
            "CallFireV2Url": self.shared.fake_callfire + V2_PATH,
        }
        return {**own, **parameters}

    def api_url(self) -> str:
        """Return the local URL of its API."""
        api_id = http_api.make_routes(self.shared.aws, self.name)
        return f"{self.shared.endpoint_url}/_aws/execute-api/{api_id}/$default"

    def state_of(self, subscription: str) -> str:
        """Return its API's state of a subscription."""
        return str(call("GET", f"{self.api_url()}/subscriptions/{subscription}").json()["state"])

    def physical_id(self, logical_id: str) -> str:
        """Return the physical name of a resource."""
        described = self.shared.aws.cloudformation.describe_stack_resource(
            StackName=self.name, LogicalResourceId=logical_id
        )
        return described["StackResourceDetail"]["PhysicalResourceId"]

    def items(self, table: str) -> list[Mapping[str, Any]]:
        """Return the items of one of its tables, which outlive the stack."""
        return list(self.shared.aws.dynamodb.scan(TableName=table)["Items"])

    def delete(self) -> None:
        """Delete the stack. Raises botocore's WaiterError if that fails."""
        self.shared.aws.cloudformation.delete_stack(StackName=self.name)
        waiter = self.shared.aws.cloudformation.get_waiter("stack_delete_complete")
        waiter.wait(StackName=self.name, WaiterConfig={"Delay": 1, "MaxAttempts": 60})


@contextmanager
def own_stack(shared: Stack, state_dir: Path, name: str) -> Iterator[OwnStack]:
    """Return a stack to deploy, with the account's API key and credentials stored; delete it in the end."""
    for last in ("callfire-api-key", "callfire-credentials"):
        kept = shared.aws.ssm.get_parameter(Name=f"/{shared.stack_name}/{last}", WithDecryption=True)["Parameter"]
        shared.aws.ssm.put_parameter(Name=f"/{name}/{last}", Value=kept["Value"], Type="SecureString", Overwrite=True)
    deployed = OwnStack(shared, state_dir, name)
    try:
        yield deployed
    finally:
        deployed.delete()
