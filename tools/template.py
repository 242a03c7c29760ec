"""Read template.yaml as SAM does: each intrinsic function is a dictionary such as {"Ref": "EventsTable"}.

    python -m tools.template

prints the template after SAM's transform, in JSON.
"""

import json
import logging
import os
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse


@cache
def load_template() -> dict[str, Any]:
    """Return the template as written, before SAM's transform."""
    template: dict[str, Any] = yaml_parse((Path(__file__).parent.parent / "template.yaml").read_text())
    return template


def processed(template: dict[str, Any] | None = None, **parameters: str) -> dict[str, Any]:
    """Return a template after SAM's transform, by default `template.yaml`.

    Parameters have their defaults except for the given ones.
    """
    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")  # SAM requires one; the result does not depend on it
    source = deepcopy(template or load_template())
    for settings in [source["Globals"]["Function"], *(one["Properties"] for one in source["Resources"].values())]:
        if "CodeUri" in settings:
            settings["CodeUri"] = "s3://bucket/key"  # where `sam deploy` would upload local code
    transformed: dict[str, Any] = transform(source, parameters, _NoManagedPolicies())
    return transformed


class _NoManagedPolicies:
    """The template uses no AWS managed policies."""

    @staticmethod
    def load() -> dict[str, str]:
        return {}


if __name__ == "__main__":
    logging.disable(logging.WARNING)  # SAM warns about metrics that are not needed
    print(json.dumps(processed(), indent=1, default=str))
