"""The topic of events: what a message says, and the attributes that filter policies see."""

import json
import os
from typing import TYPE_CHECKING, Final

from callfire_postbacks.aws_clients import sns
from callfire_postbacks.envelope import EventDocument, to_json

if TYPE_CHECKING:
    from mypy_boto3_sns.type_defs import MessageAttributeValueTypeDef

_TOPIC_ARN: Final = os.environ["EVENTS_TOPIC_ARN"]

# With `tags` and `replayed` at most nine: SNS drops a message with over ten on its way to a raw SQS subscription.
_FROM_DATA: Final = ("campaign_id", "disposition", "outcome", "phone_number", "callfire_number", "wire_format")

MAX_TAGS: Final = 50
"""Tags that go into the attributes; the event itself has all. Attributes count towards a message's 256 KiB."""


def publish(event: EventDocument) -> None:
    """Publish one event. Raises botocore's errors where SNS does not take it."""
    sns().publish(TopicArn=_TOPIC_ARN, Message=to_json(event), MessageAttributes=attributes(event))


def attributes(event: EventDocument, *, replayed: bool = False) -> dict[str, "MessageAttributeValueTypeDef"]:
    """Return an event's message attributes. None is empty, which SNS would refuse; phone numbers are strings."""
    data = event["data"]
    strings = {"type": event["type"]} | {name: data[name] for name in _FROM_DATA if name in data}
    if replayed:
        strings["replayed"] = "true"
    found: dict[str, MessageAttributeValueTypeDef] = {
        name: {"DataType": "String", "StringValue": value} for name, value in strings.items()
    }
    if "tags" in data:
        tags = json.dumps(data["tags"][:MAX_TAGS], ensure_ascii=False)
        found["tags"] = {"DataType": "String.Array", "StringValue": tags}
    return found
