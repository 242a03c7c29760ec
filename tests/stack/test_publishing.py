"""Publish to the AWS Serverless Application Repository, as far as possible without AWS."""

from typing import Any

import botocore.session
import pytest
import yaml
from botocore.stub import ANY, Stubber
from samcli.vendor.serverlessrepo import publish_application
from samtranslator.yaml_helper import yaml_parse

from local.aws import CREDENTIALS, REGION
from local.stack import Stack


@pytest.fixture
def packaged(stack: Stack) -> str:
    """Return the template after `sam package`, which `sam deploy` also does before it deploys."""
    answer = stack.aws.cloudformation.get_template(StackName=stack.stack_name, TemplateStage="Original")
    return str(answer["TemplateBody"])


@pytest.fixture
def metadata(packaged: str) -> dict[str, str]:
    """Return the application's metadata for the repository."""
    found: dict[str, str] = yaml_parse(packaged)["Metadata"]["AWS::ServerlessRepo::Application"]
    return found


def test_licence_and_readme_are_uploaded(stack: Stack, metadata: dict[str, str]) -> None:
    """The repository finds the licence and the readme where the metadata says."""
    for name, begins in (("LicenseUrl", b"MIT License"), ("ReadmeUrl", b"# CallFire postbacks")):
        bucket, _, key = metadata[name].removeprefix("s3://").partition("/")
        assert stack.aws.s3.get_object(Bucket=bucket, Key=key)["Body"].read().startswith(begins)


def test_sam_publish_makes_a_valid_request(
    packaged: str, metadata: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """SAM's own code for `sam publish` accepts the metadata, and its request fits the repository's API."""
    for name in ("yaml_constructors", "yaml_multi_constructors"):  # SAM changes them for all readers of YAML
        monkeypatch.setattr(yaml.SafeLoader, name, dict(getattr(yaml.SafeLoader, name)))
    session: Any = botocore.session.get_session()
    client = session.create_client("serverlessrepo", region_name=REGION, **CREDENTIALS)
    with Stubber(client) as repository:
        repository.add_response("create_application", {"ApplicationId": "arn"}, metadata | {"TemplateBody": ANY})
        assert publish_application(packaged, client)["application_id"] == "arn"
