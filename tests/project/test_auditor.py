"""The auditor of the fault suite finds every broken promise."""

from typing import Any

import pytest

from tests.support.storm.auditor import Account, Found, Nature, Sent, audit

CALL = b"<call/>"


def sent(
    status: int, answer: str = "accepted", *, nature: Nature = "postback", subject: str = "calls/1", body: bytes = CALL
) -> Sent:
    """Return a delivery and its answer."""
    return Sent(nature, subject, body, status, {"status": answer, "id": "a"})


def item(event_id: str = "a", *, subject: str = "calls/1", raw: bytes = CALL, **more: str) -> dict[str, Any]:
    """Return an event's item, published by default."""
    return {"id": event_id, "raw": raw, "event": event(event_id, subject), **(more or {"published_at": "now"})}


def event(event_id: str = "a", subject: str = "calls/1") -> dict[str, Any]:
    """Return an event."""
    return {"id": event_id, "subject": subject}


def audited(
    *deliveries: Sent,
    items: list[dict[str, Any]] | None = None,
    events: list[dict[str, Any]] | None = None,
    parked: list[bytes] | None = None,
    rejected: list[bytes] | None = None,
) -> Account:
    """Return the account of the given deliveries and final state."""
    return audit(deliveries, Found(items or [], events or [], parked or [], rejected or []))


@pytest.mark.parametrize(
    "account",
    [
        audited(sent(200), items=[item()], events=[event()]),
        audited(sent(200), sent(200, "duplicate"), items=[item()], events=[event(), event()]),
        audited(sent(502), sent(200, "duplicate"), items=[item()], events=[event()]),
        audited(sent(202), items=[item()], events=[event()]),
        audited(sent(202), parked=[CALL]),
        audited(sent(503)),
        audited(sent(503), items=[item()], events=[event()]),
        audited(sent(202, "rejected", nature="unreadable"), rejected=[CALL, CALL]),
        audited(sent(202, nature="unreadable"), rejected=[CALL]),
        audited(sent(404, nature="unknown URL"), sent(202, nature="unknown URL")),
    ],
)
def test_as_promised(account: Account) -> None:
    """The auditor finds nothing if each postback's state matches its answer, however often it was sent."""
    assert account.findings == []
    assert account.figures["lost"] == "0"


BOTH = sent(200)._replace(also=("calls/2",), answer={"status": "accepted", "id": "a", "ids": ["a", "b"]})


def test_several_events() -> None:
    """Each event of a body with several must be stored under one of the ids in the answer."""
    items, events = [item(), item("b", subject="calls/2")], [event(), event("b", "calls/2")]
    whole = audited(BOTH, items=items, events=events)
    assert whole.findings == []
    assert whole.figures["sent"].endswith("; 1 deliveries")
    half = audited(BOTH, items=items[:1], events=events[:1])
    assert half.findings == [
        "calls/2 was answered [200] and is nowhere",
        "calls/2 was answered with an id under which it is not stored",
    ]


@pytest.mark.parametrize("status", [200, 202])
def test_loss(status: int) -> None:
    """The auditor finds and counts a postback that was answered with 2xx and is lost."""
    account = audited(sent(status), sent(503), sent(200, subject="calls/2"), items=[item(subject="calls/2")])
    assert f"calls/1 was answered [{status}, 503] and is nowhere" in account.findings
    assert account.figures["lost"] == "1"


def test_loss_of_an_unreadable_postback() -> None:
    """The auditor finds an unreadable postback that was not kept."""
    account = audited(sent(202, nature="unreadable"), rejected=[b"another"])
    assert account.findings == ["calls/1 was answered [202] and is nowhere"]
    assert account.figures["lost"] == "1"


@pytest.mark.parametrize(
    ("account", "finding"),
    [
        (audited(sent(200), items=[item(), item("b")], events=[event(), event("b")]), "calls/1 is stored 2 times"),
        (audited(sent(200), items=[item()]), "calls/1 is stored, and was never published"),
        (
            audited(sent(200), items=[item(unpublished="a")], events=[event()]),
            "calls/1 is still to be published",
        ),
        (
            audited(sent(200), items=[item()], events=[event(), event(subject="calls/2")]),
            "calls/2 was published otherwise than it is stored",
        ),
        (
            audited(sent(200), items=[item()], events=[event(), event("b", "calls/2")]),
            "calls/2 was published otherwise than it is stored",
        ),
        (
            audited(sent(200), items=[item(raw=b"<call>")], events=[event()]),
            "calls/1 is stored otherwise than it was sent",
        ),
        (
            audited(sent(200), items=[item("b")], events=[event("b")]),
            "calls/1 was answered with an id under which it is not stored",
        ),
        (audited(sent(200), items=[item()], events=[event()], rejected=[CALL]), "calls/1 can be read, and is rejected"),
        (audited(sent(404), parked=[CALL]), "calls/1, postback, was answered 404"),
        (audited(sent(503), items=[item(subject="calls/2")]), "calls/2 was never sent, and is stored"),
        (audited(sent(200, nature="unreadable")), "calls/1, unreadable, was answered 200"),
        (audited(sent(404, nature="unknown URL"), items=[item()], events=[event()]), "calls/1, unknown URL, is stored"),
        (audited(sent(400, nature="unknown URL")), "calls/1, unknown URL, was answered 400"),
    ],
)
def test_finding(account: Account, finding: str) -> None:
    """The auditor finds each wrong item, message, answer or rejection."""
    assert finding in account.findings
    assert f"NOT AS PROMISED: {finding}" in str(account)


def test_figures() -> None:
    """The account's figures match its input."""
    account = audited(
        sent(200),
        sent(200, "duplicate"),
        sent(502, subject="calls/2"),
        sent(202, "rejected", nature="unreadable", subject="-", body=b"{"),
        items=[item()],
        events=[event(), event()],
        rejected=[b"{"],
    )
    assert account.figures == {
        "sent": "2 postbacks, 1 that cannot be read, 0 to an unknown URL; 4 deliveries",
        "answered": "200 accepted 1, 200 duplicate 1, 202 rejected 1, 502 died 1",
        "stored": "1",
        "published": "1, 1 of them more than once",
        "still parked": "0",
        "rejected": "1",
        "lost": "0",
    }
