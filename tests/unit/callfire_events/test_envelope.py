"""The CloudEvents envelope: an event's subject, source and time."""

from tests.support.building import call, element, normalize

START = element("callstart", "2026-06-01 12:00:00.25")


def test_time_is_start_plus_duration() -> None:
    """An event's time is the end of the call, in UTC with milliseconds."""
    event = normalize(call(START, element("duration", "90")))
    assert event["time"] == "2026-06-01T19:01:30.250Z"


def test_without_a_duration_it_is_of_its_start() -> None:
    """If the duration is missing or unreadable, the start is the event's time."""
    assert normalize(call(START, element("duration", "long")))["time"] == "2026-06-01T19:00:00.250Z"


def test_without_a_start_it_is_of_its_receipt() -> None:
    """Without a start, the time of receipt is the event's time, even with a duration."""
    assert normalize(call(element("duration", "90")))["time"] == "2026-01-01T12:00:00.000Z"


def test_source_is_a_uri_reference_whatever_the_campaign() -> None:
    """No campaign id can escape from the path of the event's source."""
    event = normalize(call(element("campaignid", "a/b ?é")))
    assert event["source"] == "/callfire/campaigns/a%2Fb%20%3F%C3%A9"
    assert event["data"]["campaign_id"] == "a/b ?é"
