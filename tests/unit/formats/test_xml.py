"""Each parser limit at its boundary, and the encodings."""

from collections.abc import Callable

import pytest

from callfire_postbacks.formats.unreadable import UnreadablePostbackError
from callfire_postbacks.formats.xml.collector import MAX_DEPTH, MAX_ELEMENTS, MAX_NAME_LENGTH, MAX_PATHS_LENGTH
from callfire_postbacks.formats.xml.parsing import parse
from tests.support.building import data_of, element, normalize


def _nested(depth: int) -> str:
    return "<a>" * depth + "x" + "</a>" * depth


def _siblings(elements: int) -> str:
    return element("r", "<a>1</a>" * (elements - 1))


def _long_name(length: int) -> str:
    return element("r", element("n" * length, "x"))


def _long_attribute(length: int) -> str:
    return f'<r {"n" * length}="x"/>'


@pytest.mark.parametrize(
    ("build", "limit"),
    [
        (_nested, MAX_DEPTH),
        (_siblings, MAX_ELEMENTS),
        (_long_name, MAX_NAME_LENGTH),
        (_long_attribute, MAX_NAME_LENGTH),
    ],
)
def test_limit(build: Callable[[int], str], limit: int) -> None:
    """A document just within a limit is read; one just beyond is refused with the limit's reason."""
    assert parse(build(limit).encode()).leaves
    with pytest.raises(UnreadablePostbackError, match="too-complex"):
        parse(build(limit + 1).encode())


def test_limit_of_all_paths() -> None:
    """Distinct paths, attributes included, count with their full length; a repeated path counts once."""
    names = [f"n{number:-<99}" for number in range(MAX_PATHS_LENGTH // 100)]
    within = "".join(element(name, "1") * 3 for name in names)
    assert len(parse(element("r", within).encode()).leaves) == len(names)
    for beyond in (element("a", "1"), element(names[0], a="1")):
        with pytest.raises(UnreadablePostbackError, match="too-complex"):
            parse(element("r", within, beyond).encode())


def test_elements_without_content_have_no_path() -> None:
    """Empty elements count as elements and store no path."""
    names = "".join(element(f"n{number:-<99}") for number in range(MAX_ELEMENTS - 1))
    assert parse(element("r", names).encode()).leaves == {}


@pytest.mark.parametrize(
    ("declared", "codec"),
    [
        ("UTF-8", "utf-8"),
        ("utf-8", "utf-8-sig"),
        ("UTF-16", "utf-16"),
        ("UTF-16", "utf-16-le"),
        ("UTF-16", "utf-16-be"),
        ("ISO-8859-1", "iso-8859-1"),
        ("ISO-8859-15", "iso-8859-15"),
        ("windows-1252", "windows-1252"),
        ("macintosh", "mac-roman"),
    ],
)
def test_encoding(declared: str, codec: str) -> None:
    """A postback is read in its declared encoding, with or without a byte order mark."""
    written = f'<?xml version="1.0" encoding="{declared}"?><call-finished><notes>café</notes></call-finished>'
    assert normalize(written.encode(codec))["data"]["notes"] == "café"


@pytest.mark.parametrize(
    ("encoding", "letter", "byte"),
    [("windows-1252", "€", 0x80), ("windows-1251", "ж", 0xE6), ("TIS-620", "ก", 0xA1), ("KOI8-R", "ж", 0xD6)],
)
def test_single_byte_encoding(encoding: str, letter: str, byte: int) -> None:
    """Every single-byte encoding of Python is read, not only those of expat."""
    written = f'<?xml version="1.0" encoding="{encoding}"?><call-finished><notes>@</notes></call-finished>'
    assert normalize(written.encode().replace(b"@", bytes([byte])))["data"]["notes"] == letter


def test_undeclared_is_utf8() -> None:
    """An undeclared encoding is UTF-8, including characters beyond the basic plane."""
    assert data_of(element("notes", "日本語 🎉"))["notes"] == "日本語 🎉"


@pytest.mark.parametrize(
    "encoding",
    [
        "x-nobody",
        "Big5",
        "Shift_JIS",
        "EUC-JP",
        "GB2312",
        "UTF-7",
        "UTF-32",
        "punycode",
        "rot13",
        "base64",
        "undefined",
    ],
)
def test_encoding_that_cannot_be_read(encoding: str) -> None:
    """An encoding that is unknown, not a text encoding or multi-byte is refused with that reason."""
    with pytest.raises(UnreadablePostbackError, match="unknown-encoding"):
        parse(f'<?xml version="1.0" encoding="{encoding}"?><a/>'.encode())


@pytest.mark.parametrize(
    "body",
    [
        b'<?xml version="1.0" encoding="UTF-8"?><a>caf\xe9</a>',
        b"<a>caf\xe9</a>",
        b'<?xml version="1.0" encoding="UTF-16"?><a>x</a>',
        b'<?xml version="1.0" encoding="windows-1252"?><a>\x81</a>',
        b'<?xml version="1.0" encoding="cp037"?><a/>',
        '\ufeff<?xml version="1.0" encoding="UTF-8"?><a/>'.encode("utf-16-be"),
        "<a>x</a>".encode("utf-16")[:-1],
        b"<a>\xed\xa0\x80</a>",
    ],
)
def test_wrong_declared_encoding(body: bytes) -> None:
    """Bytes that are invalid in the declared encoding are malformed; they are never guessed or replaced."""
    with pytest.raises(UnreadablePostbackError, match="malformed-xml"):
        parse(body)


def test_utf8_declared_as_latin1_is_read_as_declared() -> None:
    """A wrong declaration that no parser can detect yields the characters that it declares."""
    body = '<?xml version="1.0" encoding="ISO-8859-1"?><call-finished><notes>é</notes></call-finished>'.encode()
    assert normalize(body)["data"]["notes"] == "Ã©"
