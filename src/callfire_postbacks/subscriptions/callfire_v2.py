"""Change this stack's webhooks at CallFire's API v2, one for each resource.

CallFire does not deduplicate webhooks: after creating one twice it delivers everything twice. So each change begins by
listing the webhooks with this stack's name: one for each resource is updated or created, and the others are deleted.
The requests of one step are sent in parallel, so a change ends, whatever hangs, within

    list      12.5 s, and as much again for a second page (see callfire_v2_api.py)
    change    12.5 s
              25 s

which leaves enough of the API's 30 s for the rest.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from callfire_postbacks import settings
from callfire_postbacks.subscriptions import callfire_v2_listing
from callfire_postbacks.subscriptions.callfire_http import CallFireError, UncertainError
from callfire_postbacks.subscriptions.callfire_v2_api import Credentials, NotFoundError, request
from callfire_postbacks.subscriptions.callfire_v2_listing import RESOURCES

_Task = tuple[str, Callable[[], None]]
"""A request and its resource. It raises a CallFireError."""


def set_callbacks(postback_url: str, secret: str, *, credentials: Credentials) -> str:
    """Make CallFire post all events to a URL, signed with a secret, and return how many webhooks do.

    Raises RefusedError or UnavailableError if nothing has changed, and UncertainError if something has or may have.
    """
    webhooks, resources = callfire_v2_listing.look(credentials)
    secrets = (postback_url, postback_url.rpartition("/")[2], secret)
    tasks: list[_Task] = []
    kept: set[int] = set()
    for resource in resources:
        body = {
            "name": settings.subscriptions().webhook_name,
            "resource": resource,
            "events": list(RESOURCES[resource]),
            "callback": postback_url,
            "secret": secret,
            "enabled": True,
        }
        # An update that omits a field may keep it, so a limited webhook is created anew.
        usable = [webhook.id for webhook in webhooks if webhook.resource == resource and not webhook.is_limited]
        if usable:
            kept.add(usable[0])
            tasks.append((resource, partial(_update, usable[0], body, credentials, secrets)))
        else:
            tasks.append((resource, partial(_create, body, credentials, secrets)))
    surplus = [webhook for webhook in webhooks if webhook.id not in kept]
    tasks += [(webhook.resource, partial(_delete, webhook.id, credentials)) for webhook in surplus]
    failed = _carry_out(tasks)
    if not failed:
        return f"{len(resources)} webhooks"
    if len(failed) == len(tasks) and not any(isinstance(error, UncertainError) for _, error in failed):
        raise type(failed[0][1])(_explain(failed))
    done = len(tasks) - len(failed)
    raise UncertainError(
        f"{done} of {len(tasks)} requests succeeded; repeat the command for the rest. {_explain(failed)}"
    )


def delete_webhooks(credentials: Credentials) -> str:
    """Delete this stack's webhooks, and return how many there were. Raises a CallFireError."""
    webhooks = callfire_v2_listing.list_webhooks(credentials)
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
