"""Convert texts to typed fields: numbers, amounts, timestamps and labels."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from callfire_events.parts import Cost
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
        ("(213) 221-2289", "+12132212289"),
        ("213-221-2289", "+12132212289"),
        ("213.221.2289", "+12132212289"),
        ("213 221 2289", "+12132212289"),
        ("+1 213 221 2290", "+12132212290"),
        ("1-213-221-2289", "+12132212289"),
        ("+1 (213) 221-2289", "+12132212289"),
        ("tel:+1-213-221-2289", "+12132212289"),
        ("213\u2011221\u20112289", "+12132212289"),
        ("213\u00a0221\u00a02289", "+12132212289"),
        ("+44 20 7183 8750", "+442071838750"),
        ("+44 (0)20 7183 8750", "+44 (0)20 7183 8750"),
        ("213-221-2289 x12", "213-221-2289 x12"),
        ("+ 1 213 221 2289", "+12132212289"),
        ("Tel: 213-221-2289", "+12132212289"),
        ("sms:+12132212289", "+12132212289"),
        ("\u202a+1 213\u200b-221-2289\u202c", "+12132212289"),
        ("0012132212289", "+12132212289"),
        ("00 44 20 7183 8750", "+442071838750"),
        ("011 44 20 7183 8750", "+442071838750"),
        ("0055512345", "0055512345"),
        ("0113 496 0000", "0113 496 0000"),
        ("+234567", "+234567"),
        ("0000000000", "0000000000"),
        ("1234567890", "1234567890"),
        ("2130212289", "2130212289"),
        ("2131212289", "2131212289"),
        ("1132212289", "1132212289"),
        ("10000000000", "10000000000"),
        ("+1 000 000 0000", "+1 000 000 0000"),
        ("88-202", "88-202"),
        ("٢١٣٢٢١٢٢٨٩", "٢١٣٢٢١٢٢٨٩"),
        ("Restricted", "Restricted"),
        ("1" * 129, None),
    ],
)
def test_phone_number(sent: str, expected: str | None) -> None:
    """North American numbers become E.164; short codes and everything else stay as sent."""
    assert fields.phone_number(sent) == expected


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("$2.25", "2.25"),
        ("$1,234.50", "1234.50"),
        ("$1,234,567", "1234567"),
        ("$ 0.10", "0.10"),
        ("$0", "0"),
        ("2.25", "2.25"),
        ("US$2.25", "2.25"),
        ("US $2.25", "2.25"),
        ("USD 2.25", "2.25"),
        ("2.25 USD", "2.25"),
        ("$.75", "0.75"),
        ("-$2.25", "-2.25"),
        ("$-2.25", "-2.25"),
        ("\u2212$2.25", "-2.25"),
        ("($2.25)", "-2.25"),
        ("(1,234.50)", "-1234.50"),
        ("$(2.25)", "-2.25"),
        ("2.25-", "-2.25"),
        ("+$2.25", "2.25"),
        ("2.25 $", "2.25"),
        ("2.25 usd", "2.25"),
        ("-($2.25)", None),
        ("-2.25-", None),
        ("(-2.25)", None),
        ("2,25", None),
        ("($2.25", None),
        ("$", None),
        ("", None),
        ("free", None),
        ("€2.25", None),
        ("$12,34", None),
        ("$1.", None),
        ("$1e3", None),
    ],
)
def test_dollars(sent: str, expected: str | None) -> None:
    """An amount keeps its digits and loses its commas; a text that is not an amount in dollars gives none."""
    assert fields.dollars(sent) == (Cost(amount=expected, currency="USD") if expected else None)


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("0", 0),
        ("35", 35),
        ("999999999", 999_999_999),
        ("1000000000", None),
        ("-1", None),
        ("1.5", None),
        ("٣", None),
        ("35.0", 35),
        ("35.000", 35),
        ("35.", None),
        (".0", None),
        ("35.0.0", None),
        ("0:35", None),
        ("35s", None),
    ],
)
def test_count(sent: str, expected: int | None) -> None:
    """A count is a whole number that an SNS filter policy can compare."""
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
        ("2010-03-24 15:58:18.1234567", "2010-03-24T15:58:18.123456-07:00"),
        ("2010-03-24 15:58:18.123456789", "2010-03-24T15:58:18.123456-07:00"),
        ("2010-03-24 15:58:18.1234567890", None),
        ("2010-03-24 15:58:18 -0700", "2010-03-24T15:58:18-07:00"),
        ("2010-03-24 15:58:18.0 -07:00", "2010-03-24T15:58:18-07:00"),
        ("2010-03-24 15:58:18-07", "2010-03-24T15:58:18-07:00"),
        ("2010-03-24 15:58:18 -07", "2010-03-24T15:58:18-07:00"),
        ("2010-03-24 15:58:18 UTC", "2010-03-24T15:58:18+00:00"),
        ("2010-03-24 15:58:18 GMT-0700", "2010-03-24T15:58:18-07:00"),
        ("2010-03-24 15:58:18.0 PDT", "2010-03-24T15:58:18-07:00"),
        ("2010-03-24 15:58:18 pst", "2010-03-24T15:58:18-08:00"),
        ("2010-03-24 15:58:18 EST", "2010-03-24T15:58:18-05:00"),
        ("2010-03-24 15:58:18 PDT-0700", None),
        ("2010-03-24 15:58:18 GMT-7", "2010-03-24T15:58:18-07:00"),
        ("2010-03-24 15:58:18 -7:30", "2010-03-24T15:58:18-07:30"),
        ("2010-03-24 15:58:18 \u22120700", "2010-03-24T15:58:18-07:00"),
        ("2010-03-24 15:58:18 (EDT)", "2010-03-24T15:58:18-04:00"),
        ("2010-03-24 15:58:18 -0700 (PDT)", "2010-03-24T15:58:18-07:00"),
        ("2010-03-24T15:58:18[Europe/Berlin]", None),
        ("2010-03-24 15:58:18 UT", "2010-03-24T15:58:18+00:00"),
        ("2010-03-24 15:58:18 IST", None),
        ("2010-03-24T15:58:18-07:00[America/Los_Angeles]", "2010-03-24T15:58:18-07:00"),
        ("2010-03-24T15:58:18,123Z", "2010-03-24T15:58:18.123000+00:00"),
        ("2010/03/24 15:58:18", "2010-03-24T15:58:18-07:00"),
        ("2010-3-24 3:58:18 PM", "2010-03-24T15:58:18-07:00"),
        ("20100324T155818Z", "2010-03-24T15:58:18+00:00"),
        ("20100324155818", "2010-03-24T15:58:18-07:00"),
        ("19990324155818", "1999-03-24T15:58:18-08:00"),
        ("20100324T155818.5Z", "2010-03-24T15:58:18.500000+00:00"),
        ("1269471498", "2010-03-24T22:58:18+00:00"),
        ("1269471498.25", "2010-03-24T22:58:18.250000+00:00"),
        ("2132212289", None),
        ("1269471498123", "2010-03-24T22:58:18.123000+00:00"),
        ("Wed Mar 24 15:58:18 PDT 2010", "2010-03-24T15:58:18-07:00"),
        ("Wed, 24 Mar 2010 22:58:18 GMT", "2010-03-24T22:58:18+00:00"),
        ("Wed, 24 Mar 2010 15:58:18 -0700", "2010-03-24T15:58:18-07:00"),
        ("24-MAR-2010 15:58:18", "2010-03-24T15:58:18-07:00"),
        ("Mar 24, 2010 3:58:18 PM", "2010-03-24T15:58:18-07:00"),
        ("March 24, 2010, 3:58:18\u202fPM", "2010-03-24T15:58:18-07:00"),
        ("Mar 24, 2010 at 12:00 AM", "2010-03-24T00:00:00-07:00"),
        ("Foo 24, 2010 3:58 PM", None),
        ("03/24/2010 3:58:18 PM", "2010-03-24T15:58:18-07:00"),
        ("3/24/2010 12:58 p.m.", "2010-03-24T12:58:00-07:00"),
        ("03-24-2010 15:58:18", "2010-03-24T15:58:18-07:00"),
        ("24/03/2010 15:58", "2010-03-24T15:58:00-07:00"),
        ("03/03/2010 15:58", "2010-03-03T15:58:00-08:00"),
        ("03/04/2010 3:58 PM", None),
        ("03/24/2010 15:58 PM", None),
        ("03/24/2010 0:58 AM", None),
        ("2010-03-24 15:58:18" + " " * 80, "2010-03-24T15:58:18-07:00"),
        ("March" * 20, None),
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
def test_timestamp(sent: str, expected: str | None) -> None:
    """A timestamp becomes RFC 3339 in the assumed zone unless it states its own; other texts give none."""
    found = fields.read_timestamp(sent, ZONE)
    assert (found.isoformat() if found else None) == expected


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
    """A timestamp in an hour that is skipped or repeated uses the offset before the change, and never fails."""
    event = normalize(call(element("callstart", sent), element("duration", "30")))
    assert (event["data"]["started_at"], event["time"]) == (started_at, time)


def test_call_over_a_clock_change_lasts_as_long_as_it_says() -> None:
    """The duration of a call counts elapsed seconds, also across a clock change."""
    event = normalize(call(element("callstart", "2026-03-08 01:59:30"), element("duration", "60")))
    assert event["time"] == "2026-03-08T10:00:30.000Z"


def test_zone_is_named_only_where_it_was_assumed() -> None:
    """The assumed zone is named if any timestamp lacks a zone, and only then."""
    stated = normalize(call(element("callstart", "2026-01-01 00:00:00Z")))["data"]
    assumed = normalize(call(element("responsetime", "2026-01-01 00:00:00")))["data"]
    assert "assumed_time_zone" not in stated
    assert assumed["assumed_time_zone"] == "America/Los_Angeles"


def test_zone_that_is_utc_is_named_too() -> None:
    """UTC is named like any other assumed zone."""
    found = fields.read_timestamp("2026-01-01 00:00:00", ZoneInfo("UTC"))
    assert found is not None
    assert found.utcoffset() == timedelta(0)
    assert str(found.tzinfo) == "UTC"


@pytest.mark.parametrize(
    ("sent", "expected"),
    [("x" * 128, True), ("x" * 129, False), ("a b", True), ("a\tb", False), ("a\x7fb", False), ("é", True)],
)
def test_label(sent: str, expected: bool) -> None:  # noqa: FBT001  a case
    """A label is one short line without control characters, because index keys and filter attributes hold it."""
    assert fields.label(sent) == (sent if expected else None)
