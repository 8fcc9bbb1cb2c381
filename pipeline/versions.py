"""Immutable versions of an export: `<exports>/<name>/v0001`, `v0002`, ..., and `latest` beside them."""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline import files
from pipeline.errors import ConfigError, StoreError

_NAME = re.compile(r"v(\d{4,})")


@dataclass(frozen=True)
class Version:
    """One version; `is_new` says whether the call that returned it made it."""

    path: Path
    number: int
    is_new: bool = False

    @property
    def label(self) -> str:
        return f"{self.path.parent.name}@{self.path.name}"

    def manifest(self) -> dict[str, Any]:
        return _manifest(self.path)


def _manifest(path: Path) -> dict[str, Any]:
    try:
        return dict(files.read_json(path / "manifest.json"))
    except FileNotFoundError:
        raise StoreError(f"{path}/manifest.json is missing, so {path} is no whole version; remove it") from None


def versions(folder: Path) -> list[Version]:
    """The versions in an export's folder, oldest first."""
    found = [(match, path) for path in folder.glob("v*") if (match := _NAME.fullmatch(path.name))]
    return sorted((Version(path, int(match[1])) for match, path in found), key=lambda version: version.number)


def publish(built: Path, folder: Path) -> Version:
    """Copies a built export to a new version, or returns the version that already has its content."""
    digest = files.read_json(built / "manifest.json")["digest"]
    with files.exclusive(folder / ".lock", f"export {folder.name!r}"):
        known = versions(folder)
        for version in known:
            if version.manifest()["digest"] == digest:
                _point_latest(folder, version.path.name)
                return version
        number = known[-1].number + 1 if known else 1
        path = folder / f"v{number:04d}"
        _copy_read_only(built, path)
        _point_latest(folder, path.name)
        return Version(path, number, is_new=True)


def _copy_read_only(built: Path, path: Path) -> None:
    temporary = path.with_name(f".{path.name}.tmp")
    with files.storing(path):
        shutil.rmtree(temporary, ignore_errors=True)
        shutil.copytree(built, temporary)
        for file in temporary.rglob("*"):
            if file.is_file():
                file.chmod(0o444)
        files.put_folder(temporary, path)


def _point_latest(folder: Path, name: str) -> None:
    temporary = folder / ".latest.tmp"
    with files.storing(folder / "latest"):
        temporary.unlink(missing_ok=True)
        temporary.symlink_to(name)
        temporary.replace(folder / "latest")


def resolve(where: str | Path, *, exports: Path = Path("exports")) -> Path:
    """The folder of a version given as a path, as `NAME` (what its last run gave) or as `NAME@v0003`.

    Raises `ConfigError` when there is none.
    """
    path = Path(where)
    if (path / "manifest.json").exists():
        return path.resolve()
    name, _, label = str(where).partition("@")
    named = exports / name / (label or "latest")
    if name and (named / "manifest.json").exists():
        return named.resolve()
    known = versions(exports / name)
    labels = ", ".join(version.path.name for version in known) or "none"
    raise ConfigError(
        f"{where} is neither a dataset version's folder nor NAME[@vNNNN] in {exports}; versions: {labels}"
    )


def damaged(path: Path) -> list[str]:
    """What is wrong with a version's files against the digests in its manifest; empty when all is well."""
    listed = _manifest(path).get("files")
    if not isinstance(listed, dict):
        raise StoreError(f"{path}/manifest.json lists no files")
    problems = []
    for name, facts in sorted(listed.items()):
        wanted = facts["sha256"] if isinstance(facts, dict) else facts
        if not (path / name).exists():
            problems.append(f"{name} is missing")
        elif files.file_digest(path / name) != wanted:
            problems.append(f"{name} differs from its digest")
    return problems
