"""The console of the shared local stack, and a browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from local.stack import Stack
from tests.support.stack.console import SECONDS, Tab, running_console, tab
from tools.browser import launch


@pytest.fixture(scope="package")
def address(stack: Stack, state_dir: Path) -> Iterator[str]:
    """Run a console and return its address with the key. It ends after the last test here, and leaves no queue."""
    before = queues(stack)
    with running_console(state_dir) as printed:
        yield printed
    assert queues(stack) == before


def queues(stack: Stack) -> list[str]:
    """Return the queues of all consoles."""
    return stack.aws.sqs.list_queues(QueueNamePrefix=f"{stack.stack_name}-console-").get("QueueUrls", [])


@pytest.fixture(autouse=True, scope="package")
def patience() -> None:
    """Give browser expectations the time that a busy machine takes."""
    expect.set_options(timeout=SECONDS * 1_000)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Start Chromium."""
    with sync_playwright() as playwright, launch(playwright) as launched:
        yield launched


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator[Tab]:
    """Open a tab on Live."""
    with tab(browser, address) as one:
        yield one


@pytest.fixture
def page(opened: Tab) -> Page:
    """Return the page in that tab."""
    return opened.page
