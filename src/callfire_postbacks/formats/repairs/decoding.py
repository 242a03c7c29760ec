"""Decode documents that a strict parser does not decode."""

import codecs
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from callfire_postbacks.formats.repairs.json_text import is_json

_BEGINNINGS: Final = (  # UTF-32 first, because UTF-16's marks begin it
    (re.compile(rb"\xff\xfe\0\0|\s*[<{\[]\0\0\0"), "utf-32-le"),
    (re.compile(rb"\0\0\xfe\xff|\s*\0\0\0[<{\[]\0\0\0"), "utf-32-be"),
    (re.compile(rb"\xff\xfe|(?:\s\0)*[<{\[]\0[^\0]\0"), "utf-16-le"),
    (re.compile(rb"\xfe\xff|(?:\0\s)*\0[<{\[]\0[^\0]"), "utf-16-be"),
)
_DECLARED: Final = re.compile(
    r"""<\?\s*xml[^<>]{0,200}?encoding\s*=\s*["']?\s*((?:iso\s)?[\w.:-]{1,40})""", re.IGNORECASE
)
_CHARSET: Final = re.compile(r"""charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)

# Python's other codecs are not encodings of documents, or take more than linear time (punycode, idna).
_ENCODINGS: Final = re.compile(
    r"(?P<multi_byte>utf-(?:8|16|32).*|shift_jis\w*|euc_\w+|iso2022_\w+|gb\w+|hz|big5\w*|johab|cp9(?:32|49|50))"
    r"|ascii|iso8859-\d+|cp\d+|mac-\w+|koi8-\w|tis-620|hp-roman8|kz1048|ptcp154"
)
_CODE_PAGE: Final = re.compile(r"(?:x-)?(?:windows|win|cp|ibm)[-_]?(\d{3,5})", re.IGNORECASE)
_KNOWN_TO_PARSERS: Final = ("utf-8", "utf-16")
_IN_FACT_WINDOWS: Final = ("ascii", "iso8859-1")
"""Labels that in practice mean windows-1252: https://encoding.spec.whatwg.org/#names-and-labels."""

_WINDOWS_QUOTES: Final = b"\x85\x91\x92\x93\x94\x95\x96\x97"
_HALF_A_CHARACTER: Final = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")
_REPLACEMENT: Final = "\ufffd"
_NEAR: Final = 1_000
"""A document begins within this many characters."""


class Decoded(NamedTuple):
    """A decoded text, and the names of the repairs it needed."""

    text: str
    repairs: list[str]


def decode(body: bytes, *, is_text: bool, content_type: str) -> Decoded:
    """Decode a document as it declares, or else by its content. A body that was text is UTF-8."""
    candidates = iter([("utf-8", "strict")]) if is_text else _candidates(body, content_type)
    for codec, errors in candidates:
        try:
            text = body.decode(codec, errors)
        except UnicodeError:
            continue
        if is_text:
            return Decoded(text, [])
        if "<" in text[:_NEAR] or is_json(text[:_NEAR]):
            repairs = _explain(_declared(text), codec, is_ascii=body.isascii())
            return Decoded(text, repairs + ["undecodable-bytes"] * (errors == "replace" and _REPLACEMENT in text))
    text = body.decode("utf-8", "callfire").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    is_lossy = text.count(_REPLACEMENT) > body.count(_REPLACEMENT.encode())
    return Decoded(text, ["wrong-encoding", *(["undecodable-bytes"] if is_lossy else [])])


def _declared(text: str) -> str | None:
    found = _DECLARED.search(text, 0, _NEAR)
    return found[1] if found else None


def _candidates(body: bytes, content_type: str) -> Iterator[tuple[str, str]]:
    """Yield encodings to try, and how to handle errors in them. UTF-16 and UTF-32 are recognized by the bytes."""
    yield from ((codec, "replace") for beginning, codec in _BEGINNINGS if beginning.match(body))
    charset = _CHARSET.search(content_type)
    hint = charset[1] if charset else ""
    for name in (_declared(body[:_NEAR].decode("latin-1")) or "", hint, "utf-8"):
        known = _codec(name)
        if known == "ascii":
            yield "utf-8", "strict"  # senders that name ASCII rarely know better
        if known:
            yield "windows-1252" if known in _IN_FACT_WINDOWS else known, "strict"


def _codec(name: str) -> str | None:
    """Return Python's name of an encoding for documents, however it is spelled; None for any other."""
    codec = _lookup(name) or _lookup(_respell(name))
    return codec if codec and _ENCODINGS.fullmatch(codec) else None


def _lookup(name: str) -> str | None:
    try:
        return codecs.lookup(name).name
    except (LookupError, ValueError):
        return None


def _respell(name: str) -> str:
    """Respell names such as "windows1251", "CP-1251" and "x-sjis"."""
    found = _CODE_PAGE.fullmatch(name)
    return f"cp{found[1]}" if found else name.lower().removeprefix("x-")


def _explain(declared: str | None, codec: str, *, is_ascii: bool) -> list[str]:
    if declared is None:
        return [] if codec.startswith(("utf-8", "utf-16")) else ["wrong-encoding"]
    named = _codec(declared)
    if named is None:
        return ["encoding-name"]
    if named in _IN_FACT_WINDOWS:
        return [] if is_ascii or named != "ascii" else ["wrong-encoding"]
    if codec[:6] != named[:6]:  # UTF-16 has its byte order by now
        return ["wrong-encoding"]
    is_multi_byte = _ENCODINGS.fullmatch(named)["multi_byte"]  # type: ignore[index]  # or _codec would be None
    is_unknown = declared.lower() not in _KNOWN_TO_PARSERS if is_multi_byte else _lookup(declared) is None
    return ["encoding-name"] if is_unknown else []


def _understand(error: UnicodeError) -> tuple[str, int]:
    """Decode bytes that are not UTF-8: surrogates as Java writes them, otherwise windows-1252.

    Several bytes of one truncated UTF-8 character are not read as windows-1252, except an accented letter followed by a
    quotation mark.
    """
    if not isinstance(error, UnicodeDecodeError):
        raise error
    half = _HALF_A_CHARACTER.match(error.object, error.start)
    if half:
        return half[0].decode(errors="surrogatepass"), half.end()
    piece = error.object[error.start : error.end]
    if len(piece) == 1 or (len(piece) == 2 and piece[1] in _WINDOWS_QUOTES):  # noqa: PLR2004
        return piece.decode("windows-1252", "replace"), error.end
    return _REPLACEMENT, error.end


codecs.register_error("callfire", _understand)
