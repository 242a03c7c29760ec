"""The receive function, imported until ready."""

import awslambdaric.bootstrap  # noqa: F401

import callfire_postbacks.functions.receive  # noqa: F401
