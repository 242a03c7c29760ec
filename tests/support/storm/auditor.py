"""The auditor compares the answers to postbacks with the final state. It is pure and makes no calls.

The subject of a postback ("calls/800000001") is unique, so the auditor does not depend on the product's own notion of
equality.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, Literal, NamedTuple

Nature = Literal["postback", "unreadable", "unknown URL"]

_ANSWERS: Final[dict[Nature, dict[int, str]]] = {
    "postback": {200: "", 202: "parked"},
    "unreadable": {202: ""},
    "unknown URL": {202: "parked", 404: "unknown-url"},
}
"""The possible results for each answer, besides 5xx, which tells the sender that the postback was not kept."""
_NOT_KEPT: Final = {500: "died", 502: "died", 503: "not kept"}


class Sent(NamedTuple):
    """A delivery and its answer."""

    nature: Nature
    subject: str
    body: bytes
    status: int
    answer: Mapping[str, Any]
    also: tuple[str, ...] = ()
    """The subjects of the other events, if the body holds several."""


class Found(NamedTuple):
    """The final state."""

    items: list[dict[str, Any]]
    """The items of the events table, as plain values with the raw postback uncompressed."""
    events: list[dict[str, Any]]
    """The events that a consumer received, including repetitions."""
    parked: list[bytes]
    """Postbacks in the parked queue."""
    rejected: list[bytes]
    """Postbacks in the rejected queue."""


class Account(NamedTuple):
    """The auditor's account: figures, and findings about broken promises."""

    figures: dict[str, str]
    findings: list[str]

    def __str__(self) -> str:
        """Return the account as lines of text."""
        width = max(map(len, self.figures))
        figures = [f"  {name.ljust(width)}  {value}" for name, value in self.figures.items()]
        return "\n".join([*figures, *(f"  NOT AS PROMISED: {finding}" for finding in self.findings)])


def audit(sent: Iterable[Sent], found: Found) -> Account:
    """Check that each postback answered with 2xx is stored once or kept, and that each stored event is published."""
    deliveries: dict[str, list[Sent]] = defaultdict(list)
    sent = list(sent)
    for one in sent:
        for subject in (one.subject, *one.also):
            deliveries[subject].append(one)
    items: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for item in found.items:
        items[item["event"].get("subject", "nothing")].append(item)
    lost = [
        f"{subject} was answered {sorted({one.status for one in copies})} and is nowhere"
        for subject, copies in deliveries.items()
        if _is_lost(copies, items.get(subject, []), found)
    ]
    findings = [
        *(
            finding
            for subject, copies in deliveries.items()
            for finding in _judge(subject, copies, items.get(subject, []))
        ),
        *(f"{subject} was never sent, and is stored" for subject in items.keys() - deliveries.keys()),
        *_judge_publications(found),
        *(f"{one.subject} can be read, and is rejected" for one in _readable(deliveries, found.rejected)),
    ]
    return Account(_figures(sent, deliveries, found, lost), lost + findings)


def _is_lost(copies: list[Sent], items: list[dict[str, Any]], found: Found) -> bool:
    nature = copies[0].nature
    kept = [one.body for one in copies if one.status in _ANSWERS[nature]]
    places = {*found.parked} | ({*found.rejected} if nature == "unreadable" else set())
    return nature != "unknown URL" and bool(kept) and not items and places.isdisjoint(kept)


def _judge(subject: str, copies: list[Sent], items: list[dict[str, Any]]) -> Iterator[str]:
    """Judge all deliveries of one subject by their answers and its stored items."""
    nature = copies[0].nature
    ids = {item["id"] for item in items}
    for one in copies:
        if one.status not in {*_ANSWERS[nature], *_NOT_KEPT}:
            yield f"{subject}, {nature}, was answered {one.status}"
        if one.status == 200 and ids.isdisjoint([one.answer.get("id"), *one.answer.get("ids", ())]):
            yield f"{subject} was answered with an id under which it is not stored"
    if items and nature != "postback":
        yield f"{subject}, {nature}, is stored"
    if len(items) > 1:
        yield f"{subject} is stored {len(items)} times"
    if any(item["raw"] not in [one.body for one in copies] for item in items):
        yield f"{subject} is stored otherwise than it was sent"


def _judge_publications(found: Found) -> Iterator[str]:
    stored = {item["id"]: item["event"] for item in found.items}
    published = {event["id"] for event in found.events}
    for item in found.items:
        if item["id"] not in published:
            yield f"{item['event'].get('subject')} is stored, and was never published"
        if "unpublished" in item or "published_at" not in item:
            yield f"{item['event'].get('subject')} is still to be published"
    for event in found.events:
        if event != stored.get(event["id"]):
            yield f"{event.get('subject')} was published otherwise than it is stored"


def _readable(deliveries: Mapping[str, list[Sent]], rejected: list[bytes]) -> Iterator[Sent]:
    bodies = {*rejected}
    for copies in deliveries.values():
        yield from (one for one in copies if one.nature == "postback" and one.body in bodies)


def _figures(sent: list[Sent], deliveries: Mapping[str, list[Sent]], found: Found, lost: list[str]) -> dict[str, str]:
    answers = Counter(_name(one) for one in sent)
    natures = Counter(copies[0].nature for copies in deliveries.values())
    times = Counter(event["id"] for event in found.events)
    return {
        "sent": f"{natures['postback']:,} postbacks, {natures['unreadable']:,} that cannot be read, "
        f"{natures['unknown URL']:,} to an unknown URL; {len(sent):,} deliveries",
        "answered": ", ".join(f"{name} {number:,}" for name, number in sorted(answers.items())),
        "stored": f"{len(found.items):,}",
        "published": f"{len(times):,}, {sum(number > 1 for number in times.values()):,} of them more than once",
        "still parked": f"{len(found.parked):,}",
        "rejected": f"{len({*found.rejected}):,}",
        "lost": f"{len(lost):,}",
    }


def _name(one: Sent) -> str:
    word = _NOT_KEPT.get(one.status) or _ANSWERS[one.nature].get(one.status) or one.answer.get("status", "?")
    return f"{one.status} {word}"
