"""CallFire's credentials for API v2: how they are read and sent, and that no secret is shown."""

import json
from typing import Any, Final

import pytest

from callfire_postbacks.functions.subscriptions import handler
from callfire_postbacks.subscriptions import callfire_v2_api, lifecycle, parameters
from callfire_postbacks.subscriptions.callfire_http import RefusedError
from callfire_postbacks.subscriptions.parameters import ParameterError
from tests.support.fake_callfire import API_URL, Server, store_parameter
from tests.support.lambda_context import Context
from tests.support.subscribing import is_live
from tests.support.v2 import V2, callbacks, is_complete, subscribe, webhooks
from tests.unit.conftest import Logged

pytestmark = pytest.mark.slow

ANSWERS: Final = ("refuse", "forbid", "redirect", "limit", "fail", "html", "vanish", "lose", "slow")
"""The ways in which a request fails, one for each webhook."""


def test_wrong_credentials(fake_callfire: Server) -> None:
    """A refusal by CallFire is passed on without the credentials, with what to do, and nothing changes."""
    fake_callfire.account.v2.credentials = "login:another"
    with pytest.raises(RefusedError) as raised:
        lifecycle.subscribe(V2, api_url=API_URL)
    assert str(raised.value) == (
        "CallFire refused, HTTP 401: Invalid credentials (`postbacks set-credentials` stores other credentials)"
    )
    assert lifecycle.get(V2).live() == []


def test_new_credentials_at_once(fake_callfire: Server) -> None:
    """If CallFire refuses the credentials, they are read again at once, in case they were replaced."""
    subscribe()
    fake_callfire.account.v2.credentials = "login:another"
    store_parameter("CALLFIRE_CREDENTIALS_PARAMETER", "login:another")
    subscribe()
    assert is_complete(fake_callfire)


@pytest.mark.parametrize(
    "credentials",
    ["naïve-login:pass:word", "login: with blanks ", "l" * 100 + ":" + "p" * 200],
    ids=["colon and accent", "blanks", "long"],
)
def test_credentials_of_any_characters(fake_callfire: Server, credentials: str) -> None:
    """The login ends at the first colon; the rest is the password, in UTF-8."""
    fake_callfire.account.v2.credentials = credentials.strip()
    store_parameter("CALLFIRE_CREDENTIALS_PARAMETER", credentials)
    subscribe()
    assert is_complete(fake_callfire)


@pytest.mark.parametrize("value", [" ", "login", "login:", ":password", ":"])
def test_no_credentials(fake_callfire: Server, value: str) -> None:
    """Without credentials nothing is started, and the message says what to do without showing stored values."""
    store_parameter("CALLFIRE_CREDENTIALS_PARAMETER", value)
    with pytest.raises(ParameterError) as raised:
        lifecycle.subscribe(V2, api_url=API_URL)
    assert "postbacks set-credentials" in str(raised.value)
    assert "password" not in str(raised.value).replace("login and password", "")
    assert lifecycle.get_all() == []
    assert fake_callfire.account.v2.requests == []


def test_unsubscribe_without_credentials(fake_callfire: Server) -> None:
    """Unsubscribing revokes our URL even without credentials for CallFire, and the answer says so."""
    subscribe()
    [url] = callbacks(fake_callfire)
    store_parameter("CALLFIRE_CREDENTIALS_PARAMETER", " ")
    fake_callfire.account.v2.credentials = "login:another"
    _, answer = lifecycle.unsubscribe(V2)
    assert answer.outcome == "not-asked"
    assert not is_live(url, seconds_later=1)


def test_no_secret_in_logs_or_answers(fake_callfire: Server, logged: Logged, monkeypatch: pytest.MonkeyPatch) -> None:
    """No log line and no answer holds credentials, tokens or secrets, whatever CallFire answers."""
    monkeypatch.setattr(callfire_v2_api, "READ_SECONDS", 0.4)
    answers = [invoke("subscribe")]
    fake_callfire.account.v2.answers = ["documented", "documented", *ANSWERS]
    answers += [invoke("subscribe")]
    for how in ANSWERS:
        fake_callfire.account.v2.answers = [how] * 2
        answers += [invoke("show")]
        fake_callfire.account.v2.answers = [how] * 2
        answers += [invoke("subscribe")]
    fake_callfire.account.v2.answers = []
    known = webhooks(fake_callfire)
    answers += [invoke("list"), invoke("unsubscribe")]
    written = json.dumps(answers) + json.dumps(logged())
    secrets = {webhook["callback"].rpartition("/")[2] for webhook in known} | {webhook["secret"] for webhook in known}
    assert len(secrets) > 2, "only some webhooks have the new URL"
    for secret in {"password-of-v2", "bG9naW4", parameters.signing_secret(), *secrets}:
        assert secret not in written


def invoke(action: str) -> Any:  # noqa: ANN401  JSON
    """Invoke the function."""
    return handler({"action": action, "subscription": V2}, Context())
