"""Rewrite phone numbers and amounts of money that people wrote, if they are not in CallFire's documented format."""

import re
from typing import Final

# The invisible characters U+200B to U+200F and U+202A to U+202E come with numbers copied from a phone's contacts.
_WRITTEN_NUMBER: Final = re.compile(
    r"(?:(?:tel|sms|callto): *)?"
    r"([+( \u200b-\u200f\u202a-\u202e]*[0-9][0-9()./\- \t\u00a0\u2009-\u2015\u202a-\u202f\u2212]*)",
    re.IGNORECASE,
)
_NO_DIGIT: Final = re.compile(r"[^0-9+]+")
_DIALED_ABROAD: Final = re.compile(r"(?:00|011)(?=[1-9][0-9]{9,14}$)")
"""An international prefix for "+"; ten digits that begin with 00 are no number."""
_DOLLARS: Final = re.compile(
    r"(\()?([-+\u2012\u2013\u2212]?) ?(?:USD?)? ?\$? ?(\()?([-+\u2012\u2013\u2212]?)"
    r"([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)?(\.[0-9]+)? ?(?:USD|\$)?(-)?(\))?",
    re.IGNORECASE,
)


def rewrite(value: str) -> str:
    """Rewrite a phone number as its digits, with "+" before an international one; return any other text as it is."""
    written = _WRITTEN_NUMBER.fullmatch(value)
    if not written or "(0)" in value:  # a trunk prefix, not part of the number
        return value
    return _DIALED_ABROAD.sub("+", _NO_DIGIT.sub("", written[1]))


def read_amount(value: str) -> str | None:
    """Read an amount of US dollars as a decimal number."""
    match = _DOLLARS.fullmatch(value)
    if not match:
        return None
    opened, sign, inner_opened, inner_sign, whole, fraction, end_sign, closed = match.groups()
    signs = [written for written in (opened, sign, inner_opened, inner_sign, end_sign) if written]
    if not (whole or fraction) or len(signs) > 1 or (closed and signs != ["("]) or (signs == ["("] and not closed):
        return None
    minus = "-" if signs and signs != ["+"] else ""
    return minus + (whole or "0").replace(",", "") + (fraction or "")
