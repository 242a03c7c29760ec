"""Generate docs/roles.md: who may do what to which resource, from the template as SAM transforms it.

    python -m tools.pages.roles

Conditional statements are listed with the template's condition.
"""

import json
import logging
import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any, Final, NamedTuple

from tools import ROOT
from tools.template import processed

PAGE: Final = ROOT / "docs" / "roles.md"

_INTRODUCTION: Final = """\
# Roles

`make pages` generates this page from `template.yaml` after SAM's transform, so it includes the roles that SAM adds.
`tests/unit/template/test_least_privilege.py` compares the template with this page and with each function's calls.
X-Ray's actions have the resource `*` because X-Ray has no resource-level permissions.
A condition such as `if HasKmsKey` names the condition of the template under which the statement exists.
"""


class Statement(NamedTuple):
    """One action on one resource, allowed or denied."""

    owner: str
    """The role that has it, or the resource whose policy contains it."""
    effect: str
    principal: str
    action: str
    resource: str
    condition: str
    only_if: str
    """The template's condition for the statement, if any."""


def roles(template: dict[str, Any] | None = None) -> list[Statement]:
    """Return all permissions of a template's roles, by default of `template.yaml`."""
    found: list[Statement] = []
    for name, properties in _of_type(processed(template), "AWS::IAM::Role"):
        [trust] = properties["AssumeRolePolicyDocument"]["Statement"]
        principal = _text(trust["Principal"]["Service"])
        for policy in properties["Policies"]:
            found += _statements(name, policy["PolicyDocument"], principal)
    return found


def resource_policies(template: dict[str, Any] | None = None) -> list[Statement]:
    """Return all statements in the policies of topics and queues, and the functions' invocation permissions."""
    transformed = processed(template)
    found: list[Statement] = []
    for kind in ("AWS::SNS::TopicPolicy", "AWS::SQS::QueuePolicy"):
        for name, properties in _of_type(transformed, kind):
            found += _statements(name, properties["PolicyDocument"])
    for _, properties in _of_type(transformed, "AWS::Lambda::Permission"):
        function, source = _text(properties["FunctionName"]), _text(properties.get("SourceArn", "*"))
        found.append(
            Statement(function, "Allow", properties["Principal"], properties["Action"], function, f"from {source}", "")
        )
    return found


def page() -> str:
    """Return the text of docs/roles.md."""
    lines = [_INTRODUCTION]
    for role, rows in groupby(roles(), lambda row: row.owner):
        statements = list(rows)
        lines.append(f"\n## {role}\n\nUsed by `{statements[0].principal}`.\n\n")
        lines += _table(("resource", "actions", "condition"), [(row.resource, row) for row in statements])
    lines.append("\n## Policies of resources\n\n")
    lines += _table(
        ("policy or function", "effect", "principal", "resource", "actions", "condition"),
        [(row.owner, row.effect, row.principal, row.resource, row) for row in resource_policies()],
    )
    return "".join(lines)


def _table(head: tuple[str, ...], rows: list[tuple[*tuple[str, ...], Statement]]) -> Iterator[str]:
    """Yield a table; statements that differ only in their actions share a row."""
    actions: dict[tuple[tuple[str, ...], str], list[str]] = {}
    for *cells, row in rows:
        condition = "; ".join(filter(None, (row.condition, row.only_if and f"if {row.only_if}")))
        actions.setdefault((tuple(cells), condition), []).append(row.action)
    yield f"| {' | '.join(head)} |\n{'|---' * len(head)}|\n"
    for (texts, condition), names in actions.items():
        yield f"| {' | '.join(f'`{cell}`' if cell else '' for cell in (*texts, '`, `'.join(names), condition))} |\n"


def _of_type(template: dict[str, Any], kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, resource in template["Resources"].items():
        if resource["Type"] == kind:
            yield name, resource["Properties"]


def _statements(owner: str, document: dict[str, Any], principal: str = "") -> Iterator[Statement]:
    for statement in document["Statement"]:
        only_if = ""
        if "Fn::If" in statement:
            only_if, statement, _ = statement["Fn::If"]  # noqa: PLW2901  the inner statement
        caller = principal or _text(statement["Principal"])
        for action in _list(statement["Action"]):
            for resource in _list(statement["Resource"]):
                condition = _text(statement.get("Condition", ""))
                yield Statement(owner, statement["Effect"], caller, action, _text(resource), condition, only_if)


def _list(value: Any) -> list[Any]:  # noqa: ANN401  JSON
    return value if isinstance(value, list) else [value]


def _text(value: Any) -> str:  # noqa: ANN401, PLR0911  JSON; one return for each intrinsic function
    """Return a value as text; a logical id stands for its resource."""
    match value:
        case str():
            return value
        case {"Ref": name} | {"Fn::GetAtt": [name, "Arn"]}:
            return str(name)
        case {"Fn::If": [_, yes, no]}:
            return f" {_text(yes)} or {_text(no)}"
        case {"Fn::Sub": [str(text), dict(values)]}:
            return re.sub(r"\$\{(\w+)\}", lambda match: _text(values[match[1]]), text)
        case {"Fn::Sub": str(text)}:
            return re.sub(r"\$\{(\w+)(\.Arn)?\}", r"\1", text)
        case list():
            return ", ".join(map(_text, value))
        case dict():
            return ", ".join(f"{key} {_text(item)}" for key, item in value.items())
    return json.dumps(value)


if __name__ == "__main__":
    logging.disable(logging.WARNING)  # SAM warns about metrics that are not needed
    PAGE.write_text(page())
    print(PAGE.relative_to(ROOT))
