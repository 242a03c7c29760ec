"""Unpack documents from compression, a form, a multipart body, a text of JSON or XML, or base64, one layer at a time.

A form, a multipart body or a sequence of JSON may hold several documents, one beside the other. Only compression makes
a body larger, and it is never looked for within one part of several, so all documents together are no longer than one
postback.
"""

from collections.abc import Callable
from typing import Final

from callfire_postbacks.formats.unpacking.compression import decompress
from callfire_postbacks.formats.unpacking.encoded import read_base64, read_element_text, read_form, unescape
from callfire_postbacks.formats.unpacking.in_json import read_json_members, read_json_sequence, read_json_string
from callfire_postbacks.formats.unpacking.multipart import read_parts
from callfire_postbacks.formats.unreadable import UnreadablePostbackError
from callfire_postbacks.postback import Postback

SEQUENCE: Final = "json-sequence"
MAX_DOCUMENTS: Final = 8
"""The most documents in a form, a multipart body or a sequence of JSON."""

_LAYERS: Final[dict[str, Callable[[Postback], list[Postback]]]] = {
    "compression": decompress,
    "multipart": read_parts,
    "json-string": read_json_string,
    SEQUENCE: read_json_sequence,
    "escaped": unescape,
    "form-field": read_form,
    "base64": read_base64,
}
_IN_OTHER_DOCUMENTS: Final[dict[str, Callable[[Postback], list[Postback]]]] = {
    "json-member": read_json_members,
    "element-text": read_element_text,
}
"""Layers of a document with an unknown root: a postback is a text within it."""


def unpack(postback: Postback, *, is_unknown_root: bool = False) -> tuple[list[Postback], str] | None:
    """Remove one layer around documents, if there is one. Returns the contents and the layer's name.

    Raises:
        UnreadablePostbackError: Unpacked, the body is larger than a postback may be, or has too many documents.
    """
    for name, layer in (_IN_OTHER_DOCUMENTS if is_unknown_root else _LAYERS).items():
        contents = layer(postback)
        if len(contents) > MAX_DOCUMENTS:
            raise UnreadablePostbackError("too-complex", f"The body has more than {MAX_DOCUMENTS} documents.")
        if contents:
            return contents, name
    return None
