"""Change the functions' settings for one test."""

from dataclasses import replace
from typing import Any

import pytest

from callfire_postbacks import settings


def override_receiving(monkeypatch: pytest.MonkeyPatch, **values: Any) -> None:  # noqa: ANN401  fields of the class
    """Change settings of the receiving functions until the test ends."""
    changed = replace(settings.receiving(), **values)
    monkeypatch.setattr(settings, "receiving", lambda: changed)


def override_subscriptions(monkeypatch: pytest.MonkeyPatch, **values: Any) -> None:  # noqa: ANN401  fields of the class
    """Change settings of the subscriptions function until the test ends."""
    changed = replace(settings.subscriptions(), **values)
    monkeypatch.setattr(settings, "subscriptions", lambda: changed)
