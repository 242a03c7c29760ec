"""The template's parameters, and its promises to a deployer."""

import re
from typing import Any, Final

import pytest

from callfire_postbacks.subscriptions.url_form import is_well_formed
from tests.support.building import TOKEN
from tools.template import load_template, processed

PARAMETERS: Final = load_template()["Parameters"]
RESOURCES: Final = load_template()["Resources"]


@pytest.mark.parametrize(
    ("parameter", "value", "is_taken"),
    [
        ("Subscriptions", "", True),
        ("Subscriptions", "none", True),
        ("Subscriptions", "callfinish", True),
        ("Subscriptions", "campaignfinish-22222", True),
        ("Subscriptions", " v2 ", True),
        ("Subscriptions", "callfinish-00022222", False),
        ("Subscriptions", "callfinish-0", False),
        ("Subscriptions", "nothing", False),
        ("SubscriberAccounts", "", True),
        ("SubscriberAccounts", "123456789012", True),
        ("SubscriberAccounts", "1234-5678-9012", False),
        ("SubscriberAccounts", "arn:aws:iam::123456789012:root", False),
        ("PublicUrl", "", True),
        ("PublicUrl", "https://calls.example.com", True),
        ("PublicUrl", "http://calls.example.com", False),
        ("PublicUrl", "http://127.0.0.1:4566/_aws/execute-api", True),
        ("PublicUrl", "http://127.0.0.1.example.com", False),
    ],
)
def test_values_of_parameters(parameter: str, value: str, *, is_taken: bool) -> None:
    """CloudFormation refuses values that would fail later: plain HTTP, because a URL is a secret, and invalid names."""
    assert bool(re.fullmatch(PARAMETERS[parameter]["AllowedPattern"], value)) is is_taken


def test_declared_names_are_those_of_urls() -> None:
    """The receiving functions know every name that the template accepts."""
    assert is_well_formed("campaignfinish-22222", TOKEN)


def test_callfire_is_told_last() -> None:
    """A deployment that fails elsewhere, for example by a wrong key or account, has changed nothing at CallFire."""
    before = RESOURCES["DeclaredSubscriptions"]["DependsOn"]
    assert {"Dashboard", "EventsTopicPolicy"} <= set(before)


@pytest.mark.parametrize("table", ["EventsTable", "SubscriptionsTable"])
def test_tables_outlive_their_stack_unless_it_never_was(table: str) -> None:
    """Tables are kept when the stack is deleted; a failed first deployment leaves none behind."""
    assert RESOURCES[table]["DeletionPolicy"] == "RetainExceptOnCreate"
    assert RESOURCES[table]["UpdateReplacePolicy"] == "Retain"


@pytest.mark.parametrize("table", ["EventsTable", "SubscriptionsTable"])
def test_key_of_a_table_can_be_removed(table: str) -> None:
    """Without a key the table says so, because CloudFormation cannot remove the whole specification."""
    condition, with_key, without = RESOURCES[table]["Properties"]["SSESpecification"]["Fn::If"]
    assert condition == "HasKmsKey"
    assert with_key == {"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": {"Ref": "KmsKeyArn"}}
    assert without == {"SSEEnabled": False}


def test_warnings_of_the_import_fail_no_deployment() -> None:
    """SAM generates the API's definition, so a warning about it must not stop a deployment."""
    [api] = [one for one in processed()["Resources"].values() if one["Type"] == "AWS::ApiGatewayV2::Api"]
    assert "FailOnWarnings" not in api["Properties"]


def test_metrics_of_routes_are_off() -> None:
    """Metrics of single routes are off, because no alarm and no dashboard reads them."""
    [stage] = [one for one in processed()["Resources"].values() if one["Type"] == "AWS::ApiGatewayV2::Stage"]
    settings: list[dict[str, Any]] = [
        stage["Properties"]["DefaultRouteSettings"],
        *stage["Properties"]["RouteSettings"].values(),
    ]
    assert not any(one.get("DetailedMetricsEnabled") for one in settings)


def test_get_has_the_limits_of_other_routes() -> None:
    """Only the postback route has its own rate limit, so a flood of GETs does not use it up."""
    api = RESOURCES["PostbackApi"]["Properties"]
    assert list(api["RouteSettings"]) == ["POST /postbacks/{subscription}/{token}"]
    assert api["DefaultRouteSettings"]["ThrottlingRateLimit"] == 10


def test_access_log_fits_a_full_account() -> None:
    """The API's log needs no place in the account's policy of log groups, which has a limit."""
    assert RESOURCES["ApiLogs"]["Properties"]["LogGroupName"]["Fn::Sub"].startswith("/aws/vendedlogs/")


def test_alarm_on_an_idle_queue_keeps_its_state() -> None:
    """SQS stops reporting on an idle queue, and the alarm on rejected postbacks stays raised then."""
    assert RESOURCES["RejectedAlarm"]["Properties"]["TreatMissingData"] == "ignore"


@pytest.mark.parametrize(
    ("partition", "console"),
    [
        ("aws", "console.aws.amazon.com"),
        ("aws-cn", "console.amazonaws.cn"),
        ("aws-us-gov", "console.amazonaws-us-gov.com"),
    ],
)
def test_dashboard_of_each_partition(partition: str, console: str) -> None:
    """The link to the dashboard leads to the console of the stack's partition."""
    template = load_template()
    value = template["Outputs"]["DashboardUrl"]["Value"]["Fn::Sub"][1]["Console"]
    while isinstance(value, dict):
        condition, yes, no = value["Fn::If"]
        [_, where] = template["Conditions"][condition]["Fn::Equals"]
        value = yes if partition == where else no
    assert value == console


def test_relay_starts_before_its_alarm() -> None:
    """The relay's schedule is created before the alarm on unpublished events, which fires until the relay reports."""
    assert RESOURCES["UnpublishedAlarm"]["DependsOn"] in processed()["Resources"]


def test_drain_fits_a_new_account() -> None:
    """Drain uses the smallest concurrency that SQS allows, because a new account may run only ten functions."""
    parked = RESOURCES["DrainFunction"]["Properties"]["Events"]["Parked"]["Properties"]
    assert parked["ScalingConfig"] == {"MaximumConcurrency": 2}


def test_traces_are_off_by_default() -> None:
    """Traces are off by default, because they would nearly double a small user's bill."""
    assert PARAMETERS["Tracing"]["Default"] == "PassThrough"
