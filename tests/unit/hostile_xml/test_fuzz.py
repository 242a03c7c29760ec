"""A short version of `make fuzz`: documents damaged, mixed and combined at random."""

import gzip
import json
from base64 import b64encode
from pathlib import Path
from urllib.parse import quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callfire_events.envelope import EventDocument
from callfire_postbacks.formats.normalizing import normalize
from callfire_postbacks.formats.unreadable import UnreadablePostbackError
from callfire_postbacks.postback import Postback
from tests.support.bodies.invariants import SECONDS, check
from tests.support.building import RECEIVED_AT, ZONE
from tests.support.contract.closed_schemas import validator
from tests.support.costs import processor_time_below
from tools.samples import LATER_SAMPLES, SAMPLES

SEEDS = [*SAMPLES.values(), *(file.read_bytes() for file in sorted(Path(__file__).parent.glob("*.xml")))]
PLAIN = [*SAMPLES.values(), *LATER_SAMPLES.values()]
PACKED = [
    packed
    for body in PLAIN
    for packed in (
        json.dumps({"Message": body.decode()}).encode(),
        f"xml={quote_plus(body)}".encode(),
        b64encode(body),
        gzip.compress(body, mtime=0),
        b"--b\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" + body.replace(b"=", b"=3D") + b"\r\n--b--",
    )
]
CONTENT_TYPES = ["", "text/xml; charset=utf-7", "text/xml; charset=shift_jis", "multipart/form-data; boundary=b"]


@st.composite
def mutations(draw: st.DrawFn, seeds: list[bytes] = SEEDS) -> bytes:
    """Generate a seed with some pieces replaced by nothing, by bytes, or by a piece of another seed."""
    body = draw(st.sampled_from(seeds))[:2_000]
    for _ in range(draw(st.integers(1, 4))):
        start, end = sorted(draw(st.tuples(*[st.integers(0, len(body))] * 2)))
        other = draw(st.sampled_from(seeds))[:2_000]
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


def outcome(postback: Postback) -> list[EventDocument] | str:
    """Return the events of a postback, or the reason of its refusal."""
    try:
        return normalize(postback, zone=ZONE)
    except UnreadablePostbackError as refusal:
        return refusal.reason


@pytest.mark.filterwarnings("ignore:.*invalid escape sequence:DeprecationWarning")
@pytest.mark.slow
@settings(max_examples=600)
@given(mutations([*PLAIN, *PACKED]), st.booleans(), st.sampled_from(CONTENT_TYPES))
def test_any_generation_in_any_layer(body: bytes, is_text: bool, content_type: str) -> None:  # noqa: FBT001  drawn
    """A damaged body of any generation, packed or not, quickly ends in the same valid events twice, or a refusal."""
    content = body.decode(errors="replace").encode() if is_text else body
    postback = Postback("v2", "0" * 64, RECEIVED_AT, content, is_text, {"content-type": content_type})
    with processor_time_below(SECONDS):
        events = outcome(postback)
    assert outcome(postback) == events
    for event in events if isinstance(events, list) else ():
        validator(event["type"]).validate(event)
