"""Sizes as AWS counts them, and their limits."""

from typing import Final

from callfire_events.envelope import EventDocument, to_json
from callfire_postbacks.outbox import topic

SNS_LIMIT: Final = 262_144
DYNAMODB_LIMIT: Final = 409_600


def message_size(event: EventDocument) -> int:
    """Return the size of a message by SNS's rules: the body, and each attribute's name, type and value.

    docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html
    """
    attributes = topic.attributes(event, replayed=True).items()
    return len(to_json(event).encode()) + sum(
        len(text.encode()) for name, value in attributes for text in (name, value["DataType"], value["StringValue"])
    )
