"""Compare CallFire's webhooks (API v2) with this stack's subscription. cloud/1 has no way to list callbacks."""

from typing import Literal, NamedTuple

from callfire_postbacks.subscriptions import callfire_v2_listing, parameters
from callfire_postbacks.subscriptions.callfire_http import CallFireError
from callfire_postbacks.subscriptions.callfire_v2_listing import RESOURCES, Webhook
from callfire_postbacks.subscriptions.record import Record
from callfire_postbacks.subscriptions.url_form import hash_token

WebhookState = Literal["posting", "missing", "duplicate", "disabled", "altered", "elsewhere", "left over"]


class Comparison(NamedTuple):
    """CallFire's webhooks, compared with the subscription.

    as-asked   CallFire posts everything to our URL, or nothing if nothing is subscribed
    drifted    it does not; `detail` says what to do
    unknown    CallFire could not be asked; `detail` says why
    """

    outcome: Literal["as-asked", "drifted", "unknown"]
    detail: str
    webhooks: dict[str, WebhookState]
    """The state of each webhook, by resource.

    posting    it exists, enabled, with our events and our URL
    missing    CallFire has none
    duplicate  there is more than one, so every event arrives more than once
    disabled   CallFire posts nothing
    altered    some of our events are missing, or it is limited to some fields or to one delivery
    elsewhere  it posts to another URL, or to one of ours that was replaced
    left over  it exists although it was unsubscribed, or for a resource that is not ours
    """


def compare(record: Record, *, api_url: str) -> Comparison:
    """Compare CallFire's webhooks with a record of v2.

    CallFire's answers and missing parameters never raise an error.
    """
    try:
        webhooks, resources = callfire_v2_listing.look(parameters.credentials())
    except (CallFireError, parameters.ParameterError) as error:
        return Comparison("unknown", str(error), {})
    current = {token_hash for token_hash, end in record.tokens.items() if not end and token_hash not in record.by_hand}
    states: dict[str, WebhookState] = {}
    for resource in resources if current else []:
        states[resource] = _state([one for one in webhooks if one.resource == resource], current, api_url)
    for webhook in webhooks:
        states.setdefault(webhook.resource, "left over")
    wrong = ", ".join(f"{resource} {state}" for resource, state in states.items() if state != "posting")
    if not wrong:
        return Comparison("as-asked", f"{len(states)} webhooks", states)
    remedy = "subscribe" if current else "unsubscribe"
    return Comparison("drifted", f"{wrong}: `postbacks {remedy} v2` repairs it.", states)


def _state(webhooks: list[Webhook], current: set[str], api_url: str) -> WebhookState:
    if not webhooks:
        return "missing"
    if len(webhooks) > 1:
        return "duplicate"
    [webhook] = webhooks
    before, _, token = webhook.callback.rpartition("/")
    if before != f"{api_url}/postbacks/v2" or hash_token(token) not in current:
        return "elsewhere"
    if not webhook.is_enabled:
        return "disabled"
    is_complete = webhook.events >= {event.lower() for event in RESOURCES[webhook.resource]}
    return "posting" if is_complete and not webhook.is_limited else "altered"
