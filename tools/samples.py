"""The sample postbacks of the command line, and the token of events/."""

from typing import Final

from postbacks_cli.samples import LATER_SAMPLES, SAMPLES

__all__ = ["LATER_SAMPLES", "SAMPLES", "SAMPLE_TOKEN"]

SAMPLE_TOKEN: Final = "sample-token-sample-token-sample-token-samp"  # noqa: S105  not a secret: real tokens are random
"""The token in the paths of events/, in the form of a real one."""
