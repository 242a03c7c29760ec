"""What Lambda's runtime has loaded before any handler: what a cold start is counted on top of."""

import awslambdaric.bootstrap  # noqa: F401
