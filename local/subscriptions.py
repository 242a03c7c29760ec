"""Subscribe the stack to the fake CallFire's callbacks, through the stack's own API, as an operator does."""

import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from local.aws import CREDENTIALS, REGION
from postbacks_cli.web import session_for

SUBSCRIPTIONS = ["callfinish", "campaignfinish"]
TIMEOUT = 35  # API Gateway answers within 30 s


def subscribe(api_url: str, *, fake_callfire: str) -> dict[str, str]:
    """Subscribe to all callbacks, and return the URLs that the fake CallFire received. Raises requests' errors."""
    for name in SUBSCRIPTIONS:  # sequentially, so that only one process of the function starts
        call("PUT", f"{api_url}/subscriptions/{name}").raise_for_status()
    with session_for(fake_callfire) as session:
        urls: dict[str, str] = session.get(f"{fake_callfire}/control/urls", timeout=TIMEOUT).json()
    return {scope.replace("/", "-"): url for scope, url in urls.items()}


def call(method: str, url: str) -> requests.Response:
    """Send a signed request (SigV4) to the API, as its IAM routes require. Raises requests' errors."""
    signed = AWSRequest(method, url)
    SigV4Auth(
        Credentials(CREDENTIALS["aws_access_key_id"], CREDENTIALS["aws_secret_access_key"]), "execute-api", REGION
    ).add_auth(signed)
    with session_for(url) as session:
        return session.request(method, url, headers=dict(signed.headers), timeout=TIMEOUT)
