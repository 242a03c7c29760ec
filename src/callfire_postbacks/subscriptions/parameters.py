"""What is kept in SSM: CallFire's API key, a SecureString, and the URL under which CallFire reaches this stack.

The URL is there because no function can be told it by the template: the API's definition names the functions, so a
function that named the API would close a circle.
"""

from functools import cache
from http import HTTPStatus
from typing import Final

from aws_lambda_powertools.utilities.parameters import GetParameterError, SSMProvider
from botocore.exceptions import ClientError

from callfire_postbacks import settings
from callfire_postbacks.aws.clients import ssm
from callfire_postbacks.subscriptions.problem import ProblemError

MAX_AGE_SECONDS: Final = 300
"""How long a key that was replaced may still be used, unless CallFire refuses it."""


class ParameterError(ProblemError):
    """A parameter is missing or empty, or cannot be read. The message says what to do."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR
    reason = "parameter"


def api_key(*, fresh: bool = False) -> str:
    """Return the key: the remembered one, or on request as it is now. Raises ParameterError."""
    return _get(
        settings.subscriptions().api_key_parameter, "Store CallFire's API key: postbacks set-api-key.", fresh=fresh
    )


def api_url() -> str:
    """Return what every postback URL begins with, never a remembered value: a rotation may follow its change.

    Raises:
        ParameterError: The parameter is missing or cannot be read.
    """
    return _get(
        settings.subscriptions().api_url_parameter, "Deploy the stack again: its template makes it.", fresh=True
    ).rstrip("/")


def _get(name: str, remedy: str, *, fresh: bool) -> str:
    try:
        value = _provider().get(name, max_age=MAX_AGE_SECONDS, decrypt=True, force_fetch=fresh)
    except GetParameterError as error:
        # Powertools passes on no more than a message; the cause is what it was handling.
        raise ParameterError(_explain(name, remedy, error.__context__)) from None
    stripped = str(value).strip()
    if not stripped and not fresh:  # what is remembered as empty may have been filled since
        return _get(name, remedy, fresh=True)
    if not stripped:
        raise ParameterError(f"The parameter {name} is empty. {remedy}")
    return stripped


def _explain(name: str, remedy: str, cause: BaseException | None) -> str:
    code = cause.response["Error"]["Code"] if isinstance(cause, ClientError) else type(cause).__name__
    if code == "ParameterNotFound":
        return f"There is no parameter {name}. {remedy}"
    if code == "AccessDeniedException":
        return (
            f"The function may not read the parameter {name}. If it is encrypted with a KMS key other than aws/ssm, "
            "that key's policy has to let the function's role decrypt with it."
        )
    return f"The parameter {name} cannot be read now ({code}). Try again."


@cache
def _provider() -> SSMProvider:
    return SSMProvider(boto3_client=ssm())
