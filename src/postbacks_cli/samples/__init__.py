"""Sample postbacks of each generation of CallFire's API, byte for byte, by name."""

from importlib.resources import files
from typing import Final

_FILES: Final = {
    file.name.rpartition(".")[0]: file.read_bytes()
    for file in sorted(files(__name__).iterdir(), key=lambda file: file.name)
    if file.name.endswith((".xml", ".json"))
}

SAMPLES: Final = {name: body for name, body in _FILES.items() if not name.startswith("v")}
"""From CallFire's documentation of cloud/1: call-finished, campaign-finished, text-received, text-sent."""

LATER_SAMPLES: Final = {name: body for name, body in _FILES.items() if name.startswith("v")}
"""For API 1.1 and v2, rebuilt from CallFire's schemas, captures and samples with other values."""
