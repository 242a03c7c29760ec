"""Run `postbacks` as a user does: the installed program, in its own process."""

import json
import os
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple

import pytest

from tests.support.stack import forked_program

PROGRAM: Final = Path(sys.executable).parent / "postbacks"
SECONDS: Final = 60

_POSTBACK_URL: Final = re.compile(r"/postbacks/[\w-]+/[\w-]{43}")

HOSTILE: Final = {
    "AWS_PROFILE": "somebody-elses",
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "a-key-of-the-users-own",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "AWS_REGION": "mars-west-1",
    "AWS_USE_FIPS_ENDPOINT": "true",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "http_proxy": "http://127.0.0.1:9",
}
"""A user's own settings, none of which may redirect a command that is meant for the local stack."""


class Result(NamedTuple):
    """The result of a run."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[Any]:
        """Return the JSON lines of stdout."""
        return [json.loads(line) for line in self.out.splitlines()]


Postbacks = Callable[..., Result]
"""Run it with arguments and, if given, `stdin`."""


def environment(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the user's environment without any setting of AWS or a stack, and with these variables."""
    foreign = ("AWS_", "POSTBACKS_", "CALLFIRE_")
    own = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return own | {"XDG_STATE_HOME": os.devnull} | dict(variables)  # the user's own local stack is not found


def run(*arguments: str, stdin: str = "", variables: Mapping[str, str], cwd: Path) -> Result:
    """Run the program to its end. Its output must hold no postback URL; only create-url may print one."""
    with TemporaryDirectory() as directory:
        streams = Path(directory)
        (streams / "stdin").write_text(stdin)
        status = forked_program.run(arguments, environment(variables), cwd=cwd, streams=streams, seconds=SECONDS)
        result = Result(status, (streams / "stdout").read_text(), (streams / "stderr").read_text())
    if "create-url" not in arguments and _POSTBACK_URL.search(result.out + result.err):
        pytest.fail(f"{arguments} printed a postback URL.")
    assert "Traceback" not in result.err
    return result
