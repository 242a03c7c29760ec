"""Measurements and their targets: ratios of alternating runs on the same machine."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from local import processes
from local.stack import Stack
from tests.bench.figures import Figure, middle, ratio
from tests.bench.lambda_python import UNIT, VALGRIND, LambdaPython
from tests.support.deployed import environment
from tests.support.lambda_emulator import lambda_runtime
from tools.pages.lambda_events import http_event
from tools.samples import SAMPLES

_USUAL: Final = (  # packages that a usual handler ships, besides Powertools
    *("xmltodict", "aws-xray-sdk", "wrapt", "pydantic", "pydantic-core", "annotated-types", "typing-inspection"),
    "typing-extensions",
)
_COLD: Final = ("runtime", "two_clients", "receive", "usual_handler")
_COLD_RUNS: Final = 2 if VALGRIND else 15
_PEAKS: Final = 5
_BLOCKS: Final = 15
_RELAY_BLOCKS: Final = 5


def measure(up: Stack, state_dir: Path, scratch: Path) -> Iterator[Figure]:
    """Measure the build of a running stack, whose AWS the programs use."""
    artifact = state_dir / "build" / "ReceiveFunction"
    own = environment(up, "ReceiveFunctionName")
    python = LambdaPython([artifact, lambda_runtime(scratch / "runtime")], own)
    usual = LambdaPython([artifact, lambda_runtime(scratch / "usual", *_USUAL)], own)
    yield from _cold_starts(python, usual)
    yield _peak(python)
    yield _zipped(artifact, scratch / "zip")
    yield from _normalization(usual, scratch / "samples")
    yield from _warm(python, scratch / "request.json")
    [server] = [process.pid for process in processes.find(state_dir) if "ministack.app" in process.cmdline()]
    yield from _relay(python, server)


def _cold_starts(python: LambdaPython, usual: LambdaPython) -> Iterator[Figure]:
    """Measure imports and clients until ready, on top of the modules that Lambda's runtime has loaded."""
    costs: dict[str, list[float]] = {name: [] for name in _COLD}
    for _ in range(_COLD_RUNS):
        for name in _COLD:
            costs[name].append((usual if name == "usual_handler" else python).cost(name))
    ours, two, other = (
        [one - runtime for one, runtime in zip(costs[name], costs["runtime"], strict=True)]
        for name in ("receive", "two_clients", "usual_handler")
    )
    detail = f"{middle(ours)[0]:,.0f} : {{:,.0f}} {UNIT}"
    value, noise = ratio(ours, two)
    yield Figure("cold start : two boto3 clients", value, 1.00, noise, detail.format(middle(two)[0]))
    value, noise = ratio(ours, other)
    yield Figure("cold start : usual handler", value, 0.50, noise, detail.format(middle(other)[0]))


def _peak(python: LambdaPython) -> Figure:
    """Measure memory when ready."""
    ours, two = zip(*[(python.peak("receive"), python.peak("two_clients")) for _ in range(_PEAKS)], strict=True)
    value, noise = ratio(ours, two)
    detail = f"{middle(ours)[0]:.1f} : {middle(two)[0]:.1f} MB"
    return Figure("memory at peak : two boto3 clients", value, 1.05, noise, detail)


def _zipped(artifact: Path, archive: Path) -> Figure:
    """Zip the artifact as `sam deploy` does."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for path in sorted(artifact.rglob("*")):
            file.write(path, path.relative_to(artifact))
    return Figure("artifact, zipped, MB", archive.stat().st_size / 1e6, 2.5)


def _normalization(python: LambdaPython, samples: Path) -> Iterator[Figure]:
    """Measure the conversion of bytes to event JSON."""
    samples.mkdir()
    for kind, body in SAMPLES.items():
        (samples / kind).write_bytes(body)
    found = python.run("normalization", samples, _BLOCKS)
    names = ("ours", "ours_parse", "parse", "usual")
    ours, ours_parse, parse, usual = (middle(found[name])[0] / len(SAMPLES) * 1e6 for name in names)
    value, noise = ratio(found["ours"], found["parse"])
    detail = f"{ours:.0f}, parsing {ours_parse:.0f} : {parse:.0f} µs a postback"
    yield Figure("normalization : defusedxml's parse alone", value, 1.30, noise, detail, limit=3.20)
    value, noise = ratio(found["usual"], found["ours"])
    detail = f"{1e6 / ours:,.0f} : {1e6 / usual:,.0f} events/s"
    name = "normalization, events/s : xmltodict and json.dumps"
    yield Figure(name, value, 1.10, noise, detail, more_is_better=True, limit=0.55)


def _warm(python: LambdaPython, request: Path) -> Iterator[Figure]:
    """Measure one postback through a warm function."""
    event = http_event(SAMPLES["call-finished"], subscription="callfinish", content_type="application/xml")
    request.write_text(json.dumps(event))
    found = python.run("warm", request, _BLOCKS)
    value, noise = ratio(found["ours"], found["bare"])
    detail = f"{middle(found['ours'])[0] * 1e3:.2f} : {middle(found['bare'])[0] * 1e3:.2f} ms of processor time"
    yield Figure("warm postback : its AWS calls made bare", value, 1.10, noise, detail)
    yield Figure("AWS calls of a postback", found["calls"], 3)


def _relay(python: LambdaPython, server: int) -> Iterator[Figure]:
    """Measure a backlog through one relay."""
    found = python.run("relay", _RELAY_BLOCKS, server)
    ours, bare = ({clock: middle(took)[0] for clock, took in found[who].items()} for who in ("ours", "bare"))
    value, noise = ratio(found["bare"]["elapsed"], found["ours"]["elapsed"])
    # The server is single-threaded, so no relay with the same calls can be faster than its time for them.
    detail = (
        f"{1 / ours['elapsed']:,.0f} : {1 / bare['elapsed']:,.0f} events/s; "
        f"{bare['elapsed'] / ours['server']:.2f} were the server all"
    )
    name = "relay, events/s : bare PublishBatch"
    yield Figure(name, value, 0.70, noise, detail, more_is_better=True, limit=0.25)
    value, noise = ratio(found["bare"]["own"], found["ours"]["own"])
    detail = f"{1 / ours['own']:,.0f} : {1 / bare['own']:,.0f} events for a second of a processor"
    name = "relay, events for its own time : bare PublishBatch"
    yield Figure(name, value, 0.70, noise, detail, more_is_better=True, limit=0.35)
