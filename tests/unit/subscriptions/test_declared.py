"""The subscriptions declared in the template: which are subscribed and unsubscribed, also after failures."""

import pytest

from callfire_postbacks.subscriptions import lifecycle
from tests.support.aws.cloud_formation import CloudFormation
from tests.support.aws.faults import answering, refusal
from tests.support.fake_callfire import Server
from tests.support.v2 import is_complete, webhooks
from tests.unit.conftest import Logged

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("given", [[], [""]], ids=["no name", "an empty name"])
def test_empty_list_leaves_everything(fake_callfire: Server, cloud_formation: CloudFormation, given: list[str]) -> None:
    """An empty list, as a plain `sam deploy` may send, ends nothing; later updates still know the declared names."""
    assert cloud_formation.ask("Create", ["callfinish", "campaignfinish"]) == ""
    urls = dict(fake_callfire.account.urls)
    for _ in range(2):
        assert cloud_formation.ask("Update", given, ["callfinish", "campaignfinish"]) == ""
        assert fake_callfire.account.urls == urls
    assert cloud_formation.ask("Update", ["callfinish"], given) == ""
    assert fake_callfire.account.urls == {"callfinish": urls["callfinish"]}
    assert cloud_formation.ask("Update", given, ["callfinish"]) == ""
    assert cloud_formation.ask("Delete", given) == ""
    assert fake_callfire.account.urls == {}


def test_none_revokes_all_declared_subscriptions(fake_callfire: Server, cloud_formation: CloudFormation) -> None:
    """`none` unsubscribes everything that any list declared, and keeps an operator's subscriptions."""
    lifecycle.subscribe("campaignfinish-7", api_url="https://api.example.com")
    assert cloud_formation.ask("Create", ["callfinish"]) == ""
    assert cloud_formation.ask("Update", [], ["callfinish"]) == ""
    assert cloud_formation.ask("Update", ["none"], []) == ""
    assert fake_callfire.account.urls.keys() == {"campaignfinish/7"}
    assert cloud_formation.ask("Update", ["none", "callfinish"], ["none"]) == (
        "none cannot be combined with names of subscriptions."
    )
    assert cloud_formation.ask("Delete", ["none"]) == ""
    assert fake_callfire.account.urls.keys() == {"campaignfinish/7"}


@pytest.mark.usefixtures("aws")
def test_nothing_declared_needs_no_key(cloud_formation: CloudFormation) -> None:
    """A stack that declares nothing is created, updated and deleted without an API key."""
    for kind in ("Create", "Update", "Delete"):
        assert cloud_formation.ask(kind, []) == ""


def test_create_update_delete(fake_callfire: Server, cloud_formation: CloudFormation) -> None:
    """Create subscribes, update applies the new set, delete revokes, and each can be repeated."""
    for _ in range(2):
        assert cloud_formation.ask("Create", ["callfinish", "campaignfinish"]) == ""
        assert fake_callfire.account.urls.keys() == {"callfinish", "campaignfinish"}
    kept = fake_callfire.account.urls["campaignfinish"]
    for _ in range(2):
        change = ["campaignfinish", "callfinish-22222"], ["callfinish", "campaignfinish"]
        assert cloud_formation.ask("Update", *change) == ""
        assert fake_callfire.account.urls.keys() == {"campaignfinish", "callfinish/22222"}
    assert fake_callfire.account.urls["campaignfinish"] == kept
    for _ in range(2):
        assert cloud_formation.ask("Delete", ["campaignfinish", "callfinish-22222"]) == ""
        assert fake_callfire.account.urls == {}
    assert {record.state for record in lifecycle.get_all()} == {"unsubscribed"}
    assert set(cloud_formation.content_types) == {""}


def test_v2(fake_callfire: Server, cloud_formation: CloudFormation) -> None:
    """Declaring v2 makes its webhooks once, also after a failure halfway, and no longer declaring it deletes them."""
    fake_callfire.account.v2.answers = ["documented"] * 5 + ["fail"]
    assert cloud_formation.ask("Create", ["v2"]).startswith("v2: 8 of 9 requests succeeded")
    assert cloud_formation.ask("Delete", ["v2"]) == ""
    assert webhooks(fake_callfire) == []
    assert cloud_formation.ask("Create", ["v2"]) == ""
    assert is_complete(fake_callfire)
    made = webhooks(fake_callfire)
    assert cloud_formation.ask("Update", ["v2", "callfinish"], ["v2"]) == ""
    assert webhooks(fake_callfire) == made
    assert cloud_formation.ask("Update", ["callfinish"], ["v2", "callfinish"]) == ""
    assert webhooks(fake_callfire) == []


def test_new_api_url(fake_callfire: Server, cloud_formation: CloudFormation, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the base of postback URLs changes, existing subscriptions are rotated to it."""
    assert cloud_formation.ask("Create", ["callfinish"]) == ""
    monkeypatch.setattr("tests.support.aws.cloud_formation.API_URL", "https://calls.example.com/")
    assert cloud_formation.ask("Update", ["callfinish"], ["callfinish"]) == ""
    assert fake_callfire.account.urls["callfinish"].startswith("https://calls.example.com/postbacks/")


def test_commas_and_spaces(fake_callfire: Server, cloud_formation: CloudFormation) -> None:
    """A trailing comma declares nothing, and spaces around a name do not belong to it."""
    assert cloud_formation.ask("Create", ["callfinish", " campaignfinish ", ""]) == ""
    assert fake_callfire.account.urls.keys() == {"callfinish", "campaignfinish"}
    urls = dict(fake_callfire.account.urls)
    assert cloud_formation.ask("Update", [" "], ["callfinish", " campaignfinish "]) == ""
    assert fake_callfire.account.urls == urls
    assert cloud_formation.ask("Update", [" none"], [" "]) == ""
    assert fake_callfire.account.urls == {}


def test_callfire_is_down(fake_callfire: Server, cloud_formation: CloudFormation) -> None:
    """If CallFire does not confirm an update, it fails with its reasons and keeps the state to roll back to."""
    assert cloud_formation.ask("Create", ["callfinish"]) == ""
    fake_callfire.account.answer = "fail"
    reason = cloud_formation.ask("Update", ["campaignfinish", "callfinish-1"], ["callfinish"])
    assert reason.startswith("callfinish-1: CallFire's answer is unclear, HTTP 500; campaignfinish: ")
    assert "callfinish" in fake_callfire.account.urls
    assert cloud_formation.ask("Update", ["callfinish"], ["campaignfinish", "callfinish-1"]) == ""
    assert lifecycle.get("callfinish").state == "subscribed"
    assert lifecycle.get("campaignfinish").state == "unsubscribed"


@pytest.mark.parametrize("last", ["Delete", "Update"])
def test_rollback_to_an_empty_list(fake_callfire: Server, cloud_formation: CloudFormation, last: str) -> None:
    """A name whose list failed is not lost after a rollback to an empty one: the deletion, and `none`, end its URL."""
    assert cloud_formation.ask("Create", []) == ""
    fake_callfire.account.answer = "lose"
    assert "no answer" in cloud_formation.ask("Update", ["callfinish", "callfinish-x"], [])
    with answering("dynamodb", refusal("InternalServerError", 500)):
        assert cloud_formation.ask("Update", [], ["callfinish"]) == ""
    assert cloud_formation.ask("Update", [], ["callfinish", "callfinish-x"]) == ""
    assert lifecycle.get("callfinish").state == "unconfirmed"
    fake_callfire.account.answer = "documented"
    assert cloud_formation.ask(last, [] if last == "Delete" else ["none"], []) == ""
    assert lifecycle.get("callfinish").live() == []
    assert fake_callfire.account.urls == {}


@pytest.mark.parametrize("answer", ["fail", "lose", "slow", "refuse"])
def test_delete_never_fails(
    fake_callfire: Server, cloud_formation: CloudFormation, logged: Logged, answer: str
) -> None:
    """Delete succeeds and revokes our URLs whatever CallFire answers, and the answer is logged."""
    assert cloud_formation.ask("Create", ["callfinish"]) == ""
    fake_callfire.account.answer = answer
    assert cloud_formation.ask("Delete", ["callfinish"]) == ""
    assert lifecycle.get("callfinish").live() == []
    [ended] = [line for line in logged() if line["message"] == "Unsubscribed"]
    assert ended["callfire"] in ("refused", "uncertain")


@pytest.mark.usefixtures("fake_callfire")
def test_delete_without_a_table(cloud_formation: CloudFormation) -> None:
    """Delete succeeds even without the table, or if nothing was ever subscribed."""
    assert cloud_formation.ask("Delete", ["callfinish"]) == ""
    for wanted in (["callfinish"], []):
        with answering("dynamodb", refusal("ResourceNotFoundException")):
            assert cloud_formation.ask("Delete", wanted) == ""


@pytest.mark.usefixtures("fake_callfire")
def test_bad_name(cloud_formation: CloudFormation) -> None:
    """An invalid name fails with a message that states the valid names."""
    assert cloud_formation.ask("Create", ["callfinish-x"]).startswith("callfinish-x: A subscription's name is")
