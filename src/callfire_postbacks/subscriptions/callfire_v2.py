"""This stack's webhooks at CallFire's API v2, one for each resource.

CallFire does not deduplicate webhooks: after creating one twice it delivers everything twice. So each change begins by
listing the webhooks with this stack's name; existing ones are updated, missing ones created, duplicates deleted. The
requests of one step are sent in parallel, so a change ends, whatever hangs, within

    list      12.5 s, and as much again for a second page (see callfire_v2_api.py)
    change    12.5 s
              25 s

which leaves enough of the API's 30 s for the rest.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Final, NamedTuple

from callfire_postbacks import settings
from callfire_postbacks.subscriptions import callfire_v2_api
from callfire_postbacks.subscriptions.callfire_http import CallFireError, UnavailableError, UncertainError
from callfire_postbacks.subscriptions.callfire_v2_api import Credentials, NotFoundError, fetch_list, request

_PAGE: Final = 100

_CAMPAIGN: Final = ("Started", "Stopped", "Finished")
RESOURCES: Final = {
    "OutboundCall": ("Finished",),
    "InboundCall": ("Finished",),
    "OutboundText": ("Finished",),
    "InboundText": ("Finished",),
    "CallBroadcast": _CAMPAIGN,
    "TextBroadcast": _CAMPAIGN,
    "CccCampaign": _CAMPAIGN,
    "ContactList": ("ValidationFinished", "ValidationFailed"),
    "OutboundTextDeliveryReport": ("Received",),
}
"""The subscribed resources, with the events of each. A webhook has one resource."""

_Task = tuple[str, Callable[[], None]]
"""A request and its resource. It raises a CallFireError."""


class Webhook(NamedTuple):
    """A webhook of this stack, as listed by CallFire."""

    id: int
    resource: str
    events: frozenset[str]
    """In lowercase: CallFire's documentation uses both cases."""
    callback: str
    is_enabled: bool


def list_webhooks(credentials: Credentials) -> list[Webhook]:
    """Return the webhooks with this stack's name, by id. Raises RefusedError, UnavailableError."""
    name, found, offset = settings.subscriptions().webhook_name, dict[int, Webhook](), 0
    ends = time.monotonic() + callfire_v2_api.READ_SECONDS
    while time.monotonic() < ends:
        page = fetch_list("/webhooks", credentials, name=name, limit=_PAGE, offset=offset)
        items, total = page["items"], page.get("totalCount")
        offset += len(items)
        # CallFire does not document whether its name filter matches the whole name or a part of it.
        ours = [item for item in items if item.get("name") == name and isinstance(item.get("id"), int)]
        found |= {item["id"]: _webhook(item) for item in ours}
        if not items or (offset >= total if isinstance(total, int) else len(items) < _PAGE):
            return [found[number] for number in sorted(found)]
    raise UnavailableError("CallFire lists more webhooks than can be looked through in time.")


def list_resources(credentials: Credentials) -> list[str]:
    """Return those of RESOURCES that CallFire offers; all of them if CallFire does not say."""
    try:
        offered = {item.get("resource") for item in fetch_list("/webhooks/resources", credentials)["items"]}
    except CallFireError:
        offered = set()
    return [resource for resource in RESOURCES if resource in offered] or list(RESOURCES)


def look(credentials: Credentials) -> tuple[list[Webhook], list[str]]:
    """Return this stack's webhooks, and the resources that CallFire offers.

    Raises the same errors as `list_webhooks`.
    """
    with ThreadPoolExecutor(max_workers=1) as thread:
        resources = thread.submit(list_resources, credentials)
        return list_webhooks(credentials), resources.result()


def set_callbacks(postback_url: str, secret: str, *, credentials: Credentials) -> str:
    """Make CallFire post all events to a URL, signed with a secret, and return how many webhooks do.

    Raises RefusedError or UnavailableError if nothing has changed, and UncertainError if something has or may have.
    """
    webhooks, resources = look(credentials)
    secrets = (postback_url, postback_url.rpartition("/")[2], secret)
    tasks: list[_Task] = []
    for resource in resources:
        body = {
            "name": settings.subscriptions().webhook_name,
            "resource": resource,
            "events": list(RESOURCES[resource]),
            "callback": postback_url,
            "secret": secret,
            "enabled": True,
        }
        numbers = [webhook.id for webhook in webhooks if webhook.resource == resource]
        if numbers:
            tasks.append((resource, partial(_update, numbers[0], body, credentials, secrets)))
        else:
            tasks.append((resource, partial(_create, body, credentials, secrets)))
        tasks += [(resource, partial(_delete, number, credentials)) for number in numbers[1:]]
    failed = _carry_out(tasks)
    if not failed:
        return f"{len(resources)} webhooks"
    if len(failed) == len(tasks) and not any(isinstance(error, UncertainError) for _, error in failed):
        raise type(failed[0][1])(_explain(failed))
    done = len(tasks) - len(failed)
    raise UncertainError(
        f"{done} of {len(tasks)} requests were carried out; repeat it for the rest. {_explain(failed)}"
    )


def delete_webhooks(credentials: Credentials) -> str:
    """Delete this stack's webhooks, and return how many there were. Raises a CallFireError."""
    webhooks = list_webhooks(credentials)
    failed = _carry_out([(webhook.resource, partial(_delete, webhook.id, credentials)) for webhook in webhooks])
    if failed:
        worst = max((error for _, error in failed), key=lambda error: isinstance(error, UncertainError))
        raise type(worst)(_explain(failed))
    return f"{len(webhooks)} webhooks deleted"


def _create(body: dict[str, Any], credentials: Credentials, secrets: tuple[str, ...]) -> None:
    created = request("POST", "/webhooks", credentials, secrets=secrets, json=body)
    if not isinstance(created, dict) or "id" not in created:
        raise UncertainError("CallFire's answer names no webhook.")


def _update(number: int, body: dict[str, Any], credentials: Credentials, secrets: tuple[str, ...]) -> None:
    request("PUT", f"/webhooks/{number}", credentials, secrets=secrets, json=body)


def _delete(number: int, credentials: Credentials) -> None:
    try:
        request("DELETE", f"/webhooks/{number}", credentials)
    except NotFoundError:
        return


def _carry_out(tasks: list[_Task]) -> list[tuple[str, CallFireError]]:
    """Send all requests in parallel, and return the errors of those that failed, by resource."""

    def attempt(task: _Task) -> CallFireError | None:
        try:
            task[1]()
        except CallFireError as error:
            return error
        return None

    with ThreadPoolExecutor(max_workers=max(1, len(tasks))) as threads:
        errors = list(threads.map(attempt, tasks))
    return [(resource, error) for (resource, _), error in zip(tasks, errors, strict=True) if error]


def _explain(failed: list[tuple[str, CallFireError]]) -> str:
    return " ".join(f"{resource}: {error}" for resource, error in failed)[:1_000]


def _webhook(item: dict[str, Any]) -> Webhook:
    events = item.get("events")
    return Webhook(
        id=item["id"],
        resource=str(item.get("resource")),
        events=frozenset(str(event).lower() for event in events) if isinstance(events, list) else frozenset(),
        callback=str(item.get("callback")),
        is_enabled=item.get("enabled") is not False,
    )
