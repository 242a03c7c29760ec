"""The cost of one postback: a change that makes it cost more must update the record here."""

import math
from typing import Any, Final

import pytest

from tests.support import memory
from tests.support.pages import PAGES
from tools import ROOT
from tools.cost import model
from tools.cost.counting_aws import Usage
from tools.cost.prices import DYNAMODB_WRITE_UNIT
from tools.cost.usage import environment, measure
from tools.cost.write_units import Item, size, updated, write_units

CALLS: Final = ["dynamodb.PutItem", "sns.Publish", "dynamodb.UpdateItem"]

RECORDED: Final = {  # `make cost` prints today's
    "call-finished": Usage(write_units=9, item_bytes=1529, message_bytes=1252, function_log_bytes=305, log_bytes=1014),
    "campaign-finished": Usage(
        write_units=5, item_bytes=966, message_bytes=725, function_log_bytes=309, log_bytes=1018
    ),
    "text-received": Usage(write_units=9, item_bytes=1066, message_bytes=863, function_log_bytes=305, log_bytes=1014),
    "text-sent": Usage(write_units=7, item_bytes=1000, message_bytes=809, function_log_bytes=305, log_bytes=1014),
    "v2-outbound-call": Usage(
        write_units=11, item_bytes=2146, message_bytes=1771, function_log_bytes=305, log_bytes=1014
    ),
    "v2-inbound-text": Usage(
        write_units=8, item_bytes=1363, message_bytes=1118, function_log_bytes=305, log_bytes=1014
    ),
    "v2-delivery-report": Usage(
        write_units=9, item_bytes=1082, message_bytes=817, function_log_bytes=305, log_bytes=1014
    ),
    "v2-campaign-finished": Usage(
        write_units=7, item_bytes=1566, message_bytes=1223, function_log_bytes=305, log_bytes=1014
    ),
}

KINDS: Final = {
    "cloud/1": {
        "call, text received": ["call-finished", "text-received"],
        "text sent": ["text-sent"],
        "campaign": ["campaign-finished"],
    },
    "API v2": {
        "outbound call": ["v2-outbound-call"],
        "inbound call, text received": ["v2-inbound-call", "v2-inbound-text"],
        "text sent, delivery report": ["v2-outbound-text", "v2-delivery-report"],
        "campaign": ["v2-campaign-started", "v2-campaign-stopped", "v2-campaign-finished"],
        "contact list": ["v2-contact-list"],
        "anything else": ["v2-low-balance"],
    },
}
"""The samples of each column of the page's tables."""

TABLE: Final[dict[str, Any]] = {
    "KeySchema": [{"AttributeName": "id"}],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by_colour",
            "KeySchema": [{"AttributeName": "colour"}],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        }
    ],
}
RED: Final[Item] = {"id": {"S": "1"}, "colour": {"S": "red"}}
BLUE: Final[Item] = RED | {"colour": {"S": "blue"}}
PLAIN: Final[Item] = {"id": {"S": "1"}}
LARGE: Final[Item] = RED | {"notes": {"S": "x" * 1020}}


@pytest.mark.parametrize("kind", RECORDED)
def test_postback_costs_no_more_than_recorded(kind: str) -> None:
    """An accepted postback makes three calls, and no more write units, bytes or log than recorded."""
    memory.forget()
    usage = measure(kind)
    assert usage.calls == CALLS
    for name in ("write_units", "item_bytes", "message_bytes", "function_log_bytes", "log_bytes"):
        assert getattr(usage, name) <= getattr(RECORDED[kind], name), name


@pytest.mark.parametrize(
    ("before", "after", "units"),
    [
        ({}, PLAIN, 1),
        ({}, RED, 2),
        ({}, LARGE, 3),
        (RED, RED | {"size": {"N": "1"}}, 1),
        (LARGE, RED, 2),
        (RED, BLUE, 3),
        (RED, PLAIN, 2),
    ],
    ids=["put", "put with an entry", "over 1 KB", "no key changes", "was over 1 KB", "key changes", "leaves the index"],
)
def test_write_units_are_counted_as_documented(before: Item, after: Item, units: int) -> None:
    """An update counts the larger state in KB, plus one unit for each index entry that is put or deleted."""
    assert write_units(before, after, TABLE) == units


def test_sizes_are_counted_as_documented() -> None:
    """Names and texts count as UTF-8, digits as half a byte, nested values one byte, lists and maps three more."""
    assert size({"é": {"S": "é"}, "n": {"N": "1234"}}) == 4 + 1 + 3
    assert size({"l": {"L": [{"S": "ab"}]}, "m": {"M": {"k": {"B": b"abc"}}}}) == 1 + 3 + 1 + 2 + 1 + 3 + 1 + 1 + 3


def test_update_is_understood() -> None:
    """The item computed for an update equals the one that DynamoDB would store."""
    request = {
        "UpdateExpression": "SET a = :a, b = if_not_exists(b, :b) REMOVE colour, notes",
        "ExpressionAttributeValues": {":a": {"N": "1"}, ":b": {"N": "2"}},
    }
    assert updated(LARGE, request) == {"id": {"S": "1"}, "a": {"N": "1"}, "b": {"N": "2"}}


def test_dollars_follow_the_table_of_prices() -> None:
    """One more write unit costs its list price times a million, however the postback is stored."""
    one, two = (model.dollars(Usage(calls=CALLS, write_units=units), model.Assumptions()) for units in (1, 2))
    assert math.isclose(sum(two.values()) - sum(one.values()), DYNAMODB_WRITE_UNIT * 1_000_000)


@pytest.mark.parametrize("generation", KINDS)
def test_page_states_the_counted_dollars(generation: str) -> None:
    """The tables of docs/cost-and-limits.md state what `make cost` prints for each kind of postback."""
    _, _, table = PAGES[ROOT / "docs" / "cost-and-limits.md"].partition(f"| dollars a million, {generation} | ")
    rows = [row.strip(" |").replace("*", "").split(" | ") for row in table.partition("\n\n")[0].splitlines()]
    names, writes, together = rows[0], rows[2][1:], rows[-1][1:]
    assert names == [*KINDS[generation]]
    for name, dynamodb, total in zip(names, writes, together, strict=True):
        for kind in KINDS[generation][name]:
            cost = model.dollars(measure(kind), model.Assumptions())
            assert (f"{cost['DynamoDB, writes']:.2f}", f"{sum(cost.values()):.2f}") == (dynamodb, total), kind


def test_environment_is_complete() -> None:
    """The command sets every setting of the functions when it runs alone."""
    assert "nobody" in environment().values()
    assert environment()["RETENTION_DAYS"] == "0"


def test_command_prints_its_tables(capsys: pytest.CaptureFixture[str]) -> None:
    """The command prints what it counts, the prices and the assumptions."""
    model.main()
    printed = capsys.readouterr().out
    for text in ("write units", "together", "kept for a month", "to be checked", "Assumed"):
        assert text in printed
