"""The functions' environment for `sam local invoke`, from the outputs of a stack.

SAM itself fills in values of parameters. Values of resources exist only for a deployed stack, and come from its
outputs. SAM passes on only variables that the template names.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tools.template import load_template


def environment(outputs: Mapping[str, str] | None = None, *, endpoint_url: str = "") -> dict[str, Any]:
    """Return the environment of all functions, with a placeholder for each missing output.

    `endpoint_url` is the endpoint of the local AWS, as seen from a container; empty for AWS itself.
    """
    template = load_template()
    always = {name: output for name, output in template["Outputs"].items() if "Condition" not in output}
    output_of = {json.dumps(output["Value"]): name for name, output in always.items()}
    variables = {}
    for name, value in _variables(template):
        output = output_of.get(json.dumps(value))
        if output:
            variables[name] = (outputs or {}).get(output, f"<output {output}>")
        elif value == {"Ref": "AWS::NoValue"}:
            variables[name] = endpoint_url
    return {"Parameters": variables}


def _variables(template: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for function in (template["Globals"]["Function"], template["Resources"]["SubscriptionsFunction"]["Properties"]):
        yield from function["Environment"]["Variables"].items()
