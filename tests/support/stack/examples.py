"""Deploy the consumers of examples/ beside the stack, as their users do: `sam build`, `sam deploy`."""

import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from local import sam
from local.aws import Clients
from local.stack import Stack
from tools import ROOT

EXAMPLES: Final = ROOT / "examples"


def deploy(name: str, *, stack: Stack, directory: Path, parameters: Mapping[str, str] | None = None) -> dict[str, str]:
    """Build and deploy an example under its own name, and return its outputs."""
    shutil.copytree(EXAMPLES / name, directory / "source")
    template = directory / "source" / "template.yaml"
    # On a machine without the examples' Python, `sam build` would refuse; the local AWS uses its own Python.
    template.write_text(
        template.read_text().replace("python3.13", f"python{sys.version_info[0]}.{sys.version_info[1]}")
    )
    sam.build(directory, template=template, in_source=False)
    sam.deploy(directory, endpoint_url=stack.endpoint_url, stack_name=name, parameters=parameters or {})
    return outputs(stack.aws, name)


def outputs(aws: Clients, name: str) -> dict[str, str]:
    """Return a stack's outputs."""
    [described] = aws.cloudformation.describe_stacks(StackName=name)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in described["Outputs"]}
