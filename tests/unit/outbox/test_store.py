"""The item of an event."""

import os
import zlib
from datetime import datetime, timedelta

import pytest
from botocore.exceptions import ClientError

from callfire_postbacks.aws.attribute_values import to_attribute_value
from callfire_postbacks.aws.clients import dynamodb
from callfire_postbacks.outbox import store
from tests.support.aws.faults import answering, first, lose, refusal, time_out
from tests.support.building import CALL, RECEIVED_AT, call, element, normalize, postback_at
from tests.support.contents import items

pytestmark = pytest.mark.usefixtures("aws")


def put(body: bytes = CALL) -> store.StoredEvent | None:
    """Store the event of a postback."""
    return store.put(normalize(body), postback_at(RECEIVED_AT, body))


def test_item() -> None:
    """An item holds the event as a map, the compressed raw postback, the index keys, and its unpublished state."""
    assert put() is None
    [item] = items()
    assert zlib.decompress(item.pop("raw")["B"], wbits=31) == CALL
    assert item.pop("event") == to_attribute_value(normalize(CALL))
    assert item == {
        "id": {"S": "854589f2f8aa1f80bfb74d495d627c04"},
        "campaign_id": {"S": "22222"},
        "phone_number": {"S": "+12132212289"},
        "subject_id": {"S": "111111"},
        "time": {"S": "2010-03-24T22:58:53.000Z"},
        "received_at": {"S": "2026-01-01T12:00:00.000Z"},
        "subscription": {"S": "callfinish"},
        "unpublished": {"S": "8"},
    }


def test_item_of_a_repaired_postback() -> None:
    """The item of a repaired postback holds what reading it again needs: its headers, and whether it came as text."""
    body = b"<call-finished><notes>you & me</notes></call-finished>"
    incoming = postback_at(RECEIVED_AT, body)._replace(is_text=True, headers={"content-type": "text/xml"})
    store.put(normalize(body, is_text=True), incoming)
    [item] = items()
    assert item["is_text"] == {"BOOL": True}
    assert item["headers"] == {"M": {"content-type": {"S": "text/xml"}}}
    assert zlib.decompress(item["raw"]["B"], wbits=31) == body


def test_event_without_keys_is_stored() -> None:
    """An event without campaign or number is in the table, and not in the indexes of those keys."""
    assert put(call()) is None
    assert not {"campaign_id", "phone_number"} & set(items()[0])


def test_refused_put_brings_the_earlier_item() -> None:
    """A second put changes nothing, and returns the earlier item."""
    put()
    before = items()
    earlier = put()
    assert earlier == store.StoredEvent(normalize(CALL), RECEIVED_AT, published=False)
    assert items() == before


@pytest.mark.usefixtures("no_pauses")
def test_put_whose_answer_is_lost_is_no_duplicate_of_itself(aws_calls: list[str]) -> None:
    """A put whose answer is lost is retried, and its own earlier item does not make it a duplicate."""
    with answering("dynamodb.PutItem", first(1, lose)):
        assert put() is None
    assert aws_calls == ["dynamodb.PutItem"] * 2
    assert len(items()) == 1


@pytest.mark.usefixtures("no_pauses")
@pytest.mark.parametrize(
    ("subscription", "received_at"),
    [("callfinish-22222", RECEIVED_AT), ("callfinish", RECEIVED_AT + timedelta(milliseconds=1))],
)
def test_put_that_is_sent_again_knows_an_earlier_item(subscription: str, received_at: datetime) -> None:
    """A retried put that fails because of another delivery of the same postback is a duplicate."""
    put()
    with answering("dynamodb.PutItem", first(1, time_out)):
        earlier = store.put(normalize(CALL), postback_at(received_at, subscription=subscription))
    assert earlier == store.StoredEvent(normalize(CALL), RECEIVED_AT, published=False)


def test_other_refusals_are_raised() -> None:
    """Only a failed condition means a duplicate; any other DynamoDB error is raised to the caller."""
    with answering("dynamodb.PutItem", refusal("ThrottlingException")), pytest.raises(ClientError, match="Throttling"):
        put()
    assert items() == []


@pytest.mark.parametrize(
    ("index", "key", "value"),
    [("by_campaign", "campaign_id", "22222"), ("by_phone_number", "phone_number", "+12132212289")],
)
def test_indexes_are_sorted_by_time(index: str, key: str, value: str) -> None:
    """The events of a campaign and of a number are sorted by the time at which they happened."""
    for minute in (30, 10, 20):
        contents = {"campaignid": "22222", "phonenumber": "2132212289", "callstart": f"2026-01-01 12:{minute}:00"}
        put(call(*(element(name, content) for name, content in contents.items())))
    found = dynamodb().query(
        TableName=os.environ["EVENTS_TABLE"],
        IndexName=index,
        KeyConditionExpression=f"{key} = :value",
        ExpressionAttributeValues={":value": {"S": value}},
    )["Items"]
    assert [item["time"]["S"][14:16] for item in found] == ["10", "20", "30"]
