"""Selections: which events match, how the options describe them, and that all commands share the options."""

from datetime import UTC, datetime
from typing import Any

import pytest
import typer
from typer.main import get_command
from typer.testing import CliRunner

from callfire_events import CallFinished
from postbacks_cli import phone_numbers
from postbacks_cli.app import app
from postbacks_cli.events.selecting import build, time_zone
from postbacks_cli.events.selection import Selection
from tests.support.building import CALL, normalize

EVENT = normalize(CALL)  # ended 2010-03-24T22:58:53Z, received 2026-01-01T12:00:00Z
SELECTING = ("events", "replay", "stats", "export")


@pytest.mark.parametrize(
    ("options", "is_taken"),
    [
        ({}, True),
        ({"campaign": "22222"}, True),
        ({"campaign": "2222"}, False),
        ({"phone": "+12132212289"}, True),
        ({"phone": "+12132212280"}, False),
        ({"types": [CallFinished.TYPE]}, True),
        ({"types": ["com.callfire.text.sent.v1"]}, False),
        ({"outcomes": ["busy", "transferred"]}, True),
        ({"outcomes": ["busy"]}, False),
        ({"day": "2010-03-24"}, True),
        ({"day": "2010-03-24", "zone": time_zone("Asia/Tokyo")}, False),
        ({"day": "2010-03-25", "zone": time_zone("Asia/Tokyo")}, True),
        ({"until": "2010-03-24"}, True),
        ({"until": "2010-03-24T22:58:53Z"}, True),
        ({"until": "2010-03-24T22:58:52Z"}, False),
        ({"since": "2010-03-24T22:58:53Z"}, True),
        ({"since": "2010-03-25"}, False),
        ({"received_since": "2026-01-01"}, True),
        ({"received_since": "2026-01-02"}, False),
        (
            {"campaign": "22222", "outcomes": ["transferred"], "since": "2010-03-24", "received_since": "2025-01-01"},
            True,
        ),
    ],
    ids=str,
)
def test_selection(options: dict[str, Any], *, is_taken: bool) -> None:
    """An event matches if it fits every condition; limits are included, and a date means the whole day."""
    assert build(**options).takes(EVENT) is is_taken


@pytest.mark.parametrize(
    "options",
    [
        {"since": "2026-03-02", "until": "2026-03-01"},
        {"since": "2026-03-01T00:00:01Z", "until": "2026-03-01T00:00:00Z"},
    ],
    ids=["days", "seconds"],
)
def test_window_that_ends_before_it_begins(options: dict[str, Any]) -> None:
    """A reversed window is refused with both of its ends."""
    with pytest.raises(typer.BadParameter, match=r"ends \(2026-03-01.*before it begins \(2026-03-0"):
        build(**options)


def test_received_window() -> None:
    """The time of arrival has its own window, which is validated in the same way."""
    with pytest.raises(ValueError, match="before it begins"):
        Selection(received_since=datetime(2026, 3, 2, tzinfo=UTC), received_until=datetime(2026, 3, 1, tzinfo=UTC))


def test_day_goes_with_no_other_window() -> None:
    """A day cannot be combined with another window."""
    with pytest.raises(typer.BadParameter, match="cannot be combined with --since"):
        build(day="today", since="2h")


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "America"])
def test_unknown_time_zone(name: str) -> None:
    """An unknown zone is refused with a message for the user."""
    with pytest.raises(typer.BadParameter, match="not a time zone such as"):
        time_zone(name)


@pytest.mark.parametrize("command", SELECTING)
def test_commands_select_alike(command: str) -> None:
    """All commands that select events have the same options for it."""
    commands = vars(get_command(app))["commands"]
    options = {option for parameter in commands[command].params for option in parameter.opts}
    assert options >= {
        *("--campaign", "--phone", "--type", "--outcome"),
        *("--received-since", "--since", "--until", "--on", "--time-zone"),
    }


def test_mistake_in_a_window_is_not_understood() -> None:
    """A reversed window ends with exit status 2 before any call to AWS."""
    ended = CliRunner().invoke(app, ["events", "--since", "2026-03-02", "--until", "2026-03-01"])
    assert ended.exit_code == 2
    assert "before it begins" in " ".join(ended.stderr.split())


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["events", "--outcome", "BUSY"], "'BUSY' is not one of answered, "),
        (["tail", "--outcome", "unknown"], "'unknown' is not one of answered, "),
        (["events", "--on", "2h"], "'2h' is not a day such as 2026-03-01"),
        (["find", " "], "There is nothing to find"),
    ],
    ids=["outcome in capitals", "unknown outcome", "time instead of a day", "empty text"],
)
def test_mistake_in_an_option_is_refused(arguments: list[str], reason: str) -> None:
    """An option that could select nothing ends with exit status 2 before any call to AWS."""
    ended = CliRunner().invoke(app, arguments)
    assert ended.exit_code == 2
    assert reason in " ".join(ended.stderr.replace("│", "").split())


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("2132212289", "+12132212289"),
        ("12132212289", "+12132212289"),
        ("+1 (213) 221-2289", "+12132212289"),
        ("213.221.2289", "+12132212289"),
        ("213\u2011221\u20112289", "+12132212289"),
        ("tel:+1-213-221-2289 ", "+12132212289"),
        ("1234567890", "1234567890"),
        ("011 44 20 7946 0000", "+442079460000"),
        ("88202", "88202"),
        ("882-02", "88202"),
        ("", ""),
        ("+442079460000", "+442079460000"),
    ],
)
def test_phone_number(written: str, stored: str) -> None:
    """A phone number in any notation is normalized as in events."""
    assert phone_numbers.normalized(written) == stored


@pytest.mark.parametrize(
    "options",
    [{"campaign": ""}, {"phone": ""}, {"since": ""}, {"day": ""}, {"outcomes": ["busy", ""]}],
    ids=["campaign", "phone", "since", "day", "outcome"],
)
def test_empty_option_is_a_mistake(options: dict[str, Any]) -> None:
    """An empty value, as of an unset variable of the shell, does not select everything."""
    with pytest.raises(typer.BadParameter, match="is empty"):
        build(**options)
