"""A ministack whose SNS rejects the same attributes as AWS's. A separate program: it imports nothing of this project.

SNS accepts no character beyond U+FFFF in the value of a message attribute ("Surrogate values are not supported",
docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html), and rejects a whole batch because of one of them.
"""

from collections.abc import Callable
from typing import Any

from ministack import app
from ministack.services import sns

_MAX = "\uffff"


def _strict(publish: Callable[[dict[str, Any]], Any]) -> Callable[[dict[str, Any]], Any]:
    def refuse_or_publish(params: dict[str, Any]) -> Any:  # noqa: ANN401  ministack's own
        for name, values in params.items():
            if name.endswith(".Value.StringValue") and max(values[0], default="") > _MAX:
                message = "Invalid parameter: Invalid attribute value was passed in for message attribute"
                return sns._error("InvalidParameter", message, 400)  # noqa: SLF001
        return publish(params)

    return refuse_or_publish


if __name__ == "__main__":
    sns._publish = _strict(sns._publish)  # noqa: SLF001
    sns._publish_batch = _strict(sns._publish_batch)  # noqa: SLF001
    app.main()
