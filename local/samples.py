"""The four postbacks of CallFire's own documentation, byte for byte, by the kind of event that each becomes."""

from pathlib import Path
from typing import Final

SAMPLES: Final = {path.stem: path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.xml"))}
"""Bodies by kind: call-finished, campaign-finished, text-received, text-sent."""

SAMPLE_TOKEN: Final = "sample-token-sample-token-sample-token-samp"  # noqa: S105  opens nothing: any real one is random
"""The token in the paths of events/, in the form of a real one."""
