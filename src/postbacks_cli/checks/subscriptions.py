"""The checks of `postbacks doctor` on the subscriptions, and on CallFire's side of them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from callfire_postbacks.subscriptions.url_form import V2
from postbacks_cli.aws.invocation import SUBSCRIPTIONS, invoke
from postbacks_cli.aws.stack import Stack
from postbacks_cli.checks.findings import Finding, Level
from postbacks_cli.times import age, shown

SILENCE: Final = timedelta(days=7)
"""This long without a postback is worth a look."""


def subscriptions(stack: Stack) -> Iterator[Finding]:
    """Check the subscriptions, and when the last postback of each arrived."""
    found = invoke(stack, SUBSCRIPTIONS, {"action": "list"})["subscriptions"]
    live = [each for each in found if each["live_urls"]]
    yield from map(_subscription, live)
    for each in found:
        yield from _webhooks(each)
        yield from _signatures(each)
    if not live:
        remedy = "`postbacks subscribe v2`, or for cloud/1 `postbacks subscribe callfinish`"
        yield Finding("fail", "subscriptions", "Nothing is subscribed.", remedy)
    yield from _missing(stack, {each["subscription"] for each in live}, {each["subscription"] for each in found})


def _missing(stack: Stack, live: set[str], known: set[str]) -> Iterator[Finding]:
    """Find missing subscriptions: declared ones that are not live, and calls if only campaigns are subscribed."""
    declared = {name.strip() for name in stack.parameter("Subscriptions").split(",")} - {"", "none"}
    for name in sorted(declared - live):
        remedy = f"`postbacks subscribe {name}`, or remove it from the parameter Subscriptions."
        yield Finding("fail", name, "The stack declares it, but it has no valid URL.", remedy)
    families = {name.partition("-")[0] for name in live}
    if families == {"campaignfinish"} and "callfinish" not in declared:
        level: Level = "fail" if "callfinish" in known else "warn"
        detail = "It has no valid URL, so campaigns arrive, but calls and texts do not."
        yield Finding(level, "callfinish", detail, "`postbacks subscribe callfinish`")


def _subscription(each: dict[str, Any]) -> Finding:
    name, state, last = each["subscription"], each["state"], each.get("last_postback_at")
    arrival = f"its last postback came {shown(last)} UTC" if last else "no postback came yet"
    if state == "unconfirmed":
        remedy = f"`postbacks subscribe {name}` completes it."
        return Finding("warn", name, f"CallFire did not confirm the URL; {arrival}.", remedy)
    latest = last or each.get("subscribed_at")
    if latest and age(latest) > SILENCE:
        command = "create-url" if state == "by-hand" else "rotate"
        remedy = f"If there were calls, CallFire has dropped the URL: `postbacks {command} {name}`."
        return Finding("warn", name, f"{state}, and silent: {arrival}.", remedy)
    return Finding("ok", name, f"{state}; {arrival}.")


def _webhooks(each: dict[str, Any]) -> Iterator[Finding]:
    """Check that CallFire's webhooks match the subscription, if CallFire lists them."""
    if "at_callfire" not in each:
        return
    compared, subject = each["at_callfire"], f"{each['subscription']} at CallFire"
    if compared["outcome"] == "as-asked":
        yield Finding("ok", subject, f"{compared['detail']}.")
    elif compared["outcome"] == "unknown":
        yield Finding("unknown", subject, compared["detail"])
    else:
        differs, _, remedy = compared["detail"].partition(": ")
        yield Finding("fail" if each["live_urls"] else "warn", subject, f"{differs}.", remedy)


def _signatures(each: dict[str, Any]) -> Iterator[Finding]:
    """Check that CallFire signs the postbacks that must be signed."""
    if each["subscription"] != V2 or each["state"] not in ("subscribed", "unconfirmed"):
        return
    subject = f"{each['subscription']} signatures"
    if "signed_at" in each:
        yield Finding("ok", subject, f"Required since {shown(each['signed_at'])} UTC, when the first valid one came.")
    elif "last_postback_at" in each:
        remedy = (
            "`postbacks rotate v2` gives CallFire a new secret; until one is valid, postbacks are accepted unsigned."
        )
        yield Finding("warn", subject, "No postback has had a valid signature yet.", remedy)
    else:
        yield Finding(
            "ok", subject, "No postback came yet; from the first valid signature on, every postback needs one."
        )
