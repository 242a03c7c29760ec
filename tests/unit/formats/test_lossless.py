"""An event holds all content of its postback, and any bytes end in an event or a refusal."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

from hypothesis import given
from hypothesis import strategies as st

from callfire_postbacks.formats.unreadable import UnreadablePostbackError
from callfire_postbacks.formats.xml.collector import MAX_PATHS_LENGTH
from callfire_postbacks.ingest import MAX_BODY_BYTES
from tests.support.bodies.sizes import SNS_LIMIT, message_size
from tests.support.bodies.trees import Tree, attributes, event_of, markup, texts, trees
from tests.support.bodies.typed_forms import typed_forms
from tests.support.building import normalize
from tools.samples import SAMPLES

_OURS: Final = {"outcome", "assumed_time_zone", "wire_format", "currency"}
"""Fields that the product adds to those of the postback."""

_FIXED_SIZE: Final = 24_000
"""Bytes of an envelope and of all attributes at their maximum."""


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """Return samples with a part replaced."""
    body = draw(st.sampled_from(list(SAMPLES.values())))
    start, end = sorted(draw(st.tuples(*[st.integers(0, len(body))] * 2)))
    return body[:start] + draw(st.binary(max_size=20)) + body[end:]


def texts_in(value: Any, name: str = "") -> Iterator[str]:  # noqa: ANN401  JSON
    """Return all texts of an event's data that come from the postback."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from texts_in(item, key)
    elif isinstance(value, list):
        for item in value:
            yield from texts_in(item)
    elif name not in _OURS:
        yield str(value)


@given(trees())
def test_nothing_is_lost(tree: Tree) -> None:
    """Every text and attribute of a document is in its event, equally often, unchanged or in a typed form."""
    event = event_of(tree)
    if event is None:
        return
    data = event["data"]
    left = Counter(texts_in(data))
    others = [value for name, value in attributes(tree) if name != "name"]
    sent = Counter(filter(None, [*texts(tree), *others]))
    for value in (sent - left).elements():  # texts that are not there unchanged
        found = next((form for form in typed_forms(value) if (left - sent)[form]), None)
        assert found is not None, value
        left[found] -= 1
    # The name of a variable is there once, however often its element occurs.
    unrecognized = data.get("unrecognized", {})
    named = {re.sub(r'^.*\[@name="(.*)"\]$', r"\1", path, flags=re.DOTALL) for path in unrecognized}
    names = {*data.get("stored_data", {}), *named, *texts_in(unrecognized)}
    assert {value for name, value in attributes(tree) if name == "name" and value} <= names


@given(trees())
def test_nothing_is_empty(tree: Tree) -> None:
    """No event holds a null, an empty text, an empty list or an empty map."""

    def is_full(value: Any) -> bool:  # noqa: ANN401  JSON
        if isinstance(value, dict | list):
            inner = list(value.values() if isinstance(value, dict) else value)
            return bool(inner) and all(map(is_full, inner))
        return isinstance(value, int) or bool(value)

    event = event_of(tree)
    assert event is None or is_full(event)


@given(
    trees(),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.sampled_from(["", "\r\n\t ", " <!-- x -->\n", "<?x y?>"]),
)
def test_id_is_of_the_content(tree: Tree, codec: str, padding: str) -> None:
    """Encoding, whitespace, comments and instructions between tags do not change the event."""
    declaration = '<?xml version="1.0"?>'
    event = event_of(tree)
    assert event is None or normalize((declaration + markup(tree, padding=padding)).encode(codec)) == event


@given(trees(), trees())
def test_other_content_has_another_id(one: Tree, other: Tree) -> None:
    """Two documents have the same id only if their content is the same."""
    first, second = event_of(one), event_of(other)
    if first and second and first["id"] == second["id"]:
        assert first == second


@given(trees())
def test_growth_is_bounded(tree: Tree) -> None:
    """A message is at most three times its postback, plus its paths and a constant; test_sizes.py relies on it."""
    assert 3 * MAX_BODY_BYTES + 3 * MAX_PATHS_LENGTH + _FIXED_SIZE < SNS_LIMIT
    event = event_of(tree)
    if event:
        assert message_size(event) <= 3 * len(markup(tree).encode()) + 3 * MAX_PATHS_LENGTH + _FIXED_SIZE


@given(st.binary(max_size=300) | damaged() | st.builds(bytes.__add__, st.just(b"<"), st.binary(max_size=100)))
def test_any_bytes_end_in_an_event_or_in_a_refusal(body: bytes) -> None:
    """Any body that parses becomes an event and any other is refused; no other error is ever raised."""
    with suppress(UnreadablePostbackError):
        assert normalize(body)["specversion"] == "1.0"
