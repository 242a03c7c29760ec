"""A short version of `make fuzz`: documents damaged, mixed and combined at random."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.bodies.invariants import check
from tools.samples import SAMPLES

SEEDS = [*SAMPLES.values(), *(file.read_bytes() for file in sorted(Path(__file__).parent.glob("*.xml")))]


@st.composite
def mutations(draw: st.DrawFn) -> bytes:
    """Generate a seed with some pieces replaced by nothing, by bytes, or by a piece of another seed."""
    body = draw(st.sampled_from(SEEDS))[:2_000]
    for _ in range(draw(st.integers(1, 4))):
        start, end = sorted(draw(st.tuples(*[st.integers(0, len(body))] * 2)))
        other = draw(st.sampled_from(SEEDS))[:2_000]
        cut, to = sorted(draw(st.tuples(*[st.integers(0, len(other))] * 2)))
        piece = draw(st.just(b"") | st.binary(max_size=8) | st.just(other[cut:to]) | st.just(body[start:end] * 2))
        body = body[:start] + piece + body[end:]
    return body


@pytest.mark.filterwarnings("ignore:.*invalid escape sequence:DeprecationWarning")
@pytest.mark.slow
@settings(max_examples=600)
@given(mutations())
def test_anything_ends_in_an_event_or_in_a_refusal(body: bytes) -> None:
    """Any bytes quickly end in a valid event that holds every text, or in a refusal."""
    check(body)
