"""Post to the URLs that the fake CallFire is given."""

from collections.abc import Mapping
from typing import Final

import requests

from postbacks_cli.web import session_for

_SECONDS: Final = 35
"""API Gateway answers within 30 s."""


def post(url: str, body: bytes, headers: Mapping[str, str]) -> requests.Response:
    """Post a body without following redirects. Raises requests' errors."""
    with session_for(url) as session:
        return session.post(url, body, headers=dict(headers), timeout=_SECONDS, allow_redirects=False)
