"""The topic of events: the content of a message, and the attributes for filter policies.

If SNS rejected an attribute, its event would stay unpublished forever. So attributes carry only values that SNS is
known to accept, and an event that SNS still rejects is published once more with its type as the only attribute.
"""

import json
import re
import time
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from callfire_events.envelope import EventDocument, to_json
from callfire_postbacks import settings
from callfire_postbacks.aws.clients import sns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_sns.type_defs import MessageAttributeValueTypeDef

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

# SNS supports no surrogates, so no characters beyond U+FFFF, and it applies a filter policy only to values that are
# valid in a JSON string: docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html, aws/aws-sdk-java-v2#5828. Tags
# are JSON.
_REJECTED: Final = re.compile(r'["\\\x00-\x1f\x7f-\x9f]')
_REJECTED_IN_TAG: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_LAST_ACCEPTED: Final = "\ufffd"

QUICK_SECONDS: Final = 1
"""After a rejection slower than this, no time is left to publish once more, see aws/clients.py; the relay does it."""

_UNACCEPTABLE: Final = {"InvalidParameter", "InvalidParameterValue", "ParameterValueInvalid", "BatchRequestTooLong"}


def publish(event: EventDocument) -> None:
    """Publish one event. Raises botocore's errors if SNS does not accept it."""
    message, wanted = to_json(event), attributes(event)
    start = time.monotonic()
    try:
        _publish(message, wanted)
    except ClientError as error:
        if not is_unacceptable(error) or time.monotonic() - start > QUICK_SECONDS:
            raise
        _publish(message, reduced(wanted))


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


def _publish(message: str, attributes: "Mapping[str, MessageAttributeValueTypeDef]") -> None:
    sns().publish(TopicArn=settings.receiving().events_topic_arn, Message=message, MessageAttributes=attributes)


def is_unacceptable(error: ClientError) -> bool:
    """Return whether SNS will never accept a message, or one of a batch, unchanged; other codes concern the request."""
    return error.response["Error"]["Code"] in _UNACCEPTABLE


def reduced(
    attributes: "Mapping[str, MessageAttributeValueTypeDef]",
) -> "dict[str, MessageAttributeValueTypeDef]":
    """Keep only `type` and `replayed`, and add an attribute that says that the others are missing."""
    kept = {name: attributes[name] for name in ("type", "replayed") if name in attributes}
    return kept | {"attributes_omitted": {"DataType": "String", "StringValue": "true"}}
