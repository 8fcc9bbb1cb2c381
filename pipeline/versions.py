"""Immutable versions of an export: `<exports>/<name>/v0001`, `v0002`, ..., and `latest` beside them."""

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline import files
from pipeline.data_sets import holding
from pipeline.errors import ConfigError, StoreError
from pipeline.file_digests import FileDigests
from pipeline.remote.path import RemotePath
from pipeline.remote.place import is_address
from pipeline.version_manifest import form_problems

MANIFEST = "manifest.json"
# From this format on a manifest lists every file of its version, and `index/` holds the digest of every row.
LISTS_ALL = 2
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

    @property
    def is_latest(self) -> bool:
        if isinstance(self.path, RemotePath):
            from pipeline.remote.publishing import latest_elsewhere  # built on this module

            return latest_elsewhere(self.path.parent) == self.path
        return (self.path.parent / "latest").resolve() == self.path.resolve()

    def made(self) -> datetime:
        """When its content was built."""
        return datetime.fromtimestamp((self.path / MANIFEST).stat().st_mtime, UTC)

    def bytes(self) -> int:
        if isinstance(self.path, RemotePath):
            return sum(facts.size or 0 for facts in self.path.files_below().values())
        return sum(path.stat().st_size for path in held(self.path).values())

    def manifest(self) -> dict[str, Any]:
        return read_manifest(self.path)


def read_manifest(path: Path) -> dict[str, Any]:
    """Raises `StoreError` where it is missing, damaged or none of ours."""
    try:
        manifest = files.read_json(path / MANIFEST)
    except FileNotFoundError:
        raise StoreError(f"{path}/{MANIFEST} is missing: it is no whole version; remove {path} and run again") from None
    except StoreError as error:
        raise StoreError(f"{path}/{MANIFEST} is damaged ({error.__cause__}); remove {path} and run again") from error
    if problems := list(form_problems(manifest)):
        raise StoreError(f"{path}/{MANIFEST} does not describe a version: {'; '.join(problems[:3])}")
    return dict(manifest)


def held(path: Path) -> dict[str, Path]:
    """The files of a version's folder by their names relative to it."""
    return {str(file.relative_to(path)): file for file in sorted(path.rglob("*")) if file.is_file()}


def versions(folder: Path) -> list[Version]:
    """The versions in an export's folder, oldest first."""
    if isinstance(folder, RemotePath):
        from pipeline.remote.publishing import versions_elsewhere

        return versions_elsewhere(folder)
    found = [(match, path) for path in folder.glob("v*") if (match := _NAME.fullmatch(path.name))]
    return sorted((Version(path, int(match[1])) for match, path in found), key=lambda version: version.number)


def publish(built: Path, folder: Path, *, is_trial: bool = False) -> Version:
    """Copies a built export to a new version, or returns the version that already has its content.

    What is `latest` stays so where this is but a trial. Raises `StoreError` where that version's files, or those that
    were built, are no longer what it was made of.
    """
    if isinstance(folder, RemotePath):
        from pipeline.remote.publishing import publish_elsewhere

        return publish_elsewhere(built, folder, is_trial=is_trial)
    digest = read_manifest(built)["digest"]
    with files.exclusive(folder / ".lock", f"export {folder.name!r}"):
        for half in folder.glob(".v*.tmp"):  # of a publisher that was killed
            shutil.rmtree(half, ignore_errors=True)
        known = versions(folder)
        for version in known:
            if version.manifest()["digest"] == digest:
                _check_whole(version)
                _point_latest(folder, version.path.name, is_trial=is_trial)
                return version
        number = known[-1].number + 1 if known else 1
        path = folder / f"v{number:04d}"
        _copy_read_only(built, path)
        _point_latest(folder, path.name, is_trial=is_trial)
        return Version(path, number, is_new=True)


def _check_whole(version: Version) -> None:
    """Files that have not changed since they were last read are not read again."""
    digests = FileDigests(version.path.parent / ".digests.json")
    told = _damage(version.path, digests)
    with suppress(StoreError):  # it only saves time
        digests.save()
    if told:
        raise StoreError(
            f"{version.label} has the content of this run by its manifest, but not by its files: {told}; "
            f"remove {version.path} and run again to have it published anew"
        )


def _damage(path: Path, digest_of: Callable[[Path], str]) -> str:
    """In one line; nothing where all is well, or the manifest lists no files."""
    problems = damaged(path, digest_of=digest_of) if "files" in read_manifest(path) else []
    return "; ".join(problems[:3]) + (f"; and {len(problems) - 3} more" if len(problems) > 3 else "")


def _copy_read_only(built: Path, path: Path) -> None:
    temporary = path.with_name(f".{path.name}.tmp")
    with files.storing(path):
        digests = _copied(built, temporary)
        if told := _damage(temporary, digests.__getitem__):
            raise StoreError(f"{built} is damaged: {told}; remove {built.parent} and run again to have it built anew")
        for file in temporary.rglob("*"):
            if file.is_file():
                file.chmod(0o444)
        files.put_folder(temporary, path)


def _copied(built: Path, folder: Path) -> dict[Path, str]:
    """Copies a folder's files, two at a time, and returns the digests of the copies, taken on the way."""
    places = {file: folder / name for name, file in held(built).items()}
    for place in places.values():
        place.parent.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(2) as threads:
        return dict(zip(places.values(), threads.map(files.copy, places.keys(), places.values()), strict=True))


def _point_latest(folder: Path, name: str, *, is_trial: bool) -> None:
    if is_trial:  # without a link the newest is taken
        return
    temporary = folder / ".latest.tmp"
    with files.storing(folder / "latest"):
        temporary.unlink(missing_ok=True)
        temporary.symlink_to(name)
        temporary.replace(folder / "latest")


def resolve(where: str | Path, *, exports: Path = Path("exports")) -> Path:
    """The folder of a version as `located` finds it; of one that lies elsewhere, its copy in the cache.

    Raises `ConfigError` when there is none, `StoreError` where what lies elsewhere is damaged.
    """
    from pipeline.remote.pulling import pulled

    return pulled(located(where, exports=exports))


def located(where: str | Path, *, exports: Path = Path("exports")) -> Path:
    """Where a version is, given as a path, as `NAME@v0003`, or as `NAME`: what its last run gave, else the newest.

    A path may lead to the data set's folder, and be an address. Raises `ConfigError` when there is none.
    """
    path = Path(str(where).removeprefix("file://"))
    for given in (path, path / "latest"):
        if (given / MANIFEST).exists():
            return given.resolve()
    copies = [version.path for version in versions(path) if (version.path / MANIFEST).exists()]
    if copies and not (path / "latest").exists():  # pushed there, where nothing was run
        return copies[-1].resolve()
    if is_address(str(where)) or isinstance(exports, RemotePath):
        from pipeline.remote.publishing import version_elsewhere

        return version_elsewhere(str(where), exports)
    name, _, label = str(where).partition("@")
    named = exports / name / (label or "latest")
    is_label = label in ("", "latest") or _NAME.fullmatch(label)  # `demo@../..` names no version of it
    if name and is_label and (named / MANIFEST).exists():
        return named.resolve()
    known = versions(exports / name) if name else []
    if known and not label and not named.exists():  # a copy, where nothing was run
        return known[-1].path.resolve()
    labels = ", ".join(version.path.name for version in known)
    place = f"{exports.absolute()}; versions: {labels}" if labels else holding(exports, name)
    raise ConfigError(f"{where} is neither a dataset version's folder nor NAME[@vNNNN] in {place}")


def _unread(amount: int) -> None:
    pass


def damaged(
    path: Path,
    *,
    digest_of: Callable[[Path], str] = files.file_digest,
    advance: Callable[[int], None] = _unread,
) -> list[str]:
    """How a version's files differ from what its manifest says; `advance` is told the bytes of each that was read."""
    manifest = read_manifest(path)
    listed = manifest.get("files")
    if not isinstance(listed, dict):
        raise StoreError(f"{path}/{MANIFEST} lists no files")
    found = held(path)
    problems = []
    for name, facts in sorted(listed.items()):
        if name not in found:
            problems.append(f"{name} is missing")
            continue
        problems += _differences(name, found[name], facts, digest_of)
        advance(found[name].stat().st_size)
    if manifest.get("format", 1) >= LISTS_ALL:
        problems += [f"{name} is not in the manifest" for name in found.keys() - listed.keys() - {MANIFEST}]
    return problems


def _differences(name: str, file: Path, facts: Any, digest_of: Callable[[Path], str]) -> Iterator[str]:
    facts = facts if isinstance(facts, Mapping) else {"sha256": facts}
    size = file.stat().st_size
    if facts.get("bytes", size) != size:
        yield f"{name} has {size:,} bytes, not {facts['bytes']:,}"
    elif digest_of(file) != facts["sha256"]:
        yield f"{name} differs from its digest"
