"""Read the configuration of `sam deploy`, so that a command uses the region of the deployment."""

import tomllib
from pathlib import Path
from typing import Any, Final, NamedTuple

from postbacks_cli.errors import CommandError

FILES: Final = ("samconfig.local.toml", "samconfig.toml")
"""The deployer's own settings, which git ignores, before those of the repository."""
_DEFAULT: Final = "default"


class Deployment(NamedTuple):
    """The target of `sam deploy` for a stack; None if the configuration does not state it."""

    stack: str | None = None
    region: str | None = None
    profile: str | None = None


def find(stack: str | None, *, directory: Path) -> Deployment:
    """Return the deployment of a stack, or the default one if no stack is named.

    Raises:
        CommandError: A file is not TOML.
    """
    for name in FILES:
        deployments = _read(directory / name)
        default = deployments.pop(_DEFAULT, Deployment())
        named = [found for found in (default, *deployments.values()) if found.stack == stack]
        if stack is None or (not named and default.stack is None):
            named = [default]
        if named and any(named[0]):
            return named[0]
    return Deployment()


def _read(file: Path) -> dict[str, Deployment]:
    try:
        environments = tomllib.loads(file.read_text())
    except OSError:
        return {}
    except ValueError as error:
        raise CommandError(f"{file.name} is not TOML: {error}") from None
    return {name: _deployment(value) for name, value in environments.items() if isinstance(value, dict)}


def _deployment(environment: dict[str, Any]) -> Deployment:
    parameters: dict[str, Any] = {}
    for command in ("global", "deploy"):  # the sections that `sam deploy` reads, the more specific one last
        parameters |= environment.get(command, {}).get("parameters", {})
    return Deployment(parameters.get("stack_name"), parameters.get("region"), parameters.get("profile"))
