"""Clients of services that `postbacks` itself does not use."""

from typing import Any

from postbacks_cli.aws.stack import Stack


def client(stack: Stack, service: str, *, use_ssl: bool = True) -> Any:  # noqa: ANN401  botocore makes its clients' classes at run time
    """Return a client for the stack's account and region."""
    return stack.aws.session.create_client(
        service, region_name=stack.aws.region, endpoint_url=stack.endpoint_url, use_ssl=use_ssl
    )
