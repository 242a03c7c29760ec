"""Build the files of a release: `python -m tools.release VERSION`, after `sam build`.

Writes to dist/ the built template with its functions, the Python package, and SHA256SUMS of both, and to
.build/release-notes.md the version's section of CHANGELOG.md.
"""

import re
import subprocess
import sys
import tomllib
from hashlib import sha256
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from samtranslator.yaml_helper import yaml_parse

from tools import ROOT

BUILT = ROOT / ".aws-sam" / "build"
NOTES = ROOT / ".build" / "release-notes.md"


def stated_versions() -> set[str]:
    """Return the versions in pyproject.toml and in the template's metadata."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    template = yaml_parse((ROOT / "template.yaml").read_text())
    return {project["version"], template["Metadata"]["AWS::ServerlessRepo::Application"]["SemanticVersion"]}


def read_notes(version: str) -> str:
    """Return the section of a version in CHANGELOG.md.

    Raises ValueError if there is none, or if there are unreleased changes.
    """
    _, unreleased, *released = re.split(r"^## ", (ROOT / "CHANGELOG.md").read_text(), flags=re.MULTILINE)
    if unreleased.strip() != "Unreleased":
        raise ValueError("CHANGELOG.md has entries under Unreleased.")
    for section in released:
        heading, _, text = section.partition("\n")
        if heading.split(" ")[0] == version:
            return text.strip() + "\n"
    raise ValueError(f"CHANGELOG.md has no section for {version}.")


def built_files() -> dict[str, bytes]:
    """Return the files for `sam deploy`, by name: the built template, its functions, and its licence and readme."""
    files = {str(path.relative_to(BUILT)): path.read_bytes() for path in sorted(BUILT.rglob("*")) if path.is_file()}
    # SAM has written their paths in this checkout.
    files["template.yaml"] = re.sub(rb"(LicenseUrl|ReadmeUrl): .*/", rb"\1: ", files["template.yaml"])
    return files | {name: (ROOT / name).read_bytes() for name in ("LICENSE", "README.md")}


def pack(files: dict[str, bytes], archive: Path) -> None:
    """Pack files into a reproducible archive: the same content gives the same bytes."""
    with ZipFile(archive, "w") as packed:
        for name, content in files.items():
            packed.writestr(ZipInfo(name), content, ZIP_DEFLATED)


def checksums(directory: Path) -> str:
    """Return the SHA-256 of each file in a directory, in the format of `sha256sum --check`."""
    return "".join(f"{sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in sorted(directory.iterdir()))


def main(version: str) -> None:
    """Build the files, unless the stated versions differ from `version`."""
    if stated_versions() != {version}:
        sys.exit(f"The release is {version}, but pyproject.toml and template.yaml state {sorted(stated_versions())}.")
    NOTES.parent.mkdir(exist_ok=True)
    NOTES.write_text(read_notes(version))
    dist = ROOT / "dist"
    dist.mkdir()
    pack(built_files(), dist / f"callfire-postbacks-{version}-aws.zip")
    wheel = ["wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(dist), str(ROOT)]
    subprocess.run([sys.executable, "-m", "pip", *wheel], check=True)
    (dist / "SHA256SUMS").write_text(checksums(dist))
    print(f"{dist}:", *(file.name for file in sorted(dist.iterdir())))


if __name__ == "__main__":
    main(*sys.argv[1:])
