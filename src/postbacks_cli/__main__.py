"""`postbacks`, or `python -m postbacks_cli`."""

import sys


def main() -> None:
    """Run the command line, or say how to install what it needs: the package alone comes without it."""
    try:
        from postbacks_cli.app import run  # noqa: PLC0415  so that what is missing can be said
    except ModuleNotFoundError as error:
        sys.exit(f"postbacks needs {error.name}. Install it with what it needs: pip install 'callfire-postbacks[cli]'")
    run()


if __name__ == "__main__":
    main()
