"""`postbacks tail --forward`: one request for each event, and one line for each answer."""

import json

import pytest
import typer

from callfire_events import TextReceived
from callfire_events.testing import sample
from postbacks_cli.forwarding import consumer_url, forward
from tests.support.stack.consumer import consumer

EVENT = sample(TextReceived.TYPE, message="日本")


@pytest.mark.parametrize(
    ("status", "answer"), [(200, "200 OK"), (404, "404 Not Found"), (503, "503 Service Unavailable"), (520, "520")]
)
def test_answer_is_the_consumers_status(status: int, answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The consumer receives the event as a CloudEvent, without the configured proxy, and its status is the answer."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with consumer(status) as (url, requests):
        assert forward(url, EVENT) == answer
    [request] = requests
    assert json.loads(request.body) == EVENT
    assert request.content_type == "application/cloudevents+json; charset=UTF-8"


def test_no_redirect_is_followed() -> None:
    """A redirect is shown like any other answer, and is not followed."""
    with consumer() as (elsewhere, others), consumer(307, location=elsewhere) as (url, _):
        assert forward(url, EVENT) == "307 Temporary Redirect"
    assert others == []


def test_no_answer() -> None:
    """If the consumer does not listen, the answer is one line."""
    assert forward("http://127.0.0.1:1/hook", EVENT) == "no answer (ConnectionError)"


@pytest.mark.parametrize("text", ["", "hook", "127.0.0.1:8080/hook", "ftp://127.0.0.1/", "http://", "http://[::1"])
def test_text_that_is_not_a_url(text: str) -> None:
    """Anything but an HTTP URL is refused before the command starts."""
    with pytest.raises(typer.BadParameter):
        consumer_url(text)


@pytest.mark.parametrize("text", ["http://127.0.0.1:8080/hook", "https://[::1]/", "http://localhost?a=b"])
def test_urls(text: str) -> None:
    """HTTP URLs are accepted unchanged."""
    assert consumer_url(text) == text
