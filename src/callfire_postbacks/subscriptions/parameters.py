"""The SSM parameters: CallFire's API key and credentials, the signing secret, and the URL of this stack's API.

The template cannot pass the API's URL to a function: the API's definition refers to the functions, so a function that
refers to the API would make a circular dependency.
"""

import secrets
from functools import cache
from http import HTTPStatus
from typing import Final

from aws_lambda_powertools.utilities.parameters import GetParameterError, SSMProvider
from botocore.exceptions import BotoCoreError, ClientError

from callfire_postbacks import settings
from callfire_postbacks.aws.clients import ssm
from callfire_postbacks.problem import ProblemError
from callfire_postbacks.subscriptions.callfire_v2_api import Credentials

MAX_AGE_SECONDS: Final = 300
"""How long a replaced key may still be used, unless CallFire rejects it."""


class ParameterError(ProblemError):
    """A parameter is missing, empty or unreadable. The message says what to do."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR
    reason = "parameter"


class MissingParameterError(ParameterError):
    """The parameter does not exist."""


def api_key(*, fresh: bool = False) -> str:
    """Return the remembered API key, or with `fresh` the current one. Raises ParameterError."""
    return _get(
        settings.subscriptions().api_key_parameter, "Store CallFire's API key: postbacks set-api-key.", fresh=fresh
    )


def credentials(*, fresh: bool = False) -> Credentials:
    """Return the remembered login and password of API v2, or with `fresh` the current ones.

    Raises ParameterError.
    """
    name = settings.subscriptions().credentials_parameter
    remedy = "Store login and password of CallFire's API: postbacks set-credentials."
    login, _, password = _get(name, remedy, fresh=fresh).partition(":")
    if not login or not password:
        raise ParameterError(f"The parameter {name} is not LOGIN:PASSWORD. {remedy}")
    return Credentials(login, password)


def signing_secret() -> str:
    """Return the stack's secret, from which webhook secrets are derived; create it if there is none.

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
            raise ParameterError(f"The parameter {name} cannot be created ({_code(error)}). {remedy}") from None
    return _get(name, remedy, fresh=True)


def api_url() -> str:
    """Return the first part of every postback URL, always read anew: a rotation may follow its change.

    Raises:
        ParameterError: The parameter is missing or cannot be read.
    """
    return _get(
        settings.subscriptions().api_url_parameter, "Deploy the stack again: the template creates it.", fresh=True
    ).rstrip("/")


def _get(name: str, remedy: str, *, fresh: bool) -> str:
    try:
        value = provider().get(name, max_age=MAX_AGE_SECONDS, decrypt=True, force_fetch=fresh)
    except GetParameterError as error:
        # Powertools raises only a message; the original error is its context.
        cause = error.__context__
        kind = MissingParameterError if _code(cause) == "ParameterNotFound" else ParameterError
        raise kind(_explain(name, remedy, cause)) from None
    stripped = str(value).strip()
    if not stripped and not fresh:  # a parameter remembered as empty may have a value by now
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
            f"The function is not allowed to read the parameter {name}. If a KMS key other than aws/ssm encrypts it, "
            "the key's policy must allow the function's role to decrypt."
        )
    return f"The parameter {name} cannot be read now ({code}). Try again."


def _code(cause: BaseException | None) -> str:
    return cause.response["Error"]["Code"] if isinstance(cause, ClientError) else type(cause).__name__


@cache
def provider() -> SSMProvider:
    """Return Powertools' provider, which remembers the parameters of a warm function."""
    return SSMProvider(boto3_client=ssm())
