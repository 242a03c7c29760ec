"""The list of shipped packages, docs/shipped.md."""

from pathlib import Path

from tools.pages.shipped import PAGE, page


def test_page_lists_the_built_packages(artifact: Path) -> None:
    """The page names each package in the artifacts of `sam build`, with its version and licence."""
    build = artifact.parent
    built = {"functions": build / "ReceiveFunction", "subscriptions": build / "SubscriptionsFunction"}

    assert PAGE.read_text() == page(built), "run `make pages`"


def test_every_licence_is_known() -> None:
    """Each package has a licence that permits shipping it with anything."""
    rows = [line.split("|") for line in PAGE.read_text().splitlines() if line.startswith("| ")][1:]
    licences = {licence for row in rows for licence in row[3].strip().split(", ")}

    assert licences <= {
        "Apache Software License",
        "Apache-2.0",
        "BSD-3-Clause",
        "MIT",
        "MIT License",
        "MIT No Attribution License (MIT-0)",
        "Mozilla Public License 2.0 (MPL 2.0)",
        "PSF-2.0",
        "Python Software Foundation License",
    }
