"""Build and deploy without SAM if only source code has changed since the last `sam build` and `sam deploy`.

SAM starts twice, for about 4 s each. This module reuses the template that `sam deploy` uploaded, and replaces only the
code.
"""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from zipfile import ZIP_DEFLATED, ZipFile

from samtranslator.yaml_helper import yaml_parse

from local import last_deployment
from local.aws import Clients
from local.sam import BUCKET
from tools.artifact import add_packages

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import ParameterTypeDef

TEMPLATE_KEY = "redeployed.template"


def remember(state_dir: Path, aws: Clients) -> None:
    """Save the template that `sam deploy` has just uploaded."""
    objects = aws.s3.list_objects_v2(Bucket=BUCKET)["Contents"]
    [key] = [uploaded["Key"] for uploaded in objects if uploaded["Key"].endswith(".template")]
    template = aws.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read().decode()
    last_deployment.save(state_dir, template, code=last_deployment.current_code())


def build(state_dir: Path) -> None:
    """Replace our packages in the build directory, if their source code has changed."""
    code = last_deployment.current_code()
    if last_deployment.built_code(state_dir) == code:
        return
    template = last_deployment.template(state_dir)
    for name in _code_uris(template):
        add_packages(state_dir / "build" / name)
    last_deployment.save(state_dir, template, code=code)


def deploy(state_dir: Path, aws: Clients, *, stack_name: str, parameters: Mapping[str, str]) -> None:
    """Upload the code, and create or update a stack from the saved template.

    Raises botocore's errors: WaiterError if the deployment fails.
    """
    template = last_deployment.template(state_dir)
    # SAM gives equal artifacts one key, so each key is uploaded once.
    artifacts = {key: state_dir / "build" / name for name, key in _code_uris(template).items()}
    for key, artifact in artifacts.items():
        aws.s3.put_object(Bucket=BUCKET, Key=key, Body=_zip(artifact))
    aws.s3.put_object(Bucket=BUCKET, Key=TEMPLATE_KEY, Body=template.encode())

    kept = _parameters(aws, stack_name)
    values: list[ParameterTypeDef] = [
        {"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()
    ]
    values += [{"ParameterKey": name, "UsePreviousValue": True} for name in (kept or set()) - parameters.keys()]
    change_set = aws.cloudformation.create_change_set(
        StackName=stack_name,
        ChangeSetName=f"redeploy-{token_hex(4)}",
        ChangeSetType="CREATE" if kept is None else "UPDATE",
        TemplateURL=f"https://s3.amazonaws.com/{BUCKET}/{TEMPLATE_KEY}",
        Parameters=values,
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )["Id"]
    created = aws.cloudformation.get_waiter("change_set_create_complete")
    created.wait(ChangeSetName=change_set, StackName=stack_name, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    aws.cloudformation.execute_change_set(ChangeSetName=change_set, StackName=stack_name)
    waiters = aws.cloudformation.get_waiter
    done = waiters("stack_create_complete") if kept is None else waiters("stack_update_complete")
    done.wait(StackName=stack_name, WaiterConfig={"Delay": 1, "MaxAttempts": 60})


def _parameters(aws: Clients, stack_name: str) -> set[str] | None:
    """Return the names of a stack's parameters; None if there is no such stack."""
    try:
        [stack] = aws.cloudformation.describe_stacks(StackName=stack_name)["Stacks"]
    except aws.cloudformation.exceptions.ClientError:
        return None
    return {parameter["ParameterKey"] for parameter in stack["Parameters"]}


def _code_uris(template: str) -> dict[str, str]:
    """Return the S3 key of each function's code, by the function's logical id."""
    resources: dict[str, dict[str, Any]] = yaml_parse(template)["Resources"]
    properties = {name: resource.get("Properties", {}) for name, resource in resources.items()}
    return {name: urlsplit(own["CodeUri"]).path.lstrip("/") for name, own in properties.items() if "CodeUri" in own}


def _zip(artifact: Path) -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED, compresslevel=1) as archive:
        for file in sorted(artifact.rglob("*")):
            archive.write(file, file.relative_to(artifact))
    return buffer.getvalue()
