"""Health: the checks of `postbacks doctor`, each with its remedy."""

from collections import Counter
from dataclasses import replace
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from postbacks_cli.checks.examine import examine
from postbacks_cli.console import rendering
from postbacks_cli.console.context import is_fragment, loading, stack_of

_WORST_FIRST: Final = ("fail", "warn", "unknown", "ok")


def health(request: Request) -> Response:
    """Run all checks, and show the worst findings first."""
    if not is_fragment(request):
        return loading(request, "Health", "Running the checks …")
    stack = replace(stack_of(request))  # a copy remembers no earlier status
    findings = sorted(examine(stack), key=lambda finding: _WORST_FIRST.index(finding.level))
    return rendering.page("_health.html", findings=findings, counts=Counter(finding.level for finding in findings))


routes: Final = [Route("/health", health)]
