"""What is kept in SSM: CallFire's API key and credentials, the secret of signatures, and the URL of this stack.

The URL is there because no function can be told it by the template: the API's definition names the functions, so a
function that named the API would close a circle.
"""

import secrets
from functools import cache
from http import HTTPStatus
from typing import Final

from aws_lambda_powertools.utilities.parameters import GetParameterError, SSMProvider
from botocore.exceptions import BotoCoreError, ClientError

from callfire_postbacks import settings
from callfire_postbacks.aws.clients import ssm
from callfire_postbacks.subscriptions.callfire_v2_api import Credentials
from callfire_postbacks.subscriptions.problem import ProblemError

MAX_AGE_SECONDS: Final = 300
"""How long a key that was replaced may still be used, unless CallFire refuses it."""


class ParameterError(ProblemError):
    """A parameter is missing or empty, or cannot be read. The message says what to do."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR
    reason = "parameter"


class MissingParameterError(ParameterError):
    """There is no such parameter."""


def api_key(*, fresh: bool = False) -> str:
    """Return the key: the remembered one, or on request as it is now. Raises ParameterError."""
    return _get(
        settings.subscriptions().api_key_parameter, "Store CallFire's API key: postbacks set-api-key.", fresh=fresh
    )


def credentials(*, fresh: bool = False) -> Credentials:
    """Return login and password of API v2: the remembered ones, or on request as they are now.

    Raises ParameterError.
    """
    name = settings.subscriptions().credentials_parameter
    remedy = "Store login and password of CallFire's API: postbacks set-credentials."
    login, _, password = _get(name, remedy, fresh=fresh).partition(":")
    if not login or not password:
        raise ParameterError(f"The parameter {name} is not LOGIN:PASSWORD. {remedy}")
    return Credentials(login, password)


def signing_secret() -> str:
    """Return the stack's secret from which those of webhooks are derived, and make it if there is none.

    Raises ParameterError.
    """
    name = settings.receiving().signing_secret_parameter
    remedy = "Try again."
    try:
        return _get(name, remedy, fresh=True)
    except MissingParameterError:
        try:
            ssm().put_parameter(
                Name=name,
                Value=secrets.token_urlsafe(32),
                Type="SecureString",
                KeyId=settings.subscriptions().signing_secret_key,
                Description="The secret from which those of CallFire's webhooks are derived.",
            )
        except ssm().exceptions.ParameterAlreadyExists:
            pass  # another function was faster
        except (ClientError, BotoCoreError) as error:
            raise ParameterError(f"The parameter {name} cannot be made ({_code(error)}). {remedy}") from None
    return _get(name, remedy, fresh=True)


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
        cause = error.__context__
        kind = MissingParameterError if _code(cause) == "ParameterNotFound" else ParameterError
        raise kind(_explain(name, remedy, cause)) from None
    stripped = str(value).strip()
    if not stripped and not fresh:  # what is remembered as empty may have been filled since
        return _get(name, remedy, fresh=True)
    if not stripped:
        raise ParameterError(f"The parameter {name} is empty. {remedy}")
    return stripped


def _explain(name: str, remedy: str, cause: BaseException | None) -> str:
    code = _code(cause)
    if code == "ParameterNotFound":
        return f"There is no parameter {name}. {remedy}"
    if code == "AccessDeniedException":
        return (
            f"The function may not read the parameter {name}. If it is encrypted with a KMS key other than aws/ssm, "
            "that key's policy has to let the function's role decrypt with it."
        )
    return f"The parameter {name} cannot be read now ({code}). Try again."


def _code(cause: BaseException | None) -> str:
    return cause.response["Error"]["Code"] if isinstance(cause, ClientError) else type(cause).__name__


@cache
def _provider() -> SSMProvider:
    return SSMProvider(boto3_client=ssm())
