"""The figures of docs/cost-and-limits.md for an outage hold for the shipped circuit breaker and rate limit."""

import re

from callfire_postbacks.aws import circuit_breaker
from tests.support import outage
from tests.support.pages import PAGES
from tools import ROOT
from tools.template import load_template


def test_breaker_limits_the_loss_of_a_hanging_table() -> None:
    """At five times the API's limit, a breaker reduces the loss of a minute's hang from most postbacks to a few."""
    without, ours = outage.hang(1_000), outage.hang(1_000, asked=circuit_breaker.ASKED)
    assert without.turned_away > without.sent / 2
    assert ours.turned_away < ours.sent / 10


def test_page_states_the_simulated_losses() -> None:
    """The table of losses states what the simulation gives for each rate."""
    page = PAGES[ROOT / "docs" / "cost-and-limits.md"]
    _, _, table = page.partition("| postbacks a second | lost | lost without the breaker |\n|---|---|---|\n")
    rows = re.findall(r"^\| ([\d,]+) \| (.+) \| (.+) \|$", table.partition("\n\n")[0], re.MULTILINE)
    assert rows
    for written, *stated in rows:
        rate = int(written.replace(",", ""))
        losses = outage.hang(rate, asked=circuit_breaker.ASKED), outage.hang(rate)
        shares = [100 * loss.turned_away / loss.sent for loss in losses]
        assert stated == [f"{share:.2g} %" if share else "none" for share in shares]


def test_default_limit_is_safe_in_an_outage() -> None:
    """If DynamoDB hangs, the API's default rate limit never needs more functions than an account has."""
    rate = load_template()["Parameters"]["ThrottlingRateLimit"]["Default"]
    assert outage.hang(rate, asked=circuit_breaker.ASKED).turned_away == 0
