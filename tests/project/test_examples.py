"""The consumers of examples/: the requirements for running them."""

import re
from pathlib import Path
from typing import Any, Final

import pytest
from samtranslator.yaml_helper import yaml_parse

from tools import ROOT

TEMPLATES: Final = sorted((ROOT / "examples").glob("*/template.yaml"))


def of_type(template: Path, kind: str) -> dict[str, Any]:
    """Return the resources of a type, by their logical ids."""
    resources = yaml_parse(template.read_text())["Resources"]
    return {name: one for name, one in resources.items() if one["Type"] == kind}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: file.parent.name)
def test_dead_letters_raise_an_alarm(template: Path) -> None:
    """A message in a dead-letter queue raises an alarm, which notifies a topic of the user's."""
    [alarm] = of_type(template, "AWS::CloudWatch::Alarm").values()
    [dimension] = alarm["Properties"]["Dimensions"]
    assert dimension["Value"] == {"Fn::GetAtt": ["DeadLetterQueue", "QueueName"]}
    assert {"Ref": "AlarmTopicArn"} in alarm["Properties"]["AlarmActions"]["Fn::If"][1]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: file.parent.name)
def test_any_python_builds_it(template: Path) -> None:
    """Functions are built by a Makefile, because SAM's own builder would require Lambda's Python version."""
    makefile = template.with_name("Makefile")
    targets = re.findall(r"^build-(\w+):", makefile.read_text(), re.MULTILINE) if makefile.exists() else []
    functions = of_type(template, "AWS::Serverless::Function")
    assert targets == list(functions)
    assert all(one["Metadata"] == {"BuildMethod": "makefile"} for one in functions.values())


def test_archive_trusts_firehose_as_aws_documents_it() -> None:
    """Firehose's role requires the account as external id, and its errors of writing to the bucket are logged."""
    template = ROOT / "examples/archive/template.yaml"
    roles = of_type(template, "AWS::IAM::Role")
    [trust] = roles["StreamRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Condition"] == {"StringEquals": {"sts:ExternalId": {"Ref": "AWS::AccountId"}}}
    [stream] = of_type(template, "AWS::KinesisFirehose::DeliveryStream").values()
    assert stream["Properties"]["ExtendedS3DestinationConfiguration"]["CloudWatchLoggingOptions"]["Enabled"]
