"""The schedule of the fault suite's storm is made of its seed alone, and leaves nothing out."""

from collections import Counter
from typing import get_args

from callfire_postbacks.aws.clients import READ_SECONDS
from callfire_postbacks.formats.xml import UnreadablePostbackError
from tests.support.building import normalize_all
from tests.support.storm.fault_proxy import HANG_SECONDS
from tests.support.storm.faults import Fault
from tests.support.storm.schedule import Delivery, deliveries, stormy, weather

NUMBER = 3_000


def about(delivery: Delivery) -> list[str | None]:
    """What the product says that a delivery is about, nothing where it cannot be read."""
    try:
        return [event.get("subject") for event in normalize_all(delivery.body)]
    except UnreadablePostbackError:
        return []


def test_seed_repeats_a_storm() -> None:
    """The same seed makes the same deliveries and the same weather, another one makes others."""
    assert (deliveries(7, NUMBER), weather(7, NUMBER)) == (deliveries(7, NUMBER), weather(7, NUMBER))
    assert deliveries(7, NUMBER) != deliveries(8, NUMBER)
    assert weather(7, NUMBER) != weather(8, NUMBER)


def test_weather_leaves_nothing_out() -> None:
    """Every fault comes, some together, and then there is none for a while."""
    spells = weather(7, NUMBER)
    assert {spell.fault for on in spells for spell in on} == {*get_args(Fault)}
    assert max(map(len, spells)) > 1
    assert not any(spells[stormy(NUMBER) :])
    assert stormy(NUMBER) < len(spells) == NUMBER


def test_what_hangs_hangs_too_long() -> None:
    """What the fault proxy does not answer, every client of the functions gives up."""
    assert HANG_SECONDS > READ_SECONDS


def test_deliveries_are_what_they_say() -> None:
    """What is called a postback is one, about what is said; all kinds come, many of them more than once."""
    made = deliveries(7, NUMBER)
    assert {delivery.nature for delivery in made} == {"postback", "unreadable", "wrong URL"}
    for delivery in made:
        assert about(delivery) == ([] if delivery.nature == "unreadable" else [delivery.subject, *delivery.also])
    assert any(delivery.also for delivery in made if delivery.nature == "postback")
    copies = Counter(delivery.subject for delivery in made)
    assert {subject.partition("/")[0] for subject in copies} == {"calls", "texts", "campaigns"}
    assert sum(number > 1 for number in copies.values()) > NUMBER / 20
