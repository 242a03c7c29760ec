"""An event's id is a digest of the postback's content, and of nothing else."""

from datetime import timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

import pytest

from tests.support.building import CALL, RECEIVED_AT, call, element, normalize

NOTES = element("notes", "café €", lang="fr", by="someone")
SAME_CONTENT = {
    "whitespace around texts": call(element("notes", "\r\n\t café € \n", lang="fr", by="someone")),
    "whitespace between elements": call("\n  ", NOTES, "\n"),
    "whitespace in a tag": call('<notes   lang="fr"\n by="someone"\t>café €</notes >'),
    "whitespace in an attribute": call(element("notes", "café €", lang=" fr ", by="someone")),
    "order of attributes": call('<notes by="someone" lang="fr">café €</notes>'),
    "quotation marks": call("<notes lang='fr' by='someone'>café €</notes>"),
    "comments": call("<!-- a -->", '<notes lang="fr" by="someone">ca<!-- b -->fé €</notes>'),
    "processing instructions": call("<?a b?>", '<notes lang="fr" by="someone">ca<?c d?>fé €</notes>'),
    "character references": call('<notes lang="fr" by="someone">caf&#xE9; &#8364;</notes>'),
    "CDATA": call('<notes lang="fr" by="someone"><![CDATA[café €]]></notes>'),
    "a declaration": b'<?xml version="1.0" standalone="yes"?>' + call(NOTES),
    "a byte order mark": b"\xef\xbb\xbf" + call(NOTES),
    "blank lines before and after": b"\r\n\n " + call(NOTES) + b"\n\n",
    "UTF-16": call(NOTES).decode().encode("utf-16"),
    "windows-1252": b'<?xml version="1.0" encoding="windows-1252"?>' + call(NOTES).decode().encode("windows-1252"),
    "ISO-8859-15": b'<?xml version="1.0" encoding="ISO-8859-15"?>' + call(NOTES).decode().encode("iso-8859-15"),
}
OTHER_CONTENT = {
    "another text": call(element("notes", "cafe €", lang="fr", by="someone")),
    "another attribute": call(element("notes", "café €", lang="de", by="someone")),
    "no attribute": call(element("notes", "café €", lang="fr")),
    "an empty attribute more": call(element("notes", "café €", lang="fr", by="someone", to="")),
    "another name": call(element("note", "café €", lang="fr", by="someone")),
    "an empty element more": call(NOTES, "<extra-data/>"),
    "the same twice": call(NOTES, NOTES),
    "one level deeper": call(element("a", NOTES)),
    "another root": element("campaign-finished", NOTES).encode(),
    "a no-break space": call(element("notes", "\u00a0café €", lang="fr", by="someone")),
    "whitespace within": call(element("notes", "café  €", lang="fr", by="someone")),
    "a decomposed letter": call(element("notes", "cafe\u0301 €", lang="fr", by="someone")),
}


@pytest.mark.parametrize(
    ("body", "event_id"),
    [
        (
            '<call-finished b="2" a="1"><notes>café €</notes><notes/></call-finished>',
            "e4c9ede01451738555635c101624578a",
        ),
        (
            '<call-finished xmlns:x="urn:x"><x:y x:z="1"> a <b/> c </x:y></call-finished>',
            "e7d4f3dcd88c491e75df098a0fde0960",
        ),
        ("<call-finished/>", "4c434cd4252622fa99508443b4dd891e"),
    ],
)
def test_id_never_changes(body: str, event_id: str) -> None:
    """An event id never changes between releases, because consumers have stored it."""
    assert normalize(body.encode())["id"] == event_id


def test_id_is_the_documented_digest() -> None:
    """The documentation and a postback are enough to compute the id without this code."""
    canonical = ["<call-finished", "<notes", "@by", "someone", "@lang", "fr", "#café €", ">", "<extra-data", ">", ">"]
    event = normalize(call(NOTES, "<extra-data> </extra-data>"))
    assert event["id"] == sha256("\0".join(canonical).encode()).hexdigest()[:32]


@pytest.mark.parametrize("body", SAME_CONTENT.values(), ids=SAME_CONTENT)
def test_same_content_has_the_same_id(body: bytes) -> None:
    """Another notation of the same content changes neither the event's id nor its data."""
    written_plainly = normalize(call(NOTES))
    assert normalize(body) == written_plainly


@pytest.mark.parametrize("body", OTHER_CONTENT.values(), ids=OTHER_CONTENT)
def test_other_content_has_another_id(body: bytes) -> None:
    """Any added, removed or changed content gives another id."""
    assert normalize(body)["id"] != normalize(call(NOTES))["id"]


def test_all_these_ids_differ() -> None:
    """All of the different contents above have different ids."""
    assert len({normalize(body)["id"] for body in OTHER_CONTENT.values()}) == len(OTHER_CONTENT)


def test_names_and_texts_do_not_run_together() -> None:
    """Contents are separated rather than concatenated, so text that looks like markup cannot forge another id."""
    bodies = [
        call("<a>b</a><c/>"),
        call("<a/><b>c</b>"),
        call("<a>bc</a>"),
        call("<a b='c'/>"),
        call("<a>&lt;b</a>"),
        call("<a><b/></a>"),
        call("<a>#b</a>"),
        call("<a>b<c/>d</a>"),
        call("<a>bd<c/></a>"),
    ]
    assert len({normalize(body)["id"] for body in bodies}) == len(bodies)


def test_receipt_and_zone_do_not_matter() -> None:
    """A postback that is sent again later or read in another zone is the same event."""
    later = normalize(CALL, received_at=RECEIVED_AT + timedelta(days=1), zone=ZoneInfo("UTC"))
    assert later["id"] == normalize(CALL)["id"]
