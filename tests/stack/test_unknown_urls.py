"""URLs that are not live: each gets the same answer, which reveals nothing."""

import pytest
import requests

from local.stack import Stack
from tests.support.http import Answer, post, token_of
from tests.support.stored import stored
from tools.samples import SAMPLES

BODY = SAMPLES["text-sent"]


@pytest.fixture
def unknown_urls(stack: Stack) -> dict[str, str]:
    """Return URLs that a person might try who knows the API and one live URL."""
    live = stack.postback_urls["callfinish"]
    token = token_of(live)
    elsewhere = token_of(stack.postback_urls["campaignfinish"])
    base = f"{stack.api_url}/postbacks"
    return {
        "wrong token": f"{base}/callfinish/{token[::-1]}",
        "one character off": f"{base}/callfinish/{token[:-1]}{'A' if token[-1] != 'A' else 'B'}",
        "token of another subscription": f"{base}/callfinish/{elsewhere}",
        "unknown subscription": f"{base}/callfinish-99999/{token}",
        "no subscription of ours": f"{base}/textfinish/{token}",
        "short token": f"{base}/callfinish/{token[:-1]}",
        "token of other characters": f"{base}/callfinish/{'%20' * 43}",
    }


@pytest.mark.usefixtures("no_events")
def test_unknown_urls_get_one_answer(stack: Stack, unknown_urls: dict[str, str]) -> None:
    """Every unknown URL gets the same 404, nothing is stored, and no answer holds a token."""
    answers = {what: post(url, BODY, "application/xml") for what, url in unknown_urls.items()}

    assert set(map(repr, answers.values())) == {repr(not_found())}
    assert not stored(stack)


def test_unknown_url_is_answered_before_its_body_is_read(unknown_urls: dict[str, str]) -> None:
    """Bad XML and a body beyond the limit get the same 404 if the URL is unknown."""
    for body in (b"", b"<not-xml", b"x" * 1_000_000):
        assert post(unknown_urls["wrong token"], body) == not_found()


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_get_and_head_reveal_nothing(stack: Stack, unknown_urls: dict[str, str], method: str) -> None:
    """A GET or HEAD is answered 405 with the allowed method, whether the URL is live or not."""
    answers = [
        requests.request(method, url, timeout=30) for url in (stack.postback_urls["callfinish"], *unknown_urls.values())
    ]
    assert {(one.status_code, one.headers["allow"], one.text) for one in answers} == {(405, "POST", answers[0].text)}


def not_found() -> Answer:
    """Check for the one answer."""
    problem = {"type": "about:blank", "title": "Not Found", "status": 404}
    text = '{"type":"about:blank","title":"Not Found","status":404}'
    return Answer(404, "application/problem+json", text, problem)
