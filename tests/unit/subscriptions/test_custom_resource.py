"""The custom resource: CloudFormation gets an answer to every request, in time and without secrets."""

import json

import pytest
import requests

from callfire_postbacks.subscriptions import custom_resource, declared
from tests.support.aws.cloud_formation import CloudFormation
from tests.support.aws.faults import answering, refusal
from tests.support.fake_callfire import API_KEY, Server
from tests.unit.conftest import Logged
from tools.template import load_template


def test_empty_list_keeps_the_resource() -> None:
    """An empty list keeps the resource, because deleting it would revoke; CloudFormation's wait is bounded."""
    template = load_template()
    resource = template["Resources"]["DeclaredSubscriptions"]
    function = template["Resources"]["SubscriptionsFunction"]["Properties"]
    assert "Condition" not in resource
    assert resource["Properties"]["ServiceTimeout"] >= function["Timeout"]


def test_no_time_left(fake_callfire: Server, cloud_formation: CloudFormation) -> None:
    """A step without enough time is not started, so that CloudFormation is answered before the function times out."""
    seconds = declared.STEP_SECONDS + custom_resource.ANSWER_SECONDS - 1
    assert cloud_formation.ask("Create", ["callfinish"], seconds=seconds) == "callfinish: no time was left"
    assert cloud_formation.ask("Delete", ["callfinish"], seconds=seconds) == ""
    assert fake_callfire.account.urls == {}


def test_time_is_enough_for_one() -> None:
    """The function's timeout leaves time for one step and an answer."""
    timeout = load_template()["Resources"]["SubscriptionsFunction"]["Properties"]["Timeout"]
    assert timeout > 2 * (declared.STEP_SECONDS + custom_resource.ANSWER_SECONDS)


@pytest.mark.usefixtures("fake_callfire")
def test_unexpected_error(cloud_formation: CloudFormation, logged: Logged) -> None:
    """An unexpected error is answered too, without its message."""
    with answering("dynamodb.GetItem", refusal("AccessDeniedException")):
        assert cloud_formation.ask("Create", ["callfinish"]) == "ClientError; the function's log has the details"
    assert any(line["level"] == "ERROR" and line["code"] == "AccessDeniedException" for line in logged())


@pytest.mark.usefixtures("fake_callfire", "no_pauses")
def test_answer_is_repeated(cloud_formation: CloudFormation) -> None:
    """If CloudFormation's store refuses an answer, the answer is sent again."""
    cloud_formation.statuses = [503, 500]
    assert cloud_formation.ask("Delete", []) == ""


@pytest.mark.usefixtures("fake_callfire", "no_pauses")
def test_answer_that_cannot_be_given(cloud_formation: CloudFormation) -> None:
    """If the answer cannot be delivered, the invocation fails, and Lambda repeats it."""
    cloud_formation.statuses = [403]
    with pytest.raises(requests.HTTPError):
        cloud_formation.ask("Delete", [])


@pytest.mark.usefixtures("fake_callfire")
def test_reasons_fit(cloud_formation: CloudFormation) -> None:
    """The answer stays within CloudFormation's limit, however many reasons there are."""
    reason = cloud_formation.ask("Create", [f"callfinish-x{number}" for number in range(100)])
    assert len(reason) == 1_000


def test_no_secret(fake_callfire: Server, cloud_formation: CloudFormation, logged: Logged) -> None:
    """No log line and no answer holds the key, a token or the pre-signed URL."""
    cloud_formation.ask("Create", ["callfinish"])
    token = fake_callfire.account.urls["callfinish"].rpartition("/")[2]
    fake_callfire.account.answer = "refuse"
    cloud_formation.ask("Update", ["campaignfinish"], ["callfinish"])
    cloud_formation.ask("Delete", ["callfinish"])
    written = json.dumps(logged()) + json.dumps(cloud_formation.answers)
    for secret in (API_KEY, token, "Signature"):
        assert secret not in written
