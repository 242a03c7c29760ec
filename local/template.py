"""template.yaml, read as SAM reads it: each intrinsic function is a dictionary such as {"Ref": "EventsTable"}."""

from functools import cache
from pathlib import Path
from typing import Any

from samtranslator.yaml_helper import yaml_parse


@cache
def load_template() -> dict[str, Any]:
    """The template as written, before SAM's transform."""
    template: dict[str, Any] = yaml_parse((Path(__file__).parent.parent / "template.yaml").read_text())
    return template
