"""Expected errors, which are not bugs: one line with the problem and the remedy."""

from typing import Final

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004  botocore's, which includes its timeouts
    HTTPClientError,
    NoCredentialsError,
    NoRegionError,
)

_SIGN_IN: Final = "Sign in to AWS again, for example with `aws sso login`."
_REMEDIES: Final = {
    "ExpiredToken": _SIGN_IN,
    "ExpiredTokenException": _SIGN_IN,
    "InvalidClientTokenId": _SIGN_IN,
    "UnrecognizedClientException": _SIGN_IN,
}


class CommandError(Exception):
    """A command cannot do its task. The message is for the user, on one line."""


def explain(error: BotoCoreError | ClientError) -> str:
    """Describe an AWS error, or a failure to reach AWS, on one line."""
    match error:
        case ClientError():
            found = error.response["Error"]
            message = f"{error.operation_name}: {found.get('Message') or found['Code']}"
            return " ".join(f"AWS refused {message} {_REMEDIES.get(found['Code'], '')}".split())
        case NoCredentialsError():
            return (
                "There are no AWS credentials. Sign in, for example with `aws sso login`; "
                "`make up` starts a stack that needs none."
            )
        case NoRegionError():
            return "There is no AWS region. Use --region, or set AWS_REGION."
        case ConnectionError() | HTTPClientError():
            return f"AWS cannot be reached ({type(error).__name__})."
        case _:
            return " ".join(f"{error}".split())
