"""The coverage-guided fuzzer: `make fuzz`, for ten minutes; ARGS='-max_total_time=60' for one.

A failed invariant, an exception, or more than 2 s or 512 MB for a body ends it and saves the body to a file. It starts
with the corpus and CallFire's samples, and saves inputs that reach new code in `.build/fuzz`.
"""

import os
import sys
from pathlib import Path
from typing import Final

import atheris  # type: ignore[import-untyped, import-not-found, unused-ignore]  # only there in `make fuzz`

from tools import ROOT
from tools.samples import SAMPLES

HERE: Final = Path(__file__).parent
FOUND: Final = ROOT / ".build" / "fuzz"
WORDS: Final = HERE / "fuzz.dict"


def main() -> None:
    """Fuzz until the time is over or an input fails."""
    with atheris.instrument_imports(include=["callfire_postbacks"]):
        from tests.support.aws import template_resources  # noqa: PLC0415  its imports are instrumented
        from tests.support.bodies.invariants import check  # noqa: PLC0415  as above
    os.environ.update(template_resources.environment())
    seeds = FOUND / "seeds"
    seeds.mkdir(parents=True, exist_ok=True)
    for name, body in SAMPLES.items():
        (seeds / name).write_bytes(body)
    options = ["-max_total_time=600", "-max_len=70000", "-timeout=2", "-rss_limit_mb=512", f"-dict={WORDS}"]
    folders = [str(FOUND), str(seeds), str(HERE)]
    atheris.Setup([sys.argv[0], *options, f"-artifact_prefix={FOUND}/", *sys.argv[1:], *folders], check)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
