"""The four postbacks of CallFire's own documentation, which the command line brings, and the token of events/."""

from typing import Final

from postbacks_cli.samples import SAMPLES

__all__ = ["SAMPLES", "SAMPLE_TOKEN"]

SAMPLE_TOKEN: Final = "sample-token-sample-token-sample-token-samp"  # noqa: S105  opens nothing: any real one is random
"""The token in the paths of events/, in the form of a real one."""
