"""`postbacks send`: a postback, as CallFire would post it."""

import sys
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlsplit

import requests
import typer

from postbacks_cli import find_stack
from postbacks_cli.errors import CommandError
from postbacks_cli.output import emit, say
from postbacks_cli.samples import LATER_SAMPLES, SAMPLES

# The headers of later generations' deliveries; those of cloud/1 are not known.
_HEADERS: Final = {"content-type": "text/xml; charset=UTF-8", "user-agent": "postbacks"}
_JSON_HEADERS: Final = _HEADERS | {"content-type": "application/json"}
_SAMPLES: Final = SAMPLES | LATER_SAMPLES
_SECONDS: Final = 35
"""API Gateway answers within 30."""


def send(
    context: typer.Context,
    what: Annotated[
        str, typer.Argument(metavar="WHAT", help=f"A sample ({', '.join(_SAMPLES)}), a file, or - for standard input.")
    ],
    *,
    url: Annotated[
        str | None,
        typer.Option(
            envvar="POSTBACKS_URL",
            metavar="URL",
            help="The postback URL. The laptop's are known; on AWS nothing keeps them. Other programs can read what is "
            "on a command line, but not the variable.",
        ),
    ] = None,
) -> None:
    """Post a sample or a file to a stack as CallFire would, and show the answer.

    A sample that was sent before is a duplicate: what it says is the same, so it is the same event. Ends with 1 where
    the postback does not become an event, so also where it is kept and rejected.
    """
    body = _read(what)
    answer = _post(url or _url(context, body), body)
    say(f"HTTP {answer.status_code} {_phrase(answer.status_code)}".rstrip())
    emit(answer.text)
    if not answer.ok or _is_rejected(answer):
        raise typer.Exit(1)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:  # 299 or 520, of a proxy
        return ""


def _is_rejected(answer: requests.Response) -> bool:
    try:
        told = answer.json()
    except ValueError:
        return False
    return isinstance(told, dict) and told.get("status") == "rejected"


def _read(what: str) -> bytes:
    if what == "-":
        return sys.stdin.buffer.read()
    if what in _SAMPLES:
        return _SAMPLES[what]
    try:
        return Path(what).read_bytes()
    except OSError as error:
        raise CommandError(
            f"{what} is no sample ({', '.join(_SAMPLES)}) and no file that can be read: {error.strerror}."
        ) from None


def _url(context: typer.Context, body: bytes) -> str:
    known = find_stack.of(context).postback_urls
    subscription = "campaignfinish" if b"<campaign-finished" in body else "callfinish"
    if subscription not in known:
        raise CommandError(
            "Where to? Nothing keeps postback URLs on AWS: give yours by --url or POSTBACKS_URL. "
            f"`postbacks create-url {subscription}` makes one."
        )
    return known[subscription]


def _post(url: str, body: bytes) -> requests.Response:
    try:
        host = urlsplit(url).hostname
    except ValueError:  # its message would quote the URL, which is a secret
        raise CommandError("That is not a URL.") from None
    with requests.Session() as session:
        session.trust_env = host != "127.0.0.1"  # no proxy between a laptop and itself
        try:
            return session.post(
                url,
                body,
                headers=_JSON_HEADERS if body.startswith(b"{") else _HEADERS,
                timeout=_SECONDS,
                allow_redirects=False,
            )
        except (requests.RequestException, ValueError) as error:  # quotes the URL too
            raise CommandError(f"No answer from {host or 'that URL'} ({type(error).__name__}).") from None
