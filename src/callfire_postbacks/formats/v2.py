"""API v2's webhooks: JSON with a list of events, each about one resource.

`resourceType` and `eventType` state the subject and the kind of event. An event of an unknown kind becomes an event
of the type `other`, so nothing that CallFire sends is rejected.
"""

from typing import Any, Final

from callfire_events import Other
from callfire_postbacks.formats.deliveries import (
    ABSENT,
    FIELDS,
    NAMES,
    Member,
    flatten,
    merge,
    read_members,
    take_events,
    unquote,
)
from callfire_postbacks.formats.resources.readers import find_reader, unwrap
from callfire_postbacks.formats.resources.reading import Reading
from callfire_postbacks.formats.trees.names import OTHER_NAMES, fold, respell
from callfire_postbacks.formats.trees.record import Record
from callfire_postbacks.formats.trees.tree import Rest, check_paths, digest, join, pruned
from callfire_postbacks.formats.wire import WireEvent, check_count

WIRE_FORMAT: Final = "v2"

_TELLING: Final = {fold(name) for name in ("events", "webhookId", "webhookName", "resourceType", "eventType")}


def is_known(tree: dict[str, Any], *, is_wrapped: bool) -> bool:
    """Return whether an object is a delivery: it has a field of the envelope, or two if it is within another object.

    With only names that any program may use, and a delivery as a member, it is a wrapper.
    """
    names = set(map(fold, tree))
    if is_wrapped:
        return len(names & {*_TELLING, "resource"}) > 1
    has_content = not names.isdisjoint(("events", "resource"))
    return not _TELLING.isdisjoint(names) and (has_content or not any(map(_is_delivery, tree.values())))


def _is_delivery(member: Any) -> bool:  # noqa: ANN401  a tree
    return isinstance(member, dict) and is_known(member, is_wrapped=True)


def read(delivery: dict[str, Any]) -> list[WireEvent]:
    """Read the events of a delivery. A delivery without events is one event itself.

    Raises:
        UnreadablePostbackError: It has too many events.
    """
    delivery, has_other_names = respell(delivery, NAMES)
    events, repairs = take_events(delivery)
    if not events:
        events, delivery = [delivery], {}
    check_count(events)
    if isinstance(delivery.get("resource"), str):  # a webhook names its type so
        delivery.setdefault("resourceType", delivery.pop("resource"))
    resource, quoted = unquote(delivery.pop("resource", None))
    texts = Record({"resource": resource}).rest("envelope") if resource else {}
    common = Member(resource, flatten(resource), {}, texts)
    envelope = read_members(delivery)
    repairs = [*repairs, *quoted, *(OTHER_NAMES if has_other_names else [])]
    found: list[WireEvent] = []
    for event in events:
        found += _read_event(event, envelope, common, repairs)
        check_count(found)
    return found


def _read_event(
    event: Any,  # noqa: ANN401  a tree
    envelope: dict[str, Member],
    common: Member,
    repairs: list[str],
) -> list[WireEvent]:
    """Read the resources of an event with its members and those of its envelope. If both have one, the event's counts.

    `common` are the resources of the envelope. An event without a resource is one itself.
    """
    event, quoted = unquote(event)
    event, is_respelled = respell(event if isinstance(event, dict) else {"resource": event}, NAMES)
    resource, also_quoted = unquote(event.pop("resource", None))
    own = flatten(resource)
    resources = own or common.value
    if not resources:
        resources = [{name: event.pop(name) for name in [*event] if name not in FIELDS}]
    if len(resources) > 1 and not all(isinstance(one, dict) for one in resources):
        resources = [resources]
    check_count(resources)
    members = merge(envelope, read_members(event))
    around = join(*(member.rest for member in members.values()), common.texts if own else {})
    check_paths(around)
    repairs = [*repairs, *quoted, *also_quoted, *(OTHER_NAMES if is_respelled else [])]
    return [_read_resource(one, members, around, repairs) for one in resources]


def _read_resource(
    resource: Any,  # noqa: ANN401  a tree
    members: dict[str, Member],
    around: Rest,
    repairs: list[str],
) -> WireEvent:
    resource_type, event_type, sent = (members.get(name, ABSENT) for name in ("resourceType", "eventType", "timestamp"))
    read_fields = find_reader(resource_type.value, event_type.value) if isinstance(resource, dict) else None
    if read_fields:
        resource, unwrapped = unwrap(resource, resource_type.value)
        repairs = [*repairs, *unwrapped]
    record = Record(resource)
    event_id = digest(
        WIRE_FORMAT, resource_type.value, event_type.value, resource, *_distinguish(resource, record, members)
    )
    if read_fields:
        kind, fields, at = read_fields(record)
        unrecognized = join(record.rest(), around)
    else:
        kind, fields, at = _read_other(resource, resource_type.value, event_type.value)
        unrecognized = around
    repairs = [*repairs, *(OTHER_NAMES if record.has_other_names else [])]
    data = kind(
        **fields,
        wire_format=WIRE_FORMAT,
        unrecognized=unrecognized or None,
        repairs=list(dict.fromkeys(repairs)) or None,
    )
    return WireEvent(data, event_id, at or sent.value)


def _distinguish(resource: Any, record: Record, members: dict[str, Member]) -> list[Any]:  # noqa: ANN401  a tree
    """Return what distinguishes a resource without an id from an equal one.

    It is the time of its event, and if the resource is empty, also the other members around it.
    """
    if record.peek("id") or (isinstance(resource, dict) and resource.get("id")):
        return []
    others = {name: member.tree for name, member in members.items() if name not in FIELDS}
    return [members.get("timestamp", ABSENT).tree, *([others] if others and not resource else [])]


def _read_other(resource: Any, resource_type: str | None, event_type: str | None) -> Reading:  # noqa: ANN401  a tree
    body = pruned(resource if isinstance(resource, dict) else {"resource": resource})
    return Reading(Other, {"resource": resource_type, "event": event_type, "body": body or None}, None)
