"""Live: arrivals, filters, pause, the keyboard, untrusted texts, and long lists."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from local.stack import Stack
from tests.support.building import call, element, text
from tests.support.http import post, url_of
from tests.support.stack.console import Tab, hold_scripts, running_console, tab
from tests.support.stack.filling import fill
from tests.support.stored import delete_all
from tools.samples import SAMPLES

HOSTILE = (
    '<script>document.title = "taken"</script><img src=x onerror="document.title=1"> '
    '\u202egnp.exe\u202c \u05e9\u05dc\u05d5\u05dd & "quoted"'
)
STORED = 1_000
"""Events: the number that the console remembers."""


@pytest.fixture(autouse=True)
def fresh(no_events: None, opened: Tab) -> None:
    """Start without events, and with an open page."""


def send(stack: Stack, callid: str, **fields: str) -> str:
    """Post a call, and return its event's id."""
    contents = [element(name, text(value)) for name, value in {"callid": callid, **fields}.items()]
    event_id: str = post(url_of(stack, "call-finished"), call(*contents)).json["id"]
    return event_id


def test_events_arrive_newest_first(page: Page, stack: Stack) -> None:
    """New events appear by themselves at the top."""
    for kind, body in SAMPLES.items():
        post(url_of(stack, kind), body)
    send(stack, "1", disposition="BUSY")
    expect(page.locator("#rows tr").first).to_contain_text("call busy")
    expect(page.locator("#rows")).to_contain_text("Reply message")
    expect(page.locator("#sparkline")).to_contain_text("in the last hour")


def test_filters(page: Page, stack: Stack) -> None:
    """A filter applies to the present list and to arrivals."""
    send(stack, "2", disposition="BUSY", phonenumber="2135550100", campaignid="4711")
    page.get_by_label("Outcome").select_option("busy")
    page.get_by_label("Campaign", exact=True).fill("4711")
    page.get_by_label("Number", exact=True).fill("(213) 555-0100")
    page.keyboard.press("Enter")
    page.wait_for_url("**number=*")
    expect(page.locator("#rows tr")).to_have_count(1)
    send(stack, "3", disposition="LA", phonenumber="2135550100", campaignid="4711")
    send(stack, "4", disposition="BUSY", phonenumber="2135550100", campaignid="4711")
    expect(page.locator("#rows tr")).to_have_count(2)


def test_filters_before_the_scripts_are_loaded(opened: Tab, stack: Stack) -> None:
    """Filters that are chosen before the page's scripts are loaded apply as soon as they are."""
    page = opened.page
    send(stack, "8", disposition="BUSY", campaignid="4712")
    send(stack, "9", disposition="LA", campaignid="4712")
    expect(page.locator("#rows").get_by_role("link", name="4712", exact=True)).to_have_count(2)
    held = hold_scripts(page)
    page.goto(opened.origin, wait_until="commit")
    page.get_by_label("Outcome").select_option("busy")
    page.get_by_label("Campaign", exact=True).fill("4712")
    while not held:
        page.wait_for_timeout(50)
    held[0].continue_()
    expect(page.locator("#rows tr")).to_have_count(1)
    expect(page.locator("#rows tr")).to_contain_text("call busy")


def test_console_that_has_ended(browser: Browser, state_dir: Path) -> None:
    """If the console ends, an open page says so."""
    with ExitStack() as console, tab(browser, console.enter_context(running_console(state_dir))) as opened:
        console.close()
        expect(opened.page.get_by_role("alert")).to_contain_text("Is it still running?")
        opened.page.goto("about:blank")  # no more attempts to connect
        opened.complaints.clear()


def test_pause_and_resume(page: Page, stack: Stack) -> None:
    """While paused, the list stays unchanged and arrivals are counted; afterwards they are all shown."""
    page.keyboard.press("p")
    before = page.locator("#rows tr").count()
    send(stack, "5", disposition="BUSY")
    expect(page.locator("#pause")).to_contain_text("Resume (1 new)")
    assert page.locator("#rows tr").count() == before
    page.get_by_role("button", name="Resume").click()
    expect(page.locator("#rows tr").first).to_contain_text("call busy")


def test_keyboard(page: Page, stack: Stack) -> None:
    """`j` and `k` move, Enter opens, `?` shows help, `/` searches, and Escape leaves."""
    first, second = send(stack, "6", disposition="BUSY"), send(stack, "7", disposition="DNC")
    expect(page.locator("#rows tr").first).to_contain_text("do not call")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("j")
    expect(page.locator(":focus")).to_have_attribute("href", f"/events/{first}")
    page.keyboard.press("k")
    expect(page.locator(":focus")).to_have_attribute("href", f"/events/{second}")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_hidden()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Find by")).to_be_focused()
    page.keyboard.press("Escape")
    page.locator("#rows a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/events/{second}")


def test_texts_of_strangers_stay_text(opened: Tab, stack: Stack) -> None:
    """Markup, right-to-left marks and 60 KB are shown as text, on Live and on the event's page."""
    page = opened.page
    body = call(element("smsReceived", text(HOSTILE + "x" * 60_000)))
    event_id = post(url_of(stack, "text-received"), body).json["id"]
    expect(page.locator("#rows")).to_contain_text("<script>document.title")
    expect(page.locator("#rows mark.repair").first).to_have_text("\\u202e")
    assert len(page.locator("#rows tr").first.inner_text()) < 500
    opened.open(f"/events/{event_id}")
    expect(page.get_by_role("region", name="Event as JSON")).to_contain_text("<script>document.title")
    assert page.locator("main script, main img").count() == 0
    assert "taken" not in page.title()
    opened.open("/find?q=%3Cscript%3Ealert(1)%3C/script%3E")
    expect(page.locator("h1")).to_contain_text("<script>alert(1)</script>")


@pytest.fixture
def many(stack: Stack) -> Iterator[None]:
    """Store many events, and delete them afterwards: other tests share the table."""
    fill(stack, STORED)
    yield
    delete_all(stack)


@pytest.mark.usefixtures("many")
def test_no_list_loads_everything(opened: Tab) -> None:
    """If there are more events than a page shows, Live, Find and a campaign list the newest and state the total."""
    page = opened.open("/")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<form id=load method=post action=/load></form>')")
    page.evaluate("document.getElementById('load').submit()")
    expect(page.get_by_role("status").first).to_contain_text("Loaded the events of the last hour")
    expect(page.locator("#rows tr")).to_have_count(100)
    expect(page.locator("#feed")).to_contain_text(f"{STORED - 100:,} older events are not listed")
    expect(page.locator("#sparkline")).to_contain_text(f"{STORED:,} in the last hour")
    opened.open("/find?q=22222")
    expect(page.locator("#content tbody tr")).to_have_count(50)
    expect(page.locator("#content")).to_contain_text("the newest")
    opened.open("/campaigns/22222")
    expect(page.locator(".events tbody tr")).to_have_count(20)
    expect(page.locator(".tiles .calls")).to_contain_text(f"{STORED:,}")
