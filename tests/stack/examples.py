"""Deploys the consumers of examples/ beside the stack, as their users would: `sam build`, `sam deploy`."""

import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import boto3
import pytest

from local import ROOT, sam
from local.aws import Clients, clients
from local.stack import Stack

EXAMPLES: Final = ROOT / "examples"

Outputs = Mapping[str, str]


def deploy(name: str, *, stack: Stack, directory: Path, parameters: Mapping[str, str]) -> Outputs:
    """Build and deploy an example under its own name, and return what its outputs say."""
    shutil.copytree(EXAMPLES / name, directory / "source")
    template = directory / "source" / "template.yaml"
    # On a machine without the examples' Python, `sam build` would refuse, and the local AWS runs any.
    template.write_text(template.read_text().replace("python3.13", f"python{sys.version_info[0]}.{sys.version_info[1]}"))
    sam.build(directory, template=template, in_source=False)
    sam.deploy(directory, endpoint_url=stack.endpoint_url, stack_name=name, parameters=parameters)
    [described] = stack.aws.cloudformation.describe_stacks(StackName=name)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in described["Outputs"]}
