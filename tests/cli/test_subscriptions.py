"""`postbacks subscribe`, `rotate`, `unsubscribe`, `subscriptions` and `create-url`."""

from local.stack import Stack
from tests.support.fake_callfire_controls import FakeCallFire
from tests.support.http import post
from tests.support.stack.terminal import Postbacks

BODY = b"<call-finished><callid>7000001</callid></call-finished>"


def test_subscribe_rotate_and_unsubscribe(postbacks: Postbacks, fake_callfire: FakeCallFire) -> None:
    """CallFire gets a URL, then another one, then none; each step reports its result."""
    subscribed = postbacks("subscribe", "callfinish-70001")
    assert (subscribed.status, subscribed.out) == (0, "callfinish-70001 is subscribed.\n")
    first = fake_callfire.urls()["callfinish/70001"]

    again = postbacks("subscribe", "callfinish-70001")
    assert "It has a new URL" in again.out
    second = fake_callfire.urls()["callfinish/70001"]

    rotated = postbacks("rotate", "callfinish-70001", "--json")
    (answer,) = rotated.lines
    assert answer["callfire"]["outcome"] == "confirmed"
    assert len({first, second, fake_callfire.urls()["callfinish/70001"]}) == 3

    (listed,) = [
        each for each in postbacks("subscriptions", "--json").lines if each["subscription"] == "callfinish-70001"
    ]
    assert listed == {name: value for name, value in answer.items() if name != "callfire"}

    ended = postbacks("unsubscribe", "callfinish-70001", "--yes")
    assert ended.status == 0
    assert "callfinish-70001 is unsubscribed" in ended.out
    assert "callfinish/70001" not in fake_callfire.urls()
    assert "callfinish-70001  unsubscribed" in postbacks("subscriptions").out


def test_unknown_subscription_is_not_rotated(postbacks: Postbacks, fake_callfire: FakeCallFire) -> None:
    """An unknown subscription cannot be rotated, and CallFire is not called."""
    refused = postbacks("rotate", "callfinish-70002")
    assert refused.status == 1
    assert "callfinish-70002 is not subscribed" in refused.err.splitlines()[-1]
    assert "callfinish/70002" not in fake_callfire.urls()


def test_unsubscribe_asks_first(postbacks: Postbacks, fake_callfire: FakeCallFire) -> None:
    """Without a confirmation nothing is unsubscribed."""
    assert postbacks("unsubscribe", "callfinish", stdin="n\n").status == 1
    assert "callfinish" in fake_callfire.urls()


def test_problem_is_one_line(postbacks: Postbacks, fake_callfire: FakeCallFire) -> None:
    """A refusal by CallFire or the function is one line on stderr, and nothing on stdout."""
    with fake_callfire.answering("refuse"):
        by_callfire = postbacks("subscribe", "callfinish-70003")
    by_function = postbacks("subscribe", "sales-calls")
    for refused in (by_callfire, by_function):
        where, problem = refused.err.splitlines()
        assert (refused.status, refused.out, where[:5]) == (1, "", "Stack")
        assert problem
    assert "CallFire refused" in by_callfire.err


def test_create_url(postbacks: Postbacks, fake_callfire: FakeCallFire, stack: Stack) -> None:
    """Only the URL set up by hand is on stdout, it accepts postbacks, and CallFire is not called."""
    made = postbacks("create-url", "callfinish-70004")
    assert made.status == 0
    assert made.out.startswith(f"{stack.api_url}/postbacks/callfinish-70004/")
    assert post(made.out.strip(), BODY).status == 200
    assert "callfinish/70004" not in fake_callfire.urls()
    assert made.out.strip() not in made.err
    rotated = postbacks("rotate", "callfinish-70004")
    assert (rotated.status, rotated.out) == (1, "")
    assert "`postbacks create-url callfinish-70004`" in rotated.err
