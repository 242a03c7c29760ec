"""Ask npm's iam-simulate, a second IAM engine: it knows conditions, resource policies and other accounts.

`make test-policies` fetches it into `.local`. Its licence is the AGPL, so it is run and never shipped.
"""

import json
import shutil
import subprocess
from dataclasses import dataclass, field
from typing import Any, Final

from tests.support.roles.arns import Document
from tools import ROOT

ALLOWED: Final = "Allowed"
DENIED: Final = "ExplicitlyDenied"
NOT_ALLOWED: Final = "ImplicitlyDenied"

ADMIN: Final[Document] = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
"""The policy of a caller whose own account allows everything."""

_PACKAGE: Final = ROOT / ".local" / "policies"
_ACCOUNT: Final = "123456789012"
_TLS: Final = {"aws:SecureTransport": "true"}
_SECONDS: Final = 60


@dataclass(frozen=True)
class Request:
    """A call of AWS, over TLS unless the context says otherwise, with the policies of the caller and the resource."""

    principal: str
    action: str
    resource: str
    context: dict[str, str] = field(default_factory=dict)
    identity: tuple[Document, ...] = ()
    policy: Document | None = None

    def simulation(self) -> dict[str, Any]:
        """Return the request in the form of iam-simulate."""
        simulation: dict[str, Any] = {
            "request": {
                "principal": self.principal,
                "action": self.action,
                "resource": {"resource": self.resource, "accountId": _ACCOUNT},
                "contextVariables": _TLS | self.context,
            },
            "identityPolicies": [{"name": str(number), "policy": one} for number, one in enumerate(self.identity)],
            "serviceControlPolicies": [],
            "resourceControlPolicies": [],
        }
        return simulation | ({"resourcePolicy": self.policy} if self.policy else {})


Cases = dict[str, tuple[Request, str]]
"""Requests by a description, each with the expected result."""


def surprises(cases: Cases) -> dict[str, str]:
    """Return the unexpected results, by the description of the request."""
    node = shutil.which("node")
    assert node, "There is no node, so nothing is tested here."
    done = subprocess.run(
        [node, str(ROOT / "tests" / "policies" / "simulate.mjs"), str(_PACKAGE)],
        input=json.dumps([request.simulation() for request, _ in cases.values()]),
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    results = zip(cases.items(), json.loads(done.stdout), strict=True)
    return {name: result for (name, (_, expected)), result in results if result != expected}
