"""How options are read."""

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
import typer

from callfire_events.types import EventData
from postbacks_cli import times
from postbacks_cli.options import KINDS, event_type, kind_of, phone_number
from postbacks_cli.samples import SAMPLES


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("2132212289", "+12132212289"),
        ("12132212289", "+12132212289"),
        ("+1 (213) 221-2289", "+12132212289"),
        ("213.221.2289", "+12132212289"),
        ("88202", "88202"),
        ("+442079460000", "+442079460000"),
    ],
)
def test_phone_number(written: str, stored: str) -> None:
    """A number is looked for as events have it, however it is written."""
    assert phone_number(written) == stored


def test_types_are_those_of_the_events() -> None:
    """Each type of event can be named as its sample is, or in full; nothing else can."""
    types = {data.TYPE for data in get_args(EventData)}
    assert {event_type(kind) for kind in SAMPLES} == types == set(map(event_type, types))
    assert {kind_of(each) for each in types} == SAMPLES.keys() == KINDS.keys()
    with pytest.raises(typer.BadParameter):
        event_type("voicemail-left")


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-03-01", datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026-03-01T12:00:00", datetime(2026, 3, 1, 12, tzinfo=UTC)),
        ("2026-03-01T12:00:00+02:00", datetime(2026, 3, 1, 10, tzinfo=UTC)),
        ("2026-03-01T12:00:00Z", datetime(2026, 3, 1, 12, tzinfo=UTC)),
    ],
)
def test_time(written: str, moment: datetime) -> None:
    """A time that names no zone is UTC, as all that is shown."""
    assert times.parse(written) == moment


@pytest.mark.parametrize(
    ("written", "ago"),
    [("30m", timedelta(minutes=30)), ("2h", timedelta(hours=2)), ("3d", timedelta(3)), ("1w", timedelta(7))],
)
def test_time_ago(written: str, ago: timedelta) -> None:
    """A time can be given as how long ago it was."""
    assert abs(datetime.now(UTC) - ago - times.parse(written)) < timedelta(seconds=5)


@pytest.mark.parametrize(
    "written", ["", "yesterday", "3", "2 h", "999999w", "-2h", "2026-13-01", "0001-01-01T00:00:00+05:00"]
)
def test_no_time(written: str) -> None:
    """Anything else is refused."""
    with pytest.raises(typer.BadParameter):
        times.parse(written)
