"""The text of a postback's body, decoded as the parsers decode it, so that their lines and columns apply to it."""

import json
import re
from typing import Final

_DECLARED: Final = re.compile(rb"""\s*<\?xml[^>]*encoding=["']([\w.-]+)["']""")
_BIG_ENDIAN: Final = (b"\xfe\xff", b"\0\0\xfe\xff")
"""The byte order marks of UTF-16 and UTF-32."""
_LINE_END: Final = re.compile(r"\r\n|\r|\n")
"""Line ends in XML and JSON; Python's splitlines has more."""


def text_of(body: bytes, *, is_text: bool) -> str:
    """Decode a body, with U+FFFD for undecodable bytes. A byte order mark is kept, because columns count it.

    `is_text` says that API Gateway decoded the body, so that it is UTF-8, whatever encoding it declares.
    """
    try:
        return body.decode("utf-8" if is_text else _encoding(body), errors="replace")
    except LookupError:
        return body.decode(errors="replace")


def lines_of(text: str) -> list[str]:
    """Split a text into lines, numbered as by the parsers."""
    return _LINE_END.split(text)


def _encoding(body: bytes) -> str:
    detected = json.detect_encoding(body)  # by byte order mark and zero bytes, for XML too
    if detected in ("utf-16", "utf-32"):
        return f"{detected}-be" if body.startswith(_BIG_ENDIAN) else f"{detected}-le"
    declared = _DECLARED.match(body)
    if detected.startswith("utf-8") and declared and not declared[1].lower().startswith(b"utf"):
        return declared[1].decode()
    return detected.removesuffix("-sig")
