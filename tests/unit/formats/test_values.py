"""Convert texts to typed values: phone numbers, amounts, counts and labels."""

import pytest

from callfire_events.parts import Cost
from callfire_postbacks.formats.values import typed


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
    assert typed.phone_number(sent) == expected


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
    assert typed.dollars(sent) == (Cost(amount=expected, currency="USD") if expected else None)


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
    assert typed.count(sent) == expected


@pytest.mark.parametrize(
    ("sent", "expected"),
    [("x" * 128, True), ("x" * 129, False), ("a b", True), ("a\tb", False), ("a\x7fb", False), ("é", True)],
)
def test_label(sent: str, expected: bool) -> None:  # noqa: FBT001  a case
    """A label is one short line without control characters, because index keys and filter attributes hold it."""
    assert typed.label(sent) == (sent if expected else None)
