"""The functions' settings, which template.yaml passes as environment variables.

No other module reads the environment.
"""

import os
from dataclasses import dataclass
from functools import cache
from typing import Literal, cast
from zoneinfo import ZoneInfo

UnsubscribeBy = Literal["empty-post-url", "delete", "none"]


@dataclass(frozen=True, kw_only=True)
class ReceivingSettings:
    """Settings that every function needs to receive, store and publish postbacks."""

    events_table: str
    events_topic_arn: str
    subscriptions_table: str
    parked_queue_url: str
    rejected_queue_url: str
    time_zone: ZoneInfo
    """The time zone of CallFire's timestamps that state none."""
    signing_secret_parameter: str
    """Name of the SSM parameter with the secret from which the webhook secrets are derived."""
    retention_seconds: int
    """Age at which a published event is deleted; 0 keeps events forever."""


@dataclass(frozen=True, kw_only=True)
class SubscriptionSettings:
    """Settings that the subscriptions function needs to manage subscriptions at CallFire."""

    callfire_url: str
    """URL of the cloud/1 callback API."""
    unsubscribe_by: UnsubscribeBy
    api_key_parameter: str
    """Name of the SSM parameter with CallFire's API key."""
    callfire_v2_url: str
    """URL of API v2."""
    credentials_parameter: str
    """Name of the SSM parameter with the login and password of API v2."""
    webhook_name: str
    """Name of this stack's webhooks at CallFire, different from every other stack's."""
    signing_secret_key: str
    """KMS key that encrypts the signing secret."""
    api_url_parameter: str
    """Name of the SSM parameter with the URL at which CallFire reaches this stack."""


@cache
def receiving() -> ReceivingSettings:
    """Read the settings for receiving. Raises KeyError if a variable is not set."""
    return ReceivingSettings(
        events_table=os.environ["EVENTS_TABLE"],
        events_topic_arn=os.environ["EVENTS_TOPIC_ARN"],
        subscriptions_table=os.environ["SUBSCRIPTIONS_TABLE"],
        parked_queue_url=os.environ["PARKED_QUEUE_URL"],
        rejected_queue_url=os.environ["REJECTED_QUEUE_URL"],
        time_zone=ZoneInfo(os.environ["CALLFIRE_TIME_ZONE"]),
        signing_secret_parameter=os.environ["SIGNING_SECRET_PARAMETER"],
        retention_seconds=int(os.environ["RETENTION_DAYS"]) * 86_400,
    )


@cache
def subscriptions() -> SubscriptionSettings:
    """Read the settings of the subscriptions function. Raises KeyError if a variable is not set."""
    return SubscriptionSettings(
        callfire_url=os.environ["CALLFIRE_URL"].rstrip("/"),
        unsubscribe_by=cast("UnsubscribeBy", os.environ["CALLFIRE_UNSUBSCRIBE"]),
        api_key_parameter=os.environ["CALLFIRE_API_KEY_PARAMETER"],
        callfire_v2_url=os.environ["CALLFIRE_V2_URL"].rstrip("/"),
        credentials_parameter=os.environ["CALLFIRE_CREDENTIALS_PARAMETER"],
        webhook_name=os.environ["CALLFIRE_WEBHOOK_NAME"],
        signing_secret_key=os.environ["SIGNING_SECRET_KEY"],
        api_url_parameter=os.environ["API_URL_PARAMETER"],
    )
