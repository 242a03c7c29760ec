"""The fake CallFire, as the tests control it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests

from postbacks_cli.web import session_for

TIMEOUT = 40


@dataclass(frozen=True)
class FakeCallFire:
    """The fake CallFire at a URL."""

    base_url: str

    def urls(self) -> dict[str, str]:
        """Return the URLs that it posts to, by scope: "callfinish/22222"."""
        urls: dict[str, str] = self._send("GET", "urls").json()
        return urls

    def received(self) -> list[str]:
        """Return every URL that it ever received."""
        urls: list[str] = self._send("GET", "received").json()
        return urls

    @contextmanager
    def answering(self, how: str) -> Iterator[None]:
        """Have it answer differently from the documentation for a while."""
        self._send("PUT", f"answer/{how}")
        try:
            yield
        finally:
            self._send("PUT", "answer/documented")

    def post(self, scope: str, body: bytes) -> tuple[int, str]:
        """Have it post to the URL of a scope; return status and body of the answer."""
        answer: dict[str, Any] = self._send("POST", f"postbacks/{scope}", body).json()
        return answer["status"], answer["body"]

    def webhooks(self) -> list[dict[str, Any]]:
        """Return all webhooks of API v2."""
        webhooks: list[dict[str, Any]] = self._send("GET", "v2/webhooks").json()
        return webhooks

    def answer_v2(self, how: list[str]) -> None:
        """Have it answer the next requests to API v2 differently from the documentation."""
        self._send("PUT", "v2/answers", json.dumps(how).encode(), content_type="application/json")

    def deliver(self, resource: str, body: bytes, *, signature: str = "valid") -> list[dict[str, Any]]:
        """Have it deliver a body to the webhooks of a resource; return the answers."""
        answers: list[dict[str, Any]] = self._send(
            "POST", f"v2/deliveries/{resource}?signature={signature}", body
        ).json()
        return answers

    def _send(
        self, method: str, path: str, body: bytes | None = None, *, content_type: str = "application/octet-stream"
    ) -> requests.Response:
        with session_for(self.base_url) as session:
            answer = session.request(
                method,
                f"{self.base_url}/control/{path}",
                data=body,
                headers={"content-type": content_type},
                timeout=TIMEOUT,
            )
        answer.raise_for_status()
        return answer
