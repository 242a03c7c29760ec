"""The template with the resources of CodeDeploy, which `make lint` does not see, because they are off by default."""

import json

from cfnlint.api import ManualArgs, lint

from tools.template import load_template, processed


def test_gradual_deployment_makes_a_valid_template() -> None:
    """With CodeDeploy's resources the template is valid and has no circular dependencies."""
    _, gradual, *_ = load_template()["Parameters"]["GradualDeployment"]["AllowedValues"]
    template = json.dumps(processed(GradualDeployment=gradual), default=str)
    found = lint(template, config=ManualArgs(regions=["us-east-1"], ignore_checks=["W", "ES"]))
    assert [str(match) for match in found] == []
