"""Serve the console on 127.0.0.1 until it is stopped."""

import logging
import secrets
import socket
import webbrowser
from contextlib import suppress
from typing import Final

import uvicorn

from postbacks_cli.aws.stack import Stack
from postbacks_cli.console.app import create_app
from postbacks_cli.errors import CommandError
from postbacks_cli.terminal.output import emit, say

_HOST: Final = "127.0.0.1"
_KEY_BYTES: Final = 32


def serve(stack: Stack, *, port: int, is_opened: bool) -> None:
    """Serve the console of a stack; port 0 means any free port. Raises CommandError if the port is taken."""
    key = secrets.token_urlsafe(_KEY_BYTES)
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((_HOST, port))
        except OSError as error:
            raise CommandError(f"Port {port} cannot be used: {error.strerror}. Choose another with --port.") from None
        port = listener.getsockname()[1]
        listener.listen()
        url = f"http://{_HOST}:{port}/?key={key}"

        def announce() -> None:
            say("The console runs until Ctrl-C. Its address, with the key of this run:")
            emit(url)
            if is_opened:
                webbrowser.open(url)

        app = create_app(stack, key=key, port=port, announce=announce)
        # The access log would contain the key.
        config = uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=1)
        logging.getLogger("uvicorn.error").addFilter(_is_an_error)
        with suppress(KeyboardInterrupt):  # uvicorn raises it again after it has stopped
            uvicorn.Server(config).run(sockets=[listener])


def _is_an_error(record: logging.LogRecord) -> bool:
    """Return whether uvicorn reports an error: at the end, the streams of open pages are cut off as intended."""
    return "without completing response" not in record.getMessage()
