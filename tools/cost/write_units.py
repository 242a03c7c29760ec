"""Count DynamoDB's write units for a write, by the documented rules, indexes included.

Sizes: docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
Indexes: docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html, "Provisioned throughput considerations"
"""

import math
import re
from collections.abc import Mapping
from typing import Any, Final

Item = dict[str, Any]
"""An item with DynamoDB's typed values: {"id": {"S": "…"}}."""

UNIT: Final = 1024
INDEX_ENTRY_OVERHEAD: Final = 100
"""Bytes on disk for an item and for each of its index entries, beside their attributes; not part of write units."""


def size(item: Mapping[str, Any]) -> int:
    """Return the bytes of an item as DynamoDB counts them."""
    return sum(len(name.encode()) + _size(value) for name, value in item.items())


def _size(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "B":
            return len(content)
        case "N":
            return math.ceil(len(content) / 2) + 1
        case "BOOL":
            return 1
        case "L":
            return 3 + sum(1 + _size(one) for one in content)
        case _:
            return 3 + sum(1 + len(name.encode()) + _size(one) for name, one in content.items())


def entries(item: Item, table: Mapping[str, Any]) -> dict[str, Item]:
    """Return an item's entries in the indexes of a table of the template. All indexes project only the keys."""
    found = {}
    for index in table.get("GlobalSecondaryIndexes", ()):
        if index["Projection"] != {"ProjectionType": "KEYS_ONLY"}:
            raise NotImplementedError("Only indexes of keys are counted.")
        keys = [key["AttributeName"] for key in (*index["KeySchema"], *table["KeySchema"])]
        if all(key in item for key in keys):
            found[index["IndexName"]] = {key: item[key] for key in keys}
    return found


def write_units(before: Item, after: Item, table: Mapping[str, Any]) -> int:
    """Count the write units for changing one item into another; a missing item is empty."""
    units = math.ceil(max(size(before), size(after)) / UNIT)
    old, new = entries(before, table), entries(after, table)
    for name in old.keys() | new.keys():
        changed = [one for one in (old.get(name), new.get(name)) if one and old.get(name) != new.get(name)]
        units += sum(math.ceil(size(one) / UNIT) for one in changed)  # a changed entry is deleted and put
    return units


def updated(item: Item, request: Mapping[str, Any]) -> Item:
    """Return an item after an UpdateItem request of the form SET a = :a, b = f(b, :b) REMOVE c, d."""
    assigned, _, removed = request["UpdateExpression"].removeprefix("SET ").partition(" REMOVE ")
    values = request["ExpressionAttributeValues"]
    assignments = re.findall(r"(\w+) = (?:if_not_exists\(\w+, )?(:\w+)", assigned)
    names = removed.split(", ")
    return {name: value for name, value in item.items() if name not in names} | {
        name: values[value] for name, value in assignments
    }
