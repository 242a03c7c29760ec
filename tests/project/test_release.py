"""tools/release.py: the contents of a release."""

import hashlib
from pathlib import Path
from zipfile import ZipFile

import pytest

from tools import release


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Create a minimal result of `sam build`."""
    directory = tmp_path / "built"
    (directory / "ReceiveFunction").mkdir(parents=True)
    (directory / "ReceiveFunction" / "handler.py").write_text("pass")
    (directory / "template.yaml").write_text("    LicenseUrl: ../../LICENSE\n    ReadmeUrl: ../../README.md\n")
    monkeypatch.setattr(release, "BUILT", directory)
    return directory


@pytest.mark.usefixtures("built")
def test_archive_can_be_deployed_anywhere(tmp_path: Path) -> None:
    """The archive holds template, functions and texts under the names that the template uses, and is reproducible."""
    archives = [tmp_path / "one.zip", tmp_path / "two.zip"]
    for archive in archives:
        release.pack(release.built_files(), archive)
    with ZipFile(archives[0]) as packed:
        assert packed.read("ReceiveFunction/handler.py") == b"pass"
        assert packed.read("template.yaml") == b"    LicenseUrl: LICENSE\n    ReadmeUrl: README.md\n"
        assert {"LICENSE", "README.md"} <= set(packed.namelist())
    assert archives[0].read_bytes() == archives[1].read_bytes()


def test_checksums_are_those_of_the_files(built: Path) -> None:
    """Each file has a line that `sha256sum --check` accepts."""
    expected = hashlib.sha256((built / "template.yaml").read_bytes()).hexdigest()
    (built / "ReceiveFunction" / "handler.py").unlink()
    (built / "ReceiveFunction").rmdir()
    assert release.checksums(built) == f"{expected}  template.yaml\n"


def test_notes_are_the_section_of_the_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The notes of a release are its section of the changelog; a release with unreleased changes fails."""
    changelog = tmp_path / "CHANGELOG.md"
    changelog.write_text(
        "# Changelog\n\n## Unreleased\n\n## 1.1.0 (2026-12-01)\n\n- New.\n\n## 1.0.0 (2026-11-26)\n\nOld.\n"
    )
    monkeypatch.setattr(release, "ROOT", tmp_path)
    assert release.read_notes("1.1.0") == "- New.\n"
    with pytest.raises(ValueError, match=r"no section for 1\.2\.0"):
        release.read_notes("1.2.0")
    changelog.write_text("# Changelog\n\n## Unreleased\n\n- Newer.\n")
    with pytest.raises(ValueError, match="under Unreleased"):
        release.read_notes("1.1.0")


def test_one_version_is_stated() -> None:
    """The package and the template have the same version, and no other can be released."""
    assert len(release.stated_versions()) == 1
    with pytest.raises(SystemExit, match=r"The release is 0\.0\.0"):
        release.main("0.0.0")
