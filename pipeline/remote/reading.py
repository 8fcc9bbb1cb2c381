"""Reading what lies elsewhere while a shard is read: files are held to what they were, copies go with the shard.

A file is read by ranges that are asked for anew where the connection breaks. Of a server that knows no ranges it is
fetched whole, into a file without a name.
"""

import hashlib
import io
import shutil
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar, Token
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import IO, Any, TypeVar

from pipeline.errors import ConfigError, InputChangedError, OutageError
from pipeline.remote.path import RemotePath
from pipeline.remote.place import ASKED_AT_ONCE, WEB, opened, patiently, scheme_of
from pipeline.remote.standing import Standing

T = TypeVar("T")

# What is asked for at once: little where somebody looks around in a file, more and more where one reads on.
LEAST, MOST = 256 << 10, 8 << 20
_BUFFER = 128 << 10


class Reading:
    """While a node reads a shard, or cuts its files into shards.

    On leaving, the files that were opened are asked for once more: raises `InputChangedError` where one is another by
    then, whatever else was raised. `scratch` is where copies go, if it is there.
    """

    def __init__(self, node: str, scratch: Path | None = None) -> None:
        self.node = node
        self._scratch = scratch
        self._folder: Path | None = None
        self._opened: dict[RemotePath, Standing] = {}
        self._copies: dict[RemotePath, Path] = {}
        self._lock = RLock()
        self._token: Token[Reading | None] | None = None

    def __enter__(self) -> "Reading":
        self._token = _READING.set(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._token is not None
        _READING.reset(self._token)
        told = isinstance(error, (OutageError, InputChangedError))
        try:
            if error is None or (isinstance(error, Exception) and not told):
                self._check_all()
        finally:
            if self._folder:
                shutil.rmtree(self._folder, ignore_errors=True)

    def _check_all(self) -> None:
        if len(self._opened) < 2:
            for path in self._opened:
                self.check(path)
            return
        with ThreadPoolExecutor(ASKED_AT_ONCE) as threads:
            list(threads.map(self.check, self._opened))

    def standing(self, path: RemotePath) -> Standing:
        """As of the moment at which it was opened first."""
        with self._lock:
            if path not in self._opened:
                found = self.plainly(path.standing)
                if path.mark and found.mark and found.mark != path.mark:
                    raise self._changed(path)
                self._opened[path] = found
            return self._opened[path]

    def check(self, path: RemotePath) -> None:
        """Raises `InputChangedError` where the file is not what it was when it was opened."""
        try:
            now = self.plainly(path.standing)
        except FileNotFoundError:
            raise self._changed(path) from None
        if now != self._opened.get(path, now):
            raise self._changed(path)

    def _changed(self, path: RemotePath) -> InputChangedError:
        return InputChangedError(f"{self.node}: {path} changed while it was read; run again to read it anew")

    def plainly(self, call: Callable[[], T]) -> T:
        """What is refused stops the node: it is no fact about the file that a reader may write down."""
        try:
            return call()
        except FileNotFoundError:
            raise
        except OSError as error:
            raise ConfigError(f"{self.node}: {error.filename}: {error.strerror}") from None
        except OutageError as error:
            raise OutageError(f"{self.node}: {error}") from None

    def copy(self, path: RemotePath) -> Path:
        with self._lock:
            if path not in self._copies:
                if self._folder is None:
                    within = self._scratch if self._scratch and self._scratch.is_dir() else None
                    self._folder = Path(tempfile.mkdtemp(prefix="tracemill-", dir=within))
                target = self._folder / str(len(self._copies)) / path.name
                target.parent.mkdir()
                with opened_for_reading(path) as source, target.open("xb") as out:
                    shutil.copyfileobj(source, out, MOST)
                self._copies[path] = target
            return self._copies[path]


_READING: ContextVar[Reading | None] = ContextVar("reading", default=None)


def local_copy(path: RemotePath) -> Path:
    """A file of this machine with its content and its name, until the shard is read."""
    reading = _READING.get()
    if reading is None:
        raise ConfigError(f"{path} is no file of this machine; fetch it first, and name the file")
    return reading.copy(path)


def standing_of(path: RemotePath) -> Standing:
    reading = _READING.get()
    return path.standing() if reading is None else reading.standing(path)


def opened_for_reading(path: RemotePath) -> io.BufferedReader:
    return io.BufferedReader(_RangeFile(path, _READING.get()), _BUFFER)


def content_digest(path: RemotePath) -> str:
    """sha256 of what it holds, which is read for it."""
    with opened_for_reading(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _RangeFile(io.RawIOBase):
    """Holds the last piece that was fetched, so that small steps back and forth cost nothing."""

    def __init__(self, path: RemotePath, reading: Reading | None) -> None:
        self._path, self._reading = path, reading
        self._size = standing_of(path).size
        self._at = self._from = 0
        self._piece = b""
        self._whole: IO[bytes] | None = None
        if self._size is None:
            self._fetch_whole()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size or 0}[whence]
        self._at = max(start + offset, 0)
        return self._at

    def close(self) -> None:
        if self._whole:
            self._whole.close()
        self._piece = b""
        super().close()

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer)
        wanted = min(len(view), (self._size or 0) - self._at)
        if wanted <= 0:
            return 0
        data = self._read(wanted)
        view[: len(data)] = data
        self._at += len(data)
        return len(data)

    def _read(self, wanted: int) -> bytes:
        offset = self._at - self._from
        if not (self._whole or 0 <= offset < len(self._piece)):
            goes_on = bool(self._piece) and offset == len(self._piece)
            ahead = min(2 * len(self._piece), MOST) if goes_on else LEAST
            assert self._size is not None
            self._fetch(self._at, min(self._at + max(wanted, ahead, LEAST), self._size))
            offset = 0
        if self._whole:
            self._whole.seek(self._at)
            return self._whole.read(wanted)
        return self._piece[offset : offset + wanted]

    def _fetch(self, start: int, end: int) -> None:
        try:
            piece = self._patiently(lambda: self._range(start, end))
        except ValueError:  # no ranges there
            self._fetch_whole()
        else:
            self._from, self._piece = start, piece

    def _patiently(self, call: Callable[[], T]) -> T:
        def asked() -> T:
            return patiently(call, self._path.address)

        return asked() if self._reading is None else self._reading.plainly(asked)

    def _range(self, start: int, end: int) -> bytes:
        system, path = opened(self._path.address)
        if scheme_of(self._path.address) in WEB:
            # With a size given no request is made to learn it, and what ignores ranges is not read to its end.
            with system.open(path, "rb", size=end, cache_type="none") as file:
                file.seek(start)
                data = bytes(file.read(end - start))
        else:
            data = bytes(system.cat_file(path, start=start, end=end))
        if len(data) != end - start:
            if self._reading is not None:
                self._reading.check(self._path)
            raise ConnectionError(f"{len(data)} of {end - start} bytes came")
        return data

    def _fetch_whole(self) -> None:
        whole = tempfile.TemporaryFile()  # noqa: SIM115  # it is closed with this file

        def fetch() -> None:
            system, path = opened(self._path.address)
            whole.seek(0)
            whole.truncate()
            system.get_file(path, whole)

        self._patiently(fetch)
        self._whole, self._size, self._piece = whole, whole.seek(0, io.SEEK_END), b""
