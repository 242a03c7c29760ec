"""What can be one of our URLs at all."""

import pytest

from callfire_postbacks.subscriptions.postback_urls import is_well_formed
from tests.support.building import TOKEN


@pytest.mark.parametrize(
    ("subscription", "expected"),
    [
        ("callfinish", True),
        ("campaignfinish", True),
        ("callfinish-22222", True),
        ("campaignfinish-1", True),
        ("callfinish-" + "1" * 20, True),
        ("callfinish-" + "1" * 21, False),
        ("callfinish-", False),
        ("callfinish-x", False),
        ("callfinish-٣", False),
        ("CallFinish", False),
        ("callfinish\n", False),
        ("", False),
    ],
)
def test_form_of_a_subscription(subscription: str, *, expected: bool) -> None:
    """Only CallFire's own paths, with a campaign or without, are looked up at all."""
    assert is_well_formed(subscription, TOKEN) is expected


@pytest.mark.parametrize("token", ["", "t" * 42, "t" * 44, "t" * 42 + "+", "t" * 42 + "é", "t" * 43 + "\n"])
def test_form_of_a_token(token: str) -> None:
    """Only what 256 bits look like in base64url is looked up at all."""
    assert not is_well_formed("callfinish", token)
