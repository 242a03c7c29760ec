"""Postbacks through the handler, in turns with only its AWS calls: `warm.py REQUEST ID BLOCKS`.

ID is a number in the request's body, which is another one in each postback. A postback of v2 is signed.
"""

import hmac
import json
import os
import sys
import time
from base64 import b64encode
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any
from uuid import uuid4

import botocore.session

from callfire_postbacks.aws import clients
from callfire_postbacks.functions import receive
from callfire_postbacks.subscriptions import signature
from callfire_postbacks.subscriptions.url_form import V2, hash_token
from tests.bench.invocation import CONTEXT

PAIRS = 20
REQUEST: dict[str, Any] = json.loads(Path(sys.argv[1]).read_text())
ID = sys.argv[2]
LOG = sys.stdout
sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  the log of the function

session = botocore.session.get_session()
bare = {name: session.create_client(name) for name in ("dynamodb", "sns")}
calls: list[tuple[str, str, dict[str, Any]]] = []


def webhook_secret() -> str | None:
    """Return the secret of the request's URL, if it is that of v2."""
    subscription, token = (REQUEST["pathParameters"][name] for name in ("subscription", "token"))
    if subscription != V2:
        return None
    name = os.environ["SIGNING_SECRET_PARAMETER"]
    stack_secret = clients.ssm().get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]
    return signature.derive_secret(stack_secret, subscription, hash_token(token))


SECRET = webhook_secret()


def request() -> dict[str, Any]:
    """Return a request with a new postback."""
    fresh: dict[str, Any] = deepcopy(REQUEST)
    fresh["body"] = fresh["body"].replace(ID, str(uuid4().int)[: len(ID) + 9])
    fresh["requestContext"]["timeEpoch"] = time.time_ns() // 1_000_000
    if SECRET:
        signed = hmac.digest(SECRET.encode(), fresh["body"].encode(), "sha1")
        fresh["headers"][signature.HEADER] = b64encode(signed).decode()
    return fresh


def record(params: dict[str, Any], event_name: str, **_: object) -> None:
    """Record a call and its parameters."""
    service, operation = event_name.split(".")[1:]
    calls.append((service, operation, deepcopy(params)))


def with_new_id() -> list[tuple[str, str, dict[str, Any]]]:
    """Return the calls of one postback for an event that is not stored yet."""
    fresh = deepcopy(calls)
    new: dict[str, Any] = {"S": uuid4().hex}
    for _, operation, params in fresh:
        if operation != "Publish":
            params["Item" if operation == "PutItem" else "Key"]["id"] = new
    return fresh


METHODS = {"PutItem": "put_item", "Publish": "publish", "UpdateItem": "update_item"}


def timed(*steps: tuple[Callable[..., object], tuple[object, ...], dict[str, Any]]) -> int:
    """Return the processor time of some steps, in nanoseconds."""
    start = time.process_time_ns()
    for function, args, kwargs in steps:
        function(*args, **kwargs)
    return time.process_time_ns() - start


for _ in range(5):
    assert receive.handler(request(), CONTEXT)["statusCode"] == 200
watched: list[Any] = [clients.dynamodb(), clients.sns()]
for client in watched:
    client.meta.events.register("provide-client-params", record)
receive.handler(request(), CONTEXT)
for client in watched:
    client.meta.events.unregister("provide-client-params", record)

blocks = []
for _ in range(int(sys.argv[3])):
    ours = theirs = 0
    for _ in range(PAIRS):
        ours += timed((receive.handler, (request(), CONTEXT), {}))
        steps = [(getattr(bare[service], METHODS[name]), (), params) for service, name, params in with_new_id()]
        theirs += timed(*steps)
    blocks.append((ours / PAIRS / 1e9, theirs / PAIRS / 1e9))
ours_in_seconds, bare_in_seconds = zip(*blocks, strict=True)
print(json.dumps({"ours": ours_in_seconds, "bare": bare_in_seconds, "calls": len(calls)}), file=LOG)
