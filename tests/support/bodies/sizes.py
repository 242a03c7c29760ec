"""Sizes as AWS counts them, and their limits."""

from typing import Any, Final

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


def value_size(value: Any) -> int:  # noqa: ANN401  DynamoDB's value
    """Return the size of a value by DynamoDB's rules, with numbers at their maximum.

    docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
    """
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "B":
            return len(content)
        case "N":
            return 21
        case "L":
            return 3 + sum(1 + value_size(item) for item in content)
        case _:
            return 3 + sum(1 + len(name.encode()) + value_size(item) for name, item in content.items())
