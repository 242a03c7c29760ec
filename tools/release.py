"""Makes what a release holds: `python -m tools.release VERSION`, after `sam build`.

Writes to dist/ the built template with its functions, the Python package, and SHA256SUMS of both.
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


def stated_versions() -> set[str]:
    """Return the versions that pyproject.toml and the template's metadata state."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    template = yaml_parse((ROOT / "template.yaml").read_text())
    return {project["version"], template["Metadata"]["AWS::ServerlessRepo::Application"]["SemanticVersion"]}


def built_files() -> dict[str, bytes]:
    """Return what `sam deploy` needs, by name: the built template, its functions, and the two texts that it names."""
    files = {str(path.relative_to(BUILT)): path.read_bytes() for path in sorted(BUILT.rglob("*")) if path.is_file()}
    # SAM has written where the two lie in this checkout.
    files["template.yaml"] = re.sub(rb"(LicenseUrl|ReadmeUrl): .*/", rb"\1: ", files["template.yaml"])
    return files | {name: (ROOT / name).read_bytes() for name in ("LICENSE", "README.md")}


def pack(files: dict[str, bytes], archive: Path) -> None:
    """Pack files into an archive that is the same for the same content."""
    with ZipFile(archive, "w") as packed:
        for name, content in files.items():
            packed.writestr(ZipInfo(name), content, ZIP_DEFLATED)


def checksums(directory: Path) -> str:
    """Return the SHA-256 of each file in a directory, in the form that `sha256sum --check` reads."""
    return "".join(f"{sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in sorted(directory.iterdir()))


def main(version: str) -> None:
    """Make the files, unless the version is not the one that is stated everywhere."""
    if stated_versions() != {version}:
        sys.exit(f"The release is {version}, but pyproject.toml and template.yaml state {sorted(stated_versions())}.")
    dist = ROOT / "dist"
    dist.mkdir()
    pack(built_files(), dist / f"callfire-postbacks-{version}-aws.zip")
    wheel = ["wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(dist), str(ROOT)]
    subprocess.run([sys.executable, "-m", "pip", *wheel], check=True)
    (dist / "SHA256SUMS").write_text(checksums(dist))
    print(f"{dist}:", *(file.name for file in sorted(dist.iterdir())))


if __name__ == "__main__":
    main(*sys.argv[1:])
