"""Measure speed and size of the shipped code against alternatives: `python -m tests.bench [--check]`.

Measures the result of `sam build` in a Python like Lambda's, with the local stack as AWS. Every figure is a ratio of
alternating runs on the same machine. Cold starts are counted in instructions if valgrind is installed.
"""

import json
import sys
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from local.lambda_environment import admit_sample_token
from local.lifecycle import running
from local.stack import default_state_dir
from local.subscriptions import call
from tests.bench.figures import Figure
from tests.bench.measurements import measure


def show(measured: list[Figure]) -> None:
    """Print the table."""
    table = Table("", "Measured", "Target", "", "Noise", "", title="Ratios: what ships : what it is compared with")
    for figure in measured:
        target = f"{'≥' if figure.more_is_better else '≤'} {figure.target:.2f}"
        table.add_row(
            figure.name, f"{figure.value:.2f}", target, figure.verdict, f"± {figure.noise:.1%}", figure.detail
        )
    Console(width=140).print(table)


def _say(what: str) -> nullcontext[None]:
    print(f"{what} …", flush=True)
    return nullcontext()


def main(*, check: bool) -> int:
    """Measure, print, write .local/bench.json; with `check`, fail if a target is missed by more than the noise."""
    with TemporaryDirectory() as directory, running(Path(directory, "stack"), step=_say) as up:
        call("PUT", f"{up.api_url}/subscriptions/v2").raise_for_status()
        admit_sample_token(up, "v2")
        with _say("Measuring"):
            measured = list(measure(up, Path(directory, "stack"), Path(directory)))
    show(measured)
    written = default_state_dir() / "bench.json"
    written.parent.mkdir(exist_ok=True)
    written.write_text(json.dumps([asdict(figure) for figure in measured], indent=2) + "\n")
    print(written)
    return int(check and any(figure.is_missed for figure in measured))


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv))
