"""The modules that Lambda's runtime loads before any handler: the baseline of a cold start."""

import awslambdaric.bootstrap  # noqa: F401
