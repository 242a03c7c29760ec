"""docs/consumers.md: its filter policies, commands, links and Python are those that are tested."""

import json
import re
import shlex
from pathlib import Path
from typing import Any, Final

import botocore.session
import pytest
from botocore import xform_name

from callfire_postbacks import event_topic
from callfire_postbacks.envelope import to_json
from local import ROOT
from local.samples import SAMPLES
from tests.filter_policies import FILES, POLICIES
from tests.unit.building import normalize

PAGE: Final = (ROOT / "docs" / "consumers.md").read_text()


def blocks(language: str) -> list[str]:
    """The blocks of code in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_policies_are_those_of_the_files() -> None:
    """The table has a row for each file, with the file's policy."""
    rows = re.findall(
        r"^\| \[([\w-]+)\]\(\.\./examples/filter-policies/(\S+)\) \| .* \| `(.*)` \|$", PAGE, re.MULTILINE
    )
    assert {file: json.loads(policy) for _, file, policy in rows} == {
        file.name: policy.rules for file, policy in zip(FILES, POLICIES, strict=True)
    }
    assert all(file.split(".")[0] == name for name, file, _ in rows)


def test_examples_are_all_there() -> None:
    """The table has a row for each example."""
    rows = re.findall(r"^\| \[[\w-]+\]\(\.\./examples/([\w-]+)\) \|", PAGE, re.MULTILINE)
    assert sorted(rows) == sorted(template.parent.name for template in (ROOT / "examples").glob("*/template.yaml"))


def test_linked_files_exist() -> None:
    """Every file that the page links to is there."""
    linked = [link for link in re.findall(r"\]\(([^)#]+)\)", PAGE) if not link.startswith("https://")]
    assert linked
    assert [link for link in linked if not (ROOT / "docs" / link).exists()] == []


def test_attributes_are_named() -> None:
    """The page names each attribute that there is to filter by."""
    [sentence] = re.findall(r"\*\*Attributes\*\* to filter by:(.*?)replays only", PAGE, re.DOTALL)
    attributes = event_topic.attributes(normalize(SAMPLES["call-finished"]), replayed=True)
    assert set(re.findall(r"`(\w+)`", sentence)) == attributes.keys()


@pytest.mark.parametrize("command", re.findall(r"^aws .*", "\n".join(blocks("sh")).replace("\\\n", " "), re.MULTILINE))
def test_commands_exist(command: str) -> None:
    """AWS's command line has each command that the page shows, with each of its options, and the files are there."""
    _, service, operation, *arguments = shlex.split(command)
    options = {argument.removeprefix("--").replace("-", "_") for argument in arguments if argument.startswith("--")}
    files = [argument.removeprefix("file://") for argument in arguments if argument.startswith("file://")]
    assert [file for file in files if not Path(ROOT, file).exists()] == []
    if (service, operation) == ("cloudformation", "deploy"):  # the command line's own, over several operations
        assert options == {"stack_name", "template_file", "parameter_overrides"}
        return
    model = botocore.session.get_session().get_service_model(service)
    [found] = [model.operation_model(name) for name in model.operation_names if xform_name(name, "-") == operation]
    assert found.input_shape
    known = {xform_name(name) for name in found.input_shape.members}
    renamed = {"notification_endpoint": "endpoint"}  # docs.aws.amazon.com/cli/latest/reference/sns/subscribe.html
    assert {renamed.get(option, option) for option in options} <= known


def test_python_runs(capsys: pytest.CaptureFixture[str]) -> None:
    """The function that the page shows says what the page says."""
    [source] = blocks("python")
    module: dict[str, Any] = {}
    exec(source, module)  # noqa: S102  our own page
    bodies = [to_json(normalize(body)) for body in SAMPLES.values()]
    module["handler"]({"Records": [{"body": body} for body in bodies]}, None)
    assert capsys.readouterr().out.splitlines() == [
        "854589f2f8aa1f80bfb74d495d627c04 was transferred to 21212",
        "c62246c466b990f078dc6cef7dc93227 +12132212289 replied Reply message",
    ]
