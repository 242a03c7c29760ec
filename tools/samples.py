"""The sample postbacks, which the command line brings, and the token of events/."""

from typing import Final

from postbacks_cli.samples import LATER_SAMPLES, SAMPLES

__all__ = ["LATER_SAMPLES", "SAMPLES", "SAMPLE_TOKEN"]

SAMPLE_TOKEN: Final = "sample-token-sample-token-sample-token-samp"  # noqa: S105  opens nothing: any real one is random
"""The token in the paths of events/, in the form of a real one."""
