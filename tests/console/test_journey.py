"""A newcomer's journey: send a sample, see it arrive, open it, break it, and redrive it."""

import re

import pytest
from playwright.sync_api import expect

from local.stack import Stack
from tests.support.http import post, url_of
from tests.support.stack.console import Tab, hold_scripts


@pytest.fixture(autouse=True)
def nothing_rejected(stack: Stack, no_events: None) -> None:  # noqa: ARG001  begins without events too
    """Empty the rejected queue first."""
    stack.aws.sqs.purge_queue(QueueUrl=stack.outputs["RejectedQueueUrl"])


def test_postbacks_that_another_program_reads(opened: Tab, stack: Stack) -> None:
    """While another program hides the rejected postbacks, the page does not say that there are none.

    It is before the tests that redrive, because drain returns their postbacks some time later.
    """
    post(url_of(stack, "call-finished"), b"<fax/>")
    [held] = stack.aws.sqs.receive_message(QueueUrl=stack.outputs["RejectedQueueUrl"], VisibilityTimeout=60)["Messages"]
    page = opened.open("/rejected")
    expect(page.locator("main")).to_contain_text("SQS counts about 1. Another program is reading them")
    stack.aws.sqs.change_message_visibility(
        QueueUrl=stack.outputs["RejectedQueueUrl"], ReceiptHandle=held["ReceiptHandle"], VisibilityTimeout=0
    )
    opened.open("/rejected")
    expect(page.get_by_role("link", name="unknown-root")).to_be_visible()


def test_from_a_sample_to_a_redrive(opened: Tab) -> None:
    """A sent sample arrives and can be opened; a broken one is rejected with its fault highlighted, and redriven."""
    page = opened.page
    page.get_by_role("link", name="Send", exact=True).click()
    page.get_by_role("link", name="call-finished", exact=True).click()
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#answer .status")).to_contain_text("200 accepted")
    address = page.get_by_role("link", name="Open the event").get_attribute("href")
    expect(page.locator(f'#published tr:has(a[href="{address}"])')).to_contain_text("call transferred")

    page.get_by_role("link", name="Live", exact=True).click()
    page.locator(f'#rows a[href="{address}"]').first.click()
    expect(page.get_by_role("region", name="Postback, indented")).to_contain_text("<disposition>TRANSFER</disposition>")
    expect(page.get_by_role("region", name="Event as JSON")).to_contain_text('"outcome": "transferred"')
    for step in ("Received", "Stored", "Published"):
        expect(page.locator(".timeline")).to_contain_text(step)

    page.get_by_role("link", name="Send", exact=True).click()
    body = page.get_by_label("Body")
    body.fill(body.input_value().replace("houston</tag>", "Tom Jones</tga>"))
    page.get_by_role("button", name="Send").click()
    page.get_by_role("link", name="Look at the rejected postbacks").click()
    page.get_by_role("link", name="malformed-xml").click()
    expect(page.locator(".line.at")).to_contain_text("Tom Jones")
    expect(page.locator("mark.fault")).to_have_text("t")

    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert "Tom Jones" in download.value.path().read_text()

    page.get_by_role("button", name="Redrive").click()
    expect(page.get_by_role("status").first).to_contain_text("Moved to the parked queue: 1 postback.")


def test_repairs_are_marked(opened: Tab) -> None:
    """The page of a repaired postback explains its repairs, and marks the place of each in the body."""
    page = opened.open("/send?sample=call-finished")
    body = page.get_by_label("Body")
    body.fill(body.input_value().replace("houston", "Tom & Jerry&nbsp;"))
    page.get_by_role("button", name="Send").click()
    page.get_by_role("link", name="Open the event").click()
    explained = page.get_by_role("region", name="Repairs").get_by_role("listitem")
    expect(explained).to_contain_text([
        "html-entities: XML does not have",
        "ampersands: an ampersand stands for itself",
    ])
    marks = page.get_by_role("region", name="Postback, indented").locator("mark")
    expect(marks).to_have_text(["&", "&nbsp;"])
    assert marks.first.evaluate("mark => getComputedStyle(mark, '::after').content") == '"2"'
    expect(marks.first).to_have_attribute("title", "Repaired: ampersands")


def test_send_before_the_scripts_are_loaded(opened: Tab) -> None:
    """A body that is sent before the page's scripts are loaded is posted all the same, and its event arrives."""
    page = opened.page
    hold_scripts(page)
    page.goto(f"{opened.origin}/send?sample=call-finished", wait_until="commit")
    page.get_by_label("Give it a new id").wait_for()
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#answer .status")).to_contain_text("200 accepted")
    address = page.get_by_role("link", name="Open the event").get_attribute("href")
    expect(page.locator(f'#published tr:has(a[href="{address}"])')).to_contain_text("call transferred")
    expect(page.get_by_label("Body")).to_have_value(re.compile("<disposition>TRANSFER</disposition>"))


@pytest.mark.parametrize("sample", ["v1.1-json-outbound-call", "v2-inbound-text"])
def test_samples_of_later_generations(opened: Tab, sample: str) -> None:
    """A JSON sample is sent with a new id each time, and its event is shown beside it, both as JSON."""
    page = opened.open(f"/send?sample={sample}")
    page.get_by_role("button", name="Send").click()
    link = page.get_by_role("link", name="Open the event")
    first = str(link.get_attribute("href"))
    page.get_by_role("button", name="Send").click()
    expect(link).not_to_have_attribute("href", first)
    expect(page.locator("#answer .status")).to_contain_text("200 accepted")
    link.click()
    expect(page.get_by_role("region", name="Postback, indented").locator(".hl-nt").first).to_be_visible()


def test_redrive_some_and_all(opened: Tab) -> None:
    """The selected postbacks are redriven, or all of them; an empty selection is refused with a reason."""
    page = opened.page
    for root in ("voicemail", "fax"):
        opened.open("/send")
        page.get_by_label("Body").fill(f"<{root}/>")
        page.get_by_role("button", name="Send").click()
        expect(page.locator("#answer .status")).to_contain_text("202 rejected")
    opened.open("/rejected")
    page.get_by_role("button", name="Redrive the chosen ones").click()
    expect(page.get_by_role("alert")).to_contain_text("No postback is chosen")
    opened.complaints.clear()  # the browser's own line about the status

    page.get_by_role("link", name="Back to Rejected").click()
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Redrive the chosen ones").click()
    expect(page.get_by_role("status").first).to_contain_text(re.compile("Moved to the parked queue: 1 postback"))
    opened.open("/rejected")
    page.get_by_role("button", name="Redrive all").click()
    expect(page.get_by_role("status").first).to_contain_text(re.compile("Moved to the parked queue: [12] postback"))
