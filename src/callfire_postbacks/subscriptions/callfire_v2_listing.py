"""List this stack's webhooks at CallFire's API v2, and the resources for which CallFire offers webhooks."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, NamedTuple

from callfire_postbacks import settings
from callfire_postbacks.subscriptions import callfire_v2_api
from callfire_postbacks.subscriptions.callfire_http import CallFireError, UnavailableError
from callfire_postbacks.subscriptions.callfire_v2_api import Credentials, fetch_list

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


class Webhook(NamedTuple):
    """A webhook of this stack, as listed by CallFire."""

    id: int
    resource: str
    events: frozenset[str]
    """In lowercase: CallFire's documentation uses both cases."""
    callback: str
    is_enabled: bool
    is_limited: bool
    """Whether CallFire omits fields of each delivery, or deletes the webhook after the first one."""


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
    raise UnavailableError("CallFire lists too many webhooks to read in time.")


def list_resources(credentials: Credentials) -> list[str]:
    """Return those of RESOURCES that CallFire offers; all of them if CallFire does not say."""
    try:
        offered = {item.get("resource") for item in fetch_list("/webhooks/resources", credentials)["items"]}
    except CallFireError:
        offered = set()
    return [resource for resource in RESOURCES if resource in offered] or list(RESOURCES)


def look(credentials: Credentials) -> tuple[list[Webhook], list[str]]:
    """Return this stack's webhooks, and those of RESOURCES that CallFire offers or has a webhook for.

    Raises the same errors as `list_webhooks`.
    """
    with ThreadPoolExecutor(max_workers=1) as thread:
        offered = thread.submit(list_resources, credentials)
        webhooks = list_webhooks(credentials)
        possible = {*offered.result(), *(webhook.resource for webhook in webhooks)}
        return webhooks, [resource for resource in RESOURCES if resource in possible]


def _webhook(item: dict[str, Any]) -> Webhook:
    events = item.get("events")
    return Webhook(
        id=item["id"],
        resource=str(item.get("resource")),
        events=frozenset(str(event).lower() for event in events) if isinstance(events, list) else frozenset(),
        callback=str(item.get("callback")),
        is_enabled=item.get("enabled") is not False,
        is_limited=bool(item.get("fields")) or item.get("singleUse") is True,
    )
