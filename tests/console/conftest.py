"""The console of the shared local stack, and a browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from local.stack import Stack
from tests.support.console import SECONDS, Tab, running_console, tab
from tools.browser import launch


@pytest.fixture(scope="package")
def address(stack: Stack, state_dir: Path) -> Iterator[str]:
    """The address of a console, key included. It ends with the last test here, and leaves no queue behind."""
    before = queues(stack)
    with running_console(state_dir) as printed:
        yield printed
    assert queues(stack) == before


def queues(stack: Stack) -> list[str]:
    """The queues of all consoles."""
    return stack.aws.sqs.list_queues(QueueNamePrefix=f"{stack.stack_name}-console-").get("QueueUrls", [])


@pytest.fixture(autouse=True, scope="package")
def patience() -> None:
    """Expect nothing within less time than a busy machine takes."""
    expect.set_options(timeout=SECONDS * 1_000)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """A real Chromium."""
    with sync_playwright() as playwright, launch(playwright) as launched:
        yield launched


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator[Tab]:
    """A tab on Live."""
    with tab(browser, address) as one:
        yield one


@pytest.fixture
def page(opened: Tab) -> Page:
    """The page in that tab."""
    return opened.page
