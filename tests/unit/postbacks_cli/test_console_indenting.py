"""How the console indents the body of a postback."""

import pytest

from postbacks_cli.console.indenting import indented
from postbacks_cli.samples import LATER_SAMPLES, SAMPLES

BODIES = {
    "elements": ("<a> <b>1</b><c/>\n</a>", "<a>\n  <b>1</b>\n  <c/>\n</a>"),
    "a prolog": (
        '\ufeff<?xml version="1.0"> <!-- b --> <!DOCTYPE a><a><b/></a>',
        '<?xml version="1.0">\n<!-- b -->\n<!DOCTYPE a>\n<a>\n  <b/>\n</a>',
    ),
    "texts": ("<a><b> 1\n 2 <br/> 3</b></a>", "<a>\n  <b> 1\n 2 <br/> 3</b>\n</a>"),
    "no content": ('<a x="1 > 2"></a>', '<a x="1 > 2"></a>'),
    "CDATA": ("<a><b><![CDATA[ <c> ]]></b></a>", "<a>\n  <b><![CDATA[ <c> ]]></b>\n</a>"),
    "broken markup": ("<a><b>T & J</b><c>", "<a>\n  <b>T & J</b>\n  <c>"),
    "too many end tags": ("<a></a></b><c/>", "<a></a>\n</b>\n<c/>"),
    "JSON": ('[{"a": "é\\n"}]', '[\n  {\n    "a": "é\\n"\n  }\n]'),
    "numbers": ("[-0, 1.20E10, 12345678901234567890.0]", "[\n  -0,\n  1.20E10,\n  12345678901234567890.0\n]"),
    "broken JSON": ('{"a": oops}', '{"a": oops}'),
    "neither": (" hello", " hello"),
}


@pytest.mark.parametrize(("body", "expected"), BODIES.values(), ids=BODIES)
def test_indented(body: str, expected: str) -> None:
    """Each element has its own line, unless there is text beside it."""
    assert indented(body) == expected
    assert indented(expected) == expected


@pytest.mark.parametrize("sample", [*SAMPLES.values(), *LATER_SAMPLES.values()], ids=[*SAMPLES, *LATER_SAMPLES])
def test_samples(sample: bytes) -> None:
    """A sample has more lines when it is indented, and the same other characters."""
    body = sample.decode()
    shown = indented(body)
    assert shown.count("\n") > 10
    assert "".join(shown.split()) == "".join(body.split())
