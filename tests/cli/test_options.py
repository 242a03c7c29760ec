"""The parsing of options."""

from typing import get_args

import pytest
import typer

from callfire_events import EventData
from postbacks_cli.samples import SAMPLES
from postbacks_cli.terminal.options import KINDS, event_type, kind_of


def test_types_are_those_of_the_events() -> None:
    """Each event type is accepted by its full name or its short one, which is its sample's if it has one."""
    types = {data.TYPE for data in get_args(EventData)}
    assert set(map(event_type, KINDS)) == types == set(map(event_type, types))
    assert {kind_of(each) for each in types} == KINDS.keys() >= SAMPLES.keys()
    with pytest.raises(typer.BadParameter):
        event_type("voicemail-left")
