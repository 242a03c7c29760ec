"""Unpack a document from compression, a form, a multipart body, a JSON string or base64, one layer at a time."""

import binascii
import json
import re
import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import Final
from urllib.parse import unquote_to_bytes

from callfire_postbacks.formats.xml import UnreadablePostbackError
from callfire_postbacks.postback import Postback

MAX_UNPACKED_BYTES: Final = 65_536
"""The same limit as for a body that arrived unpacked."""

_GZIP: Final = 16 + zlib.MAX_WBITS
_DOCUMENT: Final = re.compile(
    rb"(?:\xef\xbb\xbf|\s)*(?:[<{\[]|%3c|%7b|[\w.-]{1,64}=(?:[<{]|%3c|%7b|%253c)|<\0|\0<|\xff\xfe|\xfe\xff)",
    re.IGNORECASE,
)
_FIRST_BOUNDARY: Final = re.compile(rb"\s*--([^\r\n]{1,200}?)[ \t]*\r?\n")
_BOUNDARY: Final = re.compile(r'boundary\s*=\s*(?:"([^"]{1,200})"|([^\s;"]{1,200}))', re.IGNORECASE)
_END_OF_HEADERS: Final = re.compile(rb"\r?\n\r?\n")
_TRANSFER_ENCODING: Final = re.compile(rb"^content-transfer-encoding:[ \t]*([\w-]+)", re.IGNORECASE | re.MULTILINE)
_BASE64: Final = re.compile(rb"[A-Za-z0-9+/\s]+=*\s*")


def unpack(postback: Postback) -> tuple[Postback, str] | None:
    """Remove one layer around a document, if there is one. Returns the content and the layer's name.

    Raises:
        UnreadablePostbackError: Unpacked, the body is larger than a postback may be.
    """
    for name, layer in _LAYERS.items():
        inner = layer(postback)
        if inner is not None:
            return inner, name
    return None


def _compressed(postback: Postback) -> Postback | None:
    body, coding = postback.body, postback.headers.get("content-encoding", "").lower()
    if body.startswith(b"\x1f\x8b"):
        window_sizes = [_GZIP]
    elif body.startswith(b"\x78") or coding == "deflate":
        window_sizes = [zlib.MAX_WBITS, -zlib.MAX_WBITS]  # deflate means zlib's format, or its raw stream
    else:
        return None
    for window_size in window_sizes:
        decompressor = zlib.decompressobj(window_size)
        try:
            unpacked = decompressor.decompress(body, MAX_UNPACKED_BYTES + 1)
        except zlib.error:
            continue
        if len(unpacked) > MAX_UNPACKED_BYTES:
            raise UnreadablePostbackError("too-complex", f"Unpacked, the body has over {MAX_UNPACKED_BYTES} bytes.")
        return replace(postback, body=unpacked, is_text=False, headers=_without_coding(postback))
    return None


def _multipart(postback: Postback) -> Postback | None:
    header = _BOUNDARY.search(postback.headers.get("content-type", ""))
    first = _FIRST_BOUNDARY.match(postback.body)
    if header:
        boundary = (header[1] or header[2]).encode(errors="replace")
    elif first:
        boundary = first[1]
    else:
        return None
    for part in postback.body.split(b"--" + boundary)[1:]:
        gap = _END_OF_HEADERS.search(part)
        if gap is None:
            continue
        transfer = _TRANSFER_ENCODING.search(part, 0, gap.start())
        decode = _TRANSFER_ENCODINGS.get(transfer[1].lower()) if transfer else None
        content = part[gap.end() :]
        if decode is None and _DOCUMENT.match(content):
            return replace(postback, body=content, headers={})
        decoded = decode(content) if decode else None
        if decoded is not None and _DOCUMENT.match(decoded):
            return replace(postback, body=decoded, is_text=False, headers={})
    return None


def _json_string(postback: Postback) -> Postback | None:
    if not postback.body.lstrip().startswith(b'"'):
        return None
    try:
        inner = json.loads(postback.body)
    except ValueError:
        return None
    body = str(inner).encode(errors="surrogatepass")
    return replace(postback, body=body, is_text=True) if _DOCUMENT.match(body) else None


def _form(postback: Postback) -> Postback | None:
    if b"<" in postback.body or b"%" not in postback.body:
        return None
    for field in postback.body.strip().split(b"&"):
        name, _, value = field.partition(b"=")
        body = unquote_to_bytes((value or name).replace(b"+", b" "))
        if _DOCUMENT.match(body):
            return replace(postback, body=body, is_text=_is_utf8(body), headers={})
    return None


def _escaped(postback: Postback) -> Postback | None:
    body = postback.body
    if not body.lstrip().startswith(b"&lt;"):
        return None
    for entity, character in ((b"&lt;", b"<"), (b"&gt;", b">"), (b"&quot;", b'"'), (b"&#39;", b"'"), (b"&amp;", b"&")):
        body = body.replace(entity, character)
    return replace(postback, body=body)


def _base64(postback: Postback) -> Postback | None:
    body = _from_base64(postback.body) if _BASE64.fullmatch(postback.body) else None
    return replace(postback, body=body, is_text=False) if body and _DOCUMENT.match(body) else None


def _from_base64(content: bytes) -> bytes | None:
    try:
        return binascii.a2b_base64(content)
    except binascii.Error:
        return None


def _is_utf8(body: bytes) -> bool:
    """Return whether bytes from a form are UTF-8, as browsers encode forms, whatever a document in it declares."""
    try:
        return b"\0" not in body and bool(body.decode())
    except UnicodeDecodeError:
        return False


def _without_coding(postback: Postback) -> dict[str, str]:
    return {name: value for name, value in postback.headers.items() if name != "content-encoding"}


_TRANSFER_ENCODINGS: Final[dict[bytes, Callable[[bytes], bytes | None]]] = {
    b"base64": _from_base64,
    b"quoted-printable": binascii.a2b_qp,
}
_LAYERS: Final[dict[str, Callable[[Postback], Postback | None]]] = {
    "compression": _compressed,
    "multipart": _multipart,
    "json-string": _json_string,
    "form-field": _form,
    "escaped": _escaped,
    "base64": _base64,
}
