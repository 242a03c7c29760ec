"""A file that only makes two clients."""

import awslambdaric.bootstrap  # noqa: F401
import boto3

boto3.client("dynamodb")
boto3.client("sns")
