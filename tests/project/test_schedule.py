"""The storm's schedule depends only on its seed, and covers every fault."""

from collections import Counter
from typing import get_args

from callfire_postbacks.aws.clients import READ_SECONDS
from callfire_postbacks.formats.unreadable import UnreadablePostbackError
from tests.support.building import normalize_all
from tests.support.storm.fault_proxy import HANG_SECONDS
from tests.support.storm.faults import Fault
from tests.support.storm.schedule import Delivery, count_in_storm, deliveries, fault_periods

NUMBER = 3_000


def about(delivery: Delivery) -> list[str | None]:
    """Return the product's subject of a delivery, or an empty text if it is unreadable."""
    try:
        return [event.get("subject") for event in normalize_all(delivery.body)]
    except UnreadablePostbackError:
        return []


def test_seed_repeats_a_storm() -> None:
    """The same seed gives the same deliveries and faults, and another seed gives others."""
    assert (deliveries(7, NUMBER), fault_periods(7, NUMBER)) == (deliveries(7, NUMBER), fault_periods(7, NUMBER))
    assert deliveries(7, NUMBER) != deliveries(8, NUMBER)
    assert fault_periods(7, NUMBER) != fault_periods(8, NUMBER)


def test_every_fault_occurs() -> None:
    """Every fault occurs, some coincide, and then there is a calm period."""
    periods = fault_periods(7, NUMBER)
    assert {period.fault for on in periods for period in on} == {*get_args(Fault)}
    assert max(map(len, periods)) > 1
    assert not any(periods[count_in_storm(NUMBER) :])
    assert count_in_storm(NUMBER) < len(periods) == NUMBER


def test_hanging_call_outlasts_every_timeout() -> None:
    """Every client of the functions times out on a call that the fault proxy leaves hanging."""
    assert HANG_SECONDS > READ_SECONDS


def test_deliveries_have_their_stated_nature() -> None:
    """Each delivery has the nature and subject it states; all kinds occur, many of them repeatedly."""
    sent = deliveries(7, NUMBER)
    assert {delivery.nature for delivery in sent} == {"postback", "unreadable", "unknown URL"}
    for delivery in sent:
        assert about(delivery) == ([] if delivery.nature == "unreadable" else [delivery.subject, *delivery.also])
    assert any(delivery.also for delivery in sent if delivery.nature == "postback")
    copies = Counter(delivery.subject for delivery in sent)
    assert {subject.partition("/")[0] for subject in copies} == {"calls", "texts", "campaigns"}
    assert sum(number > 1 for number in copies.values()) > NUMBER / 20
