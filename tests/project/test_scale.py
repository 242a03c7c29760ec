"""The figures of docs/cost-and-limits.md for an outage hold for the shipped circuit breaker and rate limit."""

from callfire_postbacks.aws import circuit_breaker
from tests.support import outage
from tools.template import load_template


def test_breaker_limits_the_loss_of_a_hanging_table() -> None:
    """At five times the API's limit, a breaker reduces the loss of a minute's hang from most postbacks to a few."""
    without, ours = outage.hang(1_000), outage.hang(1_000, asked=circuit_breaker.ASKED)
    assert without.turned_away > without.sent / 2
    assert ours.turned_away < ours.sent / 10


def test_default_limit_is_safe_in_an_outage() -> None:
    """If DynamoDB hangs, the API's default rate limit never needs more functions than an account has."""
    rate = load_template()["Parameters"]["ThrottlingRateLimit"]["Default"]
    assert outage.hang(rate, asked=circuit_breaker.ASKED).turned_away == 0
