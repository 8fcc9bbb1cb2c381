"""Versions below an address, `<exports>/<name>/vNNNN`, published by several machines at once without a lock.

```
<name>/.claims/v0003   which version the number is for; created only if absent, so a number is given once
<name>/v0003/...       its files; manifest.json last, created only if absent
<name>/latest          what the last run gave: `v0003`
```

A claim says the digest of its manifest: whoever publishes just that goes on with what is there, anybody else takes the
next number. A publisher that never came back leaves a number without a manifest, which is no version.
"""

import hashlib
import json
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from pipeline.errors import ConfigError, StoreError
from pipeline.files import file_digest
from pipeline.remote.objects import Remote, many
from pipeline.remote.path import RemotePath, path_of
from pipeline.remote.place import is_address
from pipeline.remote.standing import Standing
from pipeline.versions import MANIFEST, Version, damaged, held, read_manifest

CLAIMS, LATEST = ".claims", "latest"
_NAME = re.compile(r"v(\d{4,})")


@dataclass(frozen=True)
class _Known:
    """What a listing shows of a data set: the objects of each number, and the numbers that are claimed."""

    files: Mapping[int, Mapping[str, Standing]]
    claimed: frozenset[int]

    @property
    def whole(self) -> list[int]:
        return sorted(number for number, files in self.files.items() if MANIFEST in files)

    @property
    def next(self) -> int:
        return max((*self.files, *self.claimed), default=0) + 1


def publish_elsewhere(built: Path, folder: RemotePath, *, is_trial: bool = False) -> Version:
    """Sends a built export as a new version, or returns the version that already has its content.

    What an earlier try left unfinished is completed. Raises `StoreError`.
    """
    remote, data = Remote(folder.address), (built / MANIFEST).read_bytes()
    digest = read_manifest(built)["digest"]
    if problems := damaged(built):
        raise StoreError(f"{built} is damaged: {'; '.join(problems[:3])}; remove {built.parent} and run again")
    known = _known(remote)
    number = _same(folder, remote, known, known.whole, digest)
    is_new = number is None
    if number is None:
        number = _claimed(remote, known, data)
        _send(remote, built, number, known.files.get(number, {}))
        meanwhile = _known(remote)
        others = [other for other in meanwhile.whole if other not in known.whole and other != number]
        same = _same(folder, remote, meanwhile, others, digest)
        if same is not None:  # another was faster; what was sent stays without a manifest, which is no version
            number, is_new = same, False
        elif not remote.create(f"{_label(number)}/{MANIFEST}", data):
            raise StoreError(f"{folder}/{_label(number)} is another version by now; run again to get the next number")
    if not is_trial:
        remote.write(LATEST, f"{_label(number)}\n".encode())
    return Version(folder / _label(number), number, is_new=is_new)


def versions_elsewhere(folder: RemotePath) -> list[Version]:
    """Those that are whole, oldest first."""
    return [Version(folder / _label(number), number) for number in _known(Remote(folder.address)).whole]


def latest_elsewhere(folder: RemotePath) -> Path | None:
    """What the last run gave, else the newest; None where there is no version."""
    named = (Remote(folder.address).read(LATEST) or b"").decode(errors="replace").strip()
    known = [version.path for version in versions_elsewhere(folder)]
    return next((path for path in known if path.name == named), known[-1] if known else None)


def version_elsewhere(where: str, exports: Path) -> Path:
    """A version by its address, by that of its data set, or by NAME[@vNNNN] in exports elsewhere.

    Raises `ConfigError` where there is none.
    """
    if is_address(where):
        given = path_of(where)
        if Remote(where).standing(MANIFEST):
            return given
        exports, name = given.parent, given.name
    else:
        name = where
    name, _, label = name.partition("@")
    known = {version.path.name: version.path for version in versions_elsewhere(_folder(exports / name))}
    found = known.get(label) if label else latest_elsewhere(_folder(exports / name))
    if found is None:
        labels = ", ".join(known) or "none"
        what = f"version {label}" if label else "data set"
        raise ConfigError(f"there is no {what} at {exports / name}; versions: {labels}")
    return found


def _folder(path: Path) -> RemotePath:
    assert isinstance(path, RemotePath)
    return path


def _label(number: int) -> str:
    return f"v{number:04d}"


def _known(remote: Remote) -> _Known:
    files: dict[int, dict[str, Standing]] = {}
    claimed = set()
    for name, standing in remote.find("").items():
        top, _, inner = name.partition("/")
        if top == CLAIMS and (match := _NAME.fullmatch(inner)):
            claimed.add(int(match[1]))
        elif inner and (match := _NAME.fullmatch(top)):
            files.setdefault(int(match[1]), {})[inner] = standing
    return _Known(files, frozenset(claimed))


def _same(folder: RemotePath, remote: Remote, known: _Known, numbers: list[int], digest: str) -> int | None:
    """The version among these that has a content; raises `StoreError` where files of it are gone or cut."""
    for number, data in zip(numbers, many(lambda n: remote.read(f"{_label(n)}/{MANIFEST}"), numbers), strict=True):
        try:
            manifest = json.loads(data or b"{}")
        except ValueError:  # damaged: `versions` tells
            continue
        if not isinstance(manifest, dict) or manifest.get("digest") != digest:
            continue
        wrong = _missing(manifest.get("files", {}), known.files[number])
        if wrong:
            place = f"{folder}/{_label(number)}"
            raise StoreError(
                f"{place} has the content of this run by its manifest, but {wrong[0]} is not what was published; "
                f"remove {place} and run again to have it published anew"
            )
        return number
    return None


def _missing(listed: Mapping[str, Any], there: Mapping[str, Standing]) -> list[str]:
    return [
        name for name, told in listed.items()
        if name not in there or there[name].size != told.get("bytes", there[name].size)
    ]  # fmt: skip


def _claimed(remote: Remote, known: _Known, manifest: bytes) -> int:
    """A number that nobody else sends to: one that was claimed for just this version, or a new one."""
    claim = json.dumps({"manifest": hashlib.sha256(manifest).hexdigest()}).encode()
    unfinished = sorted(known.claimed - {*known.whole})
    for number in unfinished:
        if remote.read(f"{CLAIMS}/{_label(number)}") == claim:
            return number
    return next(number for number in count(known.next) if remote.create(f"{CLAIMS}/{_label(number)}", claim))


def _send(remote: Remote, built: Path, number: int, there: Mapping[str, Standing]) -> None:
    """All files but the manifest; those that arrived before are not sent again."""
    files = {name: file for name, file in held(built).items() if name != MANIFEST}

    def send(name: str) -> None:
        place, standing = f"{_label(number)}/{name}", there.get(name)
        if standing is None or not _is_there(remote, place, standing, files[name]):
            remote.send(files[name], place)

    many(send, list(files))


def _is_there(remote: Remote, place: str, standing: Standing, file: Path) -> bool:
    if standing.size != file.stat().st_size:
        return False
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "copy")
        return remote.fetch(place, copy) and file_digest(copy) == file_digest(file)
