"""The deployed laptop stack, which all tests of the whole share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.stack import Stack, running


@pytest.fixture(scope="session")
def state_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the stack keeps what it builds, its logs and its state."""
    return tmp_path_factory.mktemp("laptop")


@pytest.fixture(scope="session")
def stack(state_dir: Path) -> Iterator[Stack]:
    """The system as `make up` makes it, in a place of its own."""
    with running(state_dir) as up:
        yield up


@pytest.fixture
def no_events(stack: Stack) -> None:
    """Begin with an empty table of events, so that no postback is a duplicate of another test's."""
    table = stack.outputs["EventsTableName"]
    pages = stack.aws.dynamodb.get_paginator("scan").paginate(TableName=table, ProjectionExpression="id")
    for key in [item for page in pages for item in page["Items"]]:
        stack.aws.dynamodb.delete_item(TableName=table, Key=key)
