"""The console's ASGI application: its pages behind its guard."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus

from botocore.exceptions import BotoCoreError, ClientError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from postbacks_cli.aws.stack import Stack
from postbacks_cli.console import rendering
from postbacks_cli.console.context import is_fragment, page, section_of
from postbacks_cli.console.feed import Feed
from postbacks_cli.console.pages import campaign, events, health, live, rejected, send, subscriptions
from postbacks_cli.console.security import Guard
from postbacks_cli.errors import CommandError, explain

_PAGES = (live, events, campaign, rejected, subscriptions, health, send)


def create_app(stack: Stack, *, key: str, port: int, announce: Callable[[], object]) -> Starlette:
    """Create the console of a stack, which answers on a port of 127.0.0.1 to browsers that have the key.

    `announce` is called when the console is ready to answer.
    """
    feed = Feed(stack)

    @asynccontextmanager
    async def listening(_: Starlette) -> AsyncIterator[None]:
        # Create clients before threads start: botocore's sessions are not thread-safe.
        _clients = (
            stack.aws.dynamodb,
            stack.aws.sqs,
            stack.aws.sns,
            stack.aws.functions,
            stack.aws.ssm,
            stack.aws.cloudwatch,
            stack.aws.scheduler,
        )
        feed.start()
        announce()
        try:
            yield
        finally:
            feed.stop()

    app = Starlette(
        routes=[
            *(route for one in _PAGES for route in one.routes),
            Mount("/static", StaticFiles(directory=rendering.STATIC)),
        ],
        middleware=[Middleware(Guard, key=key, port=port)],
        exception_handlers={
            CommandError: _problem,
            BotoCoreError: _problem,
            ClientError: _problem,
            HTTPException: _no_such_page,
        },
        lifespan=listening,
    )
    app.state.stack, app.state.feed = stack, feed
    return app


def _problem(request: Request, error: Exception) -> Response:
    """Show an error where the user expects the result."""
    detail = explain(error) if isinstance(error, BotoCoreError | ClientError) else str(error)
    if is_fragment(request):  # htmx ignores the content of an error response
        section = section_of(request)
        return rendering.page("_problem.html", title="That did not work", detail=detail, section=section)
    return page(request, "problem.html", status=HTTPStatus.CONFLICT, title="That did not work", detail=detail)


def _no_such_page(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else HTTPStatus.INTERNAL_SERVER_ERROR
    return page(
        request, "problem.html", status=status, title="No such page", detail="There is no page at this address."
    )
