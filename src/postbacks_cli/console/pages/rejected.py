"""Rejected: postbacks that could not be read, and a retry."""

from itertools import islice
from operator import attrgetter
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from postbacks_cli.aws.stack import Stack
from postbacks_cli.console import bodies, rendering, texts
from postbacks_cli.console.context import back_to, form, is_fragment, loading, stack_of
from postbacks_cli.console.documents import examine
from postbacks_cli.errors import CommandError
from postbacks_cli.queues import attributes, redriving
from postbacks_cli.queues.rejected_queue import RejectedPostback, reading
from postbacks_cli.terminal.output import counted

SHOWN: Final = 100
"""The most postbacks that the list shows."""


def rejected(request: Request) -> Response:
    """List the rejected queue, newest first, without removing anything."""
    if not is_fragment(request):
        return loading(request, "Rejected", "Reading the rejected queue …")
    stack = stack_of(request)
    with reading(stack) as postbacks:
        found = sorted(islice(postbacks, SHOWN), key=attrgetter("rejected_at"), reverse=True)
    about = max(attributes.depth(stack, "RejectedQueueUrl"), len(found))
    return rendering.page("_rejected.html", postbacks=found, about=about)


def one(request: Request) -> Response:
    """Show one rejected postback, with the position of its error."""
    if not is_fragment(request):
        return loading(request, "Rejected postback", "Reading the rejected queue …")
    postback = _get(stack_of(request), request.path_params["id"])
    document, fault = examine(postback)
    return rendering.page(
        "_rejected_one.html",
        postback=postback,
        fault=fault,
        around=bodies.around_fault(document.text, *fault.position) if fault.position else [],
        body=texts.plain(document.text),
        layers=document.layers,
    )


def download(request: Request) -> Response:
    """Send a rejected postback as a file, byte for byte."""
    postback = _get(stack_of(request), request.path_params["id"])
    name = f'attachment; filename="postback-{postback.message_id}.txt"'
    return Response(postback.postback, media_type="application/octet-stream", headers={"content-disposition": name})


async def redrive(request: Request) -> Response:
    """Process rejected postbacks again: all of them, or the chosen ones."""
    fields = await form(request)
    moved = await run_in_threadpool(_redrive, stack_of(request), fields.get("id", []), is_all="all" in fields)
    return back_to("/rejected", "redriven", counted(moved, "postback"))


def _redrive(stack: Stack, ids: list[str], *, is_all: bool) -> int:
    if is_all:
        return redriving.move_all(stack)
    if not ids:
        raise CommandError("No postback is chosen, so nothing was moved.")
    return redriving.move(stack, ids=ids)


def _get(stack: Stack, message_id: str) -> RejectedPostback:
    with reading(stack) as postbacks:
        for postback in postbacks:
            if postback.message_id == message_id:
                return postback
    raise CommandError(
        f"There is no {message_id} in the rejected queue. It was redriven or read elsewhere; "
        "one that came back has a new id."
    )


routes: Final = [
    Route("/rejected", rejected),
    Route("/rejected", redrive, methods=["POST"]),
    Route("/rejected/{id:str}", one),
    Route("/rejected/{id:str}/body", download),
]
