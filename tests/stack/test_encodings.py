"""What a content type or an encoding must not change."""

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
    """Under any content type, which decides how API Gateway hands over the body, it is the same postback."""
    url, body = stack.postback_urls["callfinish"], SAMPLES["call-finished"]
    answers = [post(url, body, content_type) for content_type in CONTENT_TYPES]

    assert [answer.json["status"] for answer in answers] == ["accepted"] + ["duplicate"] * (len(answers) - 1)
    assert {answer.json["id"] for answer in answers} == stored(stack).keys()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "iso-8859-1", "utf-16"])
def test_encodings_carry_the_same_text(stack: Stack, encoding: str) -> None:
    """A document in whatever encoding it declares is read as it was meant."""
    declared = encoding.removesuffix("-sig")
    document = SAMPLES["text-received"].decode().replace("UTF-8", declared).replace("Reply message", "Sí, señor Müller")

    answer = post(stack.postback_urls["callfinish"], document.encode(encoding))

    item = stored(stack)[answer.json["id"]]
    assert item["event"]["data"]["message"] == "Sí, señor Müller"
    assert item["raw"] == document.encode(encoding)


def test_encoding_is_not_part_of_the_event(stack: Stack) -> None:
    """The same text in two encodings is one event."""
    url = stack.postback_urls["callfinish"]
    text = SAMPLES["text-sent"].decode().replace("sent message", "¿Qué tal?")

    first = post(url, text.encode())
    second = post(url, text.replace("UTF-8", "UTF-16").encode("utf-16"))

    assert (first.json["status"], second.json["status"]) == ("accepted", "duplicate")
    assert first.json["id"] == second.json["id"]
