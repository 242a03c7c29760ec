"""`postbacks send`: post a postback as CallFire would."""

import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from postbacks_cli import sending
from postbacks_cli.aws import find_stack
from postbacks_cli.errors import CommandError
from postbacks_cli.samples import LATER_SAMPLES, SAMPLES
from postbacks_cli.terminal.output import counted, emit, say
from postbacks_cli.terminal.progress import progress
from postbacks_cli.variations import UnknownFieldError, vary
from postbacks_cli.web import status_text

_SAMPLES: Final = SAMPLES | LATER_SAMPLES


def _change(text: str) -> str:
    if not text.partition("=")[0] or "=" not in text:
        raise typer.BadParameter(f"{text!r} does not have the form FIELD=VALUE, such as callid=random.")
    return text


def send(
    context: typer.Context,
    what: Annotated[
        str, typer.Argument(metavar="WHAT", help=f"A sample ({', '.join(_SAMPLES)}), a file, or - for standard input.")
    ],
    *,
    changes: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            parser=_change,
            metavar="FIELD=VALUE",
            help="Give a field another value; `random` is a new number each time. May be repeated.",
        ),
    ] = None,
    count: Annotated[int, typer.Option(min=1, metavar="N", help="Send N postbacks.")] = 1,
    url: Annotated[
        str | None,
        typer.Option(
            envvar="POSTBACKS_URL",
            metavar="URL",
            help="The postback URL. Needed on AWS, where the stack stores only hashes of URLs. Other programs can "
            "read a command line, but not the variable.",
        ),
    ] = None,
) -> None:
    """Post a sample or a file to a stack as CallFire would, and show the answer.

    A postback that was sent before is a duplicate; a random field makes it a new event. The command ends with 1 if a
    postback does not become an event, for example because it is rejected.

    Example: `postbacks send call-finished --set callid=random --set disposition=BUSY --count 20`

    Example: `postbacks send v2-inbound-text --set message=hello`
    """
    body, failed = _read(what), 0
    fields = {name: value for name, _, value in (change.partition("=") for change in changes or ())}
    url = url or sending.url_for(find_stack.of(context), body)
    with progress("Sending") as tell:
        for number in range(1, count + 1):
            try:
                answer = sending.post(url, vary(body, fields))
            except UnknownFieldError as error:
                raise CommandError(str(error)) from None
            failed += not sending.is_kept_as_an_event(answer)
            emit(answer.text)
            if count == 1:
                say(f"HTTP {status_text(answer.status_code)}")
            tell(number, count)
    if count > 1:
        say(f"Sent {counted(count, 'postback')}{f'; {failed:,} did not become an event' if failed else ''}.")
    if failed:
        raise typer.Exit(1)


def _read(what: str) -> bytes:
    if what == "-":
        return sys.stdin.buffer.read()
    if what in _SAMPLES:
        return _SAMPLES[what]
    try:
        return Path(what).read_bytes()
    except OSError as error:
        raise CommandError(
            f"{what} is neither a sample ({', '.join(_SAMPLES)}) nor a readable file: {error.strerror}."
        ) from None
