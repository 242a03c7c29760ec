"""Write the environment file for `sam local invoke --env-vars`.

    python -m local.lambda_environment [STACK]

writes .local/env.json for a stack in your AWS account, or without STACK for the local stack, which then also accepts
the token of events/.
"""

import json
import sys
from hashlib import sha256
from typing import Any

import boto3

from local import stack
from local.containers import host_for_containers
from local.fake_callfire.server import CALLBACK_PATH, V2_PATH
from tools.pages.lambda_environment import environment
from tools.samples import SAMPLE_TOKEN


def of_local_stack() -> dict[str, Any]:
    """Return the environment for the local stack, as a container on this host needs it. Exits if none is up."""
    running = stack.find(stack.default_state_dir())
    if not running:
        sys.exit("No local stack is running: `make up` starts one.")
    admit_sample_token(running)
    host = host_for_containers(running, stack.default_state_dir())
    callfire = running.fake_callfire.replace("127.0.0.1", host)
    variables = environment(running.outputs, endpoint_url=running.endpoint_url.replace("127.0.0.1", host))
    variables["Parameters"] |= {"CALLFIRE_URL": callfire + CALLBACK_PATH, "CALLFIRE_V2_URL": callfire + V2_PATH}
    return variables


def admit_sample_token(running: stack.Stack, *others: str) -> None:
    """Make the token of events/ valid for each subscription of a stack and for others, in addition to its real one."""
    for subscription in (*running.postback_urls, *others):
        running.aws.dynamodb.update_item(
            TableName=running.outputs["SubscriptionsTableName"],
            Key={"subscription": {"S": subscription}},
            UpdateExpression="SET tokens.#hash = :forever",
            ExpressionAttributeNames={"#hash": sha256(SAMPLE_TOKEN.encode()).hexdigest()},
            ExpressionAttributeValues={":forever": {"N": "0"}},
        )


def of_stack(name: str) -> dict[str, Any]:
    """Return the environment for a stack in the caller's AWS account. Raises botocore's errors."""
    described = boto3.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
    return environment({output["OutputKey"]: output["OutputValue"] for output in described["Outputs"]})


def main(name: str | None = None) -> None:
    """Write the file, and print its path."""
    written = stack.default_state_dir() / "env.json"
    variables = of_stack(name) if name else of_local_stack()
    written.parent.mkdir(exist_ok=True)
    written.write_text(json.dumps(variables, indent=2) + "\n")
    print(written)


if __name__ == "__main__":
    main(*sys.argv[1:])
