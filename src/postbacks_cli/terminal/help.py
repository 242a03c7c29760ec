"""Click's classes for the commands: their help, and the options that every command shares."""

from copy import copy
from dataclasses import replace
from typing import Any, Final

from typer.core import TyperCommand, TyperGroup

_SHARED: Final = ("stack", "region", "profile")
"""Options of the program that are accepted after the name of a command too."""


class Command(TyperCommand):
    """A command that accepts the shared options, and whose flags show no type."""

    def get_params(self, ctx: Any) -> list[Any]:  # noqa: ANN401, D102  Click's own
        return _without_types([*super().get_params(ctx), *_shared_options(ctx.parent)])


class Group(TyperGroup):
    """A group of commands whose flags show no type."""

    def get_params(self, ctx: Any) -> list[Any]:  # noqa: ANN401, D102  Click's own
        return _without_types(super().get_params(ctx))


def _without_types(parameters: list[Any]) -> list[Any]:
    """Hide the type of flags: Typer shows `<bool>`, which looks like a value to type."""
    for parameter in parameters:
        if getattr(parameter, "is_flag", False):
            parameter.metavar = ""
    return parameters


def _shared_options(program: Any) -> list[Any]:  # noqa: ANN401  Click's context, which Typer does not export
    """Copy the shared options. The environment has been read by the program, so a copy does not read it again."""
    copies = [copy(option) for option in program.command.params if option.name in _SHARED]
    for option in copies:
        option.envvar = None
        option.expose_value = False
        option.callback = _choose
        option.rich_help_panel = "Which stack"
        option.help = f"{option.help.partition('. ')[0].removesuffix('.')}."  # `postbacks --help` shows the rest
    return copies


def _choose(context: Any, option: Any, value: str | None) -> None:  # noqa: ANN401  as above
    """Let a value after the command's name override one before it."""
    if value:
        context.obj = replace(context.obj, **{option.name: value})
