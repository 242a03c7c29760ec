"""The answer to an event of another kind than a function is for, which only an invocation by hand brings."""


class WrongEventError(Exception):
    """The function does not take such an event."""

    def __init__(self, event: object, *, takes: str) -> None:
        # Names of keys only: a value may be private.
        found = ", ".join(event) if isinstance(event, dict) else type(event).__name__
        super().__init__(f"This function takes {takes}. The event has: {found or 'nothing'}. See events/README.md.")


def has_keys(value: object, *keys: str) -> bool:
    """Tell whether a value is a JSON object that has these keys."""
    return isinstance(value, dict) and value.keys() >= set(keys)
