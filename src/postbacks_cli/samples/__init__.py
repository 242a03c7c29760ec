"""The four postbacks of CallFire's own documentation, byte for byte, by the kind of event that each becomes."""

from importlib.resources import files
from typing import Final

SAMPLES: Final = {
    file.name.removesuffix(".xml"): file.read_bytes()
    for file in sorted(files(__name__).iterdir(), key=lambda file: file.name)
    if file.name.endswith(".xml")
}
"""Bodies by kind: call-finished, campaign-finished, text-received, text-sent."""
