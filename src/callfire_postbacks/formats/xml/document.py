"""The content of an XML document: its leaves, and a digest of its canonical content."""

from typing import Final, NamedTuple

BEFORE_DOCUMENT: Final = b"\xef\xbb\xbf\t\n\r "
"""Bytes that may precede a document: those of a byte order mark and of blank lines."""
BEFORE_TEXT: Final = BEFORE_DOCUMENT.decode()
"""These bytes as characters."""

WHITESPACE: Final = " \t\r\n"
"""XML's definition of whitespace; a no-break space is content."""

Leaves = dict[str, list[str]]
"""Texts and attribute values by path, in document order. Paths are below the root: "notes", "stored-data/var",
"stored-data/var/@name"; "." is the root itself.
"""

Attributes = dict[tuple[str, int], dict[str, str]]
"""Attributes of the elements that contain texts, by the text's path and its index there; absent if there are none."""


class Document(NamedTuple):
    """The parsed content of a postback."""

    root: str
    """The name of the root element."""
    leaves: Leaves
    attributes: Attributes
    digest: str
    """Becomes the event's id."""
    children: set[str]
    """The names of the root's children, empty ones included: the mere presence of an element can be significant."""
    is_mixed: bool
    """Whether an element contains both text and elements, so that its text is several leaves."""
    canonical: list[str]
    """The canonical content, from which the digest is computed."""
