"""Turn a sample into a new postback: set some of its fields, and keep all other bytes."""

import json
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Any, Final, NoReturn

RANDOM: Final = "random"
"""The value that becomes a new random number each time."""
_DIGITS: Final = 9
"""The fewest random digits, so that two numbers are hardly ever the same."""
_MOST_DIGITS: Final = 15
"""The most digits of a JSON number, because some readers have only 53 bits."""


class UnknownFieldError(ValueError):
    """The body has no such field; the message is for the user."""


def vary(body: bytes, changes: Mapping[str, str]) -> bytes:
    """Set fields of a postback, XML or JSON, by name.

    A field is an element or a key: "callid", or with its parents "campaign/id"; an attribute is "@id". If there are
    several, the first is set. The value "random" becomes random digits.

    Raises:
        UnknownFieldError: A field is not in the body.
    """
    if body.lstrip()[:1] in (b"{", b"["):
        return _vary_json(body, changes) if changes else body
    for name, value in changes.items():
        body = _set_xml(body, name, value)
    return body


def _value(value: str, old: str) -> str:
    if value != RANDOM:
        return value
    digits = max(_DIGITS, min(len(re.sub(r"\D", "", old)), _MOST_DIGITS))
    return str(secrets.choice(range(1, 10))) + "".join(secrets.choice("0123456789") for _ in range(digits - 1))


def _set_xml(body: bytes, name: str, value: str) -> bytes:
    path, _, attribute = name.partition("@")
    tag = re.compile(rb"<[\w:.-]+").search(body)  # the root, for an attribute without an element
    for element in filter(None, path.split("/")):
        start = rb"<(?:[\w.-]+:)?" + re.escape(element).encode()
        tag = tag and re.compile(start + rb"(?:\s[^<>]*)?/?>").search(body, tag.end())
    if attribute and tag:
        pattern = rb"\s" + re.escape(attribute).encode() + rb"\s*=\s*[\"']([^\"'<>]*)"
        found = re.compile(pattern).search(body, tag.start(), body.find(b">", tag.start()) + 1)
        return _put(body, found, value) if found else _refuse(name, body)
    if tag and tag[0].endswith(b"/>"):  # an empty element has no text to replace
        tag_name = re.split(rb"[\s/]", tag[0][1:])[0]
        opened = body[: tag.end() - 2].rstrip() + b">"
        return opened + _xml(value, "") + b"</" + tag_name + b">" + body[tag.end() :]
    found = re.compile(rb"([^<]*)").match(body, tag.end()) if tag and not attribute else None
    return _put(body, found, value) if found else _refuse(name, body)


def _put(body: bytes, found: re.Match[bytes], value: str) -> bytes:
    return body[: found.start(1)] + _xml(value, found[1].decode(errors="replace")) + body[found.end(1) :]


def _refuse(name: str, body: bytes) -> NoReturn:
    raise _unknown(name, re.findall(rb"<(?:[\w.-]+:)?([\w.-]+)", body))


def _xml(value: str, old: str) -> bytes:
    return escape(_value(value, old), quote=False).replace('"', "&quot;").encode()


def _vary_json(body: bytes, changes: Mapping[str, str]) -> bytes:
    document = json.loads(body)
    for name, value in changes.items():
        path = name.replace("/", ".").split(".")
        place = next(_places(document, path), None)
        if place is None:
            raise _unknown(name, [key.encode() for key in _keys(document)])
        holder, key = place
        holder[key] = _json(value, holder[key])
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _places(value: Any, path: list[str]) -> Iterator[tuple[dict[str, Any], str]]:  # noqa: ANN401  JSON
    """Yield every match of a path in a document, outer ones first: the object with its last key, and that key."""
    if isinstance(value, dict):
        holder: Any = value
        for key in path[:-1]:
            holder = holder.get(key) if isinstance(holder, dict) else None
        if isinstance(holder, dict) and path[-1] in holder:
            yield holder, path[-1]
    for child in _children(value):
        yield from _places(child, path)


def _keys(value: Any) -> Iterator[str]:  # noqa: ANN401  JSON
    if isinstance(value, dict):
        yield from value
    for child in _children(value):
        yield from _keys(child)


def _children(value: Any) -> Iterable[Any]:  # noqa: ANN401  JSON
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _json(value: str, old: Any) -> Any:  # noqa: ANN401  JSON
    new = _value(value, str(old))
    if isinstance(old, bool) or not isinstance(old, (int, float)):
        return new
    try:
        return json.loads(new)
    except ValueError:
        return new


def _unknown(name: str, names: list[bytes]) -> UnknownFieldError:
    known = ", ".join(sorted({one.decode(errors="replace") for one in names}))
    return UnknownFieldError(f"The postback has no field {name}; it has {known}.")
