"""Generate events/: Lambda's events for each of CallFire's sample postbacks, and for an operator's invocations.

    python -m tools.pages.lambda_events

Each cloud/1 sample has the three forms in which an HTTP API passes a body (payload format 2.0): as text for content
types known to be text, in base64 for all others, and in base64 without a content type. Those of API 1.1 and v2 are
text. In addition there is one direct invocation of the subscriptions function for each action.
Format of the events: docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

import json
from base64 import b64encode
from datetime import UTC, datetime
from typing import Any, Final

from tools import ROOT
from tools.pages.lambda_environment import environment
from tools.samples import LATER_SAMPLES, SAMPLE_TOKEN, SAMPLES
from tools.template import load_template

EVENTS: Final = ROOT / "events"

_CONTENT_TYPES: Final = {  # by the suffix of the file's name
    "": "application/xml",
    ".form-post": "application/x-www-form-urlencoded",
    ".no-content-type": "",
}
_SUBSCRIPTIONS: Final = {  # direct invocations of the subscriptions function, by file name
    "subscribe": ("subscribe", "callfinish"),
    "subscribe-campaign": ("subscribe", "callfinish-22222"),
    "subscribe-campaignfinish": ("subscribe", "campaignfinish"),
    "subscribe-v2": ("subscribe", "v2"),
    "unsubscribe": ("unsubscribe", "callfinish"),
    "unsubscribe-v2": ("unsubscribe", "v2"),
    "show-subscription": ("show", "callfinish"),
    "show-v2": ("show", "v2"),
    "list-subscriptions": ("list", None),
    "create-url": ("create-url", "callfinish"),
    "create-url-v1.1": ("create-url", "v1.1-campaign-started"),
}
_RECEIVED_AT: Final = datetime(2026, 1, 1, 12, tzinfo=UTC)
_API_ID: Final = "a1b2c3d4e5"
_HOST: Final = f"{_API_ID}.execute-api.us-east-1.amazonaws.com"
_SENDER: Final = "203.0.113.10"  # RFC 5737: for documentation


def files() -> dict[str, str]:
    """Return all generated files of events/: name and text."""
    documents = {
        f"{kind}{form}.json": http_event(body, subscription=subscription_of(kind), content_type=content_type)
        for kind, body in SAMPLES.items()
        for form, content_type in _CONTENT_TYPES.items()
    }
    documents |= {
        f"{kind}.json": http_event(
            body, subscription="callfinish", content_type="application/json" if body.startswith(b"{") else "text/xml"
        )
        for kind, body in LATER_SAMPLES.items()
    }
    documents |= {
        f"{name}.json": {"action": action} | ({"subscription": subscription} if subscription else {})
        for name, (action, subscription) in _SUBSCRIPTIONS.items()
    }
    documents["env.json"] = environment()
    return {name: json.dumps(document, indent=2) + "\n" for name, document in documents.items()}


def subscription_of(kind: str) -> str:
    """Return the account-wide subscription for a kind of postback."""
    return "campaignfinish" if kind == "campaign-finished" else "callfinish"


def http_event(body: bytes, *, subscription: str, content_type: str, token: str = SAMPLE_TOKEN) -> dict[str, Any]:
    """Return a request to the postback route. An empty content type means no such header."""
    route = load_template()["Resources"]["ReceiveFunction"]["Properties"]["Events"]["Postback"]["Properties"]
    parameters = {"subscription": subscription, "token": token}
    path = route["Path"].format(**parameters)
    is_text = content_type.startswith(("application/xml", "application/json", "text/"))
    headers = {
        "content-length": str(len(body)),
        "content-type": content_type,
        "host": _HOST,
        "user-agent": "CallFire-HTTP/1.0",
        "x-amzn-trace-id": f"Root=1-{int(_RECEIVED_AT.timestamp()):x}-0123456789abcdef01234567",
        "x-forwarded-for": _SENDER,
        "x-forwarded-port": "443",
        "x-forwarded-proto": "https",
    }
    return {
        "version": route["PayloadFormatVersion"],
        "routeKey": f"{route['Method']} {route['Path']}",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {name: value for name, value in headers.items() if value},
        "requestContext": {
            "accountId": "123456789012",
            "apiId": _API_ID,
            "domainName": _HOST,
            "domainPrefix": _API_ID,
            "http": {
                "method": route["Method"],
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": _SENDER,
                "userAgent": headers["user-agent"],
            },
            "requestId": "WmFuZGVyPQEEMpw=",
            "routeKey": f"{route['Method']} {route['Path']}",
            "stage": "$default",
            "time": _RECEIVED_AT.strftime("%d/%b/%Y:%H:%M:%S %z"),
            "timeEpoch": int(_RECEIVED_AT.timestamp() * 1000),
        },
        "pathParameters": parameters,
        "body": body.decode() if is_text else b64encode(body).decode(),
        "isBase64Encoded": not is_text,
    }


if __name__ == "__main__":
    for name, text in files().items():
        (EVENTS / name).write_text(text)
        print(f"events/{name}")
