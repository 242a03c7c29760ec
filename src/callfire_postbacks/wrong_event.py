"""The error for an event that is meant for another function; only a manual invocation causes it."""


class WrongEventError(Exception):
    """The function does not accept such an event."""

    def __init__(self, event: object, *, takes: str) -> None:
        # Only names of keys: a value may be private.
        found = ", ".join(event) if isinstance(event, dict) else type(event).__name__
        super().__init__(f"This function takes {takes}. The event has: {found or 'nothing'}. See events/README.md.")


def has_keys(value: object, *keys: str) -> bool:
    """Return whether a value is a JSON object with these keys."""
    return isinstance(value, dict) and value.keys() >= set(keys)
