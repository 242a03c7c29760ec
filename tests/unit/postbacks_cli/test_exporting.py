"""`postbacks export`: fixed columns, complete values, and no cell that a spreadsheet executes."""

import csv
import io
import json

import pytest
from typer.testing import CliRunner

from callfire_postbacks.outbox import store
from postbacks_cli.app import app
from postbacks_cli.aws import find_stack
from postbacks_cli.events.exporting import COLUMNS, cells
from tests.support.aws.operators_stack import operators_stack
from tests.support.building import CALL, RECEIVED_AT, call, element, normalize, postback_at, text
from tools import ROOT
from tools.samples import SAMPLES


@pytest.fixture
def stored(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001  made first
    """Store the samples' events."""
    for body in SAMPLES.values():
        store.put(normalize(body), postback_at(RECEIVED_AT, body))
    monkeypatch.setattr(find_stack, "of", lambda _context: operators_stack())


def export(*arguments: str) -> str:
    """Return the command's stdout."""
    ended = CliRunner().invoke(app, ["export", *arguments])
    assert ended.exit_code == 0
    return ended.stdout


@pytest.mark.usefixtures("stored")
def test_csv() -> None:
    """Each event is a row with its values in the same columns."""
    rows = list(csv.DictReader(io.StringIO(export())))
    assert {row["id"] for row in rows} == {normalize(body)["id"] for body in SAMPLES.values()}
    [row] = [row for row in rows if row["type"].endswith("call.finished.v1")]
    assert row["phone_number"] == "+12132212289"
    assert row["agent.id"] == "21212"
    assert json.loads(row["tags"]) == ["sales number", "houston"]
    assert row["message"] == ""


@pytest.mark.usefixtures("stored")
def test_columns_are_the_same_whatever_is_exported() -> None:
    """The header does not depend on the exported events, and is written even without any."""
    heads = {export(*arguments).splitlines()[0] for arguments in ((), ("--campaign", "1"), ("--type", "text-sent"))}
    assert heads == {",".join(COLUMNS)}


@pytest.mark.usefixtures("stored")
def test_jsonl() -> None:
    """JSON lines hold the events themselves."""
    events = [json.loads(line) for line in export("--format", "jsonl").splitlines()]
    assert {event["id"]: event for event in events} == {
        event["id"]: event for event in (json.loads(json.dumps(normalize(body))) for body in SAMPLES.values())
    }


@pytest.mark.usefixtures("stored")
def test_byte_order_mark_on_request() -> None:
    """The byte order mark, which tells Excel that the file is UTF-8, is written only on request."""
    assert export("--bom").startswith("\ufeffid,")
    assert export().startswith("id,")


@pytest.mark.parametrize(
    ("written", "cell"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("@SUM(1)", "'@SUM(1)"),
        ("+1+1", "'+1+1"),
        ("-2+3", "'-2+3"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("-5", "-5"),
        ("+12132212289", "+12132212289"),
        ('a "b", c', 'a "b", c'),
        ("a\nb", "a\nb"),
    ],
)
def test_formula_is_a_text(written: str, cell: str) -> None:
    """A formula gets an apostrophe in front; numbers and other texts stay unchanged."""
    event = normalize(call(element("notes", text(written))))
    assert cells(event)[COLUMNS.index("notes")] == cell


def test_columns_are_those_of_the_schemas() -> None:
    """Each field of each schema has its column, and each column its field."""
    named = set()
    for file in (ROOT / "docs" / "schemas").glob("*.json"):
        schema = json.loads(file.read_text())
        definitions = schema.get("$defs", {})
        data = schema["properties"]["data"]["properties"]
        for name, field in data.items():
            part = definitions.get(field.get("$ref", "").rpartition("/")[2])
            named |= {f"{name}.{inner}" for inner in part["properties"]} if part else {name}
    assert named == set(COLUMNS) - {"id", "type", "time", "recordedtime", "source", "subject"}


def test_cells_fit_their_columns() -> None:
    """A row has as many cells as there are columns."""
    assert len(cells(normalize(CALL))) == len(COLUMNS)
