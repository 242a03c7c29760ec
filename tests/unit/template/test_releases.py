"""The release of a version: the alias that the API calls, and gradual deployments."""

import json
import re
import tomllib
from typing import Any, Final

import pytest

from tools import ROOT
from tools.template import load_template, processed

GRADUAL: Final[list[str]] = load_template()["Parameters"]["GradualDeployment"]["AllowedValues"][1:]


def of_type(template: dict[str, Any], kind: str) -> dict[str, Any]:
    """Return the resources of a type, by their logical ids."""
    return {name: one for name, one in template["Resources"].items() if one["Type"] == kind}


def parameters_in(value: Any) -> set[str]:  # noqa: ANN401  JSON
    """Return the template's parameters that a value depends on."""
    text = json.dumps(value)
    return {name for name in load_template()["Parameters"] if f'"{name}"' in text or f"${{{name}}}" in text}


def test_api_calls_the_alias() -> None:
    """The API calls the alias of a published version, so that a deployment can shift it, and shift it back."""
    template = processed()
    [(alias, _)] = of_type(template, "AWS::Lambda::Alias").items()
    api = template["Resources"]["PostbackApi"]["Properties"]["Body"]["paths"]["/postbacks/{subscription}/{token}"]
    assert f"functions/${{{alias}}}/invocations" in api["post"]["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"]


def test_new_value_of_a_parameter_makes_a_new_version() -> None:
    """A version's description, which only a new version can change, names exactly the function's inputs.

    SAM ignores changes of a parameter's value, and Lambda refuses a version of an unchanged function.
    """
    template = processed()
    [version] = of_type(template, "AWS::Lambda::Version").values()
    assert parameters_in(template["Resources"]["ReceiveFunction"]["Properties"]) == parameters_in(
        version["Properties"]["Description"]
    )


@pytest.mark.parametrize("table", ["EventsTable", "SubscriptionsTable"])
def test_replaced_table_makes_a_new_version(table: str) -> None:
    """If an update replaces a table, the description of the version that writes to it changes."""
    [version] = of_type(processed(), "AWS::Lambda::Version").values()
    _, parts = version["Properties"]["Description"]["Fn::Sub"]
    assert [part for part in parts.values() if f"${{{table}}}" in json.dumps(part)]
    assert version["DeletionPolicy"] == "Delete"


def test_all_at_once_needs_no_codedeploy() -> None:
    """By default the template has no resources of CodeDeploy."""
    assert not [one for one in processed()["Resources"].values() if one["Type"].startswith("AWS::CodeDeploy")]


@pytest.mark.parametrize("how", GRADUAL)
def test_gradual_deployment_is_watched(how: str) -> None:
    """A gradual deployment shifts traffic as its name says, and each of its alarms rolls it back."""
    template = processed(GradualDeployment=how)
    [group] = of_type(template, "AWS::CodeDeploy::DeploymentGroup").values()
    assert group["Properties"]["DeploymentConfigName"]["Fn::Sub"][1] == {"ConfigName": how}
    alarms = group["Properties"]["AlarmConfiguration"]["Alarms"]
    assert len(alarms) == 3
    assert {template["Resources"][alarm["Name"]["Ref"]]["Condition"] for alarm in alarms} == {"DeploysGradually"}
    assert "DEPLOYMENT_STOP_ON_ALARM" in group["Properties"]["AutoRollbackConfiguration"]["Events"]


def test_one_version() -> None:
    """Package, application and changelog state the same version, which has a date."""
    package = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    application = load_template()["Metadata"]["AWS::ServerlessRepo::Application"]
    newest = re.search(r"^## (\d\S+) \(\d{4}-\d\d-\d\d\)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert newest
    assert package["version"] == application["SemanticVersion"] == newest[1]
    assert package["license"] == application["SpdxLicenseId"]


def test_stacks_fit_side_by_side() -> None:
    """Every named resource has the stack's name in its own, so that staging and production share an account."""
    names = {
        logical_id: json.dumps(resource["Properties"][key])
        for logical_id, resource in processed()["Resources"].items()
        for key in ("Name", "LogGroupName", "DashboardName", "QueueName", "TableName", "TopicName", "RoleName")
        if key in resource.get("Properties", {}) and "Ref" not in resource["Properties"][key]
    }
    of_its_function_only = {name for name in names if "Alias" in name}
    assert {name for name, value in names.items() if "AWS::StackName" not in value} == of_its_function_only
    assert len(names) > 8
