"""A fixture for CloudFormation's requests."""

from collections.abc import Iterator
from threading import Thread

import pytest

from tests.support.aws.cloud_formation import CloudFormation


@pytest.fixture
def cloud_formation() -> Iterator[CloudFormation]:
    """Stand in for CloudFormation waiting for an answer."""
    with CloudFormation() as server:
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()
