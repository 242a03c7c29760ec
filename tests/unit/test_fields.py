"""From texts to typed fields: numbers, money, stamps and labels."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from callfire_events.types import Cost
from callfire_postbacks.formats import fields
from tests.support.building import ZONE, call, element, normalize


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("2132212289", "+12132212289"),
        ("12132212289", "+12132212289"),
        ("+12132212289", "+12132212289"),
        ("88202", "88202"),
        ("22132212289", "22132212289"),
        ("+442071838750", "+442071838750"),
        ("(213) 221-2289", "(213) 221-2289"),
        ("٢١٣٢٢١٢٢٨٩", "٢١٣٢٢١٢٢٨٩"),
        ("Restricted", "Restricted"),
        ("1" * 129, None),
    ],
)
def test_phone_number(sent: str, expected: str | None) -> None:
    """North American numbers become E.164; short codes and anything else stay as sent."""
    assert fields.phone_number(sent) == expected


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("$2.25", "2.25"),
        ("$1,234.50", "1234.50"),
        ("$1,234,567", "1234567"),
        ("$ 0.10", "0.10"),
        ("$0", "0"),
        ("2.25", None),
        ("€2.25", None),
        ("$12,34", None),
        ("$1.", None),
        ("$-1.00", None),
        ("$1e3", None),
    ],
)
def test_dollars(sent: str, expected: str | None) -> None:
    """An amount keeps its digits and loses its commas; what is no amount of dollars is none."""
    assert fields.dollars(sent) == (Cost(amount=expected, currency="USD") if expected else None)


@pytest.mark.parametrize(
    ("sent", "expected"),
    [("0", 0), ("35", 35), ("999999999", 999_999_999), ("1000000000", None), ("-1", None), ("1.5", None), ("٣", None)],
)
def test_count(sent: str, expected: int | None) -> None:
    """A count is a whole number that a filter policy of SNS can compare."""
    assert fields.count(sent) == expected


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("2010-03-24 15:58:18.0", "2010-03-24T15:58:18-07:00"),
        ("2010-03-24 15:58:18", "2010-03-24T15:58:18-07:00"),
        ("2010-01-24T15:58", "2010-01-24T15:58:00-08:00"),
        ("2010-03-24 15:58:18.123456", "2010-03-24T15:58:18.123456-07:00"),
        ("2010-03-24 15:58:18Z", "2010-03-24T15:58:18+00:00"),
        ("2010-03-24 15:58:18+0530", "2010-03-24T15:58:18+05:30"),
        ("2010-03-24 15:58:18.1234567", None),
        ("2010-03-24", None),
        ("2010-02-31 00:00:00", None),
        ("2010-03-24 25:00:00", None),
        ("2010-03-24 15:58:18+25:00", None),
        ("24.03.2010 15:58", None),
        ("0001-01-01 00:00:00", None),
        ("1969-12-31 23:59:59", None),
        ("1970-01-01 00:00:00", "1970-01-01T00:00:00-08:00"),
        ("8999-12-31 23:59:59", "8999-12-31T23:59:59-08:00"),
        ("9000-01-01 00:00:00", None),
    ],
)
def test_stamp(sent: str, expected: str | None) -> None:
    """A stamp is RFC 3339 in the assumed zone, unless it states its own; what is no stamp is none."""
    moment = fields.read_timestamp(sent, ZONE)
    assert (moment.isoformat() if moment else None) == expected


@pytest.mark.parametrize(
    ("sent", "started_at", "time"),
    [
        ("2026-03-08 01:59:59", "2026-03-08T01:59:59-08:00", "2026-03-08T10:00:29.000Z"),
        ("2026-03-08 02:30:00", "2026-03-08T02:30:00-08:00", "2026-03-08T10:30:30.000Z"),
        ("2026-03-08 03:00:00", "2026-03-08T03:00:00-07:00", "2026-03-08T10:00:30.000Z"),
        ("2026-11-01 00:59:59", "2026-11-01T00:59:59-07:00", "2026-11-01T08:00:29.000Z"),
        ("2026-11-01 01:30:00", "2026-11-01T01:30:00-07:00", "2026-11-01T08:30:30.000Z"),
        ("2026-11-01 02:00:00", "2026-11-01T02:00:00-08:00", "2026-11-01T10:00:30.000Z"),
    ],
)
def test_hours_around_a_clock_change(sent: str, started_at: str, time: str) -> None:
    """A stamp in the hour that is skipped or repeated is read with the offset before the change, and never fails."""
    event = normalize(call(element("callstart", sent), element("duration", "30")))
    assert (event["data"]["started_at"], event["time"]) == (started_at, time)


def test_call_over_a_clock_change_lasts_as_long_as_it_says() -> None:
    """A duration is counted in seconds that pass, not in hours on the wall."""
    event = normalize(call(element("callstart", "2026-03-08 01:59:30"), element("duration", "60")))
    assert event["time"] == "2026-03-08T10:00:30.000Z"


def test_zone_is_named_only_where_it_was_assumed() -> None:
    """A stamp that states its own zone needs no assumption; one that does not names it, whichever stamp it is."""
    stated = normalize(call(element("callstart", "2026-01-01 00:00:00Z")))["data"]
    assumed = normalize(call(element("responsetime", "2026-01-01 00:00:00")))["data"]
    assert "assumed_time_zone" not in stated
    assert assumed["assumed_time_zone"] == "America/Los_Angeles"


def test_zone_that_is_utc_is_named_too() -> None:
    """UTC is an assumption like any other."""
    moment = fields.read_timestamp("2026-01-01 00:00:00", ZoneInfo("UTC"))
    assert moment is not None
    assert moment.utcoffset() == timedelta(0)
    assert str(moment.tzinfo) == "UTC"


@pytest.mark.parametrize(
    ("sent", "taken"),
    [("x" * 128, True), ("x" * 129, False), ("a b", True), ("a\tb", False), ("a\x7fb", False), ("é", True)],
)
def test_label(sent: str, taken: bool) -> None:  # noqa: FBT001  a case
    """A label is one short line without control characters: it becomes index keys and filter attributes."""
    assert fields.label(sent) == (sent if taken else None)
