"""Parse XML. No other module does.

A postback becomes its leaves (each text and each attribute, by the path of its element) and a digest of its canonical
content. Nothing else of the document is kept, so a hostile document costs no more than its bytes: the limits of
collector.py are checked while expat is still reading, and defusedxml stops at a DOCTYPE.
"""

from xml.etree.ElementTree import ParseError  # only the exception; defusedxml does the parsing

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from callfire_postbacks.formats.unreadable import UnreadablePostbackError
from callfire_postbacks.formats.xml.collector import Collector
from callfire_postbacks.formats.xml.document import BEFORE_DOCUMENT, Document


def parse(body: bytes, *, is_text: bool = False) -> Document:
    """Parse a postback's bytes in their declared encoding, or as UTF-8 if they have been text.

    Raises:
        UnreadablePostbackError: The body is not one well-formed XML document without a DOCTYPE and within the limits of
            collector.py.
    """
    text = body.lstrip(BEFORE_DOCUMENT)  # XML forbids blank lines before the declaration; accept them
    if not text:
        raise UnreadablePostbackError("empty-body", "The body is empty.")
    if text[0] != ord("<"):
        text = body  # UTF-16, or not XML
        if text[0] not in b"\xfe\xff\x00":
            raise UnreadablePostbackError(
                "not-xml", "The body begins with neither '<' nor '{'. Send XML or JSON as the raw body."
            )
    collector = Collector()
    parser = DefusedXMLParser(target=collector, encoding="utf-8" if is_text else None, forbid_dtd=True)
    # Use expat's handlers with defusedxml's guards; ElementTree's Python handlers would cost more than everything else.
    parser.parser.StartElementHandler = collector.start
    parser.parser.EndElementHandler = collector.end
    parser.parser.CharacterDataHandler = collector.data
    parser.parser.DefaultHandlerExpand = None  # only for documents with a DOCTYPE
    try:
        parser.feed(text)
        parser.close()
    except ParseError as error:
        line, column = position = _position(body, text, *error.position)
        what = str(error).partition(":")[0]
        detail = f"Not well-formed XML: {what}: line {line}, column {column}."
        raise UnreadablePostbackError("malformed-xml", detail, position=position) from None
    except DefusedXmlException:
        position = _position(body, text, parser.parser.CurrentLineNumber, parser.parser.CurrentColumnNumber)
        detail = "The document has a DOCTYPE or declares entities."
        raise UnreadablePostbackError("forbidden-doctype", detail, position=position) from None
    except (LookupError, ValueError):  # how expat reports unknown and multi-byte encodings
        raise UnreadablePostbackError("unknown-encoding", "The declared encoding cannot be read.") from None
    return collector.document()


def _position(body: bytes, text: bytes, line: int, column: int) -> tuple[int, int]:
    """Convert expat's line and column in the text to those in the body, both from 1: stripped bytes count too."""
    stripped = body[: len(body) - len(text)].decode(errors="replace")
    last_line = stripped.rpartition("\n")[2]
    return line + stripped.count("\n"), column + 1 + (len(last_line) if line == 1 else 0)
