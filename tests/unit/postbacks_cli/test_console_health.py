"""The console's page Health, which is open for hours."""

from types import SimpleNamespace

import pytest
from botocore.session import Session
from starlette.requests import Request

from postbacks_cli.aws.clients import Clients
from postbacks_cli.aws.stack import Stack
from postbacks_cli.console.pages.health import health


def test_status_of_the_stack_is_read_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each check shows the stack's present status, not that of an earlier page."""
    statuses = iter(["ROLLBACK_IN_PROGRESS", "ROLLBACK_COMPLETE"])
    monkeypatch.setattr(Stack, "_describe", lambda _: {"StackStatus": next(statuses)})
    stack = Stack("callfire-postbacks", Clients(Session(), "us-east-1", "http://127.0.0.1:1"))
    app = SimpleNamespace(state=SimpleNamespace(stack=stack))
    request = Request({"type": "http", "headers": [(b"hx-request", b"true")], "app": app})
    assert b"ROLLBACK_IN_PROGRESS" in health(request).body
    assert b"ROLLBACK_COMPLETE" in health(request).body
