"""The fields that the data of every event has.

Every field of an event is named and typed once, in this package. The JSON, the JSON Schemas in docs/schemas and the
consumers' documentation are derived from the classes. A field without a value in the postback is None here and absent
from the JSON, which never contains a null or an empty string.
"""

from dataclasses import dataclass

from callfire_events.parts import Comparable


@dataclass(init=False, repr=False, eq=False, kw_only=True)
class Data(Comparable):
    """Fields in the data of every event."""

    campaign_id: str | None = None
    assumed_time_zone: str | None = None
    """IANA name of the time zone assumed for cloud/1's timestamps, which state none. Other formats use UTC."""
    wire_format: str
    """The format of the postback: "cloud1", "api11" or "v2"."""
    unrecognized: dict[str, list[str]] | None = None
    """All values of the postback that no other field holds, by path."""
    repairs: list[str] | None = None
    """Names of the repairs that were needed to read the postback, an open vocabulary."""
