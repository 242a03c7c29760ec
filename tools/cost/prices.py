"""AWS's prices, each with its unit. No other file states a price.

From memory of AWS's price pages for us-east-1 in November 2025, on demand, without free tiers and volume discounts.
Check them before you rely on a figure: they change, and nothing here queries AWS.
"""

from typing import Final

DATE: Final = "November 2025, us-east-1, from memory of AWS's price pages, to be checked"

HTTP_API_REQUEST: Final = 1.00e-6
"""API Gateway, HTTP API: a request of up to 512 KB."""
LAMBDA_REQUEST: Final = 0.20e-6
LAMBDA_GB_SECOND: Final = 0.0000133334
"""arm64; initialization is billed like any other time."""
DYNAMODB_WRITE_UNIT: Final = 0.625e-6
"""On demand: up to 1 KB of an item, or of its index entry."""
DYNAMODB_READ_UNIT: Final = 0.125e-6
DYNAMODB_GB_MONTH: Final = 0.25
DYNAMODB_BACKUP_GB_MONTH: Final = 0.20
"""Point-in-time recovery."""
SNS_REQUEST: Final = 0.50e-6
"""Publish or PublishBatch, for each 64 KB. Deliveries to SQS and Lambda are free."""
LOG_GB: Final = 0.50
"""CloudWatch Logs, ingestion."""
METRIC_MONTH: Final = 0.30
ALARM_MONTH: Final = 0.10
DASHBOARD_MONTH: Final = 3.00
SCHEDULE: Final = 1.00e-6
"""EventBridge Scheduler, an invocation."""


def table() -> dict[str, float]:
    """Return all prices by name, in dollars."""
    return {name: value for name, value in globals().items() if name.isupper() and isinstance(value, float)}
