"""DynamoDB's typed values."""

from typing import Any

from boto3.dynamodb.types import TypeSerializer
from hypothesis import given
from hypothesis import strategies as st

from callfire_postbacks.aws.attribute_values import from_attribute_value, to_attribute_value

JSON = st.recursive(
    st.text() | st.booleans() | st.integers(-(10**37), 10**37),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(JSON)
def test_round_trip(value: Any) -> None:  # noqa: ANN401  JSON
    """Any event is unchanged after a round trip through the table, and is written as boto3 writes it."""
    assert from_attribute_value(to_attribute_value(value)) == value
    assert to_attribute_value(value) == TypeSerializer().serialize(value)
