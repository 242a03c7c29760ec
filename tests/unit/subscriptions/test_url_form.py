"""The form of postback URLs."""

import pytest

from callfire_postbacks.subscriptions.url_form import is_well_formed
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
        ("v2", True),
        ("v1.1", True),
        ("v1.1-campaign-started", True),
        ("v1.1-outbound-call-finished", True),
        ("v1.1-" + "x" * 31, False),
        ("v1.1-Campaign", False),
        ("v1x1", False),
        ("v2-inboundtext", False),
        ("callfinish-", False),
        ("callfinish-x", False),
        ("callfinish-٣", False),
        ("CallFinish", False),
        ("callfinish\n", False),
        ("", False),
    ],
)
def test_form_of_a_subscription(subscription: str, *, expected: bool) -> None:
    """Only CallFire's own paths, with or without a campaign, are looked up."""
    assert is_well_formed(subscription, TOKEN) is expected


@pytest.mark.parametrize("token", ["", "t" * 42, "t" * 44, "t" * 42 + "+", "t" * 42 + "é", "t" * 43 + "\n"])
def test_form_of_a_token(token: str) -> None:
    """Only a token that looks like 256 bits in base64url is looked up."""
    assert not is_well_formed("callfinish", token)
