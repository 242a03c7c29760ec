"""Documents encoded as texts: in XML, a form, escapes or base64."""

import binascii
import re
from typing import Final
from urllib.parse import unquote_to_bytes

from callfire_postbacks.formats.unpacking.compression import GZIP_MARK
from callfire_postbacks.formats.xml.document import BEFORE_DOCUMENT
from callfire_postbacks.formats.xml.parsing import parse
from callfire_postbacks.postback import Postback

_DOCUMENT: Final = re.compile(
    rb"(?:\xef\xbb\xbf|\s)*(?:[<{\[]|&lt;|%3c|%7b|[\w.-]{1,64}=(?:[<{]|%3c|%7b|%253c)|<\0|\0<|\xff\xfe|\xfe\xff)",
    re.IGNORECASE,
)
_BASE64: Final = re.compile(rb"[A-Za-z0-9+/_\s-]++=*+\s*+")  # possessive: else quadratic in blanks
_URL_SAFE: Final = bytes.maketrans(b"-_", b"+/")
_ESCAPED: Final = re.compile(
    rb"\s*(?:&(?:lt|#0{0,5}60|#x0{0,5}3c);|[\[{][\s\[{]*&(?:quot|#0{0,5}34|#x0{0,5}22);)", re.IGNORECASE
)
_ESCAPES: Final = tuple(
    (re.compile(rb"&(?:%b);" % names, re.IGNORECASE), character)
    for names, character in (
        (b"lt|#0{0,5}60|#x0{0,5}3c", b"<"),
        (b"gt|#0{0,5}62|#x0{0,5}3e", b">"),
        (b"quot|#0{0,5}34|#x0{0,5}22", b'"'),
        (b"apos|#0{0,5}39|#x0{0,5}27", b"'"),
        (b"amp|#0{0,5}38|#x0{0,5}26", b"&"),  # last, because the result may look like another escape
    )
)


def begins_document(content: bytes) -> bool:
    """Return whether a content begins like a document, or like a layer around one."""
    return _DOCUMENT.match(content) is not None


def read_element_text(postback: Postback) -> list[Postback]:
    """Return the only text of an XML document, if it is a document itself."""
    if not postback.body.lstrip(BEFORE_DOCUMENT).startswith(b"<"):
        return []
    leaves = parse(postback.body, is_text=postback.is_text).leaves
    texts = [text.encode() for path, texts in leaves.items() if "@" not in path for text in texts]
    return [postback._replace(body=text, is_text=True) for text in texts if len(texts) == 1 and begins_document(text)]


def read_form(postback: Postback) -> list[Postback]:
    """Return the fields of a form that are documents. XML and JSON are no form, whatever signs are in their texts."""
    if b"<" in postback.body or postback.body.lstrip(BEFORE_DOCUMENT).startswith((b"{", b"[")):
        return []
    contents = []
    for field in postback.body.strip().split(b"&"):
        name, _, value = field.partition(b"=")
        body = unquote_to_bytes((value or name).replace(b"+", b" "))
        if value and not begins_document(body):
            body = from_base64(body.replace(b" ", b"+"))
        if body != postback.body and begins_document(body):
            contents.append(postback._replace(body=body, is_text=is_utf8(body)))
    return contents


def unescape(postback: Postback) -> list[Postback]:
    """Replace the escapes of a document whose tags or quotation marks are escaped."""
    if not _ESCAPED.match(postback.body):
        return []
    body = postback.body
    for escape, character in _ESCAPES:
        body = escape.sub(character, body)
    return [postback._replace(body=body)]


def read_base64(postback: Postback) -> list[Postback]:
    """Return the content of a body in base64, if it is a document or compressed."""
    body = from_base64(postback.body)
    is_packed = begins_document(body) or body.startswith(GZIP_MARK)
    return [postback._replace(body=body, is_text=False)] if is_packed else []


def from_base64(content: bytes) -> bytes:
    """Decode base64 of either alphabet, with or without padding; anything else is empty."""
    if not _BASE64.fullmatch(content):
        return b""
    try:
        return binascii.a2b_base64(content.translate(_URL_SAFE).rstrip(b"= \t\r\n") + b"==")
    except binascii.Error:
        return b""


def is_utf8(body: bytes) -> bool:
    """Return whether bytes are UTF-8, as browsers encode forms, whatever a document in it declares."""
    try:
        return b"\0" not in body and bool(body.decode())
    except UnicodeDecodeError:
        return False
