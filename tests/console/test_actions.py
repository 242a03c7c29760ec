"""Find, replay and copy events, and manage subscriptions in the console."""

import json

import pytest
from playwright.sync_api import expect

from local.stack import Stack
from tests.support.building import call, element
from tests.support.fake_callfire_controls import FakeCallFire
from tests.support.http import post, url_of
from tests.support.stack.console import Tab
from tools.samples import SAMPLES

NAME = "callfinish-424242"


@pytest.fixture
def event_id(stack: Stack, no_events: None) -> str:  # noqa: ARG001  begins without events
    """Return the id of the only stored event, a call."""
    found: str = post(url_of(stack, "call-finished"), SAMPLES["call-finished"]).json["id"]
    return found


def test_find_opens_the_one_event(opened: Tab, event_id: str) -> None:
    """A call id, a number in any form, a campaign or a prefix of an event's id finds the event; Back leaves it."""
    for text in ("111111", "(213) 221-2289", "+12132212289", "22222", event_id[:8]):
        opened.page.goto(f"{opened.origin}/find")
        opened.page.keyboard.press("/")
        opened.page.keyboard.type(text)
        opened.page.keyboard.press("Enter")
        opened.page.wait_for_url(f"**/events/{event_id}")
    opened.page.go_back()
    assert opened.page.url == f"{opened.origin}/find"


def test_search_without_a_result_names_the_places(opened: Tab) -> None:
    """If nothing is found, the page says so and lists the places that were searched."""
    page = opened.open("/find?q=no-such-thing")
    expect(page.locator("main")).to_contain_text("Nothing matches")
    expect(page.locator("main")).to_contain_text("the rejected queue")


def test_replay_and_copy(opened: Tab, event_id: str) -> None:
    """An event is copied as JSON and as a curl command without a URL, and is replayed."""
    page = opened.open(f"/events/{event_id}")
    page.get_by_role("button", name="Copy as JSON").click()
    expect(page.locator("#announcement")).to_have_text("Copied.")
    assert json.loads(page.evaluate("navigator.clipboard.readText()"))["id"] == event_id
    page.get_by_role("button", name="Copy as curl").click()
    page.wait_for_function("navigator.clipboard.readText().then(text => text.startsWith('curl'))")
    assert "$POSTBACKS_URL" in page.evaluate("navigator.clipboard.readText()")

    page.get_by_role("button", name="Replay").click()
    expect(page.get_by_role("status").first).to_contain_text("Marked for replay")


def test_campaign_counts(opened: Tab, event_id: str) -> None:
    """A campaign's page counts its outcomes, over a chosen time."""
    assert event_id
    page = opened.open("/campaigns/22222")
    expect(page.locator(".chart")).to_contain_text("transferred")
    page.get_by_role("link", name="last day").click()
    expect(page.locator("main")).to_contain_text("No events in this time")


def test_campaign_of_any_text(opened: Tab, stack: Stack) -> None:
    """The page of a campaign opens whatever its id is: the XML of strangers can contain any."""
    campaign = "a/b?c#d%2F"
    body = call(element("callid", "1"), element("campaignid", campaign))
    event_id = post(url_of(stack, "call-finished"), body).json["id"]
    page = opened.open(f"/events/{event_id}")
    page.get_by_role("link", name=campaign).click()
    expect(page.locator(".tiles .calls")).to_contain_text("1")
    expect(page.locator("h1")).to_have_text(f"Campaign {campaign}")


def test_subscribe_rotate_unsubscribe(opened: Tab) -> None:
    """A subscription is created, rotated, and ended after a confirmation; no page shows its URL."""
    page = opened.open("/subscriptions")
    page.get_by_label("Subscribe another").fill(NAME)
    page.get_by_role("button", name="Subscribe", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text(f"{NAME} is subscribed.")
    page.get_by_role("button", name=f"Rotate {NAME}").click()
    expect(page.get_by_role("status").first).to_contain_text(f"{NAME} has a new URL.")
    page.get_by_role("link", name=f"Unsubscribe {NAME}").click()
    page.get_by_role("button", name=f"Unsubscribe {NAME}").click()
    expect(page.get_by_role("status").first).to_contain_text(f"{NAME} is unsubscribed.")
    assert "/postbacks/" not in page.content()


def test_rotate_after_another_console_unsubscribed(opened: Tab, stack: Stack) -> None:
    """On a page from before another console ended the subscription, Rotate does not subscribe again."""
    name = "callfinish-424243"
    page, other = opened.open("/subscriptions"), opened.page.context.new_page()
    page.get_by_label("Subscribe another").fill(name)
    page.get_by_role("button", name="Subscribe", exact=True).click()
    expect(page.get_by_role("button", name=f"Rotate {name}")).to_be_visible()

    other.goto(f"{opened.origin}/subscriptions/{name}/unsubscribe")
    other.get_by_role("button", name=f"Unsubscribe {name}").click()
    expect(other.get_by_role("status").first).to_contain_text("is unsubscribed")
    page.get_by_role("button", name=f"Rotate {name}").click()
    expect(page.get_by_role("alert")).to_contain_text(f"{name} is not subscribed.")
    assert "callfinish/424243" not in FakeCallFire(stack.fake_callfire).urls()
    opened.complaints.clear()  # the browser's own line about the status


def test_subscription_with_a_bad_name(opened: Tab) -> None:
    """An invalid name is refused with the function's own message."""
    page = opened.open("/subscriptions")
    page.get_by_label("Subscribe another").fill("nonsense")
    page.get_by_role("button", name="Subscribe", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("That did not work")
    opened.complaints.clear()  # the browser's own line about the status


def test_health_shows_findings(opened: Tab) -> None:
    """Health shows every check of `postbacks doctor`."""
    page = opened.open("/health")
    expect(page.locator('[data-level="ok"]', has_text="stack").first).to_be_visible()
    assert page.locator(".findings li").count() > 10
