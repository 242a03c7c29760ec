"""Subscribes the stack to the twin's callbacks."""

import secrets
import time
from hashlib import sha256

import requests

from local.aws import Clients

SUBSCRIPTIONS = ["callfinish", "campaignfinish"]


def subscribe(aws: Clients, *, table: str, api_url: str, callfire_twin: str, api_key: str) -> dict[str, str]:
    """Make a live URL for each subscription, register it at CallFire's twin, and return the URLs."""
    urls = {subscription: _live_url(aws, table, api_url, subscription) for subscription in SUBSCRIPTIONS}
    with requests.Session() as session:
        session.trust_env = False  # no proxy of the user's
        for subscription, url in urls.items():
            form = {"apikey": api_key, "postUrl": url}
            callback = f"{callfire_twin}/cloud/1/reports/callback/{subscription}"
            session.post(callback, form, timeout=10).raise_for_status()
    return urls


def _live_url(aws: Clients, table: str, api_url: str, subscription: str) -> str:
    token = secrets.token_urlsafe(32)
    token_hash = sha256(token.encode()).hexdigest()
    aws.dynamodb.put_item(
        TableName=table,
        Item={
            "subscription": {"S": subscription},
            "tokens": {"M": {token_hash: {"N": "0"}}},
            "subscribed_at": {"S": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())},
        },
    )
    return f"{api_url}/postbacks/{subscription}/{token}"
