"""Bodies that API Gateway has decoded to text: the encoding that they declare has been, and means nothing any more."""

import pytest

from callfire_postbacks import ingest
from callfire_postbacks.formats.xml import parse
from callfire_postbacks.functions import drain, receive
from callfire_postbacks.parking import park, reject
from tests.support.building import element, normalize, postback_at, request
from tests.support.contents import items, parked, rejected
from tests.support.lambda_context import Context
from tests.support.parked import run_drain
from tests.unit.test_store import RECEIVED_AT

DECLARED = '<?xml version="1.0" encoding="{}"?>' + element("call-finished", element("notes", "café “€” 🎉"))
ENCODINGS = ["UTF-8", "ISO-8859-1", "UTF-16", "windows-1252", "US-ASCII", "Shift_JIS", "UTF8", "klingon", "IBM1047"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "byte order mark"])
def test_declared_encoding_of_a_text_is_ignored(encoding: str, mark: str) -> None:
    """A text is read as it is, whatever encoding it declares, and nothing had to be repaired for it."""
    event = normalize((mark + DECLARED.format(encoding)).encode(), is_text=True)
    assert event["data"]["notes"] == "café “€” 🎉"
    assert event["id"] == normalize(DECLARED.format("UTF-8").encode())["id"]
    assert "repairs" not in event["data"]


@pytest.mark.usefixtures("subscribed")
@pytest.mark.parametrize("encoding", ["ISO-8859-1", "UTF-16"])
def test_text_stays_text_wherever_it_is_read_again(encoding: str) -> None:
    """Parked, drained, and read again from its item, a text is still known to be one, and its bytes are as they came."""
    body = DECLARED.format(encoding).encode()
    event = request(body)
    event |= {"body": body.decode(), "isBase64Encoded": False}
    receive.handler(event, Context())
    [item] = items()
    assert item["is_text"] == {"BOOL": True}
    assert item["event"]["M"]["data"]["M"]["notes"] == {"S": "café “€” 🎉"}
    assert parse(body, is_text=True).leaves == {"notes": ["café “€” 🎉"]}
