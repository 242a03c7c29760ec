"""Parameters in SSM: how long a value is remembered, and the message if it cannot be read."""

import os
from datetime import timedelta

import pytest

from callfire_postbacks.aws import clients
from callfire_postbacks.subscriptions import parameters
from callfire_postbacks.subscriptions.parameters import MAX_AGE_SECONDS, ParameterError
from tests.support.aws.faults import Answer, answering, refusal, time_out
from tests.support.fake_callfire import API_KEY, API_URL, store_parameter

pytestmark = pytest.mark.usefixtures("fake_callfire")

NAME = os.environ["CALLFIRE_API_KEY_PARAMETER"]


def test_names() -> None:
    """Each stack has its own key by default: two stacks with one key would take each other's callbacks."""
    assert NAME == "/callfire-postbacks/callfire-api-key"


def test_reads_and_decrypts() -> None:
    """The key is the stored value without a trailing newline; the URL has no trailing slash."""
    store_parameter("CALLFIRE_API_KEY_PARAMETER", f" {API_KEY}\n")
    store_parameter("API_URL_PARAMETER", f"{API_URL}/")
    assert parameters.api_key() == API_KEY
    assert parameters.api_url() == API_URL


def test_remembers_for_minutes() -> None:
    """A key is read again after a few minutes, or when the caller asks for a fresh one."""
    assert parameters.api_key() == API_KEY
    store_parameter("CALLFIRE_API_KEY_PARAMETER", "second")
    assert parameters.api_key() == API_KEY
    assert parameters.api_key(fresh=True) == "second"
    store_parameter("CALLFIRE_API_KEY_PARAMETER", "third")
    assert parameters.api_key() == "second"
    _expire()
    assert parameters.api_key() == "third"


def _expire() -> None:
    store = parameters.provider().store
    for key, remembered in store.items():
        store[key] = remembered._replace(ttl=remembered.ttl - timedelta(seconds=MAX_AGE_SECONDS + 1))


def test_no_key() -> None:
    """If the parameter is missing, the problem names it and says how to create it."""
    clients.ssm().delete_parameter(Name=NAME)
    with pytest.raises(ParameterError) as raised:
        parameters.api_key()
    assert str(raised.value) == f"There is no parameter {NAME}. Store CallFire's API key: postbacks set-api-key."


def test_empty_key() -> None:
    """An empty key counts as missing, and is read again at the next request."""
    store_parameter("CALLFIRE_API_KEY_PARAMETER", " ")
    with pytest.raises(ParameterError) as raised:
        parameters.api_key()
    assert str(raised.value) == f"The parameter {NAME} is empty. Store CallFire's API key: postbacks set-api-key."
    store_parameter("CALLFIRE_API_KEY_PARAMETER", API_KEY)
    assert parameters.api_key() == API_KEY


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (refusal("AccessDeniedException"), "is not allowed to read the parameter"),
        (refusal("InternalServerError"), "cannot be read now (InternalServerError). Try again."),
        (time_out, "cannot be read now (ReadTimeoutError). Try again."),
    ],
)
@pytest.mark.usefixtures("no_pauses")
def test_key_that_cannot_be_read(answer: Answer, text: str) -> None:
    """If SSM refuses or does not answer, the problem states the reason and the remedy."""
    with answering("ssm.GetParameter", answer), pytest.raises(ParameterError, match=NAME) as raised:
        parameters.api_key()
    assert text in str(raised.value)
