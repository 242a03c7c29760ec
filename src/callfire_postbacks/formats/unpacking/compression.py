"""Documents compressed by gzip, zlib or raw deflate."""

import zlib
from typing import Final

from callfire_postbacks.formats.unreadable import UnreadablePostbackError
from callfire_postbacks.postback import Postback

MAX_UNPACKED_BYTES: Final = 65_536
"""The same limit as for a body that arrived unpacked."""

GZIP_MARK: Final = b"\x1f\x8b"
"""The first bytes of gzip."""

_GZIP: Final = 16 + zlib.MAX_WBITS


def decompress(postback: Postback) -> list[Postback]:
    """Decompress a body. Raises UnreadablePostbackError if it is then larger than a postback may be."""
    body, codings = postback.body, postback.headers.get("content-encoding", "").lower()
    if body.startswith(GZIP_MARK):
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
        return [postback._replace(body=unpacked, is_text=False, headers=headers)]
    return []
