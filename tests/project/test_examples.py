"""The consumers of examples/: what each has to have to be run by somebody."""

import re
from pathlib import Path
from typing import Any, Final

import pytest
from samtranslator.yaml_helper import yaml_parse

from tools import ROOT

TEMPLATES: Final = sorted((ROOT / "examples").glob("*/template.yaml"))


def of_type(template: Path, kind: str) -> dict[str, Any]:
    """The resources of a type, by their logical ids."""
    resources = yaml_parse(template.read_text())["Resources"]
    return {name: one for name, one in resources.items() if one["Type"] == kind}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: file.parent.name)
def test_dead_letters_raise_an_alarm(template: Path) -> None:
    """What ends in a dead-letter queue does not lie there unseen: its alarm goes to a topic of the user's."""
    [alarm] = of_type(template, "AWS::CloudWatch::Alarm").values()
    [dimension] = alarm["Properties"]["Dimensions"]
    assert dimension["Value"] == {"Fn::GetAtt": ["DeadLetterQueue", "QueueName"]}
    assert {"Ref": "AlarmTopicArn"} in alarm["Properties"]["AlarmActions"]["Fn::If"][1]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: file.parent.name)
def test_any_python_builds_it(template: Path) -> None:
    """A function is built by a Makefile: SAM's own builder would ask for the Python that Lambda runs."""
    makefile = template.with_name("Makefile")
    targets = re.findall(r"^build-(\w+):", makefile.read_text(), re.MULTILINE) if makefile.exists() else []
    functions = of_type(template, "AWS::Serverless::Function")
    assert targets == list(functions)
    assert all(one["Metadata"] == {"BuildMethod": "makefile"} for one in functions.values())


def test_archive_trusts_firehose_as_aws_documents_it() -> None:
    """Firehose gives the account as an external id, and says in a log why it could not write to the bucket."""
    template = ROOT / "examples/archive/template.yaml"
    roles = of_type(template, "AWS::IAM::Role")
    [trust] = roles["StreamRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Condition"] == {"StringEquals": {"sts:ExternalId": {"Ref": "AWS::AccountId"}}}
    [stream] = of_type(template, "AWS::KinesisFirehose::DeliveryStream").values()
    assert stream["Properties"]["ExtendedS3DestinationConfiguration"]["CloudWatchLoggingOptions"]["Enabled"]
