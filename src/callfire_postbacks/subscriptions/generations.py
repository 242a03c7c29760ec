"""The client and the credentials for each generation of CallFire's API.

callfinish, campaignfinish    cloud/1     one URL for each scope, by API key
v2                            API v2      one webhook for each resource, by login and password
v1.1, v1.1-campaign-started   API 1.1     none: its subscriptions are made by hand
"""

from collections.abc import Callable
from typing import Literal, NamedTuple, TypeVar

from callfire_postbacks import settings
from callfire_postbacks.subscriptions import callfire_cloud1, callfire_v2, parameters
from callfire_postbacks.subscriptions.callfire_http import AnswerOutcome, CallFireError, RefusedError
from callfire_postbacks.subscriptions.signature import derive_secret
from callfire_postbacks.subscriptions.url_form import V2

_Key = TypeVar("_Key")


class CallFireAnswer(NamedTuple):
    """CallFire's answer to a management call."""

    outcome: AnswerOutcome | Literal["confirmed", "not-asked"]
    detail: str


def is_v1_1(subscription: str) -> bool:
    """Return whether a subscription is one of API 1.1."""
    return subscription.startswith("v1.1")


def require_key(subscription: str) -> None:
    """Raise ParameterError if the credentials for CallFire are missing."""
    if subscription == V2:
        parameters.credentials()
        parameters.signing_secret()
    else:
        parameters.api_key()


def set_callback(subscription: str, postback_url: str, token_hash: str) -> str:
    """Set CallFire's postback URL, and return CallFire's description. Raises CallFireError, ParameterError."""
    if subscription != V2:
        return _ask(
            parameters.api_key, lambda key: callfire_cloud1.set_callback(subscription, postback_url, api_key=key)
        )
    secret = derive_secret(parameters.signing_secret(), subscription, token_hash)
    return _ask(parameters.credentials, lambda key: callfire_v2.set_callbacks(postback_url, secret, credentials=key))


def stop(subscription: str) -> CallFireAnswer:
    """Ask CallFire to stop, and return its answer. CallFire's answers and missing parameters never raise an error."""
    if is_v1_1(subscription):
        return CallFireAnswer("not-asked", "Delete the subscriptions of API 1.1 at CallFire, where they were made.")
    if settings.subscriptions().unsubscribe_by == "none":
        return CallFireAnswer("not-asked", "The parameter UnsubscribeBy is none, so the stack did not ask CallFire.")
    try:
        if subscription == V2:
            return CallFireAnswer("confirmed", _ask(parameters.credentials, callfire_v2.delete_webhooks))
        return CallFireAnswer("confirmed", _ask(parameters.api_key, lambda key: _stop_cloud1(subscription, key)))
    except parameters.ParameterError as error:
        return CallFireAnswer("not-asked", str(error))
    except CallFireError as error:
        return CallFireAnswer(error.outcome, str(error))


def _stop_cloud1(subscription: str, key: str) -> str:
    if settings.subscriptions().unsubscribe_by == "delete":
        return callfire_cloud1.delete_callback(subscription, api_key=key)
    return callfire_cloud1.set_callback(subscription, "", api_key=key)


def _ask(read_key: Callable[..., _Key], request: Callable[[_Key], str]) -> str:
    """Send a request with the remembered key. If CallFire rejects it, retry with a newer key if there is one."""
    key = read_key()
    try:
        return request(key)
    except RefusedError:
        fresh = read_key(fresh=True)
        if fresh == key:
            raise
    return request(fresh)
