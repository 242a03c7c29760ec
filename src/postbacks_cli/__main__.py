"""Entry point of `postbacks` and `python -m postbacks_cli`."""

import sys


def main() -> None:
    """Run the command line; if its requirements are missing, say how to install them."""
    try:
        from postbacks_cli.app import run  # noqa: PLC0415  to report missing requirements
    except ModuleNotFoundError as error:
        sys.exit(f"postbacks needs {error.name}. Install it: pip install 'callfire-postbacks[cli]'")
    run()


if __name__ == "__main__":
    main()
