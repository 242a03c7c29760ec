"""A stack without AWS: its clients give the answers of botocore's Stubber."""

from botocore.session import Session

from postbacks_cli.aws.clients import Clients
from postbacks_cli.aws.stack import Stack


def stubbed_stack(**outputs: str) -> Stack:
    """Return a stack with these outputs."""
    session = Session(session_vars={"profile": (None, None, None, None)})
    session.set_credentials("test", "test")
    stack = Stack("callfire-postbacks", Clients(session, "us-east-1"))
    vars(stack.aws)["account"] = "123456789012"
    vars(stack)["description"] = {
        "StackId": "arn:aws:cloudformation:us-east-1:123456789012:stack/callfire-postbacks/1",
        "StackStatus": "UPDATE_COMPLETE",
        "Outputs": [{"OutputKey": name, "OutputValue": value} for name, value in outputs.items()],
    }
    return stack
