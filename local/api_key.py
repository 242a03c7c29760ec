"""Stores CallFire's API key in SSM, where the stack's function reads it.

    make api-key [STACK=callfire-postbacks-prod]      of a stack in your AWS account, deployed or yet to be
    make api-key STACK=laptop                         of the one that `make up` started

The key is asked for without being shown, or read from a pipe: it is on no command line and in no history of the shell.
"""

import sys
from getpass import getpass
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from local import stack

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

LOCAL = "local"


def main(name: str) -> None:
    """Ask for the key and store it. Exits with the reason where that cannot be done."""
    try:
        ssm, parameter = of_local_stack() if name == LOCAL else of_stack(name)
        key = (getpass("CallFire's API key (not shown): ") if sys.stdin.isatty() else sys.stdin.readline()).strip()
        if not key:
            sys.exit("No key, nothing stored.")
        ssm.put_parameter(Name=parameter, Value=key, Type="SecureString", Overwrite=True)
    except (BotoCoreError, ClientError) as reason:
        sys.exit(str(reason))
    print(f"Stored as {parameter}.")


def of_local_stack() -> "tuple[SSMClient, str]":
    """The laptop's SSM, and the parameter's name. Exits if no stack is up."""
    running = stack.find(stack.default_state_dir())
    if not running:
        sys.exit("No stack is up: `make up` starts one.")
    return running.aws.ssm, running.outputs["CallFireApiKeyParameterName"]


def of_stack(name: str) -> "tuple[SSMClient, str]":
    """The account's SSM, and the name that the stack has for its parameter or, before it is deployed, will have."""
    try:
        described = boto3.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
        outputs = {output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", [])}
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":  # what CloudFormation says of an unknown stack
            raise
        outputs = {}
    return boto3.client("ssm"), outputs.get("CallFireApiKeyParameterName", f"/{name}/callfire-api-key")


if __name__ == "__main__":
    main(*sys.argv[1:])
