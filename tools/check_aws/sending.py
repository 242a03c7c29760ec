"""Checks that post samples to POSTBACKS_URL. Every consumer of the stack receives their events."""

import os
import secrets
import time
from collections.abc import Callable, Iterator
from typing import Any, Final

import requests

from postbacks_cli.aws.stack import Stack
from postbacks_cli.checks.findings import Finding
from postbacks_cli.errors import CommandError
from postbacks_cli.terminal.output import counted
from tools.check_aws.reading import SECONDS, finding
from tools.samples import SAMPLES

_PUBLISH_SECONDS: Final = 30
_SAMPLE: Final = SAMPLES["text-sent"]
_FORMS: Final = ("application/xml", "application/x-www-form-urlencoded")
"""Two content types: API Gateway passes bodies of the first as text, and of the second in base64."""


def one_postback(stack: Stack) -> Iterator[Finding]:
    """Check that one postback becomes one published event, as text and in base64."""
    answers = [_post(_SAMPLE, {"content-type": form}) for form in _FORMS]
    statuses = [answer.status_code for answer in answers]
    ids = {answer.json().get("id") for answer in answers if answer.ok}
    yield finding(
        "postback", len(ids) == 1 and statuses == [200, 200], f"Answers {statuses}, {counted(len(ids), 'event')}"
    )
    if ids:
        yield finding("event", _is_published(stack, ids.pop()), "It is stored, and SNS has taken it")


def bytes_of_a_text(stack: Stack) -> Iterator[Finding]:
    """Show what API Gateway does to a text that is not UTF-8, which docs/failures.md assumes; any event is right."""
    for form in ("text/xml", "text/xml; charset=ISO-8859-1"):
        body = _SAMPLE.replace(b"sent message", f"caf\xe9 {secrets.token_hex(8)}".encode("latin-1"))
        answered = _post(body, {"content-type": form})
        if not answered.ok:
            yield finding("bytes of a text", False, f"{form}: {answered.status_code}")  # noqa: FBT003
            continue
        answer = answered.json()
        data = _item(stack, answer["id"])["event"]["M"]["data"]["M"] if "id" in answer else {}
        repairs = ", ".join(repair["S"] for repair in data.get("repairs", {"L": []})["L"])
        yield finding("bytes of a text", True, f"{form}: {answer['status']}, repairs: {repairs or 'none'}")  # noqa: FBT003


SENDING: Final[dict[str, Callable[[Stack], Iterator[Finding]]]] = {
    "postback": one_postback,
    "bytes of a text": bytes_of_a_text,
}


def _post(body: bytes, headers: dict[str, str]) -> requests.Response:
    url = os.environ.get("POSTBACKS_URL")
    if not url:
        raise CommandError("POSTBACKS_URL is not set; `postbacks create-url callfinish` makes a URL.")
    return requests.post(url, body, headers=headers, timeout=SECONDS)


def _item(stack: Stack, event_id: str) -> dict[str, Any]:
    key, table = {"id": {"S": event_id}}, stack.output("EventsTableName")
    item: dict[str, Any] = stack.aws.dynamodb.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item", {})
    return item


def _is_published(stack: Stack, event_id: str) -> bool:
    end = time.monotonic() + _PUBLISH_SECONDS
    while time.monotonic() < end:
        item = _item(stack, event_id)
        if "published_at" in item and "unpublished" not in item:
            return True
        time.sleep(1)
    return False
