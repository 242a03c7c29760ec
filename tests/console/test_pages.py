"""Every page, in light and dark, wide and narrow: accessible, within its width, without errors and without secrets."""

from typing import Any, Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from local.stack import Stack
from tests.support.http import post, url_of
from tests.support.stack.console import Tab, tab
from tools.samples import SAMPLES

SERIOUS: Final = ("serious", "critical")
PAGES: Final = ("/", "/find", "/find?q=22222", "/campaigns/22222", "/rejected", "/subscriptions", "/health", "/send")
REPAIRED: Final = b"<!DOCTYPE x><call-finished><callid>9</callid><tags><tag>T & J</tag></tags></call-finished>"
BROKEN: Final = b"<call-finished><notes>Tom & Jerry</note></call-finished>"
WIDTHS: Final = (360, 768, 1280)
SCHEMES: Final = {"light": 1280, "dark": 360}
"""The width in which axe looks at each colour scheme."""
SHADES: Final = {"light": "rgb(250, 248, 245)", "dark": "rgb(21, 19, 17)"}
"""The background of a page in each colour scheme."""


@pytest.fixture(scope="module")
def paths(stack: Stack) -> list[str]:
    """Return all pages, including an event, a repaired one and a rejected postback."""
    event_ids = [post(url_of(stack, kind), body).json["id"] for kind, body in SAMPLES.items()]
    repaired_id = post(url_of(stack, "call-finished"), REPAIRED).json["id"]
    post(url_of(stack, "call-finished"), BROKEN)
    received = stack.aws.sqs.receive_message(QueueUrl=stack.outputs["RejectedQueueUrl"], VisibilityTimeout=0)
    [message] = received["Messages"]
    return [
        *PAGES,
        f"/events/{event_ids[0]}",
        f"/events/{repaired_id}",
        f"/rejected/{message['MessageId']}",
        "/subscriptions/callfinish/unsubscribe",
    ]


@pytest.fixture(scope="module")
def secrets(stack: Stack, address: str) -> list[str]:
    """Return CallFire's API key, the tokens of the postback URLs, and the console's own key."""
    key = stack.aws.ssm.get_parameter(Name="/callfire-postbacks/callfire-api-key", WithDecryption=True)
    tokens = [url.rpartition("/")[2] for url in stack.postback_urls.values()]
    return [key["Parameter"]["Value"], address.partition("key=")[2], *tokens]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_page(browser: Browser, address: str, paths: list[str], secrets: list[str], scheme: str) -> None:
    """Each page is accessible by axe, fits every width, and holds neither inline code nor a secret."""
    with tab(browser, address, scheme=scheme, width=SCHEMES[scheme]) as opened:
        assert opened.page.evaluate("getComputedStyle(document.body).backgroundColor") == SHADES[scheme]
        problems = {path: look(opened, path, secrets) for path in paths}
    assert problems == {path: [] for path in paths}


def look(opened: Tab, path: str, secrets: list[str]) -> list[str]:
    """Return the problems of a page, in words."""
    page = opened.open(path)
    problems = [describe(each) for each in Axe().run(page).response["violations"] if each["impact"] in SERIOUS]
    if page.locator("[style], script:not([src]), [onclick], [onload], [onerror]").count():
        problems.append("It has inline code.")
    content = page.content()
    problems += [f"It contains the secret {number}." for number, secret in enumerate(secrets) if secret in content]
    return problems + [f"It is wider than {width} pixels." for width in too_narrow_widths(page)]


def too_narrow_widths(page: Page) -> list[int]:
    """Return the widths of a window that a page does not fit."""
    before = page.viewport_size
    assert before
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": before["height"]})
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            found.append(width)
    page.set_viewport_size(before)
    return found


def describe(violation: dict[str, Any]) -> str:
    """Return a violation and its place."""
    return f"{violation['id']}: {violation['nodes'][0]['html'][:200]}"


def test_page_that_does_not_exist(opened: Tab) -> None:
    """An unknown address and an unknown event get a page that says so and links onward."""
    for path in ("/nothing-such", f"/events/{'0' * 32}"):
        assert opened.page.request.get(opened.origin + path).status == 404
        opened.open(path)
        assert opened.page.get_by_role("link", name="Back to Live").is_visible()
    opened.complaints.clear()  # the browser's own lines about 404
