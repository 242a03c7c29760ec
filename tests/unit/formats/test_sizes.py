"""The largest postbacks, in the worst encodings and shapes: their events fit SNS and DynamoDB, so none is ever cut."""

from collections.abc import Iterator
from typing import Final

import pytest

from callfire_postbacks.formats.values.typed import MAX_LABEL_LENGTH
from callfire_postbacks.formats.xml.collector import MAX_DEPTH, MAX_ELEMENTS, MAX_PATHS_LENGTH
from callfire_postbacks.ingest import MAX_BODY_BYTES
from callfire_postbacks.outbox import store, topic
from tests.support.bodies.sizes import DYNAMODB_LIMIT, SNS_LIMIT, message_size
from tests.support.building import RECEIVED_AT, normalize, postback_at
from tests.support.contents import items
from tools.cost.write_units import size

pytestmark = pytest.mark.slow

THAI: Final = "\u0e01"
"""A letter of one byte in TIS-620 and three in UTF-8: no supported encoding grows by more."""


def document(contents: str, root: str = "call-finished", attributes: str = "") -> bytes:
    """Return a document in TIS-620."""
    return f'<?xml version="1.0" encoding="TIS-620"?><{root}{attributes}>{contents}</{root}>'.encode("cp874")


def filled(before: str, after: str, *, unit: str = THAI) -> bytes:
    """Return the largest accepted document, filled with one unit."""
    bytes_left = MAX_BODY_BYTES - len(document(before + after))
    return document(before + unit * (bytes_left // len(unit.encode("cp874"))) + after)


def labels() -> str:
    """Return all fields that are attributes, each at its maximum length."""
    names = ("campaignid", "phonenumber", "dnis", "disposition", "callid", "agentid", "replyFromCampaign")
    return "".join(f"<{name}>{THAI * MAX_LABEL_LENGTH}</{name}>" for name in names)


def tags() -> str:
    """Return as many tags as the attributes hold, at their maximum length."""
    tag = f"<tag>{THAI * topic.MAX_TAG_LENGTH}</tag>"
    return "<tags>" + tag * topic.MAX_TAGS + "</tags>"


def paths() -> Iterator[str]:
    """Return different paths of Thai letters with the maximum total length."""
    for number in range(MAX_PATHS_LENGTH // 128 - 1):
        name = THAI * 124 + f"{number:04}"
        yield f"<{name}>{THAI}</{name}>"


def deep_paths() -> str:
    """Return different paths, each of which repeats the long names of its parents."""
    depth = MAX_DEPTH - 2
    opened = [THAI * 40] * depth
    leaves = "".join(f"<a{number}>{THAI}</a{number}>" for number in range(MAX_PATHS_LENGTH // (41 * depth + 4)))
    return "".join(f"<{name}>" for name in opened) + leaves + "".join(f"</{name}>" for name in opened)


WORST: Final = {
    "one text": filled("<notes>", "</notes>"),
    "one tag": filled("<tags><tag>", "</tag></tags>"),
    "euro signs": (
        b'<?xml version="1.0" encoding="windows-1252"?><call-finished><notes>'
        + b"\x80" * 65_400
        + b"</notes></call-finished>"
    ),
    "all attributes at their longest": filled(labels() + tags() + "<notes>", "</notes>"),
    "tags as long as they are attributes": filled(labels() + "<tags>", "</tags>", unit=f"<tag>{THAI * 128}</tag>"),
    "long paths": filled(labels() + tags() + "".join(paths()) + "<notes>", "</notes>"),
    "deep paths": filled(labels() + tags() + deep_paths() + "<notes>", "</notes>"),
    "quotation marks": filled("<notes>", "</notes>", unit='"'),
    "backslashes": filled("<notes>", "</notes>", unit="\\"),
    "lines": filled("<notes>x", "x</notes>", unit="\n"),
    "many small elements": document(labels() + "<a>x</a>" * (MAX_ELEMENTS - 9)),
    "many attributes": document("<a b='x' c='x' d='x' e='x' f='x' g='x' h='x' i='x' j='x'/>" * 1_100),
    "many variables": document(
        "<stored-data>" + "".join(f'<var name="{number:x}">x</var>' for number in range(1_990)) + "</stored-data>"
    ),
    "many variables twice": document(
        "<stored-data>"
        + "".join(f'<var name="{THAI * 6}{number:x}">x</var>' * 2 for number in range(990))
        + "</stored-data>"
    ),
    "long variables twice": document(
        "<stored-data>"
        + "".join(f'<var name="{THAI * 124}{number:03}">{THAI}</var>' * 2 for number in range(210))
        + "</stored-data>"
    ),
    "a campaign": document(
        f"<campaign><id>{THAI * 128}</id><name>{THAI * 65_200}</name></campaign>", root="campaign-finished"
    ),
}


def json_filled(before: str, unit: str, after: str) -> bytes:
    """Return the largest accepted delivery of v2, filled with one unit."""
    bytes_left = MAX_BODY_BYTES - len((before + after).encode())
    return (before + unit * (bytes_left // len(unit.encode())) + after).encode()


CALL_START: Final = '{"events":[{"resourceType":"OutboundCall","eventType":"Finished","resource":{'
WORST_LATER: Final = {
    "a text": json_filled(CALL_START + '"notes":["', THAI, '"]}}]}'),
    "escapes": json_filled(CALL_START + '"notes":["', r"\u0001", '"]}}]}'),
    "many lines": json_filled(CALL_START + '"notes":["x', "\n", 'x"]}}]}'),
    "escaped quotation marks": json_filled(CALL_START + '"x":["', r"\"", '"]}}]}'),
    "tags": json_filled(CALL_START + '"labels":["x"', f',"{THAI * 128}"', "]}}]}"),
    "short attempts": json_filled(CALL_START + '"records":[{}', ',{"finishTime":1}', "]}}]}"),
    "short recordings": json_filled(CALL_START + '"records":[{"recordings":[{}', ',{"created":1}', "]}]}}]}"),
    "small unknown values": json_filled(CALL_START + '"x":[1', "," + "1" * 6, "]}}]}"),
    "values of something else": json_filled('{"events":[{"resourceType":"New","resource":[1', "," + "1" * 6, "]}]}"),
    "attributes": (
        CALL_START + '"attributes":{' + ",".join(f'"{number:x}":1' for number in range(7_000)) + "}}}]}"
    ).encode(),
    "paths": (
        CALL_START + ",".join(f'"{THAI * 300}{number:02}":"{THAI * 300}"' for number in range(33)) + "}}]}"
    ).encode(),
    "a notification": document(
        f"<Call><Inbound>true</Inbound>{tags().replace('tag>', 'Label>')}<New>{THAI * 55_000}</New></Call>",
        root="CallFinished",
    ),
    "a message in its record": document(
        f"<Text><TextRecord><Message>{THAI * 65_000}</Message></TextRecord></Text>", root="TextNotification"
    ),
}


@pytest.mark.parametrize("body", (WORST | WORST_LATER).values(), ids=WORST | WORST_LATER)
def test_message_fits_sns(body: bytes) -> None:
    """SNS accepts the events of the worst postbacks, with all of their attributes."""
    assert len(body) <= MAX_BODY_BYTES
    assert message_size(normalize(body)) <= SNS_LIMIT


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("body", (WORST | WORST_LATER).values(), ids=WORST | WORST_LATER)
def test_item_fits_dynamodb(body: bytes) -> None:
    """DynamoDB accepts the items of the worst postbacks, even if compression saves nothing."""
    store.put(normalize(body), postback_at(RECEIVED_AT, body, subscription="campaignfinish-" + "9" * 20))
    [item] = items()
    published = item | {"raw": {"B": b"x" * (MAX_BODY_BYTES + 1_000)}, "published_at": item["received_at"]}
    assert size(published) <= DYNAMODB_LIMIT
