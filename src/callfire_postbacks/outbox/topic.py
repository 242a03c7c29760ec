"""The topic of events: the content of a message, and the attributes for filter policies.

If SNS rejected an attribute, its event would stay unpublished forever. So attributes carry only values that SNS is
known to accept, and an event that SNS still rejects is published once more with its type as the only attribute.
"""

import json
import re
import time
from typing import TYPE_CHECKING, Final, NamedTuple

from botocore.exceptions import ClientError, ParamValidationError

from callfire_events.envelope import EventDocument, to_json
from callfire_postbacks import settings
from callfire_postbacks.aws.clients import sns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_sns.type_defs import MessageAttributeValueTypeDef, PublishBatchRequestEntryTypeDef

# With `type`, `tags` and `replayed` at most ten: SNS drops messages with more before a raw-delivery SQS subscription.
_OF_EVENTS: Final = (
    "campaign_id",
    "disposition",
    "outcome",
    "phone_number",
    "callfire_number",
    "direction",
    "wire_format",
)
_OF_OTHERS: Final = ("resource", "event")
"""Attributes of events of the type `other`, which have none of the above except `wire_format`."""

MAX_TAGS: Final = 50
MAX_TAG_LENGTH: Final = 128
"""The most tags in the attributes, and the longest one, in characters. Attributes count towards a message's 256 KiB.
The event itself contains all tags.
"""

MAX_BATCH_BYTES: Final = 262_144
"""The largest total size of the messages of one batch, attributes included."""
_MAX_BATCH: Final = 10

# SNS supports no surrogates, so no characters beyond U+FFFF, and it applies a filter policy only to values that are
# valid in a JSON string: docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html, aws/aws-sdk-java-v2#5828. Tags
# are JSON.
_REJECTED: Final = re.compile(r'["\\\x00-\x1f\x7f-\x9f]')
_REJECTED_IN_TAG: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_LAST_ACCEPTED: Final = "\ufffd"

QUICK_SECONDS: Final = 1
"""After a rejection slower than this, no time is left to publish once more, see aws/clients.py; the relay does it."""

# With these codes SNS rejects a batch because of one of its messages; other codes concern the batch itself.
_UNACCEPTABLE: Final = {"InvalidParameter", "InvalidParameterValue", "ParameterValueInvalid", "BatchRequestTooLong"}


class Publication(NamedTuple):
    """The result of publishing a batch. An id in neither list was rejected for now."""

    published: list[str]
    unacceptable: list[str]
    """Ids of events that SNS will never accept unchanged."""


def publish(event: EventDocument) -> None:
    """Publish one event. Raises botocore's errors if SNS does not accept it."""
    message, wanted = to_json(event), attributes(event)
    start = time.monotonic()
    try:
        _publish(message, wanted)
    except ClientError as error:
        if not _is_unacceptable(error) or time.monotonic() - start > QUICK_SECONDS:
            raise
        _publish(message, _reduced(wanted))


def attributes(event: EventDocument, *, replayed: bool = False) -> dict[str, "MessageAttributeValueTypeDef"]:
    """Return an event's message attributes, without values that SNS may reject. Phone numbers are strings."""
    data = event["data"]
    strings = {"type": event["type"]}
    strings |= {name: data[name] for name in _OF_EVENTS + _OF_OTHERS if _is_accepted(data.get(name, ""), _REJECTED)}
    if replayed:
        strings["replayed"] = "true"
    found: dict[str, MessageAttributeValueTypeDef] = {
        name: {"DataType": "String", "StringValue": value} for name, value in strings.items()
    }
    tags = [tag for tag in data.get("tags", ()) if len(tag) <= MAX_TAG_LENGTH and _is_accepted(tag, _REJECTED_IN_TAG)]
    if tags:
        found["tags"] = {"DataType": "String.Array", "StringValue": json.dumps(tags[:MAX_TAGS], ensure_ascii=False)}
    return found


def _is_accepted(value: str, rejected: re.Pattern[str]) -> bool:
    """Return whether SNS accepts a value, which contains no lone surrogates: no reader accepts them."""
    # One pattern of all accepted characters would take a twentieth of a cold start to compile.
    return bool(value) and (value.isascii() or max(value) <= _LAST_ACCEPTED) and not rejected.search(value)


def entry(event: EventDocument, *, replayed: bool) -> "PublishBatchRequestEntryTypeDef":
    """Return an event as an entry of a batch."""
    return {
        "Id": event["id"],
        "Message": to_json(event),
        "MessageAttributes": attributes(event, replayed=replayed),
    }


def batches(entries: "list[PublishBatchRequestEntryTypeDef]") -> "list[list[PublishBatchRequestEntryTypeDef]]":
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


def publish_batch(batch: "list[PublishBatchRequestEntryTypeDef]") -> Publication:
    """Publish a batch; publish entries that SNS rejects as unacceptable once more with only their type.

    Raises botocore's errors if SNS accepts nothing of the batch for now.
    """
    publication = _publish_batch(batch)
    if not publication.unacceptable:
        return publication
    again = _publish_batch([
        one | {"MessageAttributes": _reduced(one["MessageAttributes"])}
        for one in batch
        if one["Id"] in publication.unacceptable
    ])
    return Publication(publication.published + again.published, again.unacceptable)


def _publish(message: str, attributes: "Mapping[str, MessageAttributeValueTypeDef]") -> None:
    sns().publish(TopicArn=settings.receiving().events_topic_arn, Message=message, MessageAttributes=attributes)


def _publish_batch(batch: "list[PublishBatchRequestEntryTypeDef]") -> Publication:
    try:
        answer = sns().publish_batch(TopicArn=settings.receiving().events_topic_arn, PublishBatchRequestEntries=batch)
    except (ClientError, ParamValidationError) as error:
        if not _is_unacceptable(error):
            raise
        if len(batch) == 1:
            return Publication([], [batch[0]["Id"]])
        # One message makes the whole batch fail: halving finds it, and the other messages are published.
        middle = len(batch) // 2
        first, second = _publish_batch(batch[:middle]), _publish_batch(batch[middle:])
        return Publication(first.published + second.published, first.unacceptable + second.unacceptable)
    return Publication(
        [one["Id"] for one in answer["Successful"]],
        [one["Id"] for one in answer["Failed"] if one["SenderFault"]],
    )


def _is_unacceptable(error: ClientError | ParamValidationError) -> bool:
    return isinstance(error, ParamValidationError) or error.response["Error"]["Code"] in _UNACCEPTABLE


def _reduced(
    attributes: "Mapping[str, MessageAttributeValueTypeDef]",
) -> "dict[str, MessageAttributeValueTypeDef]":
    """Keep only `type` and `replayed`, and add an attribute that says that the others are missing."""
    kept = {name: attributes[name] for name in ("type", "replayed") if name in attributes}
    return kept | {"attributes_omitted": {"DataType": "String", "StringValue": "true"}}


def _size(one: "PublishBatchRequestEntryTypeDef") -> int:
    attributes = one["MessageAttributes"].items()
    texts = [one["Message"], *(text for name, value in attributes for text in (name, *value.values()))]
    return sum(len(str(text).encode()) for text in texts)
