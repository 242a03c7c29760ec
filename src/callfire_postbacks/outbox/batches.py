"""Batches of events for the topic, which the relay publishes: within SNS's limits, and not blocked by one bad event."""

from typing import TYPE_CHECKING, Final, NamedTuple

from botocore.exceptions import ClientError, ParamValidationError

from callfire_events.envelope import EventDocument, to_json
from callfire_postbacks import settings
from callfire_postbacks.aws.clients import sns
from callfire_postbacks.outbox.topic import attributes, is_unacceptable, reduced

if TYPE_CHECKING:
    from mypy_boto3_sns.type_defs import PublishBatchRequestEntryTypeDef

MAX_BATCH_BYTES: Final = 262_144
"""The largest total size of the messages of one batch, attributes included."""
_MAX_BATCH: Final = 10


class Publication(NamedTuple):
    """The result of publishing a batch. An id in neither list was rejected for now."""

    published: list[str]
    unacceptable: list[str]
    """Ids of events that SNS will never accept unchanged."""


def entry(event: EventDocument, *, replayed: bool) -> "PublishBatchRequestEntryTypeDef":
    """Return an event as an entry of a batch."""
    return {
        "Id": event["id"],
        "Message": to_json(event),
        "MessageAttributes": attributes(event, replayed=replayed),
    }


def group(entries: "list[PublishBatchRequestEntryTypeDef]") -> "list[list[PublishBatchRequestEntryTypeDef]]":
    """Group entries, in order, into batches that SNS accepts: ten entries, 256 KiB in total."""
    groups: list[list[PublishBatchRequestEntryTypeDef]] = []
    bytes_left = 0
    for one in entries:
        size = _size(one)
        if not groups or len(groups[-1]) == _MAX_BATCH or size > bytes_left:
            groups.append([])
            bytes_left = MAX_BATCH_BYTES
        groups[-1].append(one)
        bytes_left -= size
    return groups


def publish(batch: "list[PublishBatchRequestEntryTypeDef]") -> Publication:
    """Publish a batch; publish entries that SNS rejects as unacceptable once more with only their type.

    Raises botocore's errors if SNS accepts nothing of the batch for now.
    """
    publication = _publish(batch)
    if not publication.unacceptable:
        return publication
    again = _publish([
        one | {"MessageAttributes": reduced(one["MessageAttributes"])}
        for one in batch
        if one["Id"] in publication.unacceptable
    ])
    return Publication(publication.published + again.published, again.unacceptable)


def _publish(batch: "list[PublishBatchRequestEntryTypeDef]") -> Publication:
    try:
        answer = sns().publish_batch(TopicArn=settings.receiving().events_topic_arn, PublishBatchRequestEntries=batch)
    except (ClientError, ParamValidationError) as error:
        if isinstance(error, ClientError) and not is_unacceptable(error):
            raise
        if len(batch) == 1:
            return Publication([], [batch[0]["Id"]])
        # One message makes the whole batch fail: halving finds it, and the other messages are published.
        middle = len(batch) // 2
        first, second = _publish(batch[:middle]), _publish(batch[middle:])
        return Publication(first.published + second.published, first.unacceptable + second.unacceptable)
    return Publication(
        [one["Id"] for one in answer["Successful"]],
        [one["Id"] for one in answer["Failed"] if one["SenderFault"]],
    )


def _size(one: "PublishBatchRequestEntryTypeDef") -> int:
    attributes = one["MessageAttributes"].items()
    texts = [one["Message"], *(text for name, value in attributes for text in (name, *value.values()))]
    return sum(len(str(text).encode()) for text in texts)
