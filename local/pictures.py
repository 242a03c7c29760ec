"""Take the screenshots of docs/pictures: pages of the console, Live in dark mode too, and a terminal.

All of it is real: a new local stack, the sample postbacks, and the console in Chromium.
"""

import os
import secrets
import subprocess
import sys
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from playwright.sync_api import Browser, sync_playwright

from local import lifecycle
from local.stack import Stack
from postbacks_cli.web import session_for
from tools import ROOT
from tools.browser import launch
from tools.samples import SAMPLES

PICTURES: Final = ROOT / "docs" / "pictures"
WIDTH: Final = 1280
_TERMINAL_STYLE: Final = (
    "width: max-content; margin: 0; padding: 1em; font-size: 14px; color: #e6e6e6; background: #1e1e1e"
)
OUTCOMES: Final = ("LA", "AM", "BUSY", "NO_ANS", "LA", "TRANSFER", "LA", "CARRIER_ERROR", "AM", "LA")
BROKEN: Final = b"<call-finished>\n  <callid>7</callid>\n  <notes>Call again on Monday</note>\n</call-finished>\n"


def take() -> None:
    """Take all pictures, and overwrite existing ones."""
    PICTURES.mkdir(exist_ok=True)
    with TemporaryDirectory() as directory:
        state_dir = Path(directory)
        with lifecycle.running(state_dir) as running, sync_playwright() as playwright, launch(playwright) as browser:
            event_id, rejected_id = _send(running)
            opened = lifecycle.open_console(running, state_dir)
            pages = {
                "live": "/",
                "event": f"/events/{event_id}",
                "campaign": "/campaigns/22222",
                "rejected": f"/rejected/{rejected_id}",
            }
            _photograph(browser, str(opened.console_url), pages, "light")
            _photograph(browser, str(opened.console_url), {"live": "/"}, "dark")
            _photograph_terminal(browser, state_dir)


def _send(running: Stack) -> tuple[str, str]:
    """Send samples, calls of all kinds and a broken body; return the ids of an event and of the broken one."""
    urls = running.postback_urls
    bodies = {
        kind: body.replace(b"111111", str(number).encode())
        for number, (kind, body) in enumerate(SAMPLES.items(), 882_960_114)
    }
    answers = {
        kind: _post(urls["campaignfinish" if kind == "campaign-finished" else "callfinish"], body)
        for kind, body in bodies.items()
    }
    for outcome in OUTCOMES:
        number = 2_000_000_000 + secrets.randbelow(10_000_000)
        call = SAMPLES["call-finished"].replace(b"TRANSFER", outcome.encode()).replace(b"111111", str(number).encode())
        _post(urls["callfinish"], call.replace(b"2132212289", f"213555{number % 10_000:04}".encode()))
    _post(urls["callfinish"], BROKEN)
    received = running.aws.sqs.receive_message(QueueUrl=running.outputs["RejectedQueueUrl"], VisibilityTimeout=0)
    return str(answers["call-finished"]["id"]), received["Messages"][0]["MessageId"]


def _post(url: str, body: bytes) -> dict[str, object]:
    with session_for(url) as session:
        return dict(session.post(url, body, timeout=30).json())


def _photograph(browser: Browser, address: str, pages: dict[str, str], scheme: str) -> None:
    viewport = {"width": WIDTH, "height": 760}
    with browser.new_context(viewport=viewport, color_scheme="dark" if scheme == "dark" else "light") as context:  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(address)
        origin = address.partition("/?")[0]
        for name, path in pages.items():
            page.goto(origin + path)
            page.wait_for_selector("[aria-busy]", state="detached")
            page.wait_for_timeout(300)
            page.screenshot(path=PICTURES / f"{name}-{scheme}.png")


def _photograph_terminal(browser: Browser, state_dir: Path) -> None:
    shown = ""
    for arguments in (["events", "--limit", "8"], ["stats", "--by", "outcome"]):
        program = [str(Path(sys.executable).with_name("postbacks")), "--stack", "local", *arguments]
        variables = os.environ | {"CALLFIRE_LOCAL_DIR": str(state_dir)}
        printed = subprocess.run(program, env=variables, capture_output=True, text=True, check=True).stdout
        shown += f"$ postbacks {' '.join(arguments)}\n{printed}\n"
    with browser.new_page() as page:
        page.set_content(f"<body style='margin: 0'><pre style='{_TERMINAL_STYLE}'>{escape(shown.strip())}</pre>")
        page.locator("pre").screenshot(path=PICTURES / "terminal.png")


if __name__ == "__main__":
    take()
