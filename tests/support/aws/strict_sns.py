"""Make moto's SNS refuse what AWS refuses: characters beyond U+FFFF in the value of a message attribute."""

from typing import Any

import pytest
from moto.sns.exceptions import SNSInvalidParameter
from moto.sns.responses import SNSResponse

_transform = SNSResponse._transform_message_attributes  # noqa: SLF001


def refuse_what_aws_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let one such value refuse its message, and the whole batch of the message."""

    def check(response: SNSResponse, attributes: dict[str, Any]) -> dict[str, Any]:
        if any(max(value.get("StringValue", ""), default="") > "\uffff" for value in attributes.values()):
            raise SNSInvalidParameter("Invalid attribute value was passed in for message attribute")
        transformed: dict[str, Any] = _transform(response, attributes)
        return transformed

    monkeypatch.setattr(SNSResponse, "_transform_message_attributes", check)
