"""`postbacks subscribe`, `rotate`, `unsubscribe` and `subscriptions`: manage CallFire's postback URLs."""

from typing import Annotated, Any, Final

import typer

from postbacks_cli import rotating, times
from postbacks_cli.aws import find_stack
from postbacks_cli.aws.invocation import SUBSCRIPTIONS, invoke
from postbacks_cli.terminal.options import AsJson, Yes
from postbacks_cli.terminal.output import emit, emit_json, say
from postbacks_cli.terminal.tables import Column, emit_table

_COLUMNS: Final = (
    Column("subscription", is_id=True),
    Column("state"),
    Column("URLs"),
    Column("subscribed"),
    Column("rotated", drop=1),
    Column("last postback (UTC)"),
)

Name = Annotated[
    str,
    typer.Argument(
        metavar="NAME",
        help="v2 for API v2. For cloud/1: callfinish or campaignfinish; with -22222, for campaign 22222 alone.",
    ),
]
Answer = Annotated[bool, typer.Option("--json", help="Print the function's answer as JSON.")]


def subscribe(context: typer.Context, name: Name, *, as_json: Answer = False) -> None:
    """Subscribe at CallFire with a new URL, or rotate the URL of an existing subscription.

    Example: `postbacks subscribe callfinish-22222`

    Example: `postbacks subscribe v2`
    """
    answer = invoke(find_stack.of(context), SUBSCRIPTIONS, {"action": "subscribe", "subscription": name})
    _tell_subscribed(name, answer, as_json=as_json)


def rotate(context: typer.Context, name: Name, *, as_json: Answer = False) -> None:
    """Replace the URL of a subscription. The old URL works for one more hour, so no postback is lost.

    Example: `postbacks rotate callfinish`

    Example: `postbacks rotate v2`
    """
    _tell_subscribed(name, rotating.rotate(find_stack.of(context), name), as_json=as_json)


def unsubscribe(context: typer.Context, name: Name, *, yes: Yes = False, as_json: Answer = False) -> None:
    """Revoke all URLs of a subscription within ten seconds, and ask CallFire to stop posting.

    Example: `postbacks unsubscribe callfinish-22222 --yes`

    Example: `postbacks unsubscribe v2`
    """
    stack = find_stack.of(context)
    if not yes:
        typer.confirm(f"Postbacks of {name} will be answered 404 and lost. Unsubscribe?", abort=True, err=True)
    answer = invoke(stack, SUBSCRIPTIONS, {"action": "unsubscribe", "subscription": name})
    _tell(answer, f"{name} is unsubscribed: its URLs stop working within ten seconds.", as_json=as_json)
    reply = answer["callfire"]
    if reply["outcome"] != "confirmed":
        say(f"CallFire did not confirm it ({reply['outcome']}: {reply['detail']}) and may still post, without effect.")


def subscriptions(context: typer.Context, *, as_json: AsJson = False) -> None:
    """List the subscriptions, each with its start and its last postback.

    The time of the last postback is accurate to ten seconds. For API v2, the command also compares CallFire's webhooks
    and shows differences.

    Example: `postbacks subscriptions --json`
    """
    found = invoke(find_stack.of(context), SUBSCRIPTIONS, {"action": "list"})["subscriptions"]
    if as_json:
        for each in found:
            emit_json(each)
        return
    if not found:
        say("Nothing is subscribed. Run `postbacks subscribe v2`, or for cloud/1 `postbacks subscribe callfinish`.")
        return
    emit_table(_COLUMNS, map(_row, found))
    for each in found:
        compared = each.get("at_callfire", {"outcome": "as-asked"})
        if compared["outcome"] != "as-asked":
            say(f"{each['subscription']} at CallFire: {compared['detail']}", style="yellow")


def _tell_subscribed(name: str, answer: dict[str, Any], *, as_json: bool) -> None:
    done = "was subscribed already. It has a new URL; the old one works for one more hour."
    _tell(answer, f"{name} {done if 'rotated_at' in answer else 'is subscribed.'}", as_json=as_json)


def _tell(answer: dict[str, Any], sentence: str, *, as_json: bool) -> None:
    if as_json:
        emit_json(answer)
    else:
        emit(sentence)


def _row(found: dict[str, Any]) -> list[str | None]:
    timestamps = [times.short(found.get(name)) for name in ("subscribed_at", "rotated_at", "last_postback_at")]
    return [found["subscription"], found["state"], str(found["live_urls"]), *timestamps]
