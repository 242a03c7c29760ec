"""The checks of `postbacks doctor`, by the state they see."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.stub import Stubber
from typer.testing import CliRunner

from callfire_events.envelope import format_timestamp
from callfire_postbacks.outbox import store
from postbacks_cli.app import app
from postbacks_cli.aws import find_stack
from postbacks_cli.aws.stack import Stack
from postbacks_cli.checks import examine, functions, setup, subscriptions, traffic
from postbacks_cli.checks.findings import Finding
from tests.support.aws.stubbed import stubbed_stack


def ago(**how_long: int) -> str:
    """Return a timestamp of some time ago."""
    return format_timestamp(datetime.now(UTC) - timedelta(**how_long))


@pytest.mark.parametrize(
    ("record", "level"),
    [
        ({"state": "subscribed", "subscribed_at": ago(days=30), "last_postback_at": ago(hours=1)}, "ok"),
        ({"state": "subscribed", "subscribed_at": ago(hours=1)}, "ok"),
        ({"state": "subscribed", "subscribed_at": ago(days=30), "last_postback_at": ago(days=8)}, "warn"),
        ({"state": "subscribed", "subscribed_at": ago(days=8)}, "warn"),
        ({"state": "unconfirmed", "last_postback_at": ago(hours=1)}, "warn"),
        ({"state": "by-hand"}, "ok"),
        ({"state": "by-hand", "last_postback_at": ago(days=8)}, "warn"),
        ({"state": "unsubscribed", "live_urls": 0, "last_postback_at": ago(hours=1)}, "fail"),
    ],
)
def test_subscription(monkeypatch: pytest.MonkeyPatch, record: dict[str, Any], level: str) -> None:
    """A silent or unconfirmed subscription is a warning; none at all is a failure; each has a remedy."""
    found = [{"subscription": "callfinish", "live_urls": 1, **record}]
    monkeypatch.setattr(subscriptions, "invoke", lambda *_: {"subscriptions": found})
    (finding,) = subscriptions.subscriptions(stubbed_stack())
    assert (finding.level, bool(finding.remedy)) == (level, level != "ok")
    assert ("`postbacks create-url callfinish`" in finding.remedy) == (level == "warn" and record["state"] == "by-hand")


@pytest.mark.parametrize(
    ("live", "ended", "declared", "levels"),
    [
        (["callfinish", "campaignfinish"], [], "", {}),
        (["callfinish"], ["campaignfinish"], "", {}),
        (["campaignfinish"], [], "", {"callfinish": "warn"}),
        (["campaignfinish"], ["callfinish"], "", {"callfinish": "fail"}),
        (["campaignfinish", "callfinish-22222"], ["callfinish"], "", {}),
        (["campaignfinish", "v2"], [], "", {}),
        (["callfinish"], [], "callfinish, campaignfinish", {"campaignfinish": "fail"}),
        (["campaignfinish"], ["callfinish"], "callfinish", {"callfinish": "fail"}),
        (["callfinish"], ["campaignfinish"], "none", {}),
    ],
    ids=str,
)
def test_expected_subscription_is_dead(
    monkeypatch: pytest.MonkeyPatch, live: list[str], ended: list[str], declared: str, levels: dict[str, str]
) -> None:
    """Declared subscriptions, and calls besides campaigns, must be live; each finding has a remedy."""
    found = [{"subscription": name, "state": "subscribed", "live_urls": 1} for name in live]
    found += [{"subscription": name, "state": "unsubscribed", "live_urls": 0} for name in ended]
    monkeypatch.setattr(subscriptions, "invoke", lambda *_: {"subscriptions": found})
    stack = stubbed_stack()
    vars(stack)["description"]["Parameters"] = [{"ParameterKey": "Subscriptions", "ParameterValue": declared}]
    findings = [finding for finding in subscriptions.subscriptions(stack) if finding.level != "ok"]
    assert {finding.subject: finding.level for finding in findings} == levels
    assert all("postbacks subscribe" in finding.remedy for finding in findings)


@pytest.mark.parametrize(
    ("item", "level"),
    [
        ({"received_at": ago(minutes=1), "unpublished": "a"}, "ok"),
        ({"received_at": ago(minutes=6), "unpublished": "a"}, "fail"),
        ({"received_at": ago(days=90), "unpublished": "a", "replay": ago(minutes=1)}, "ok"),
        ({"received_at": ago(days=90), "published_at": ago(days=90)}, "ok"),
    ],
)
def test_unpublished(monkeypatch: pytest.MonkeyPatch, item: dict[str, str], level: str) -> None:
    """An event that waits longer than the relay should need is a failure; a replay's wait starts at its request."""
    monkeypatch.setattr(store, "PARTITIONS", "a")
    stack = stubbed_stack(EventsTableName="events", RelayFunctionName="relay")
    with Stubber(stack.aws.dynamodb) as dynamodb:
        dynamodb.add_response("query", {"Items": [{"id": {"S": "a1"}}]})
        dynamodb.add_response("get_item", {"Item": {name: {"S": value} for name, value in item.items()}})
        (finding,) = traffic.unpublished(stack)
    assert finding.level == level


@pytest.mark.parametrize(
    ("parameter", "level"),
    [({"Type": "SecureString", "Value": "key"}, "ok"), ({"Type": "String", "Value": "key"}, "warn"), (None, "fail")],
)
def test_api_key(parameter: dict[str, str] | None, level: str) -> None:
    """The key must exist and should be encrypted; it is not shown."""
    stack = stubbed_stack(CallFireApiKeyParameterName="/stack/key", CallFireCredentialsParameterName="/stack/login")
    with Stubber(stack.aws.ssm) as ssm:
        if parameter:
            ssm.add_response("get_parameter", {"Parameter": parameter})
        else:
            ssm.add_client_error("get_parameter", "ParameterNotFound")
        ssm.add_client_error("get_parameter", "ParameterNotFound")
        (finding,) = setup.secrets(stack)
    assert finding.level == level
    assert finding.level == "fail" or "/stack/key" in finding.detail


def test_credentials_alone() -> None:
    """A stack for API v2 alone needs no API key."""
    stack = stubbed_stack(CallFireApiKeyParameterName="/stack/key", CallFireCredentialsParameterName="/stack/login")
    with Stubber(stack.aws.ssm) as ssm:
        ssm.add_client_error("get_parameter", "ParameterNotFound")
        ssm.add_response("get_parameter", {"Parameter": {"Type": "SecureString", "Value": "a:b"}})
        (finding,) = setup.secrets(stack)
    assert (finding.level, finding.subject) == ("ok", "credentials")


@pytest.mark.parametrize(
    ("at_callfire", "signed", "levels"),
    [
        ({"outcome": "as-asked", "detail": "9 webhooks"}, {"signed_at": ago(hours=1)}, ["ok", "ok", "ok"]),
        ({"outcome": "as-asked", "detail": "9 webhooks"}, {"last_postback_at": ago(hours=1)}, ["ok", "ok", "warn"]),
        ({"outcome": "drifted", "detail": "InboundText missing: `postbacks …`"}, {}, ["ok", "fail", "ok"]),
        ({"outcome": "unknown", "detail": "CallFire cannot be reached."}, {}, ["ok", "unknown", "ok"]),
    ],
    ids=["all is well", "unsigned", "drifted", "not asked"],
)
def test_v2(
    monkeypatch: pytest.MonkeyPatch, at_callfire: dict[str, str], signed: dict[str, str], levels: list[str]
) -> None:
    """For v2, CallFire's webhooks and the signatures are checked too."""
    record = {"subscription": "v2", "state": "subscribed", "live_urls": 1, "at_callfire": at_callfire, **signed}
    monkeypatch.setattr(subscriptions, "invoke", lambda *_: {"subscriptions": [record]})
    findings = list(subscriptions.subscriptions(stubbed_stack()))
    assert [finding.level for finding in findings] == levels
    assert all(finding.remedy for finding in findings if finding.level in ("warn", "fail"))


def test_schedule_that_was_disabled() -> None:
    """A disabled relay schedule is a failure."""
    stack = stubbed_stack()
    with Stubber(stack.aws.cloudformation) as cloudformation, Stubber(stack.aws.scheduler) as scheduler:
        schedule = {
            "LogicalResourceId": "Schedule",
            "PhysicalResourceId": "every-minute",
            "ResourceType": "AWS::Scheduler::Schedule",
            "LastUpdatedTimestamp": datetime.now(UTC),
            "ResourceStatus": "CREATE_COMPLETE",
        }
        cloudformation.add_response("list_stack_resources", {"StackResourceSummaries": [schedule]})
        answer = {"ScheduleExpression": "rate(1 minute)", "State": "DISABLED"}
        scheduler.add_response("get_schedule", answer, {"Name": "every-minute"})
        (finding,) = functions.relay_schedule(stack)
    assert (finding.level, "every-minute" in finding.remedy) == ("fail", True)


@pytest.mark.parametrize(
    ("status", "level"),
    [
        ("CREATE_COMPLETE", "ok"),
        ("UPDATE_IN_PROGRESS", "warn"),
        ("UPDATE_ROLLBACK_COMPLETE", "fail"),
        ("ROLLBACK_COMPLETE", "fail"),
    ],
)
def test_stack_status(status: str, level: str) -> None:
    """A failed deployment is a failure, and a running one is worth waiting for."""
    stack = stubbed_stack()
    vars(stack)["description"]["StackStatus"] = status
    (finding,) = setup.stack_status(stack)
    assert finding.level == level
    assert "account 123456789012" in finding.detail


def test_first_deployment_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    """For a stack whose creation was rolled back, the only finding says how to deploy it again."""
    stack = stubbed_stack()
    vars(stack)["description"] |= {"StackStatus": "ROLLBACK_COMPLETE", "Outputs": []}
    monkeypatch.setattr(find_stack, "of", lambda _: stack)
    result = CliRunner().invoke(app, ["doctor", "--json"])
    assert result.exit_code == 1
    [finding] = map(json.loads, result.stdout.splitlines())
    assert (finding["level"], finding["subject"]) == ("fail", "stack")
    for text in ("describe-stack-events", "delete-stack", "`postbacks set-api-key`", "`postbacks set-credentials`"):
        assert text in finding["remedy"]


@pytest.mark.parametrize(("left", "level"), [(10, "warn"), (99, "warn"), (100, "ok"), (1_000, "ok")])
def test_concurrency(left: int, level: str) -> None:
    """An account with a low concurrency limit would lose postbacks, so a finding names the limit to request."""
    stack = stubbed_stack()
    with Stubber(stack.aws.functions) as stubber:
        limit = {"ConcurrentExecutions": 1_000, "UnreservedConcurrentExecutions": left}
        stubber.add_response("get_account_settings", {"AccountLimit": limit})
        (finding,) = functions.concurrency(stack)
    assert (finding.level, bool(finding.remedy)) == (level, level == "warn")


def test_refused_check_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    """A call that AWS refuses is reported as unknown, and the other checks are made."""
    stack = stubbed_stack(ApiUrl="https://api.example.com", CallFireApiKeyParameterName="/stack/key")

    def fine(_stack: Stack) -> Iterator[Finding]:
        yield Finding("ok", "other", "Fine.")

    checks: dict[str, Any] = {"API key": setup.secrets, "consumers": traffic.consumers, "other": fine}
    monkeypatch.setattr(examine, "_CHECKS", checks)
    with Stubber(stack.aws.ssm) as ssm:
        ssm.add_client_error("get_parameter", "AccessDeniedException", "You are not authorized.")
        key, consumers, other = examine.examine(stack)
    assert (key.level, consumers.level, other.level) == ("unknown", "fail", "ok")
    assert "You are not authorized." in key.detail
    assert "EventsTopicArn" in consumers.detail
