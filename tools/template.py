"""template.yaml, read as SAM reads it: each intrinsic function is a dictionary such as {"Ref": "EventsTable"}.

    python -m tools.template

prints it as SAM transforms it, in JSON.
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
    """The template as written, before SAM's transform."""
    template: dict[str, Any] = yaml_parse((Path(__file__).parent.parent / "template.yaml").read_text())
    return template


def processed(template: dict[str, Any] | None = None, **parameters: str) -> dict[str, Any]:
    """A template as SAM transforms it when it is deployed, `template.yaml` unless another is given.

    Parameters have their defaults but for those that are named.
    """
    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")  # SAM asks for one, and nothing here depends on it
    source = deepcopy(template or load_template())
    for settings in [source["Globals"]["Function"], *(one["Properties"] for one in source["Resources"].values())]:
        if "CodeUri" in settings:
            settings["CodeUri"] = "s3://bucket/key"  # where `sam deploy` puts what is local
    transformed: dict[str, Any] = transform(source, parameters, _NoManagedPolicies())
    return transformed


class _NoManagedPolicies:
    """Of AWS's own policies the template names none."""

    @staticmethod
    def load() -> dict[str, str]:
        return {}


if __name__ == "__main__":
    logging.disable(logging.WARNING)  # SAM reminds of metrics that nobody asked for
    print(json.dumps(processed(), indent=1, default=str))
