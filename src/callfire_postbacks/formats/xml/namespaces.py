"""CallFire's namespaces, which only API 1.1 has. They are left out of paths: they would use up most of their limit."""

import re
from typing import Final

_CALLFIRES: Final = r"\{https?://(?:[\w-]+\.)*callfire\.com(?:/[^}]*)?\}"  # compiled when first needed


def is_callfires(name: str) -> bool:
    """Return whether an element's name is in one of CallFire's namespaces."""
    return name.startswith("{") and re.match(_CALLFIRES, name) is not None


def without_namespace(name: str) -> str:
    """Return a name without CallFire's namespace, and any other name unchanged."""
    return re.sub(_CALLFIRES, "", name, count=1) if name.startswith("{") else name
