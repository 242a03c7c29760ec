"""The display of `make run`."""

import pytest
from rich.console import Console

from local.demonstration import beside, show_next_steps
from local.stack import Stack
from tests.support.building import element, normalize, text
from tools.samples import SAMPLES


@pytest.mark.parametrize("kind", SAMPLES)
def test_sample_fits_a_terminal(kind: str) -> None:
    """The XML and its event fit side by side into 25 lines of 80 columns, title and blank line included."""
    lines = beside(SAMPLES[kind], normalize(SAMPLES[kind]))
    assert len(lines) <= 23
    assert max(map(len, lines)) <= 80
    left, right = zip(*(line.partition(" │ ")[::2] for line in lines), strict=True)
    assert left[0].startswith("<c")
    assert right[0].startswith("type: com.callfire.")
    assert "data:" in right


def test_long_postback_is_cut() -> None:
    """A large postback is cut, and the last line says how much is missing."""
    body = element("call-finished", *(element("notes", text("x" * 500)) for _ in range(50))).encode()
    lines = beside(body, normalize(body))
    assert len(lines) == 23
    assert max(map(len, lines)) <= 80
    assert lines[-1] == "… and 30 more lines"


def test_next_steps(capsys: pytest.CaptureFixture[str]) -> None:
    """Three commands to try are named."""
    stack = Stack("http://127.0.0.1:1", "us-east-1", "stack", "http://127.0.0.1:1", {}, "http://127.0.0.1:1", {})
    show_next_steps(stack, Console(highlight=False, width=80))
    assert capsys.readouterr().out.count("  postbacks ") == 3
