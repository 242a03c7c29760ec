"""Expiry: a new value of RetentionDays, applied to stored events."""

import json
import time
from datetime import timedelta
from typing import Any, Final

import pytest
from botocore.awsrequest import AWSRequest
from typer.testing import CliRunner

from callfire_postbacks.outbox import expiry
from postbacks_cli.app import app
from postbacks_cli.aws import find_stack
from postbacks_cli.commands import expire
from tests.support.aws.faults import answering, first
from tests.support.aws.stubbed import stubbed_stack
from tests.support.contents import delete, items
from tests.support.settings import override_receiving
from tests.support.unpublished import run_relay, store_events

pytestmark = pytest.mark.usefixtures("aws")

DAY: Final = 86_400


@pytest.fixture
def published() -> list[str]:
    """Store three published events without an expiry, the first of which is 100 days old."""
    ids = [*store_events(age=timedelta(days=100), campaign="1"), *store_events(2)]
    assert run_relay()["published"] == 3
    return ids


def retain(monkeypatch: pytest.MonkeyPatch, *, days: int) -> None:
    """Deploy with a value of RetentionDays."""
    override_receiving(monkeypatch, retention_seconds=days * DAY)


def expiries() -> dict[str, float | None]:
    """Return each event's days until its expiry, or None."""
    return {
        item["id"]["S"]: round((int(item["expires_at"]["N"]) - time.time()) / DAY) if "expires_at" in item else None
        for item in items()
    }


def ask(**more: Any) -> dict[str, Any]:  # noqa: ANN401  JSON
    """Ask the relay to apply the value."""
    return run_relay({"expire": {}, **more})


def test_retention_switched_on(monkeypatch: pytest.MonkeyPatch, published: list[str]) -> None:
    """Stored events get the expiry that they would have had; an event that is older is deleted soon."""
    retain(monkeypatch, days=30)
    assert ask(dry_run=True) == {"events": 3, "overdue": 1, "dry_run": True, "next": None}
    assert set(expiries().values()) == {None}
    assert ask() == {"events": 3, "overdue": 1, "dry_run": False, "next": None}
    assert expiries() == {published[0]: -70, published[1]: 30, published[2]: 30}
    assert ask()["events"] == 0


def test_retention_changed_and_switched_off(monkeypatch: pytest.MonkeyPatch, published: list[str]) -> None:
    """A longer retention keeps events longer, and 0 keeps them forever."""
    retain(monkeypatch, days=30)
    ask()
    retain(monkeypatch, days=400)
    assert (ask()["events"], ask()["overdue"]) == (3, 0)
    assert expiries() == {published[0]: 300, published[1]: 400, published[2]: 400}
    retain(monkeypatch, days=0)
    assert ask() == {"events": 3, "overdue": 0, "dry_run": False, "next": None}
    assert set(expiries().values()) == {None}


def test_unpublished_event_never_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    """An unpublished event never expires, however old it is."""
    store_events(1)
    retain(monkeypatch, days=1)
    assert ask()["events"] == 0


def test_event_deleted_meanwhile(monkeypatch: pytest.MonkeyPatch, published: list[str]) -> None:
    """An event that DynamoDB deletes in between is not created again."""
    retain(monkeypatch, days=30)

    def delete_it(update: AWSRequest) -> None:
        delete(json.loads(update.body)["Key"]["id"]["S"])

    with answering("dynamodb.UpdateItem", first(1, delete_it)):
        assert ask()["events"] == 2
    assert len(items()) == len(published) - 1


def test_continues_with_the_next_request(monkeypatch: pytest.MonkeyPatch, published: list[str]) -> None:
    """A large table takes several requests; each answer holds the next request, with the counts so far."""
    retain(monkeypatch, days=30)
    monkeypatch.setattr(expiry, "_PAGE", 2)
    answer = expiry.run({"expire": {}}, deadline=0)
    assert answer["events"] == 2
    rest = expiry.run(answer["next"], deadline=time.monotonic() + 60)
    assert (rest["events"], rest["overdue"], rest["next"]) == (3, 1, None)
    retain(monkeypatch, days=400)
    assert ask()["events"] == 3
    assert len(published) == 3


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "answer", "changed"),
    [(["--dry-run"], "", None), ([], "n\n", None), ([], "y\n", 3), (["--yes"], "", 3)],
    ids=["dry run", "no", "yes", "without asking"],
)
def test_command_counts_then_asks(
    monkeypatch: pytest.MonkeyPatch, published: list[str], arguments: list[str], answer: str, changed: int | None
) -> None:
    """Nothing changes without a confirmation, and the question states how many events it deletes."""
    retain(monkeypatch, days=30)
    monkeypatch.setattr(find_stack, "of", lambda _: stubbed_stack())
    monkeypatch.setattr(expire, "invoke", lambda _stack, _output, request: run_relay(request))
    result = CliRunner().invoke(app, ["expire", *arguments], input=answer)
    assert result.stdout.startswith("New expiry: 3 events. To be deleted soon: 1 event.\n")
    assert ("of which 1 will be deleted?" in result.stderr) == bool(answer)
    assert len([one for one in expiries().values() if one is not None]) == (changed or 0)
    assert len(published) == 3
