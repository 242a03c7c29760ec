"""The operator's secrets in SSM, stored where the stack reads them, or will read them after its deployment."""

import re
import sys
from typing import Final, NamedTuple

import typer

from postbacks_cli.aws.stack import Stack
from postbacks_cli.errors import CommandError

_RESERVED: Final = re.compile(r"/(aws|ssm)", re.IGNORECASE)


class Secret(NamedTuple):
    """A secret that the stack reads, and the command that stores it."""

    title: str
    output: str
    """The output that names its parameter."""
    last_part: str
    """The end of the parameter's name, unless the template's default is overridden."""
    command: str


API_KEY: Final = Secret("API key", "CallFireApiKeyParameterName", "callfire-api-key", "set-api-key")
CREDENTIALS: Final = Secret(
    "credentials", "CallFireCredentialsParameterName", "callfire-credentials", "set-credentials"
)


def parameter_name(stack: Stack, secret: Secret) -> str:
    """Return the name of the parameter that the stack reads, or will read after its deployment."""
    if stack.is_deployed():
        return stack.output(secret.output)
    name = f"/{stack.name}/{secret.last_part}"
    if _RESERVED.match(name):
        raise CommandError(f"SSM does not allow the parameter name {name}: choose another name than {stack.name}.")
    return name


def ask(question: str, *, stdin: bool) -> str:
    """Read a line from standard input, or prompt for it without echo."""
    return (sys.stdin.readline() if stdin else typer.prompt(question, hide_input=True, err=True)).strip()


def store(stack: Stack, name: str, value: str) -> str:
    """Store a secret, encrypted, and return a sentence with the location."""
    stack.aws.ssm.put_parameter(Name=name, Value=value, Type="SecureString", Overwrite=True)
    return f"Stored as {name} of {stack.place}."
