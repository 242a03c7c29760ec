"""The function that receives, up to ready."""

import awslambdaric.bootstrap  # noqa: F401

import callfire_postbacks.functions.receive  # noqa: F401
