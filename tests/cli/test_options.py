"""How options are read."""

from typing import get_args

import pytest
import typer

from callfire_events.types import EventData
from postbacks_cli.options import KINDS, event_type, kind_of
from postbacks_cli.samples import SAMPLES


def test_types_are_those_of_the_events() -> None:
    """Each type of event can be named as its sample is, or in full; nothing else can."""
    types = {data.TYPE for data in get_args(EventData)}
    assert {event_type(kind) for kind in SAMPLES} == types == set(map(event_type, types))
    assert {kind_of(each) for each in types} == SAMPLES.keys() == KINDS.keys()
    with pytest.raises(typer.BadParameter):
        event_type("voicemail-left")
