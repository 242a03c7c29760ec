"""Write the names and the packaging of later generations' postbacks in other ways than CallFire does."""

import json
import re
from collections.abc import Callable
from typing import Any, Final
from xml.etree import ElementTree as ET

Write = Callable[[str], str]

_CUSTOMERS: Final = ("attributes", "properties")
"""Objects whose names are a customer's own."""
_PREFIXES: Final = {"http://api.callfire.com/data": "ns2:", "http://api.callfire.com/notification/xsd": "ns3:"}


def rename(body: bytes, write: Write) -> bytes:
    """Write all names of a JSON document in another way, except those of customers."""
    return json.dumps(_renamed(json.loads(body), write)).encode()


def _renamed(tree: Any, write: Write) -> Any:  # noqa: ANN401  JSON
    if isinstance(tree, list):
        return [_renamed(item, write) for item in tree]
    if not isinstance(tree, dict):
        return tree
    return {write(name): member if name in _CUSTOMERS else _renamed(member, write) for name, member in tree.items()}


def snake_case(name: str) -> str:
    """Write "fromNumber" as "from_number"."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


def retag(body: bytes, write: Write) -> bytes:
    """Write the names of all elements of an XML document in another way."""
    return re.sub(r"(</?)([A-Za-z][\w:]*)", lambda found: found[1] + write(found[2]), body.decode()).encode()


def without_declarations(body: bytes) -> bytes:
    """Drop all declarations of namespaces."""
    return re.sub(rb' xmlns(:\w+)?="[^"]*"', b"", body)


def to_json(body: bytes, *, text: str, attributes: str | None = None, mark: str = "@") -> bytes:
    """Convert a notification to JSON, as a program does that calls a text and attributes so."""
    root = ET.fromstring(body)  # noqa: S314  a sample
    return json.dumps({_prefixed(root.tag): _converted(root, text, attributes, mark)}).encode()


def _converted(element: ET.Element, text: str, attributes: str | None, mark: str) -> Any:  # noqa: ANN401  JSON
    members: dict[str, Any] = {f"{mark}{name}": value for name, value in element.attrib.items()}
    if attributes and members:
        members = {attributes: dict(element.attrib)}
    for child in element:
        members.setdefault(_prefixed(child.tag), []).append(_converted(child, text, attributes, mark))
    content = (element.text or "").strip()
    if not members:
        return content
    return members | {text: content} if content else members


def _prefixed(tag: str) -> str:
    namespace, _, name = tag[1:].partition("}")
    return _PREFIXES[namespace] + name
