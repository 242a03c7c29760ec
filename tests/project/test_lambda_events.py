"""The files of events/."""

from tools.pages.lambda_environment import environment
from tools.pages.lambda_events import EVENTS, files


def test_files_are_generated() -> None:
    """`make events` changes nothing: every event matches its sample, the template and its generator."""
    assert {file.name: file.read_text() for file in EVENTS.glob("*.json")} == files()


def test_environment_takes_its_values_from_the_outputs() -> None:
    """A variable that names a resource gets the value of the output that names the same resource."""
    variables = environment({"EventsTableName": "events-1"}, endpoint_url="http://127.0.0.1:1")["Parameters"]

    assert variables["EVENTS_TABLE"] == "events-1"
    assert variables["AWS_ENDPOINT_URL"] == "http://127.0.0.1:1"
    assert variables["EVENTS_TOPIC_ARN"] == "<output EventsTopicArn>"
