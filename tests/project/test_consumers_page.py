"""The pages for consumers: their filter policies, examples, attributes and Python are the tested ones."""

import json
import re
from typing import Any, Final

import pytest

from callfire_events.envelope import to_json
from callfire_postbacks.outbox import topic
from tests.support.building import normalize
from tests.support.contract.filter_policies import FILES, POLICIES
from tests.support.pages import PAGES, blocks
from tools import ROOT
from tools.samples import LATER_SAMPLES, SAMPLES

DOCS: Final = ROOT / "docs"


def test_policies_are_those_of_the_files() -> None:
    """The table has a row for each file, with the file's policy."""
    rows = re.findall(
        r"^\| \[([\w-]+)\]\(\.\./examples/filter-policies/(\S+)\) \| .* \| `(.*)` \|$",
        PAGES[DOCS / "filter-policies.md"],
        re.MULTILINE,
    )
    assert {file: json.loads(policy) for _, file, policy in rows} == {
        file.name: policy.rules for file, policy in zip(FILES, POLICIES, strict=True)
    }
    assert all(file.split(".")[0] == name for name, file, _ in rows)


def test_examples_are_all_there() -> None:
    """The table has a row for each example."""
    rows = re.findall(
        r"^\| \[[\w-]+\]\(\.\./examples/([\w-]+)\) \|", PAGES[DOCS / "example-consumers.md"], re.MULTILINE
    )
    assert sorted(rows) == sorted(template.parent.name for template in (ROOT / "examples").glob("*/template.yaml"))


def test_attributes_are_named() -> None:
    """The page names each attribute that a filter can use."""
    [sentence] = re.findall(r"can use these attributes:(.*?)replays only", PAGES[DOCS / "consumers.md"], re.DOTALL)
    attributes = topic.attributes(normalize(LATER_SAMPLES["v2-outbound-call"]), replayed=True)
    assert set(re.findall(r"`(\w+)`", sentence)) == attributes.keys()


def test_python_runs(capsys: pytest.CaptureFixture[str]) -> None:
    """The function on the page prints the text on the page."""
    source, testing = blocks(PAGES[DOCS / "typed-events.md"], "python")
    module: dict[str, Any] = {}
    exec(source, module)  # noqa: S102  our own page
    exec(testing, {})  # noqa: S102  as above
    bodies = [to_json(normalize(body)) for body in SAMPLES.values()]
    module["handler"]({"Records": [{"body": body} for body in bodies]}, None)
    assert capsys.readouterr().out.splitlines() == [
        "854589f2f8aa1f80bfb74d495d627c04 was transferred to 21212",
        "c62246c466b990f078dc6cef7dc93227 +12132212289 replied Reply message",
    ]
