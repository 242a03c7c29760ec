"""Options that every command accepts before and after its name."""

from typing import Any

import pytest
from typer.testing import CliRunner

from postbacks_cli.app import app
from postbacks_cli.aws import find_stack
from postbacks_cli.aws.find_stack import Choice


@pytest.mark.parametrize(
    ("arguments", "choice"),
    [
        ("--stack a --region b --profile c doctor", Choice("a", "b", "c")),
        ("doctor --stack a --region b --profile c", Choice("a", "b", "c")),
        ("--stack a --region b show --region c ID", Choice("a", "c", None)),
        ("show ID --region c", Choice("of the environment", "c", None)),
    ],
    ids=["before", "after", "after overrides before", "environment is the last"],
)
def test_place_of_an_option(arguments: str, choice: Choice, monkeypatch: pytest.MonkeyPatch) -> None:
    """The shared options mean the same on both sides of a command's name."""
    choices = []

    def find(context: Any) -> None:  # noqa: ANN401  Typer's own
        choices.append(context.obj)
        raise SystemExit

    monkeypatch.setattr(find_stack, "of", find)
    monkeypatch.setenv("POSTBACKS_STACK", "of the environment")
    CliRunner().invoke(app, arguments.split())
    assert choices == [choice]
