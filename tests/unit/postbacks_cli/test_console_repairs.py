"""The marked places of repairs in the body that the console shows."""

import re
from collections import defaultdict
from html import unescape
from typing import Final

import pytest

from postbacks_cli.console import bodies
from postbacks_cli.console.documents import document_of
from postbacks_cli.console.indenting import indented
from postbacks_cli.console.repairs import WORDS, find_places
from tests.support.building import normalize, postback
from tools import ROOT

MARK: Final = re.compile(r'<mark class="repair" data-note="[\d, ]*" title="Repaired: ([^"]*)">(.*?)</mark>', re.DOTALL)

UTF8: Final = '<?xml version="1.0" encoding="UTF-8"?>'


def document(content: str, before: str = "", behind: str = "") -> str:
    """Return a call with this content, and with other text around it."""
    return f"{before}<call-finished><callid>1</callid>{content}</call-finished>{behind}"


PLACES: Final[dict[str, tuple[str, dict[str, list[str]]]]] = {
    "an ampersand": (document("<notes>Tom & Jerry &amp; I</notes>"), {"ampersands": ["&"]}),
    "an ampersand in an attribute": (document('<a b="x & y"/>'), {"ampersands": ["&"]}),
    "only outside CDATA": (document("<notes><![CDATA[R&D]]> & &foo;</notes>"), {"ampersands": ["&", "&foo;"]}),
    "entities of HTML": (
        document("<notes>a&nbsp;b & &eacute;</notes>"),
        {"html-entities": ["&nbsp;", "&eacute;"], "ampersands": ["&"]},
    ),
    "an entity without its end": (
        document("<notes>a &amp b &nbsp c</notes>"),
        {"unfinished-references": ["&amp", "&nbsp"], "html-entities": ["&nbsp"]},
    ),
    "a number without its end": (document("<notes>it&#8217s</notes>"), {"unfinished-references": ["&#8217s"]}),
    "an emoji of two references": (
        document("<notes>a &#55357;&#56832;</notes>"),
        {"surrogate-references": ["&#55357;&#56832;"]},
    ),
    "a reference to nothing": (document("<notes>a &#11; b</notes>"), {"impossible-references": ["&#11;"]}),
    "a control character": (document("<notes>a\x0bb</notes>"), {"control-characters": ["\\x0b"]}),
    "a control character in CDATA": (
        document("<notes><![CDATA[a\x0bb]]></notes>"),
        {"control-characters": ["\\x0b"]},
    ),
    "a control character in JSON": (
        '{"Text": {"@id": "1", "Message": "a\x01b"}}',
        {"control-characters": ["\\x01"]},
    ),
    "text around JSON": (
        'received({"Text": {"@id": "1"}});',
        {"surrounding-text": ["received(", ");"]},
    ),
    "commas in JSON": (
        '{"Text": {"@id": "1", "Message": "a,]",},}',
        {"trailing-commas": [",", ","]},
    ),
    "brackets": (document("<notes>I <3 you ]]> x</notes>"), {"angle-brackets": ["<", "]]>"]}),
    "no quotation marks": (document("<a b=c>d</a>"), {"attribute-values": ["<a b=c>"]}),
    "comments": (
        document("<notes>a<!-- b -- c --></notes>", "<!-- d -- e -->"),
        {"comments": ["<!-- d -- e -->", "<!-- b -- c -->"]},
    ),
    "HTML without end tags": (
        document("<notes>a<br>b<img src=x></notes>"),
        {"unclosed-tags": ["<br>", "<img src=x>"], "attribute-values": ["<img src=x>"]},
    ),
    "an end tag in another case": (document("<notes>a<B>b</b></notes>"), {"end-tags": ["</b>"]}),
    "elements in another case": (document("<Notes>n</Notes>"), {"element-names": ["Notes", "Notes"]}),
    "elements with a prefix": (
        document("<x:notes>n</x:notes>"),
        {"undeclared-prefixes": ["<call-finished>"], "element-names": ["x:notes", "x:notes"]},
    ),
    "an instruction": (document("<notes>a<?XML x?>b</notes>"), {"declaration": ["<?XML x?>"]}),
    "a DOCTYPE": (document("", "<!DOCTYPE call-finished>"), {"doctype": ["<!DOCTYPE call-finished>"]}),
    "CallFire's own declaration": (
        document("", '<?xml version="1.0" standalone="yes">'),
        {"declaration": ['<?xml version="1.0" standalone="yes">']},
    ),
    "a second declaration": (document("", f"{UTF8}\n{UTF8}"), {"declaration": [UTF8]}),
    "text around": (
        document("", f"body: {UTF8}", "</body> end"),
        {"surrounding-text": ["body:", "</body> end"]},
    ),
    "an unknown encoding": (
        document("", "<?xml version='1.0' encoding='klingon'?>"),
        {"encoding-name": ["encoding='klingon'"]},
    ),
    "a wrong encoding": (
        document("", "<?xml version='1.0' encoding='UTF-16'?>"),
        {"wrong-encoding": ["encoding='UTF-16'"]},
    ),
    "an emoji of no repair": (document("<notes>&amp;&#128512;<br/></notes>"), {}),
}


def marks(body: bytes, *, is_text: bool = False) -> dict[str, list[str]]:
    """Return the marked texts on the page of a postback, by the name of the repair."""
    event = normalize(body, is_text=is_text)
    repairs = event["data"].get("repairs", [])
    shown = indented(document_of(postback(body)._replace(is_text=is_text), event).text)
    found = defaultdict(list)
    for names, marked in MARK.findall(bodies.body(shown, find_places(shown, repairs))):
        for name in names.split(", "):
            found[name].append(unescape(re.sub("<[^>]*>", "", marked)).strip())
    return dict(found)


@pytest.mark.parametrize(("body", "expected"), PLACES.values(), ids=PLACES)
def test_places_are_marked(body: str, expected: dict[str, list[str]]) -> None:
    """Each place that a repair changed is marked with the name of the repair, and nothing else is."""
    assert marks(body.encode()) == expected
    assert normalize(body.encode())["data"].get("repairs", []).sort() is None


@pytest.mark.parametrize(
    ("body", "is_text", "name"),
    [
        pytest.param(document("<notes>caf\ufffd</notes>").encode(), True, "undecodable-bytes", id="lost on the way"),
        pytest.param(document("<notes>caf\xe9</notes>").encode("cp1252"), False, "wrong-encoding", id="windows-1252"),
    ],
)
def test_bytes_of_another_encoding_are_marked(body: bytes, is_text: bool, name: str) -> None:  # noqa: FBT001  a parameter
    """The place of bytes that are not in the encoding of the document is marked."""
    assert marks(body, is_text=is_text) == {name: ["\ufffd"]}


def test_unpacked_document() -> None:
    """In a packed body, the places in the unpacked document are marked."""
    assert marks(b"postback=%3Ccall-finished%3Ea+%26+b%3C/call-finished%3E") == {"ampersands": ["&"]}


def test_numbers_are_at_the_end() -> None:
    """A place within another one has its own number; the number of the outer one is at its end."""
    text = "<?xml encoding='x'?><a/>"
    page = bodies.body(text, find_places(text, ["declaration", "encoding-name"]))
    assert re.findall('data-note="([^"]*)"', page) == ["", "2", "1"]


def test_every_repair_has_words() -> None:
    """The console explains every repair that docs/repairs.md names."""
    _, _, table = (ROOT / "docs/repairs.md").read_text().partition("| name | repaired fault |\n|---|---|\n")
    first_cells = [row.split("|")[1] for row in table.partition("\n\n")[0].splitlines()]
    assert set(WORDS) == {name for cell in first_cells for name in re.findall("`([a-z0-9-]+)`", cell)}


@pytest.mark.slow
@pytest.mark.parametrize(
    "body",
    ["<a", "&" * 9_000, "& " * 9_000, "<a>" * 5_000, "<!--" * 2_000, "\x01<" * 5_000, "[" * 60_000],
    ids=lambda body: ascii(body[:4]),
)
def test_any_body_is_shown(body: str) -> None:
    """A hostile body is shown with all its characters, apart from whitespace."""
    shown = indented(body)
    page = bodies.body(shown, find_places(shown, list(WORDS)))
    assert "".join(page.striptags().split()) == "".join(body.replace("\x01", "\\x01").split())
