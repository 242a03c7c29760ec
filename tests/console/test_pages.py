"""Every page, in light and dark, wide and narrow, is accessible, within its width, and without errors."""

from typing import Any, Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from local.stack import Stack
from tests.support.console import Tab, tab
from tests.support.http import post, url_of
from tools.samples import SAMPLES

SERIOUS: Final = ("serious", "critical")
PAGES: Final = ("/", "/find", "/find?q=22222", "/campaigns/22222", "/rejected", "/subscriptions", "/health", "/send")
BROKEN: Final = b"<call-finished><notes>Tom & Jerry</note></call-finished>"


@pytest.fixture(scope="module")
def paths(stack: Stack) -> list[str]:
    """Return all pages, including an event and a rejected postback."""
    event_ids = [post(url_of(stack, kind), body).json["id"] for kind, body in SAMPLES.items()]
    post(url_of(stack, "call-finished"), BROKEN)
    received = stack.aws.sqs.receive_message(QueueUrl=stack.outputs["RejectedQueueUrl"], VisibilityTimeout=0)
    [message] = received["Messages"]
    return [
        *PAGES,
        f"/events/{event_ids[0]}",
        f"/rejected/{message['MessageId']}",
        "/subscriptions/callfinish/unsubscribe",
    ]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 360), ("dark", 768)])
def test_pages_are_accessible(browser: Browser, address: str, paths: list[str], scheme: str, width: int) -> None:
    """Axe finds no serious violation on any page, contrast included, and no page is wider than its window."""
    with tab(browser, address, scheme=scheme, width=width) as opened:
        found = {path: look(opened, path) for path in paths}
    assert found == {path: [] for path in paths}


def look(opened: Tab, path: str) -> list[str]:
    """Return the problems of a page, in words."""
    page = opened.open(path)
    page.wait_for_timeout(50)
    wrong = [describe(each) for each in Axe().run(page).response["violations"] if each["impact"] in SERIOUS]
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        wrong.append("It is wider than the window.")
    return wrong


def describe(violation: dict[str, Any]) -> str:
    """Return a violation and its place."""
    return f"{violation['id']}: {violation['nodes'][0]['html'][:200]}"


def test_dark_mode_is_dark(browser: Browser, address: str) -> None:
    """The page follows the browser's colour scheme."""
    colours = []
    for scheme in ("light", "dark"):
        with tab(browser, address, scheme=scheme) as opened:
            colours.append(opened.page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert colours == ["rgb(250, 248, 245)", "rgb(21, 19, 17)"]


def test_page_that_does_not_exist(opened: Tab) -> None:
    """An unknown address and an unknown event get a page that says so and links onward."""
    for path in ("/nothing-such", f"/events/{'0' * 32}"):
        assert opened.page.request.get(opened.origin + path).status == 404
        opened.open(path)
        assert opened.page.get_by_role("link", name="Back to Live").is_visible()
    opened.complaints.clear()  # the browser's own lines about 404
