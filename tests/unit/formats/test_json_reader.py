"""Invalid JSON is refused with a reason, at a bounded cost, without revealing the body."""

import json

import pytest

from callfire_postbacks.formats.trees import json_reader
from callfire_postbacks.formats.trees.json_reader import MAX_ELEMENTS, MAX_NAME_LENGTH, MAX_NUMBER_LENGTH
from callfire_postbacks.formats.unreadable import UnreadablePostbackError
from callfire_postbacks.formats.xml.collector import MAX_DEPTH
from callfire_postbacks.ingest import MAX_BODY_BYTES
from tests.support.building import normalize, normalize_all

REFUSED = {
    "an open brace": (b"{", "malformed-json"),
    "truncated": (b'{"events": [{"resource": {"secret"', "malformed-json"),
    "truncated, with a text behind it": (b'{"events": [{"resource": {}} secret', "malformed-json"),
    "single quotes": (b"{'events': []}", "malformed-json"),
    "NaN": (b'{"events": [NaN]}', "malformed-json"),
    "Infinity": (b'{"events": [-Infinity]}', "malformed-json"),
    "a name twice": (b'{"events": [], "events": [{"secret": 1}]}', "malformed-json"),
    "a name twice, deep": (b'{"events": [{"resource": {"id": 1, "id": 2}}]}', "malformed-json"),
    "half a character": (rb'{"events": [{"secret": "\ud83d"}]}', "malformed-json"),
    "half a character in a name": (rb'{"events": [{"\udc00": 1}]}', "malformed-json"),
    "a character that is none": (rb'{"events": ["\uffff"]}', "malformed-json"),
    "a huge integer": (b'{"events": [' + b"9" * (MAX_NUMBER_LENGTH + 1) + b"]}", "too-complex"),
    "a huge fraction": (b'{"events": [0.' + b"9" * 5_000 + b"]}", "too-complex"),
    "a long name": (b'{"events": [{"' + b"x" * (MAX_NAME_LENGTH + 1) + b'": 1}]}', "too-complex"),
    "deep lists": (b'{"events": ' + b"[" * MAX_DEPTH + b"]" * MAX_DEPTH + b"}", "too-complex"),
    "a bomb of lists": (b"[" * MAX_BODY_BYTES, "too-complex"),
    "a bomb of objects": (b'{"a":' * 13_000, "too-complex"),
    "many elements": (b'{"events": [{"resource": [' + b"1," * MAX_ELEMENTS + b"1]}]}", "too-complex"),
    "an object": (b"{}", "unknown-root"),
    "a list": (b'[{"secret": 1}]', "unknown-root"),
    "an empty list": (b"[]", "unknown-root"),
    "a list of lists": (b'[[{"secret": []}]]', "unknown-root"),
    "a list that is CallFire's in part": (b'[{"events": []}, {"secret": 1}]', "unknown-root"),
    "another program's": (b'{"secret": {"callid": "111111"}}', "unknown-root"),
    "names of cloud/1": (b'{"call-finished": {"callid": "111111"}}', "unknown-root"),
}


@pytest.mark.parametrize(("body", "reason"), REFUSED.values(), ids=REFUSED)
def test_refused_for_a_reason(body: bytes, reason: str) -> None:
    """Each kind of bad input is refused with a reason and a sentence that reveals nothing of the body."""
    with pytest.raises(UnreadablePostbackError) as refusal:
        normalize_all(body)
    assert refusal.value.reason == reason
    assert refusal.value.detail.endswith(".")
    assert not any(word in refusal.value.detail for word in ("secret", "111111", "999"))


def test_deepest_and_longest_are_read() -> None:
    """A document just within the limits is read."""
    deep = b"[" * (MAX_DEPTH - 1) + b"1" + b"]" * (MAX_DEPTH - 1)
    assert json_reader.parse(deep)
    number = "9" * MAX_NUMBER_LENGTH
    assert json_reader.parse(f'{{"{"x" * MAX_NAME_LENGTH}": {number}}}'.encode()) == {"x" * MAX_NAME_LENGTH: number}
    assert len(json_reader.parse(b"[" + b"1," * (MAX_ELEMENTS - 2) + b"1]")) == MAX_ELEMENTS - 1


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("7420017300281076123", "7420017300281076123"),
        ("1.10", "1.10"),
        ("1E400", "1E400"),
        ("-0", "-0"),
        ("true", "true"),
        ("false", "false"),
        ('" x "', "x"),
        ('"a\nb\tc"', "a\nb\tc"),
        (r'"\ud83c\udf89 \u0000"', "🎉 \0"),
        ('""', ""),
    ],
)
def test_scalars_are_texts(written: str, read: str) -> None:
    """A number becomes its literal text, a boolean a word, and a text is trimmed."""
    assert json_reader.parse(f"[{written}]".encode()) == [read]


def test_nulls_say_nothing() -> None:
    """A null value counts as absent."""
    assert json_reader.parse(b'{"a": null, "b": [null, {"c": null}]}') == {"b": [{}]}


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"],
)
def test_encodings(encoding: str) -> None:
    """JSON may be in any encoding of Unicode, with or without a byte order mark."""
    body = '{"events": [], "resourceType": "Ü"}'
    assert normalize(body.encode(encoding))["data"] == {"resource": "Ü", "wire_format": "v2"}
    assert normalize(b" \r\n" + body.encode())["data"]["resource"] == "Ü"


def test_broadcast_with_many_recipients_is_read() -> None:
    """A campaign whose recipients fill the largest body becomes an event."""
    recipients = [{"phoneNumber": "12135550188"}] * 2_150
    resource = {"id": 5, "recipients": recipients}
    delivery = {"events": [{"resourceType": "CallBroadcast", "eventType": "Finished", "resource": resource}]}
    body = json.dumps(delivery, separators=(",", ":")).encode()
    assert MAX_BODY_BYTES - 1_000 < len(body) <= MAX_BODY_BYTES
    assert len(normalize(body)["data"]["unrecognized"]["recipients/phoneNumber"]) == len(recipients)
