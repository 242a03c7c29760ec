"""Draws docs/plots/: how what one postback costs grows, in about five minutes: `python -m tests.bench.plots`.

Measures what `sam build` built, as the benchmarks do, with the laptop stack for AWS; dollars are those of `make cost`.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import matplotlib as mpl
from matplotlib.figure import Figure

from local import stack
from tests.bench.growing import BACKLOGS, SHAPES, SIZES, SUBSCRIPTIONS, body
from tests.bench.lambda_python import LambdaPython
from tests.support.deployed import environment
from tests.support.lambda_emulator import lambda_runtime
from tools import ROOT
from tools.cost import model
from tools.cost.usage import measure
from tools.pages.lambda_environment import admit_sample_token
from tools.pages.lambda_events import http_event
from tools.samples import SAMPLES

PLOTS: Final = ROOT / "docs" / "plots"
_STYLE: Final[dict[Any, Any]] = {
    "axes.grid": True,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "font.size": 9,
    "grid.alpha": 0.3,
    "legend.frameon": False,
    "lines.marker": "o",
    "lines.markersize": 4,
    "svg.fonttype": "none",  # texts stay texts
    "svg.hashsalt": "callfire-postbacks",  # the same drawing for the same figures
}

Lines = dict[str, Sequence[float]]


def draw(name: str, x: Sequence[float], x_label: str, panels: dict[str, Lines]) -> None:
    """Draw lines over a logarithmic axis, in a panel for each unit, and write docs/plots/{name}.svg."""
    figure = Figure(figsize=(4 * len(panels), 2.8), layout="constrained")
    axes = figure.subplots(1, len(panels), squeeze=False)[0]
    for axis, (unit, lines) in zip(axes, panels.items(), strict=True):
        for label, values in lines.items():
            axis.plot(x, values, label=label)
        axis.set_xscale("log")
        axis.set_xticks(x, [f"{value:,}" for value in x])
        axis.minorticks_off()
        axis.set_ylim(bottom=0)
        axis.set_xlabel(x_label)
        axis.set_ylabel(unit)
        axis.legend()
    figure.savefig(PLOTS / f"{name}.svg", metadata={"Date": None})


def grown(up: stack.Stack, state_dir: Path, scratch: Path) -> dict[str, Any]:
    """Measure with a stack that is up."""
    admit_sample_token(up)
    request = scratch / "request.json"
    event = http_event(SAMPLES["call-finished"], subscription="callfinish", content_type="application/xml")
    request.write_text(json.dumps(event))
    artifact = state_dir / "build" / "ReceiveFunction"
    python = LambdaPython([artifact, lambda_runtime(scratch / "runtime")], environment(up, "ReceiveFunctionName"))
    found: dict[str, Any] = python.run("growth", request)
    return found


def dollars(size: int, shape: str) -> float:
    """Return what a million postbacks of a size cost."""
    return sum(model.dollars(measure("call-finished", body(size, shape)), model.Assumptions()).values())


def milliseconds(seconds: Sequence[float]) -> list[float]:
    """Turn seconds into milliseconds."""
    return [one * 1e3 for one in seconds]


def draw_all(found: dict[str, Any]) -> None:
    """Draw what was measured."""
    mpl.rcParams.update(_STYLE)
    PLOTS.mkdir(parents=True, exist_ok=True)
    draw(
        "size",
        [size // 1_024 for size in SIZES],
        "KiB of a postback",
        {
            "ms of processor time": {shape: milliseconds(found["size"][shape]) for shape in SHAPES},
            "dollars a million": {shape: [dollars(size, shape) for size in SIZES] for shape in SHAPES},
        },
    )
    subscriptions, backlog = found["subscriptions"], found["backlog"]
    draw(
        "subscriptions",
        SUBSCRIPTIONS,
        "subscriptions taking turns in one function",
        {
            "ms of processor time": {"a postback": milliseconds(subscriptions["seconds"])},
            "calls of AWS": {"a postback": subscriptions["calls"]},
        },
    )
    draw(
        "backlog",
        BACKLOGS,
        "events waiting to be published",
        {
            "ms of processor time": {
                "receive, a postback": milliseconds(backlog["receive"]),
                "relay, an event": milliseconds(backlog["relay"]),
            },
            "events a second": {"relay, against the local AWS": backlog["rate"]},
        },
    )


def main() -> None:
    """Measure, write .local/growth.json, and draw."""
    with TemporaryDirectory() as directory, stack.running(Path(directory, "stack")) as up:
        found = grown(up, Path(directory, "stack"), Path(directory))
    written = stack.default_state_dir() / "growth.json"
    written.parent.mkdir(exist_ok=True)
    written.write_text(json.dumps(found, indent=2) + "\n")
    draw_all(found)


if __name__ == "__main__":
    main()
