"""The typed forms of a text of a postback."""

from callfire_postbacks.formats.values import typed
from tests.support.building import ZONE


def typed_forms(value: str) -> set[str]:
    """Return the documented typed forms of a text."""
    count, cost, time = typed.count(value), typed.dollars(value), typed.read_timestamp(value, ZONE)
    found = {typed.phone_number(value), cost and cost.amount, time and time.isoformat()}
    return {text for text in found if text} | (set() if count is None else {str(count)})
