"""Documents in the parts of a multipart body."""

import binascii
import re
from collections.abc import Callable
from typing import Final

from callfire_postbacks.formats.unpacking.encoded import begins_document, from_base64
from callfire_postbacks.postback import Postback

_FIRST_BOUNDARY: Final = re.compile(rb"\s*--([^\r\n]{1,200}?)[ \t]*\r?\n")
_PART_TYPE: Final = re.compile(rb"^content-type:\s*([^\r\n]{1,200})", re.IGNORECASE | re.MULTILINE)
_BOUNDARY: Final = re.compile(r'boundary\s*=\s*(?:"([^"]{1,200})"|([^\s;"]{1,200}))', re.IGNORECASE)
_END_OF_HEADERS: Final = re.compile(rb"\r?\n\r?\n")
_TRANSFER_ENCODING: Final = re.compile(rb"^content-transfer-encoding:\s*([\w-]+)", re.IGNORECASE | re.MULTILINE)

_TRANSFER_ENCODINGS: Final[dict[bytes, Callable[[bytes], bytes]]] = {
    b"base64": from_base64,
    b"quoted-printable": binascii.a2b_qp,
}


def read_parts(postback: Postback) -> list[Postback]:
    """Return the parts that are documents."""
    body = b"\n" + postback.body.lstrip()
    delimiter = _delimiter(body, content_type=postback.headers.get("content-type", ""))
    if delimiter is None:
        return []
    found = (_document(part, postback) for part in body.split(delimiter)[1:])
    return [document for document in found if document is not None]


def _delimiter(body: bytes, *, content_type: str) -> bytes | None:
    """Return what separates the parts, by the header, or else by the first line."""
    header = _BOUNDARY.search(content_type)
    if header:
        delimiter = b"\n--" + (header[1] or header[2]).encode(errors="replace")
        if delimiter in body:
            return delimiter
    first = _FIRST_BOUNDARY.match(body)
    return b"\n--" + first[1] if first else None


def _document(part: bytes, postback: Postback) -> Postback | None:
    gap = _END_OF_HEADERS.search(part)
    if gap is None:
        return None
    transfer = _TRANSFER_ENCODING.search(part, 0, gap.start())
    decode = _TRANSFER_ENCODINGS.get(transfer[1].lower()) if transfer else None
    written = part[gap.end() :].removesuffix(b"\r")
    content = decode(written) if decode else written
    if not begins_document(content):
        return None
    media_type = _PART_TYPE.search(part, 0, gap.start())
    headers = {"content-type": media_type[1].decode("latin-1")} if media_type else {}
    return postback._replace(body=content, is_text=postback.is_text and not decode, headers=headers)
