"""Events as rows of a table: fixed columns in the order of the types' fields, and no cell that a spreadsheet runs."""

import dataclasses
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, get_args, get_type_hints

from callfire_events import EventData
from callfire_events.envelope import to_json

if TYPE_CHECKING:
    from callfire_events.envelope import EventDocument

_ENVELOPE: Final = ("id", "type", "time", "recordedtime", "source", "subject")
_FORMULA: Final = re.compile("[=+\\-@\\t\\r\\n\uff1d\uff0b\uff0d\uff20]")
"""The first characters of formulas in spreadsheets, full-width forms included, see OWASP's "CSV injection"."""
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
"""A number, such as a phone number in E.164, is not a formula."""


def _fields(kind: Any, prefix: str = "") -> Iterator[str]:  # noqa: ANN401  a dataclass
    hints = get_type_hints(kind)
    for field in dataclasses.fields(kind):
        group = next(filter(dataclasses.is_dataclass, get_args(hints[field.name])), None)
        name = f"{prefix}{field.name}"
        yield from _fields(group, f"{name}.") if group else (name,)


COLUMNS: Final = (*_ENVELOPE, *dict.fromkeys(name for kind in get_args(EventData) for name in _fields(kind)))
"""The columns of every export: the envelope, then each field of each type; "agent.id" for a part."""


def cells(event: "EventDocument") -> list[str]:
    """Return an event's cells, one for each column; absent values are empty, lists and maps are JSON."""
    return [_cell(_value(event, name)) for name in COLUMNS]


def _value(event: "EventDocument", name: str) -> Any:  # noqa: ANN401  JSON
    if name in _ENVELOPE:
        return event.get(name)
    value: Any = event["data"]
    for key in name.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _cell(value: Any) -> str:  # noqa: ANN401  JSON
    if value is None:
        return ""
    text = value if isinstance(value, str) else to_json(value)
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text
