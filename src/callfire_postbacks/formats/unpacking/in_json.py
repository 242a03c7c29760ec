"""Documents in JSON: a string, the texts of an object, or several documents in a row."""

import json
import re
from typing import Final

from callfire_postbacks.formats.trees import json_reader
from callfire_postbacks.formats.unpacking.encoded import begins_document, from_base64, is_utf8
from callfire_postbacks.formats.xml.document import BEFORE_DOCUMENT
from callfire_postbacks.postback import Postback

_BETWEEN: Final = re.compile(r"[\s\ufeff\x1e]*")
"""Between two documents; U+001E begins each document of a JSON text sequence (RFC 7464)."""


_DECODER: Final = json.JSONDecoder(parse_int=str, parse_float=str, strict=False)


def read_json_string(postback: Postback) -> list[Postback]:
    """Return the text of a JSON string, if it is a document."""
    if not postback.body.lstrip().startswith(b'"'):
        return []
    try:
        inner = json.loads(postback.body)
    except ValueError:
        return []
    body = str(inner).encode(errors="surrogatepass")
    return [postback._replace(body=body, is_text=True)] if begins_document(body) else []


def read_json_members(postback: Postback) -> list[Postback]:
    """Return the documents that are texts of an object, but not any deeper, where texts may come from strangers."""
    if not postback.body.lstrip(BEFORE_DOCUMENT).startswith(b"{"):
        return []
    members = json_reader.parse(postback.body)  # the reader that accepted the body: it allows line breaks in texts
    texts = [value.encode() for value in members.values() if isinstance(value, str)]
    bodies = [text if begins_document(text) else from_base64(text) for text in texts]
    return [postback._replace(body=body, is_text=is_utf8(body)) for body in bodies if begins_document(body)]


def read_json_sequence(postback: Postback) -> list[Postback]:
    """Return the objects and lists of a body that has several in a row, such as one in each line, and nothing else."""
    documents: list[str] = []
    try:
        text = postback.body.decode()
        start = _next(text, 0)
        while text.startswith(("{", "["), start):
            _, end = _DECODER.raw_decode(text, start)
            documents.append(text[start:end])
            start = _next(text, end)
    except (ValueError, RecursionError):
        return []
    is_sequence = len(documents) > 1 and start == len(text)
    return [postback._replace(body=one.encode(), is_text=True) for one in documents if is_sequence]


def _next(text: str, end: int) -> int:
    """Return where the document after a place begins."""
    return _BETWEEN.match(text, end).end()  # type: ignore[union-attr]  # it matches everywhere
