"""Bodies that API Gateway has decoded to text: their declared encoding no longer applies."""

import zlib

import pytest

from callfire_postbacks.formats.xml.parsing import parse
from callfire_postbacks.functions import receive
from callfire_postbacks.parking import park
from tests.support.aws.faults import answering, refusal
from tests.support.building import element, normalize, request
from tests.support.contents import items, parked
from tests.support.lambda_context import Context
from tests.support.parked import run_drain

DECLARED = '<?xml version="1.0" encoding="{}"?>' + element("call-finished", element("notes", "café “€” 🎉"))
ENCODINGS = ["UTF-8", "ISO-8859-1", "UTF-16", "windows-1252", "US-ASCII", "Shift_JIS", "UTF8", "klingon", "IBM1047"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "byte order mark"])
def test_declared_encoding_of_a_text_is_ignored(encoding: str, mark: str) -> None:
    """A text is read unchanged, whatever encoding it declares, and without repairs."""
    event = normalize((mark + DECLARED.format(encoding)).encode(), is_text=True)
    assert event["data"]["notes"] == "café “€” 🎉"
    assert event["id"] == normalize(DECLARED.format("UTF-8").encode())["id"]
    assert "repairs" not in event["data"]


@pytest.mark.usefixtures("subscribed")
@pytest.mark.parametrize("encoding", ["ISO-8859-1", "UTF-16"])
def test_text_stays_text_wherever_it_is_read_again(encoding: str) -> None:
    """A text is known as text at once, after parking and in its item, and its bytes are kept."""
    body = DECLARED.format(encoding)
    incoming = request() | {"body": body, "isBase64Encoded": False}
    with answering("dynamodb.PutItem", refusal("InternalServerError")):
        receive.handler(incoming, Context())
    [parked_postback] = parked()
    assert (parked_postback.body.decode(), parked_postback.is_text) == (body, True)
    park(parked_postback)
    assert run_drain() == []
    [item] = items()
    assert item["event"]["M"]["data"]["M"]["notes"] == {"S": "café “€” 🎉"}
    raw = zlib.decompress(item["raw"]["B"], wbits=31)
    assert (raw.decode(), item["is_text"]) == (body, {"BOOL": True})
    assert parse(raw, is_text=item["is_text"]["BOOL"]).leaves == {"notes": ["café “€” 🎉"]}


@pytest.mark.usefixtures("subscribed")
def test_binary_body_is_not_marked() -> None:
    """The item of a binary body does not say that it was text."""
    receive.handler(request(content_type="application/octet-stream"), Context())
    assert "is_text" not in items()[0]
