"""Measurements and their targets: ratios of alternating runs on the same machine."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from local.stack import Stack
from tests.bench.figures import Figure, middle, ratio
from tests.bench.lambda_python import UNIT, VALGRIND, LambdaPython
from tests.support.stack.deployed import environment
from tests.support.stack.lambda_emulator import lambda_runtime
from tools.pages.lambda_events import http_event
from tools.samples import LATER_SAMPLES, SAMPLES

_COLD: Final = ("runtime", "two_clients", "receive")
_COLD_RUNS: Final = 2 if VALGRIND else 15
_PEAKS: Final = 5
_BLOCKS: Final = 15
_RELAY_BLOCKS: Final = 5
_WARM: Final = (
    ("", "callfinish", SAMPLES["call-finished"], "111111", None),
    (" of v2", "v2", LATER_SAMPLES["v2-outbound-call"], "1024990109003", 1.25),
)
"""Words, subscription, body and call id of a warm postback, and the limit of its figure."""


def measure(up: Stack, state_dir: Path, scratch: Path) -> Iterator[Figure]:
    """Measure the build of a running stack, whose AWS the programs use."""
    artifact = state_dir / "build" / "ReceiveFunction"
    python = LambdaPython([artifact, lambda_runtime(scratch / "runtime")], environment(up, "ReceiveFunctionName"))
    yield _cold_start(python)
    yield _peak(python)
    yield _zipped(artifact, scratch / "zip")
    yield _normalization(python, scratch / "samples")
    yield from _warm(python, scratch / "request.json")
    yield _relay(python)


def _cold_start(python: LambdaPython) -> Figure:
    """Measure imports and clients until ready, on top of the modules that Lambda's runtime has loaded."""
    costs: dict[str, list[float]] = {name: [] for name in _COLD}
    for _ in range(_COLD_RUNS):
        for name in _COLD:
            costs[name].append(python.cost(name))
    ours, two = (
        [one - runtime for one, runtime in zip(costs[name], costs["runtime"], strict=True)]
        for name in ("receive", "two_clients")
    )
    value, noise = ratio(ours, two)
    detail = f"{middle(ours)[0]:,.0f} : {middle(two)[0]:,.0f} {UNIT}"
    return Figure("cold start : two boto3 clients", value, 0.90, noise, detail)


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


def _normalization(python: LambdaPython, samples: Path) -> Figure:
    """Measure the conversion of bytes to event JSON."""
    samples.mkdir()
    for kind, body in SAMPLES.items():
        (samples / kind).write_bytes(body)
    found = python.run("normalization", samples, _BLOCKS)
    ours, ours_parse, parse = (middle(found[name])[0] / len(SAMPLES) * 1e6 for name in ("ours", "ours_parse", "parse"))
    value, noise = ratio(found["ours"], found["parse"])
    detail = f"{ours:.0f}, parsing {ours_parse:.0f} : {parse:.0f} µs a postback"
    return Figure("normalization : defusedxml's parse alone", value, 1.30, noise, detail, limit=3.20)


def _warm(python: LambdaPython, request: Path) -> Iterator[Figure]:
    """Measure one postback of cloud/1 and a signed one of v2 through a warm function."""
    for generation, subscription, body, call_id, limit in _WARM:
        request.write_text(json.dumps(http_event(body, subscription=subscription, content_type="text/plain")))
        found = python.run("warm", request, call_id, _BLOCKS)
        value, noise = ratio(found["ours"], found["bare"])
        detail = f"{middle(found['ours'])[0] * 1e3:.2f} : {middle(found['bare'])[0] * 1e3:.2f} ms of processor time"
        name = f"warm postback{generation} : its AWS calls made bare"
        yield Figure(name, value, 1.10, noise, detail, limit=limit)
        yield Figure(f"AWS calls of a postback{generation}", found["calls"], 3)


def _relay(python: LambdaPython) -> Figure:
    """Measure a backlog through one relay, in processor time of its own."""
    found = python.run("relay", _RELAY_BLOCKS)
    value, noise = ratio(found["bare"], found["ours"])
    ours, bare = (1 / middle(found[who])[0] for who in ("ours", "bare"))
    detail = f"{ours:,.0f} : {bare:,.0f} events a second of processor time"
    name = "relay, events : bare PublishBatch"
    return Figure(name, value, 0.70, noise, detail, more_is_better=True, limit=0.35)
