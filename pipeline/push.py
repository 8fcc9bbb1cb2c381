"""Copies a version of a data set elsewhere: to any address fsspec knows, or to the hub.

A copy is whole or no version: what is sent is checked before, what arrived is read back, and the manifest goes last.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Set
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import ConfigError, StoreError
from pipeline.files import file_digest
from pipeline.redaction import shown, without_secrets
from pipeline.remote.place import OBJECT_STORES, failures, opened
from pipeline.versions import MANIFEST, Version, damaged, held

THREADS = 4
CHUNK = 8 << 20
Advance = Callable[[int], None]


@dataclass(frozen=True)
class Pushed:
    """Where the version lies now; files that were there already were not sent again."""

    place: str
    sent: int
    kept: int
    bytes: int


def _unseen(amount: int) -> None:
    pass


def push(
    path: Path,
    to: str,
    *,
    private: bool = False,
    message: str | None = None,
    overwrite: bool = False,
    storage_options: Mapping[str, Any] | None = None,
    advance: Advance = _unseen,
) -> Pushed:
    """Puts a version below an address, as `<to>/<name>/vNNNN`, or into a data set of the hub, as a tag `vNNNN`.

    An address of the hub is `hf://datasets/ORG/NAME` or `hub:ORG/NAME`; `private` and `message` are for the hub alone.
    What an earlier push left unfinished is completed. Raises `StoreError` where the version is damaged, another one is
    there already (unless `overwrite`), or the other side fails. `advance` is told of bytes that are there.
    """
    if not to.strip():
        raise ConfigError("the address to push to is empty")
    if to.startswith(("http://", "https://")):
        raise ConfigError(f"{shown(to)}: nothing is written to the web; name a folder, s3://bucket/sets or hf://...")
    problems = [*damaged(path), *_links(path)]
    if problems:
        raise StoreError(f"{path} is damaged and was not pushed: {'; '.join(problems)}")
    repository = _repository(to)
    # The hub's client wraps what fails in its threads, and refuses what it takes for malformed.
    with _plainly(to, (RuntimeError, ValueError) if repository else ()):
        if repository:
            from pipeline.push_hub import push_to_hub

            return push_to_hub(path, repository, private=private, message=message, overwrite=overwrite, advance=advance)
        return _Target.at(to, path, storage_options or {}).receive(path, overwrite=overwrite, advance=advance)


def _links(path: Path) -> Iterator[str]:
    """What is sent is the version's own, whatever its manifest lists."""
    inside = path.resolve()
    for name, file in held(path).items():
        if not file.resolve().is_relative_to(inside):
            yield f"{name} is a link to a file that is not of the version"


def _repository(to: str) -> str | None:
    for beginning in ("hf://datasets/", "hub:"):
        if to.startswith(beginning):
            name = to.removeprefix(beginning).strip("/")
            if name.count("/") != 1 or "@" in name:
                raise ConfigError(f"{to} names no data set of the hub; write {beginning}ORG/NAME")
            return name
    return None


@contextmanager
def _plainly(to: str, also: tuple[type[Exception], ...]) -> Iterator[None]:
    """Failures of the other side as a `StoreError` without credentials."""
    try:
        yield
    except (NotADirectoryError, FileExistsError) as error:
        found = error.filename or shown(to)
        raise StoreError(f"{found}: a file stands where a folder is needed; push to another place") from None
    except (*failures(), *also) as error:
        causes = [error, error.__cause__] if error.__cause__ else [error]
        said = "; ".join(f"{type(one).__name__}: {without_secrets(str(one), to)}" for one in causes)
        raise StoreError(f"{shown(to)}: {said}; what arrived is kept, push again to go on") from None


def _label(path: Path) -> str:
    return f"{Version(path, 0).label} of {path.parent}"


def _some(names: Set[str]) -> str:
    return ", ".join(sorted(names)[:3]) + (", ..." if len(names) > 3 else "")


class _Target:
    """A version's place on another file system."""

    def __init__(self, system: Any, root: str, place: str) -> None:
        self.system, self.root, self.place = system, root, place
        protocols = system.protocol if isinstance(system.protocol, tuple) else (system.protocol,)
        self.holds_objects = not OBJECT_STORES.isdisjoint(protocols)

    @classmethod
    def at(cls, to: str, path: Path, options: Mapping[str, Any]) -> "_Target":
        system, root = opened(to, **options)
        below = f"{path.parent.name}/{path.name}"
        target = cls(system, f"{str(root).rstrip('/')}/{below}", f"{shown(to).rstrip('/')}/{below}")
        if target.holds_objects and not str(root).strip("/"):
            raise ConfigError(f"{shown(to)} names no bucket")
        return target

    def receive(self, path: Path, *, overwrite: bool, advance: Advance) -> Pushed:
        """All files but the manifest, then the manifest."""
        files = held(path)
        manifest = files.pop(MANIFEST)
        there = self._sizes()
        foreign = there.keys() - files.keys() - {MANIFEST}
        if MANIFEST in there and self._read(MANIFEST) != manifest.read_bytes():
            self._refuse(f"is another version than {_label(path)}", overwrite=overwrite)
            self.system.rm_file(self._at(MANIFEST))  # from here on what is there is no version any more
            there.pop(MANIFEST)
        elif foreign:
            self._refuse(f"holds files that are not of {_label(path)}: {_some(foreign)}", overwrite=overwrite)
        with ThreadPoolExecutor(THREADS) as pool:
            try:
                sent = list(pool.map(lambda name: self._put(name, files[name], there.get(name), advance), files))
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
        for name in foreign:
            self.system.rm_file(self._at(name))
        is_sent = self._put(MANIFEST, manifest, there.get(MANIFEST), advance)
        total = sum(file.stat().st_size for file in (*files.values(), manifest))
        return Pushed(self.place, sum(sent) + is_sent, len(sent) - sum(sent) + (not is_sent), total)

    def _refuse(self, fact: str, *, overwrite: bool) -> None:
        if not overwrite:
            raise StoreError(f"{self.place} {fact}; push elsewhere, or add --overwrite to replace it")

    def _put(self, name: str, file: Path, size: int | None, advance: Advance) -> bool:
        """Whether it had to be sent; raises `StoreError` where something else than was sent arrived."""
        wanted, length = file_digest(file), file.stat().st_size
        is_there = size == length and self._digest(name) == wanted
        if not is_there:
            if not self.holds_objects:
                self.system.makedirs(self._at(name).rpartition("/")[0], exist_ok=True)
            self.system.put_file(str(file), self._at(name))
            if self._digest(name) != wanted:
                raise StoreError(f"{self.place}/{name} is not what was sent; push again")
        advance(length)
        return not is_there

    def _sizes(self) -> dict[str, int]:
        """Files that are there by their names, as they are now."""
        self.system.invalidate_cache()
        try:
            found = self.system.find(self.root, detail=True)
        except FileNotFoundError:
            return {}
        start = self.system._strip_protocol(self.root).rstrip("/") + "/"
        return {name.removeprefix(start): facts["size"] for name, facts in found.items() if name.startswith(start)}

    def _at(self, name: str) -> str:
        return f"{self.root}/{name}"

    def _read(self, name: str) -> bytes:
        return bytes(self.system.cat_file(self._at(name)))

    def _digest(self, name: str) -> str:
        digest = hashlib.sha256()
        with self.system.open(self._at(name), "rb", block_size=CHUNK) as stream:
            while part := stream.read(CHUNK):
                digest.update(part)
        return digest.hexdigest()
