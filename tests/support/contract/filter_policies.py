"""The filter policies of examples/, and postbacks of which each policy accepts some and refuses others."""

import json
from typing import Any, Final, NamedTuple

from tools import ROOT
from tools.samples import LATER_SAMPLES, SAMPLES

FILES: Final = sorted((ROOT / "examples" / "filter-policies").glob("*.json"))

_CALL: Final = SAMPLES["call-finished"]
_SENT: Final = SAMPLES["text-sent"]
_REPLY: Final = SAMPLES["text-received"]
_CAMPAIGN: Final = SAMPLES["campaign-finished"]

POSTBACKS: Final = {
    "call": _CALL,  # transferred, of campaign 22222, with the tag "sales number", from +1213, of 35 s
    "answered call": _CALL.replace(b"TRANSFER", b"LA"),
    "call of another campaign": _CALL.replace(b">22222<", b">33333<"),
    "call without the tag": _CALL.replace(b"sales number", b"sales"),
    "call from elsewhere": _CALL.replace(b">2132212289<", b">3122212289<").replace(b">12132212289<", b">13122212289<"),
    "long call": _CALL.replace(b">35<", b">60<"),
    "text": _SENT,
    "failed text": _SENT.replace(b">LA<", b">CARRIER_ERROR<"),
    "text to somebody on the list": _SENT.replace(b">LA<", b">DNT<"),
    "reply": _REPLY,
    "reply to another campaign": _REPLY.replace(b">22222<", b">33333<"),
    "campaign": _CAMPAIGN,
    "inbound, of v2": LATER_SAMPLES["v2-inbound-call"],
    "outbound, of v2": LATER_SAMPLES["v2-outbound-call"],
}

_V2: Final = {"inbound, of v2", "outbound, of v2"}

_CALLS: Final = {name for name in POSTBACKS if "call" in name}
LETS_THROUGH: Final = {
    "replies": {"reply", "reply to another campaign"},
    "transferred-calls-of-a-campaign": _CALLS - {"answered call", "call of another campaign"},
    "calls-with-a-tag": _CALLS - {"call without the tag"},
    "finished-campaigns": {"campaign"},
    "failed-texts": {"failed text", "text to somebody on the list"},
    "area-code": POSTBACKS.keys() - {"call from elsewhere", "campaign"},
    "inbound-calls": {"inbound, of v2"},
    "only-v2": _V2,
    "only-cloud1": POSTBACKS.keys() - _V2,
    "no-replays": set(POSTBACKS),
    "long-calls": {"long call"},
}


class Policy(NamedTuple):
    """A filter policy and its scope."""

    name: str
    scope: str
    """SNS's name of the scope: MessageAttributes or MessageBody."""
    rules: dict[str, Any]
    text: str


def _read() -> list[Policy]:
    policies = []
    for file in FILES:
        name, _, scope = file.name.removesuffix(".json").partition(".")
        text = file.read_text()
        policies.append(Policy(name, "MessageBody" if scope else "MessageAttributes", json.loads(text), text))
    return policies


POLICIES: Final = _read()
