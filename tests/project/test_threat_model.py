"""The threat model, docs/threat-model.md, names existing resources."""

import re
from typing import Any, Final

from tools import ROOT
from tools.template import load_template, processed

PAGE: Final = (ROOT / "docs" / "threat-model.md").read_text()
NAMED: Final = set(re.findall(r"`([^`]+)`", PAGE))


def test_every_resource_is_there() -> None:
    """Every resource and parameter on the page is in the template, and the table of roles is complete."""
    transformed = processed()
    known = transformed["Resources"].keys() | load_template()["Parameters"].keys() | {"RouteSettings"}
    named = {name for name in NAMED if re.fullmatch(r"([A-Z][a-z]+){2,}", name)}
    assert named <= known
    roles = {name for name, resource in transformed["Resources"].items() if resource["Type"] == "AWS::IAM::Role"}
    assert roles <= named


def test_postbacks_have_limits_of_their_own() -> None:
    """The postback route has its own rate limit from the parameters, and every other route a lower one."""
    api: dict[str, Any] = load_template()["Resources"]["PostbackApi"]["Properties"]
    limits = ("ThrottlingRateLimit", "ThrottlingBurstLimit")
    [(route, of_route)] = api["RouteSettings"].items()
    assert route == "POST /postbacks/{subscription}/{token}"
    for limit in limits:
        assert of_route[limit] == {"Ref": limit}
        assert 0 < api["DefaultRouteSettings"][limit] < load_template()["Parameters"][limit]["Default"]
