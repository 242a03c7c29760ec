"""The template after `sam build`, which is the deployed one."""

from pathlib import Path

from samtranslator.yaml_helper import yaml_parse

from tools.pages import roles


def test_built_template_agrees_with_the_page(artifact: Path) -> None:
    """Building changes no role and no policy: docs/roles.md, made from the source, holds for the deployed template."""
    built = yaml_parse((artifact.parent / "template.yaml").read_text())

    assert roles.roles(built) == roles.roles()
    assert roles.resource_policies(built) == roles.resource_policies()
