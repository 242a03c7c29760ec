"""examples/webhook-forwarder: the handshake with SNS, and the messages after it."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any

import pytest
import requests

from callfire_events.parsing import parse
from local.stack import Stack
from tests.support.http import post, url_of
from tests.support.stack.examples import deploy
from tools.samples import SAMPLES

Posted = tuple[str, dict[str, Any]]
"""The message type in the header, and the message."""


@pytest.fixture
def webhook() -> Iterator[tuple[str, Queue[Posted]]]:
    """Serve a webhook on the loopback interface, and return the messages posted to it."""
    posted: Queue[Posted] = Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            posted.put((self.headers["x-amz-sns-message-type"], json.loads(body)))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/hook", posted
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.usefixtures("no_events")
def test_webhook_gets_the_events_of_its_policy(
    stack: Stack, webhook: tuple[str, Queue[Posted]], tmp_path: Path
) -> None:
    """Once the webhook has confirmed, it gets the replies and nothing else.

    The deployed subscription has an HTTPS URL, for which the local AWS starts no handshake, so the test creates the
    same subscription for a URL of this machine.
    """
    url, posted = webhook
    outputs = deploy(
        "webhook-forwarder", stack=stack, directory=tmp_path, parameters={"Url": "https://example.com/hook"}
    )
    subscription = outputs["SubscriptionArn"]
    deployed = stack.aws.sns.get_subscription_attributes(SubscriptionArn=subscription)["Attributes"]
    wanted = ("FilterPolicy", "RawMessageDelivery", "DeliveryPolicy", "RedrivePolicy")
    stack.aws.sns.subscribe(
        TopicArn=stack.outputs["EventsTopicArn"],
        Protocol="http",
        Endpoint=url,
        Attributes={name: deployed[name] for name in wanted},
    )

    kind, confirmation = posted.get(timeout=10)
    assert (kind, confirmation["Type"]) == ("SubscriptionConfirmation", "SubscriptionConfirmation")
    assert requests.get(confirmation["SubscribeURL"], timeout=10).ok
    ids = {kind: post(url_of(stack, kind), body).json["id"] for kind, body in SAMPLES.items()}

    kind, notification = posted.get(timeout=10)
    assert (kind, notification["Type"]) == ("Notification", "Notification")
    assert parse(notification).id == ids["text-received"]
    assert posted.empty()
