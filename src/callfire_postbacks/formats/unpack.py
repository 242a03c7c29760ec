"""Unpack documents from compression, a form, a multipart body, a JSON string or base64, one layer at a time.

A form or a multipart body may hold several documents, one beside the other. Only compression makes a body larger, and
it is never looked for within one part of several, so all documents together are no longer than one postback.
"""

import binascii
import json
import re
import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import Final
from urllib.parse import unquote_to_bytes

from callfire_postbacks.formats.unreadable import UnreadablePostbackError
from callfire_postbacks.postback import Postback

MAX_UNPACKED_BYTES: Final = 65_536
"""The same limit as for a body that arrived unpacked."""

MAX_DOCUMENTS: Final = 8
"""The most documents in a form or a multipart body."""

_GZIP: Final = 16 + zlib.MAX_WBITS
_GZIP_MARK: Final = b"\x1f\x8b"
_DOCUMENT: Final = re.compile(
    rb"(?:\xef\xbb\xbf|\s)*(?:[<{\[]|&lt;|%3c|%7b|[\w.-]{1,64}=(?:[<{]|%3c|%7b|%253c)|<\0|\0<|\xff\xfe|\xfe\xff)",
    re.IGNORECASE,
)
_FIRST_BOUNDARY: Final = re.compile(rb"\s*--([^\r\n]{1,200}?)[ \t]*\r?\n")
_PART_TYPE: Final = re.compile(rb"^content-type:\s*([^\r\n]{1,200})", re.IGNORECASE | re.MULTILINE)
_BOUNDARY: Final = re.compile(r'boundary\s*=\s*(?:"([^"]{1,200})"|([^\s;"]{1,200}))', re.IGNORECASE)
_END_OF_HEADERS: Final = re.compile(rb"\r?\n\r?\n")
_TRANSFER_ENCODING: Final = re.compile(rb"^content-transfer-encoding:\s*([\w-]+)", re.IGNORECASE | re.MULTILINE)
_BASE64: Final = re.compile(rb"[A-Za-z0-9+/_\s-]+=*\s*")
_URL_SAFE: Final = bytes.maketrans(b"-_", b"+/")
_ESCAPED: Final = re.compile(rb"\s*&(?:lt|#0{0,5}60|#x0{0,5}3c);", re.IGNORECASE)
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


def unpack(postback: Postback) -> tuple[list[Postback], str] | None:
    """Remove one layer around documents, if there is one. Returns the contents and the layer's name.

    Raises:
        UnreadablePostbackError: Unpacked, the body is larger than a postback may be, or has too many documents.
    """
    for name, layer in _LAYERS.items():
        contents = layer(postback)
        if len(contents) > MAX_DOCUMENTS:
            raise UnreadablePostbackError("too-complex", f"The body has more than {MAX_DOCUMENTS} documents.")
        if contents:
            return contents, name
    return None


def _compressed(postback: Postback) -> list[Postback]:
    body, codings = postback.body, postback.headers.get("content-encoding", "").lower()
    if body.startswith(_GZIP_MARK):
        window_sizes = [_GZIP]
    elif body.startswith(b"\x78") or "deflate" in codings or "gzip" in codings:
        window_sizes = [zlib.MAX_WBITS, -zlib.MAX_WBITS]  # deflate means zlib's format, or its raw stream
    else:
        return []
    for window_size in window_sizes:
        decompressor = zlib.decompressobj(window_size)
        try:
            unpacked = decompressor.decompress(body, MAX_UNPACKED_BYTES + 1)
        except zlib.error:
            continue
        if window_size < 0 and not decompressor.eof and len(unpacked) <= MAX_UNPACKED_BYTES:
            continue  # a text that only looks like a raw stream
        if len(unpacked) > MAX_UNPACKED_BYTES:
            raise UnreadablePostbackError("too-complex", f"The unpacked body has more than {MAX_UNPACKED_BYTES} bytes.")
        headers = {**postback.headers, "content-encoding": codings.rpartition(",")[0]}
        return [replace(postback, body=unpacked, is_text=False, headers=headers)]
    return []


def _multipart(postback: Postback) -> list[Postback]:
    body = b"\n" + postback.body.lstrip()
    header = _BOUNDARY.search(postback.headers.get("content-type", ""))
    first = _FIRST_BOUNDARY.match(body)
    delimiter = b"\n--" + (header[1] or header[2]).encode(errors="replace") if header else b""
    if not header or delimiter not in body:
        if not first:
            return []
        delimiter = b"\n--" + first[1]
    contents = []
    for part in body.split(delimiter)[1:]:
        gap = _END_OF_HEADERS.search(part)
        if gap is None:
            continue
        transfer = _TRANSFER_ENCODING.search(part, 0, gap.start())
        decode = _TRANSFER_ENCODINGS.get(transfer[1].lower()) if transfer else None
        written = part[gap.end() :].removesuffix(b"\r")
        content = decode(written) if decode else written
        if _DOCUMENT.match(content):
            media_type = _PART_TYPE.search(part, 0, gap.start())
            headers = {"content-type": media_type[1].decode("latin-1")} if media_type else {}
            contents.append(replace(postback, body=content, is_text=postback.is_text and not decode, headers=headers))
    return contents


def _json_string(postback: Postback) -> list[Postback]:
    if not postback.body.lstrip().startswith(b'"'):
        return []
    try:
        inner = json.loads(postback.body)
    except ValueError:
        return []
    body = str(inner).encode(errors="surrogatepass")
    return [replace(postback, body=body, is_text=True)] if _DOCUMENT.match(body) else []


def _form(postback: Postback) -> list[Postback]:
    if b"<" in postback.body:
        return []
    contents = []
    for field in postback.body.strip().split(b"&"):
        name, _, value = field.partition(b"=")
        body = unquote_to_bytes((value or name).replace(b"+", b" "))
        if value and not _DOCUMENT.match(body):
            body = _from_base64(body.replace(b" ", b"+"))
        if body != postback.body and _DOCUMENT.match(body):
            contents.append(replace(postback, body=body, is_text=_is_utf8(body)))
    return contents


def _escaped(postback: Postback) -> list[Postback]:
    if not _ESCAPED.match(postback.body):
        return []
    body = postback.body
    for escape, character in _ESCAPES:
        body = escape.sub(character, body)
    return [replace(postback, body=body)]


def _base64(postback: Postback) -> list[Postback]:
    body = _from_base64(postback.body)
    is_packed = _DOCUMENT.match(body) or body.startswith(_GZIP_MARK)
    return [replace(postback, body=body, is_text=False)] if is_packed else []


def _from_base64(content: bytes) -> bytes:
    """Decode base64 of either alphabet, with or without padding; anything else is empty."""
    if not _BASE64.fullmatch(content):
        return b""
    try:
        return binascii.a2b_base64(content.translate(_URL_SAFE).rstrip(b"= \t\r\n") + b"==")
    except binascii.Error:
        return b""


def _is_utf8(body: bytes) -> bool:
    """Return whether bytes from a form are UTF-8, as browsers encode forms, whatever a document in it declares."""
    try:
        return b"\0" not in body and bool(body.decode())
    except UnicodeDecodeError:
        return False


_TRANSFER_ENCODINGS: Final[dict[bytes, Callable[[bytes], bytes]]] = {
    b"base64": _from_base64,
    b"quoted-printable": binascii.a2b_qp,
}
_LAYERS: Final[dict[str, Callable[[Postback], list[Postback]]]] = {
    "compression": _compressed,
    "multipart": _multipart,
    "json-string": _json_string,
    "form-field": _form,
    "escaped": _escaped,
    "base64": _base64,
}
