"""The checks of `postbacks doctor` on the setup: the deployment, the operator's secrets, and the API."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Final

from postbacks_cli.aws.secret_parameters import API_KEY, CREDENTIALS, Secret
from postbacks_cli.aws.stack import NEVER_DEPLOYED, Stack
from postbacks_cli.checks.findings import Finding
from postbacks_cli.web import session_for

_API_SECONDS: Final = 10


def stack_status(stack: Stack) -> Iterator[Finding]:
    """Check that the last deployment succeeded."""
    status = stack.description["StackStatus"]
    if status in NEVER_DEPLOYED:
        remedy = (
            f"`aws cloudformation describe-stack-events --stack-name {stack.name}` names the reason. "
            "CloudFormation cannot update such a stack: delete it with "
            f"`aws cloudformation delete-stack --stack-name {stack.name}`, and deploy again. If `Subscriptions` has a "
            "name, run `postbacks set-api-key` first, for `v2` `postbacks set-credentials`."
        )
        yield Finding("fail", "stack", f"{stack.place} was never deployed: {status}.", remedy)
    elif status.endswith("_IN_PROGRESS"):
        yield Finding("warn", "stack", f"{stack.place}: {status}", "Wait until the deployment has ended.")
    elif "FAILED" in status or "ROLLBACK" in status:
        yield Finding("fail", "stack", f"{stack.place}: {status}", "Deploy again; the stack's events name the reason.")
    else:
        yield Finding("ok", "stack", f"{stack.place}: {status}")


def secrets(stack: Stack) -> Iterator[Finding]:
    """Check that the API key of cloud/1 or the credentials of API v2 exist. The values are read, but not shown."""
    found = [_secret(stack, secret) for secret in (API_KEY, CREDENTIALS)]
    yield from filter(None, found)
    if not any(found):
        remedy = f"{_command(stack, API_KEY)}, or for API v2 {_command(stack, CREDENTIALS)}"
        yield Finding("fail", "API key", "There is neither an API key nor credentials of API v2.", remedy)


def _secret(stack: Stack, secret: Secret) -> Finding | None:
    name, remedy = stack.output(secret.output), _command(stack, secret)
    try:
        parameter = stack.aws.ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]
    except stack.aws.ssm.exceptions.ParameterNotFound:
        return None
    if not parameter["Value"].strip():
        return Finding("fail", secret.title, f"{name} is empty.", remedy)
    if parameter["Type"] != "SecureString":
        return Finding("warn", secret.title, f"{name} is not encrypted.", f"Delete it, then {remedy}.")
    return Finding("ok", secret.title, f"{name} exists and is encrypted.")


def _command(stack: Stack, secret: Secret) -> str:
    return f"`postbacks --stack {'local' if stack.endpoint_url else stack.name} {secret.command}`"


def api_answers(stack: Stack) -> Iterator[Finding]:
    """Check that an API answers at the first part of the postback URLs."""
    try:
        name = stack.output("ApiUrlParameterName")
        url = stack.aws.ssm.get_parameter(Name=name)["Parameter"]["Value"]
    except stack.aws.ssm.exceptions.ParameterNotFound:
        yield Finding("fail", "API", f"There is no parameter {name}.", "Deploy again: the template creates it.")
        return
    import requests  # noqa: PLC0415  commands that send nothing start sooner

    with session_for(url) as session:
        try:
            status = session.get(url, timeout=_API_SECONDS).status_code
        except requests.RequestException as error:
            remedy = "Check PublicUrl, its DNS record and its certificate."
            yield Finding("fail", "API", f"{url} does not answer ({type(error).__name__}).", remedy)
            return
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        yield Finding("fail", "API", f"{url} answers {status}.", "`postbacks send` shows the answer to a postback.")
    else:
        yield Finding("ok", "API", f"{url} answers.")
