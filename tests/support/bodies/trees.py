"""Arbitrary postbacks: trees of elements with known and unknown names, written as XML."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from hypothesis import strategies as st

from callfire_events.envelope import EventDocument
from callfire_postbacks.formats.cloud1 import CALL_FINISHED, CAMPAIGN_FINISHED
from callfire_postbacks.formats.unreadable import UnreadablePostbackError
from callfire_postbacks.formats.xml.document import WHITESPACE
from callfire_postbacks.formats.xml.matching import Names
from tests.support.building import element, normalize, text

_CALL: Final = [
    *("callid", "campaignid", "phonenumber", "dnis", "smsSent", "smsReceived", "replyFromCampaign"),
    *("disposition", "duration", "callstart", "notes", "extra-data", "agentid", "agentresponse", "responsetime"),
]
_CAMPAIGN: Final = ["id", "name", "status", "cost"]
_STATS: Final = ["total", "dialed", "live", "machine", "noanswer", "dnc", "busy", "transfer", "error", "misc"]
_OTHERS: Final = ["tag", "var", "file", "unknown", "Ünbekannt"]
_TYPICAL: Final = [
    *("0", "35", "007", "999999999", "1000000000", "2132212289", "12132212289", "88202", "$2.25", "$1,234.50"),
    *("LA", "TRANSFER", "n/a", "2010-03-24 15:58:18.0", "2026-03-08 02:30:00", "2026-11-01 01:30:00"),
    *("0001-01-01 00:00:00", "8999-12-31 23:59:59Z", "2010-03-24 15:58:18.1234567", "9" * 129),
    *("(213) 221-2289", "35.0", "($2.25)", "2010-03-24 15:58:18 PDT", "03/24/2010 3:58 PM", "\n x \t y "),
]


class Tree(NamedTuple):
    """An element: its name, its attributes, and its texts and child elements in any order."""

    name: str
    attributes: dict[str, str]
    contents: "list[Tree | str]"


def _texts() -> st.SearchStrategy[str]:
    # Characters that XML cannot hold: control characters, lone surrogates and two noncharacters.
    letters = st.characters(
        exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff", include_characters="\t\n"
    )
    return st.sampled_from(_TYPICAL) | st.text(letters, max_size=30) | st.text(letters, min_size=120, max_size=140)


def _attributes() -> st.SearchStrategy[dict[str, str]]:
    return st.just({}) | st.dictionaries(st.sampled_from(("name", "unit", "größe")), _texts(), max_size=2)


def _named(names: list[str], contents: st.SearchStrategy[Any]) -> st.SearchStrategy[Tree]:
    return st.builds(Tree, st.sampled_from(names), _attributes(), st.lists(contents, max_size=3))


def _list_of(name: str, inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    return st.builds(Tree, st.just(name), _attributes(), st.lists(inner, max_size=4))


def _variables() -> st.SearchStrategy[Tree]:
    names = st.fixed_dictionaries({"name": st.sampled_from(["a", "b", " b ", 'c"]']) | _texts()})
    return _list_of(
        "stored-data", st.builds(Tree, st.just("var"), names | _attributes(), st.lists(_texts(), max_size=2))
    )


def trees() -> st.SearchStrategy[Tree]:
    """Generate postbacks of either root: many documented elements, some unknown ones, any of them repeated."""
    text = _texts()
    anything = _named(
        _CALL + _CAMPAIGN + _OTHERS, st.recursive(text, lambda inner: _named(_OTHERS, inner), max_leaves=5)
    )
    lists = _list_of("tags", _named(["tag"], text)) | _list_of("recordings", _named(["file"], text))
    of_call = st.lists(_named(_CALL, text) | _variables() | lists | anything | text, max_size=10)
    of_campaign = st.lists(
        _named(_CAMPAIGN, text) | _list_of("campaign-stats", _named(_STATS, text)) | anything, max_size=8
    )
    campaign = st.lists(st.builds(Tree, st.just("campaign"), _attributes(), of_campaign) | anything, max_size=2)
    call_finished = st.builds(Tree, st.just("call-finished"), _attributes(), of_call)
    return call_finished | st.builds(Tree, st.just("campaign-finished"), _attributes(), campaign)


def markup(tree: Tree | str, *, padding: str = "") -> str:
    """Generate the markup of a tree or text, with insignificant content around each tag."""
    if isinstance(tree, str):
        return text(tree)
    contents = (markup(item, padding=padding) for item in tree.contents)
    return padding + element(tree.name, padding, *contents, padding, **tree.attributes) + padding


def texts(tree: Tree) -> Iterator[str]:
    """Return all texts of a tree except whitespace, trimmed.

    Adjacent texts are one, as are all texts within notes, and all of another known element beside its children.
    """
    names = {"call-finished": CALL_FINISHED, "campaign-finished": CAMPAIGN_FINISHED}[tree.name]
    return _texts_below(tree, "", names)


def _texts_below(tree: Tree, path: str, names: Names) -> Iterator[str]:
    run = ""
    own: list[str] = []
    runs: list[str] = []
    is_joined = path in names.exact and path not in names.texts
    for item in [*tree.contents, None]:
        if isinstance(item, str):
            run += item
            continue
        (own if is_joined else runs).append(run.strip(WHITESPACE))
        run = ""
        if item:
            runs += _texts_below(item, f"{path}/{item.name}".lstrip("/"), names)
    yield from ["\n".join(filter(None, runs))] if path in names.texts else runs
    yield "\n".join(filter(None, own))


def attributes(tree: Tree) -> Iterator[tuple[str, str]]:
    """Return all attributes of a tree, by name, trimmed."""
    yield from ((name, value.strip(WHITESPACE)) for name, value in tree.attributes.items())
    for item in tree.contents:
        if isinstance(item, Tree):
            yield from attributes(item)


def event_of(tree: Tree) -> EventDocument | None:
    """Return the event of a tree, or None if the tree exceeds a limit."""
    try:
        return normalize(markup(tree).encode())
    except UnreadablePostbackError as error:
        if error.reason != "too-complex":
            raise
        return None
