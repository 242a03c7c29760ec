"""Times as operators write and read them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from postbacks_cli import times

LOS_ANGELES = ZoneInfo("America/Los_Angeles")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-03-01T12:00:00", datetime(2026, 3, 1, 12, tzinfo=UTC)),
        ("2026-03-01T12:00:00+02:00", datetime(2026, 3, 1, 10, tzinfo=UTC)),
        ("2026-03-01T12:00:00Z", datetime(2026, 3, 1, 12, tzinfo=UTC)),
    ],
)
def test_time(written: str, expected: datetime) -> None:
    """A time without a zone is UTC, and means the same time as a start and as an end."""
    assert times.first(written) == times.last(written) == expected


@pytest.mark.parametrize(
    ("written", "ago"),
    [("30m", timedelta(minutes=30)), ("2h", timedelta(hours=2)), ("3d", timedelta(3)), ("1w", timedelta(7))],
)
def test_time_ago(written: str, ago: timedelta) -> None:
    """A time can be given as a duration before now."""
    assert abs(datetime.now(UTC) - ago - times.first(written)) < timedelta(seconds=5)


@pytest.mark.parametrize("written", ["2026-03-01", "20260301", "2026-W09-7"])
def test_date_is_the_whole_day(written: str) -> None:
    """A date in any ISO 8601 form starts at midnight and ends in the last millisecond before the next one."""
    assert times.first(written) == datetime(2026, 3, 1, tzinfo=UTC)
    assert times.last(written) == datetime(2026, 3, 1, 23, 59, 59, 999_000, tzinfo=UTC)
    assert times.whole_day(written) == (times.first(written), times.last(written))


@pytest.mark.parametrize("written", ["2h", "2026-03-01T12:00:00Z", "tomorrow", ""])
def test_no_day(written: str) -> None:
    """A time within a day, or how long ago, is no day."""
    with pytest.raises(ValueError, match="is not a day such as"):
        times.whole_day(written)


@pytest.mark.parametrize(("day", "zone"), [("9999-12-31", "America/Los_Angeles"), ("0001-01-01", "Asia/Tokyo")])
def test_day_that_no_clock_has(day: str, zone: str) -> None:
    """A day that begins or ends outside the years 1 to 9999 is refused with a message for the user."""
    with pytest.raises(ValueError, match="is not a time such as"):
        times.whole_day(day, ZoneInfo(zone))


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        pytest.param("America/Sao_Paulo", "2018-11-04", 23, id="without a midnight"),
        pytest.param("America/Havana", "2026-11-01", 25, id="with two midnights"),
    ],
)
def test_day_whose_clocks_change_at_midnight(zone: str, day: str, hours: int) -> None:
    """A day has all its hours, also if its midnight is skipped or comes twice."""
    begins, ends = times.whole_day(day, ZoneInfo(zone))
    assert ends - begins == timedelta(hours=hours) - timedelta(milliseconds=1)


def test_day_in_a_time_zone() -> None:
    """A day is a day of the zone, with 23 hours if its clocks are put forward."""
    begins, ends = times.first("2026-03-08", LOS_ANGELES), times.last("2026-03-08", LOS_ANGELES)
    assert begins == datetime(2026, 3, 8, 8, tzinfo=UTC)
    assert ends - begins == timedelta(hours=23) - timedelta(milliseconds=1)


@pytest.mark.parametrize(("word", "days"), [("today", 0), ("yesterday", 1)])
def test_day_by_name(word: str, days: int) -> None:
    """`today` and `yesterday` are days of the zone."""
    day = datetime.now(LOS_ANGELES).date() - timedelta(days=days)
    assert times.first(word, LOS_ANGELES).astimezone(LOS_ANGELES).date() == day
    assert times.last(word, LOS_ANGELES).astimezone(LOS_ANGELES).date() == day


@pytest.mark.parametrize(
    "written", ["", "someday", "3", "2 h", "999999w", "-2h", "2026-13-01", "2026-02-30", "0001-01-01T00:00:00+05:00"]
)
@pytest.mark.parametrize("read", [times.first, times.last], ids=["first", "last"])
def test_no_time(written: str, read: Callable[[str], datetime]) -> None:
    """Any other text is refused with a message for the user."""
    with pytest.raises(ValueError, match="is not a time such as"):
        read(written)


def test_short() -> None:
    """A time of this year has 11 characters including the minute, another only its date; both are in the zone."""
    year = datetime.now(UTC).year
    assert times.short(f"{year}-07-02T03:04:05.000Z") == "07-02 03:04"
    assert times.short(f"{year}-07-02T03:04:05.000Z", LOS_ANGELES) == "07-01 20:04"
    assert times.short("2010-03-24T22:58:53.000Z") == "2010-03-24"
    assert times.short(None) is None
