"""Batches for the topic: within SNS's limits, and not blocked by one bad message."""

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from callfire_postbacks.outbox import batches, topic
from callfire_postbacks.outbox.batches import MAX_BATCH_BYTES, Publication
from tests.support.aws.faults import all_but, answering, only_for, refusal
from tests.support.building import call, element, normalize
from tests.support.contents import consumed, consumer

if TYPE_CHECKING:
    from mypy_boto3_sns.type_defs import PublishBatchRequestEntryTypeDef

pytestmark = pytest.mark.usefixtures("aws")


def entry(number: int, *, notes: str = "none") -> "PublishBatchRequestEntryTypeDef":
    """Return the batch entry of an event."""
    body = call(element("callid", str(number)), element("notes", notes))
    return batches.entry(normalize(body), replayed=False)


def ids(entries: "list[PublishBatchRequestEntryTypeDef]") -> list[str]:
    """Return the ids of entries."""
    return [one["Id"] for one in entries]


@pytest.mark.parametrize(("count", "sizes"), [(0, []), (1, [1]), (10, [10]), (11, [10, 1]), (25, [10, 10, 5])])
def test_ten_at_most(count: int, sizes: list[int]) -> None:
    """A batch holds at most ten entries, in order, and no entry is left out."""
    entries = [entry(number) for number in range(count)]
    groups = batches.group(entries)
    assert [len(batch) for batch in groups] == sizes
    assert [one for batch in groups for one in batch] == entries


def test_bytes_at_most() -> None:
    """Entries that fill a batch to the byte make one batch; one byte more makes two; SNS accepts both."""
    queue, rest = consumer(), entry(0)
    bytes_left = MAX_BATCH_BYTES - size(rest) - size(entry(1, notes="x")) + 1
    full, over = [rest, entry(1, notes="x" * bytes_left)], [rest, entry(1, notes="x" * (bytes_left + 1))]
    assert batches.group(full) == [full]
    assert batches.group(over) == [[over[0]], [over[1]]]
    for batch in (full, *batches.group(over)):
        assert batches.publish(batch) == Publication(ids(batch), [])
    assert len(consumed(queue)) == 4


def size(one: "PublishBatchRequestEntryTypeDef") -> int:
    """Return the size that SNS counts: the message, and names, types and values of its attributes."""
    parts = [one["Message"]]
    for name, value in one["MessageAttributes"].items():
        parts += [name, value["DataType"], value["StringValue"]]
    return len("".join(parts).encode())


def test_body_and_attributes_are_those_of_a_single_message() -> None:
    """A batch entry and a single message of an event have the same body and attributes."""
    queue = consumer({"campaign_id": ["22222"]})
    event = normalize(call(element("campaignid", "22222")))
    topic.publish(event)
    batches.publish([batches.entry(event, replayed=False)])
    assert consumed(queue) == [event, event]


@pytest.mark.slow
@pytest.mark.parametrize("position", [0, 4, 9])
@pytest.mark.parametrize("code", ["InvalidParameter", "InvalidParameterValue", "BatchRequestTooLong"])
def test_refused_message_is_found(position: int, code: str) -> None:
    """If SNS refuses a batch because of one message, the others are published and that one is named."""
    queue, batch = consumer(), [entry(number) for number in range(10)]
    event_id = batch[position]["Id"]
    with answering("sns.PublishBatch", only_for(event_id, refusal(code))):
        publication = batches.publish(batch)
    assert publication.unacceptable == [event_id]
    assert sorted(publication.published) == sorted(event["id"] for event in consumed(queue))
    assert len(publication.published) == 9


def test_message_that_botocore_refuses_is_found() -> None:
    """A malformed entry that botocore refuses is found in the same way."""
    batch = [entry(number) for number in range(3)]
    batch[1]["Message"] = 1  # type: ignore[typeddict-item]
    assert batches.publish(batch) == Publication([batch[0]["Id"], batch[2]["Id"]], [batch[1]["Id"]])


@pytest.mark.parametrize(("sender_fault", "unacceptable"), [(True, 1), (False, 0)])
def test_batch_taken_in_part(unacceptable: int, *, sender_fault: bool) -> None:
    """A message that fails because of SNS may be retried; one that fails because of its content is unacceptable."""
    batch = [entry(number) for number in range(3)]
    with answering("sns.PublishBatch", all_but(batch[1]["Id"], sender_fault=sender_fault)):
        publication = batches.publish(batch)
    assert publication == Publication([batch[0]["Id"], batch[2]["Id"]], [batch[1]["Id"]] * unacceptable)


@pytest.mark.parametrize("code", ["Throttling", "InternalError", "AuthorizationError", "KMSDisabled"])
def test_other_refusals_are_raised(code: str, aws_calls: list[str]) -> None:
    """A refusal that is not about a message is raised to the caller, and the batch is not halved."""
    with answering("sns.PublishBatch", refusal(code)), pytest.raises(ClientError, match=code):
        batches.publish([entry(number) for number in range(4)])
    assert aws_calls == ["sns.PublishBatch"]
