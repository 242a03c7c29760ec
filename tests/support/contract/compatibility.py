"""Find breaking changes: a JSON Schema may only gain optional fields and better wording.

Both directions matter. A consumer with an older release's schema gets a newer release's events; and one with the newest
schema gets events that an older release stored, in a replay or from an archive.
"""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

Json = dict[str, Any]

_WORDS: Final = {"title", "description", "examples", "$comment", "$schema", "$defs", "deprecated"}
"""Keywords without influence on validity; definitions count where they are referenced."""
_WITH_SCHEMA: Final = {"items", "additionalProperties", "propertyNames"}
_SETS: Final = {"enum", "required"}


class Schema(NamedTuple):
    """A schema, and the document that its references point into."""

    node: Json
    document: Json

    def resolved(self) -> Json:
        """Return the referenced schema."""
        if "$ref" not in self.node:
            return self.node
        target = self.document
        for part in filter(None, self.node["$ref"].removeprefix("#").split("/")):
            target = target[part]
        return Schema(target, self.document).resolved()


def breaking_changes(before: Json, after: Json, *, pointer: str = "", name: str = "event") -> list[str]:
    """Compare a released schema with its present version, and list the changes that would break a consumer.

    The schema is a whole document, or is in one at a JSON pointer.
    """
    node = {"$ref": f"#{pointer}"}
    return list(_compare(Schema(node, before), Schema(node, after), name))


def _compare(before: Schema, after: Schema, at: str) -> Iterator[str]:
    old, new = before.resolved(), after.resolved()
    for name, node in old.get("properties", {}).items():
        if name in new.get("properties", {}):
            yield from _compare(
                before._replace(node=node), after._replace(node=new["properties"][name]), f"{at}.{name}"
            )
        else:
            yield f"{at}.{name} is gone"
    for keyword in sorted((old.keys() | new.keys()) - _WORDS - {"properties"}):
        was, now = old.get(keyword), new.get(keyword)
        if keyword in _WITH_SCHEMA and isinstance(was, dict) and isinstance(now, dict):
            yield from _compare(before._replace(node=was), after._replace(node=now), f"{at}.{keyword}")
        elif keyword == "allOf" and was and now and len(was) == len(now):
            for part, other in zip(was, now, strict=True):
                yield from _compare(before._replace(node=part), after._replace(node=other), at)
        elif keyword in _SETS and isinstance(was, list) and isinstance(now, list):
            yield from (f"{at}: {value} has left {keyword}" for value in was if value not in now)
            yield from (f"{at}: {value} is new in {keyword}" for value in now if value not in was)
        elif was != now:
            yield f"{at}: {keyword} was {was}, and is {now}"
