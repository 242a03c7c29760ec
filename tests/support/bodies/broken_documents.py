"""Documents to break: a call with notes, and its declaration."""

from typing import Final

from tests.support.building import element

UTF8: Final = '<?xml version="1.0" encoding="UTF-8"?>'


def document(notes: str, declaration: str = UTF8) -> str:
    """Return a call with notes given as markup."""
    return declaration + element("call-finished", element("callid", "1"), element("notes", notes))


def declared(encoding: str, notes: str = "café") -> str:
    """Return a document that declares an encoding."""
    return document(notes, f'<?xml version="1.0" encoding="{encoding}"?>')
