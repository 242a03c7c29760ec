"""Answers of both APIs to a request that is not carried out, and how an answer is late or lost."""

import os
import socket
from http import HTTPStatus
from typing import Final

from flask import Response, request

SLOW_SECONDS: Final = float(os.environ.get("CALLFIRE_SLOW_SECONDS", "10"))
"""How late a slow answer is."""


def html() -> Response:
    """Return a page for people, with status 200."""
    return Response("<html><h1>We'll be back soon</h1></html>", HTTPStatus.OK, content_type="text/html")


def huge() -> Response:
    """Return ten megabytes before the confirmation."""
    padded = "<reportResponse>" + 10_000_000 * " " + "<success>true</success></reportResponse>"
    return Response(padded, HTTPStatus.OK, content_type="application/xml")


def fail() -> Response:
    """Return a server error."""
    return Response("Internal Server Error", HTTPStatus.INTERNAL_SERVER_ERROR, content_type="text/plain")


def redirect() -> Response:
    """Redirect to the same URL."""
    return Response(status=HTTPStatus.TEMPORARY_REDIRECT, headers={"location": request.url})


def close_connection() -> Response:
    """Close the connection without an answer."""
    connection: socket.socket = request.environ["werkzeug.socket"]
    connection.shutdown(socket.SHUT_RDWR)
    return Response()
