"""A CloudFormation that waits for the answer of the custom resource."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from callfire_postbacks.functions.subscriptions import handler
from tests.support.fake_callfire import API_URL
from tests.support.lambda_context import Context


class CloudFormation(ThreadingHTTPServer):
    """The server behind the pre-signed URL."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.answers: list[dict[str, Any]] = []
        self.content_types: list[str | None] = []
        self.statuses: list[int] = []

    @property
    def url(self) -> str:
        """Return the URL for the answer."""
        return f"http://127.0.0.1:{self.server_port}/answer?Signature=a%2Bb"

    def ask(self, kind: str, wanted: list[str], formerly: list[str] | None = None, *, seconds: float = 600) -> str:
        """Have the function carry out a request, and return "" or its reason for a failure."""
        request: dict[str, Any] = {
            "RequestType": kind,
            "ResponseURL": self.url,
            "StackId": "arn:aws:cloudformation:us-east-1:123456789012:stack/s/1",
            "RequestId": "1",
            "ResourceType": "Custom::CallFireSubscriptions",
            "LogicalResourceId": "DeclaredSubscriptions",
            "ResourceProperties": {"ServiceToken": "arn", "Subscriptions": wanted, "ApiUrl": API_URL},
        }
        if formerly is not None:
            request["OldResourceProperties"] = {"Subscriptions": formerly, "ApiUrl": API_URL}
        assert handler(request, Context(seconds_left=seconds)) is None
        answer = self.answers[-1]
        assert (answer["StackId"], answer["RequestId"]) == (request["StackId"], request["RequestId"])
        assert answer["PhysicalResourceId"] == answer["LogicalResourceId"] == "DeclaredSubscriptions"
        assert (answer["Status"] == "FAILED") == bool(answer["Reason"])
        return str(answer["Reason"])


class _Answers(BaseHTTPRequestHandler):
    def do_PUT(self) -> None:
        cloud_formation = self.server
        assert isinstance(cloud_formation, CloudFormation)
        body = self.rfile.read(int(self.headers["content-length"]))
        status = cloud_formation.statuses.pop() if cloud_formation.statuses else 200
        if status == 200:
            assert self.path == "/answer?Signature=a%2Bb"
            cloud_formation.content_types.append(self.headers["content-type"])
            cloud_formation.answers.append(json.loads(body))
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Log nothing."""
