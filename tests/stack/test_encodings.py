"""Differences of content type and encoding that do not change an event."""

import gzip
import zlib
from urllib.parse import quote_plus

import pytest

from local.stack import Stack
from tests.support.http import post
from tests.support.stored import stored
from tools.samples import SAMPLES

pytestmark = pytest.mark.usefixtures("no_events")

CONTENT_TYPES = [
    None,
    "application/xml",
    "text/xml",
    "text/xml; charset=UTF-8",
    "application/x-www-form-urlencoded",
    "application/octet-stream",
    "application/json",
    "multipart/form-data; boundary=x",
    "nonsense",
]


def test_content_type_decides_nothing(stack: Stack) -> None:
    """Any content type, which decides how API Gateway passes the body, gives the same postback."""
    url, body = stack.postback_urls["callfinish"], SAMPLES["call-finished"]
    answers = [post(url, body, content_type) for content_type in CONTENT_TYPES]

    assert [answer.json["status"] for answer in answers] == ["accepted"] + ["duplicate"] * (len(answers) - 1)
    assert {answer.json["id"] for answer in answers} == stored(stack).keys()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "iso-8859-1", "utf-16"])
def test_encodings_carry_the_same_text(stack: Stack, encoding: str) -> None:
    """A document in any declared encoding is read correctly."""
    declared = encoding.removesuffix("-sig")
    document = SAMPLES["text-received"].decode().replace("UTF-8", declared).replace("Reply message", "Sí, señor Müller")

    answer = post(stack.postback_urls["callfinish"], document.encode(encoding))

    item = stored(stack)[answer.json["id"]]
    assert item["event"]["data"]["message"] == "Sí, señor Müller"
    assert item["raw"] == document.encode(encoding)


TEXT_TYPES = ["text/xml", "text/xml; charset=UTF-8", "application/xml", "text/plain"]
"""API Gateway decodes these to text, as UTF-8, and passes anything else in base64."""
BINARY_TYPES = [None, "application/octet-stream", "application/x-www-form-urlencoded", "application/soap+xml"]

WORDS = "Sí, “señor” Müller"


def _reply(declared: str, message: str) -> str:
    """Return the sample of a reply, with another declaration and another message."""
    return SAMPLES["text-received"].decode().replace("UTF-8", declared).replace("Reply message", message)


@pytest.mark.parametrize("declared", ["UTF-8", "ISO-8859-1", "UTF-16", "windows-1252", "UTF8", "klingon"])
def test_text_is_read_as_it_is(stack: Stack, declared: str) -> None:
    """A text body is already UTF-8, whatever it declares, and its item says that it was text."""
    body = _reply(declared, WORDS).encode()
    for content_type in TEXT_TYPES:
        answer = post(stack.postback_urls["callfinish"], body, content_type)
        item = stored(stack)[answer.json["id"]]
        assert item["event"]["data"]["message"] == WORDS
        assert "repairs" not in item["event"]["data"]
        assert (item["raw"], item["is_text"]) == (body, True)


@pytest.mark.parametrize(
    ("declared", "codec", "repairs"),
    [
        ("UTF-8", "utf-8", None),
        ("UTF-16", "utf-16", None),
        ("windows-1252", "windows-1252", None),
        ("UTF-8", "windows-1252", ["wrong-encoding"]),
        ("UTF8", "utf-8", ["encoding-name"]),
        ("UTF-16", "utf-8", ["wrong-encoding"]),
    ],
)
def test_bytes_are_read_as_they_declare(stack: Stack, declared: str, codec: str, repairs: list[str] | None) -> None:
    """A binary body is read as it declares, or else as it can be decoded, and the event names the repair."""
    body = _reply(declared, WORDS).encode(codec)
    for content_type in BINARY_TYPES:
        answer = post(stack.postback_urls["callfinish"], body, content_type)
        item = stored(stack)[answer.json["id"]]
        assert item["event"]["data"]["message"] == WORDS
        assert item["event"]["data"].get("repairs") == repairs
        assert item["raw"] == body
        assert "is_text" not in item


@pytest.mark.parametrize("content_type", TEXT_TYPES)
def test_bytes_that_the_api_has_replaced_are_noted(stack: Stack, content_type: str) -> None:
    """If the API has replaced invalid UTF-8 by U+FFFD, the event is accepted and says so."""
    body = _reply("ISO-8859-1", "Sí").encode("iso-8859-1")
    answer = post(stack.postback_urls["callfinish"], body, content_type)
    data = stored(stack)[answer.json["id"]]["event"]["data"]
    assert (data["message"], data["repairs"]) == ("S\ufffd", ["undecodable-bytes"])


def test_packed_document_is_the_same_event(stack: Stack) -> None:
    """A document in a form, in a multipart body or compressed is the same event as the plain document."""
    url, document = stack.postback_urls["callfinish"], SAMPLES["call-finished"]
    form, parts = (
        b"xml=" + quote_plus(document).encode(),
        b"--b\r\nContent-Type: text/xml\r\n\r\n%s\r\n--b--\r\n" % document,
    )
    answers = [
        post(url, form, "application/x-www-form-urlencoded"),
        post(url, parts, "multipart/form-data; boundary=b"),
        post(url, gzip.compress(document), "application/octet-stream", content_encoding="gzip"),
        post(url, zlib.compress(document)[2:-4], content_encoding="deflate"),
        post(url, document),
    ]
    assert [answer.json["status"] for answer in answers] == ["accepted"] + ["duplicate"] * 4
    assert {answer.json["id"] for answer in answers} == {post(url, document).json["id"]}


def test_encoding_is_not_part_of_the_event(stack: Stack) -> None:
    """The same text in two encodings is one event."""
    url = stack.postback_urls["callfinish"]
    text = SAMPLES["text-sent"].decode().replace("sent message", "¿Qué tal?")

    first = post(url, text.encode())
    second = post(url, text.replace("UTF-8", "UTF-16").encode("utf-16"))

    assert (first.json["status"], second.json["status"]) == ("accepted", "duplicate")
    assert first.json["id"] == second.json["id"]
