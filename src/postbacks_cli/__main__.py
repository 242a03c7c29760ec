"""Entry point of `postbacks` and `python -m postbacks_cli`."""

import atexit
import gc
import sys
from typing import Final

_OBJECTS_BEFORE_COLLECTION: Final = 100_000
"""Most objects of a short command are modules and AWS's service models, which live to its end: looking for garbage
among them, at start and once more at exit, takes a fifth of the command's time."""


def main() -> None:
    """Run the command line; if its requirements are missing, say how to install them."""
    gc.set_threshold(_OBJECTS_BEFORE_COLLECTION)
    atexit.register(gc.freeze)
    try:
        from postbacks_cli.app import run  # noqa: PLC0415  to report missing requirements
    except ModuleNotFoundError as error:
        sys.exit(f"postbacks needs {error.name}. Install it from a checkout: pip install '.[cli]'")
    run()


if __name__ == "__main__":
    main()
