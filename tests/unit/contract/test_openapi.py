"""docs/openapi.yaml is a valid OpenAPI document, and agrees with the template and the functions."""

import json
from typing import Any, Final, get_args

import pytest
from jsonschema import ValidationError
from openapi_spec_validator import validate

from callfire_postbacks.formats.unreadable import Reason
from callfire_postbacks.functions import receive, subscriptions
from callfire_postbacks.ingest import MAX_BODY_BYTES
from callfire_postbacks.postback import Result, Status
from callfire_postbacks.problem import ProblemError
from callfire_postbacks.subscriptions import callfire_http, drift, lifecycle, record, url_form
from callfire_postbacks.subscriptions.drift import Comparison
from callfire_postbacks.subscriptions.generations import CallFireAnswer
from callfire_postbacks.subscriptions.record import Record
from tests.support.contract.openapi import DOCUMENT, conforms, operations, problems, resolve
from tools.template import processed

POSTBACK: Final = ("POST", "/postbacks/{subscription}/{token}")
SCHEMAS: Final = DOCUMENT["components"]["schemas"]
OUTCOMES: Final[dict[Status, list[Result]]] = {
    "accepted": [Result("accepted", ("0" * 32,)), Result("accepted", ("0" * 32, "1" * 32))],
    "duplicate": [Result("duplicate", ("0" * 32,))],
    "parked": [Result("parked")],
    "rejected": [
        Result("rejected", reason=reason, detail="…")
        for reason in (*get_args(Reason), "too-large", "signature-absent", "signature-wrong")
    ],
    "too-large": [Result("too-large", reason="too-large", detail="…")],
    "unknown-url": [Result("unknown-url")],
    "unavailable": [Result("unavailable", detail="…")],
}


def api() -> dict[str, Any]:
    """Return SAM's OpenAPI document of the template's routes."""
    [body] = [
        resource["Properties"]["Body"]
        for resource in processed()["Resources"].values()
        if resource["Type"] == "AWS::ApiGatewayV2::Api"
    ]
    return dict(body["paths"])


def test_document_is_valid() -> None:
    """The document is valid OpenAPI 3.1, references and examples included."""
    validate(DOCUMENT)
    for operation in operations().values():
        for response in operation["responses"].values():
            [(content_type, content)] = resolve(response)["content"].items()
            for example in content.get("examples", {}).values():
                assert content_type == "application/problem+json"
                assert example["value"].keys() <= SCHEMAS["Problem"]["properties"].keys()


@pytest.mark.parametrize(
    ("status", "content_type", "body"),
    [
        (418, "application/problem+json", {"type": "about:blank", "title": "I'm a teapot", "status": 418}),
        (404, "application/json", {"type": "about:blank", "title": "Not Found", "status": 404}),
        (404, "application/problem+json", {"type": "about:blank", "title": "Not Found"}),
        (404, "application/problem+json", {"type": "about:blank", "title": "Not Found", "status": 400}),
        (404, "application/problem+json", {"type": "urn:x", "title": "Not Found", "status": 404}),
        (200, "application/json", {"status": "accepted"}),
        (200, "application/json", {"status": "parked", "id": "0" * 32}),
    ],
)
def test_undocumented_answer_is_found(status: int, content_type: str, body: dict[str, Any]) -> None:
    """An answer with another status, content type or form is recognized as undocumented."""
    with pytest.raises((KeyError, AssertionError, ValidationError)):
        conforms("POST", "/postbacks/callfinish/t", status=status, content_type=content_type, body=body)


def test_routes_are_the_templates() -> None:
    """Exactly the routes of the template are documented, with their authorization."""
    deployed = {
        (method.upper(), path): bool(operation.get("security"))
        for path, item in api().items()
        for method, operation in item.items()
    }
    assert {route: bool(operation.get("security")) for route, operation in operations().items()} == deployed


def test_answers_to_a_postback() -> None:
    """Exactly the possible answers to a postback are documented."""
    assert OUTCOMES.keys() == receive._HTTP_STATUS.keys()  # noqa: SLF001  the table that decides
    statuses: dict[int, set[str]] = {}
    for outcome in (one for each in OUTCOMES.values() for one in each):
        answer = receive._answer(outcome)  # noqa: SLF001  the handler's answer
        status, body = int(answer["statusCode"]), json.loads(answer["body"])
        content_type = answer["headers"]["content-type"]
        conforms("POST", "/postbacks/callfinish/t", status=status, content_type=content_type, body=body)
        statuses.setdefault(status, set()).update([body["type"]] if "type" in body else [])
    assert {str(status) for status in statuses} == operations()[POSTBACK]["responses"].keys()
    reasons = {one.reason for one in OUTCOMES["rejected"]}
    assert set(SCHEMAS["Rejected"]["properties"]["reason"]["enum"]) == reasons
    for status, types in statuses.items():
        assert types == (problems(operations()[POSTBACK], status) if types else set())


def subclasses(of: type[ProblemError]) -> list[type[ProblemError]]:
    """Return all subclasses of an error class."""
    return [found for one in of.__subclasses__() for found in (one, *subclasses(one))]


def test_problems_of_subscriptions() -> None:
    """Exactly the function's problems are documented for a route, under their status."""
    errors: list[type[ProblemError]] = [ProblemError, *subclasses(ProblemError)]
    known = {(error.status, f"urn:callfire-postbacks:problem:{error.reason}") for error in errors}
    documented = {
        (int(status), kind)
        for route, operation in operations().items()
        if route[1] != POSTBACK[1]
        for status in operation["responses"]
        if int(status) >= 400
        for kind in problems(operation, int(status))
    }
    assert documented == known


@pytest.mark.parametrize("outcome", ["confirmed", *get_args(callfire_http.AnswerOutcome), "not-asked"])
def test_answers_of_subscriptions(outcome: Any) -> None:  # noqa: ANN401  one of CallFireAnswer's
    """The answer for a record with every field is documented."""
    timestamp = "2026-01-01T12:00:00.000Z"
    record = Record(
        subscription="callfinish",
        state="subscribed",
        subscribed_at=timestamp,
        rotated_at=timestamp,
        unsubscribed_at=timestamp,
        last_postback_at=timestamp,
        signed_at=timestamp,
    )
    shown = subscriptions._shown(record, CallFireAnswer(outcome, "…"))  # noqa: SLF001  the handler's answer
    shown["at_callfire"] = Comparison("drifted", "…", dict.fromkeys(get_args(drift.WebhookState), "posting"))._asdict()
    conforms("PUT", "/subscriptions/callfinish", status=200, content_type="application/json", body=shown)
    assert shown.keys() - {"callfire"} == SCHEMAS["Subscription"]["properties"].keys()


def test_vocabularies_are_the_codes() -> None:
    """States, CallFire's outcomes, names and limits equal those of the code."""
    changed = SCHEMAS["ChangedSubscription"]["allOf"][1]["properties"]["callfire"]["properties"]["outcome"]["enum"]
    assert set(SCHEMAS["Subscription"]["properties"]["state"]["enum"]) == set(get_args(record.State))
    assert set(changed) == {"confirmed", "not-asked", *get_args(callfire_http.AnswerOutcome)}
    at_callfire = SCHEMAS["Subscription"]["properties"]["at_callfire"]["properties"]
    assert at_callfire["outcome"]["enum"] == [*get_args(Comparison.__annotations__["outcome"])]
    assert at_callfire["webhooks"]["additionalProperties"]["enum"] == [*get_args(drift.WebhookState)]
    parameter = DOCUMENT["components"]["parameters"]["Subscription"]["schema"]["pattern"]
    assert parameter == f"^{lifecycle.SUBSCRIPTION.pattern}$"
    [token] = [one for one in DOCUMENT["paths"][POSTBACK[1]]["parameters"] if one.get("name") == "token"]
    assert token["schema"]["pattern"] == f"^{url_form._TOKEN.pattern}$"  # noqa: SLF001  the one in force
    bodies = operations()[POSTBACK]["requestBody"]["content"].values()
    assert {body["schema"]["maxLength"] for body in bodies} == {MAX_BODY_BYTES}
