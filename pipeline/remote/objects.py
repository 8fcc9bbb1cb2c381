"""The objects of a remote store by name: read, sent, created if absent, replaced if unchanged.

Any file system of fsspec will do. What makes a store safe for several machines is that an object is created only where
there is none, and replaced only where nobody else has: S3 and what speaks its language do both in one step. In a folder
of the machine (`file://`) a link creates; elsewhere it is as good as the file system's own exclusive mode.
"""

import hashlib
import os
import uuid
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from pipeline import files
from pipeline.errors import StoreError, TracemillError
from pipeline.redaction import shown
from pipeline.remote.place import FINAL, OBJECT_STORES, Trouble, opened, patiently, scheme_of
from pipeline.remote.standing import Standing

T = TypeVar("T")
R = TypeVar("R")
THREADS = 8
_final: ContextVar[Container[Trouble]] = ContextVar("final", default=FINAL)


@dataclass(frozen=True)
class Remote:
    """A remote store. Picklable: its URL travels, credentials are found where it is used.

    Methods raise `StoreError` for what is refused, and `OutageError` when a service does not answer for long.
    """

    url: str

    def __reduce__(self) -> tuple[Any, ...]:
        return Remote, (self.url,)

    def __str__(self) -> str:
        return shown(self.url)

    @cached_property
    def _opened(self) -> tuple[Any, str]:
        system, path = opened(self.url)
        return system, path.rstrip("/")

    @property
    def system(self) -> Any:
        return self._opened[0]

    @property
    def is_s3(self) -> bool:
        return scheme_of(self.url) in ("s3", "s3a")

    @property
    def is_folder(self) -> bool:
        return bool(getattr(self.system, "local_file", False))

    def at(self, name: str) -> str:
        return f"{self._opened[1]}/{name}"

    def read(self, name: str) -> bytes | None:
        """The content of an object; None where there is none. By name, which is sure where listings lag behind."""
        return self._asked(name, lambda: self._cat(name))

    def _cat(self, name: str) -> bytes:
        at_once = {"max_concurrency": 1} if self.is_s3 else {}  # it would ask for the size first
        return bytes(self.system.cat_file(self.at(name), **at_once))

    def standing(self, name: str) -> Standing | None:
        return self._asked(name, lambda: Standing.of(self.system.info(self.at(name))))

    def fetch(self, name: str, target: Path) -> bool:
        """Copies an object to a local file; False where there is none."""
        return bool(self._asked(name, lambda: self.system.get_file(self.at(name), str(target)) or True))

    def find(self, prefix: str) -> dict[str, Standing]:
        """What a listing shows below a prefix, by names relative to it. What is new may be missing in it."""
        start = str(self.system._strip_protocol(self.at(prefix))).rstrip("/") + "/"
        found = self._asked(prefix, lambda: self._listed("find", prefix)) or {}
        inside = ((name, info) for name, info in found.items() if name.startswith(start) and not name.endswith(".tmp"))
        return {name.removeprefix(start): Standing.of(info) for name, info in inside}

    def folders(self, prefix: str) -> list[str]:
        """The names one level below a prefix under which there are more."""
        found = self._asked(prefix, lambda: self._listed("ls", prefix)) or []
        return sorted(one["name"].rstrip("/").rpartition("/")[2] for one in found if one["type"] == "directory")

    def _listed(self, how: str, prefix: str) -> Any:
        self.system.invalidate_cache()
        return getattr(self.system, how)(self.at(prefix), detail=True)

    # Writing

    def send(self, path: Path, name: str) -> Standing:
        """Puts a local file there; returns when it is known to have arrived whole."""
        return self._acted(name, lambda: self._put(name, path))

    def write(self, name: str, data: bytes) -> None:
        self._acted(name, lambda: self._pipe(name, data))

    def create(self, name: str, data: bytes) -> bool:
        """Writes an object where there is none; False where there is another than just this."""
        return self._if_still(name, data, lambda: self._create(name, data))

    def swap(self, name: str, data: bytes, standing: Standing) -> bool:
        """Replaces an object that stands as it did; False where it does not."""
        return self._if_still(name, data, lambda: self._swap(name, data, standing))

    def remove(self, names: Iterable[str]) -> None:
        """Removes objects; what is not there need not be removed."""
        many(lambda name: self._asked(name, lambda: self.system.rm_file(self.at(name))), list(names))

    def _if_still(self, name: str, data: bytes, write: Callable[[], None]) -> bool:
        try:
            self._acted(name, write, may_be_there=True)
        except FileExistsError:
            return self.read(name) == data  # ours, where the answer to a first try was lost
        return True

    def _put(self, name: str, path: Path) -> Standing:
        if self.is_folder:
            self._whole(name, lambda target: self.system.put_file(str(path), target))
        else:
            self._make_folder(name)
            self.system.put_file(str(path), self.at(name))
        found, size = Standing.of(self.system.info(self.at(name))), path.stat().st_size
        if found.size != size:
            raise ConnectionError(f"{found.size:,} bytes of {size:,} arrived")
        if self.is_s3 and found.tag_is_md5 and found.tag != _md5(path) and not self._reads_as(name, path):
            raise ConnectionError("it arrived damaged")
        return found

    def _reads_as(self, name: str, path: Path) -> bool:
        """The tag of what is encrypted on arrival is no digest of what was sent; what is read back tells."""
        return self._cat(name) == path.read_bytes()

    def _pipe(self, name: str, data: bytes, **condition: Any) -> None:
        if self.is_folder:
            self._whole(name, lambda target: self.system.pipe_file(target, data))
        else:
            self._make_folder(name)
            self.system.pipe_file(self.at(name), data, **condition)

    def _create(self, name: str, data: bytes) -> None:
        if not self.is_folder:
            self._pipe(name, data, mode="create")
            return
        temporary = self._temporary(name)
        try:
            temporary.write_bytes(data)
            files.fsync(temporary)
            os.link(temporary, self.at(name))
        finally:
            temporary.unlink(missing_ok=True)

    def _swap(self, name: str, data: bytes, standing: Standing) -> None:
        if self.is_s3:
            self._pipe(name, data, IfMatch=standing.tag)
        elif Standing.of(self.system.info(self.at(name))) != standing:
            raise FileExistsError(name)
        else:
            self._pipe(name, data)

    def _whole(self, name: str, write: Callable[[str], Any]) -> None:
        """In a folder a file appears whole, as an object does in a bucket."""
        temporary = self._temporary(name)
        try:
            write(str(temporary))
            files.fsync(temporary)
            temporary.replace(self.at(name))
            files.fsync(temporary.parent)
        finally:
            temporary.unlink(missing_ok=True)

    def _temporary(self, name: str) -> Path:
        target = Path(self.at(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        return target.with_name(f".{target.name}.{uuid.uuid4().hex}.tmp")

    def _make_folder(self, name: str) -> None:
        if scheme_of(self.url) not in OBJECT_STORES:
            self.system.makedirs(self.at(name).rpartition("/")[0], exist_ok=True)

    # Trouble

    def _asked(self, name: str, ask: Callable[[], T]) -> T | None:
        """None where there is no such object; `StoreError` where there is not even a bucket."""

        def asked() -> T | None:
            try:
                return ask()
            except FileNotFoundError as error:
                self._check_bucket(error)
                return None

        return self._acted(name, asked)

    def _acted(self, name: str, act: Callable[[], T], *, may_be_there: bool = False) -> T:
        try:
            return patiently(act, f"{self.url}/{name}", final=_final.get())
        except FileExistsError:
            if may_be_there:
                raise
            raise StoreError(f"{self}/{name} was changed by somebody else; run the same command again") from None
        except FileNotFoundError as error:
            self._check_bucket(error)
            raise StoreError(f"{self}/{name} is not there") from None
        except OSError as error:
            raise StoreError(f"{error.filename or self}: {error.strerror or error}") from None

    def _check_bucket(self, error: BaseException | None) -> None:
        while error is not None:
            response = getattr(error, "response", None)
            if isinstance(response, dict) and response.get("Error", {}).get("Code") == "NoSuchBucket":
                raise StoreError(f"{self}: there is no such bucket; make it, or name another --store") from None
            error = error.__cause__ or error.__context__


@contextmanager
def at_best() -> Iterator[None]:
    """For what ends a run that failed since nothing answers, or comes again soon: tried once, its errors not raised."""
    before = _final.set(frozenset(Trouble))
    try:
        with suppress(TracemillError):
            yield
    finally:
        _final.reset(before)


def many(fn: Callable[[T], R], items: Sequence[T]) -> list[R]:
    """Several at once, since they wait for a network; what one raises ends the rest."""
    if len(items) < 2:
        return [fn(item) for item in items]
    with ThreadPoolExecutor(min(THREADS, len(items))) as pool:
        try:
            return list(pool.map(fn, items))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _md5(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
