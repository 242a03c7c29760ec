"""The page on scale computes with what ships."""

from random import Random

import pytest

from callfire_postbacks.aws import circuit_breaker
from tools.scale import model, outage
from tools.template import load_template


def test_breaker_keeps_most_of_what_a_hanging_table_costs() -> None:
    """At five times the API's limit, a breaker brings what a minute's hang costs from most postbacks to a few."""
    without, ours = outage.hang(1_000), outage.hang(1_000, asked=circuit_breaker.ASKED)
    assert without.turned_away > without.sent / 2
    assert ours.turned_away < ours.sent / 10


def test_default_limit_is_safe_in_an_outage() -> None:
    """What the API lets through by default never asks for more functions than an account has, if DynamoDB hangs."""
    rate = load_template()["Parameters"]["ThrottlingRateLimit"]["Default"]
    assert outage.hang(rate, asked=circuit_breaker.ASKED).turned_away == 0


def test_more_keys_spread_better() -> None:
    """A new index carries more if it has more keys, and never more than its partitions do together."""
    one, many = (model.postbacks_of_new_index(keys, random=Random(0))[0] for keys in (1, 256))  # noqa: S311  repeatable
    assert one == model.PARTITION_WRITE_UNITS / 2
    assert one < many <= model.FIRST_PARTITIONS * one


def test_command_prints_its_tables(capsys: pytest.CaptureFixture[str]) -> None:
    """The command says what is taken of each limit, what a new index carries, and what an outage costs."""
    model.main()
    printed = capsys.readouterr().out
    for words in ("Lambda, concurrency", "circuit breaker", "Keys of the index", "SNS"):
        assert words in printed
