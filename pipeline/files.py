"""Writes that are whole or absent: temporary sibling, fsync, rename, fsync of the folder. Locks that die with us."""

import errno
import fcntl
import hashlib
import json
import os
import secrets
import shutil
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from pipeline.errors import StoreError, StoreLockedError

WHY = {
    errno.ENOSPC: "the disk is full; free space and run the same command again, finished work is kept",
    errno.EDQUOT: "the disk quota is used up; free space and run the same command again, finished work is kept",
    errno.EFBIG: "the file size limit is reached; raise it and run the same command again, finished work is kept",
    errno.EACCES: "permission denied; choose another folder with --store or mend its rights",
    errno.EPERM: "permission denied; choose another folder with --store or mend its rights",
    errno.EROFS: "the file system is read-only; choose another folder with --store",
    errno.EMFILE: "too many open files; raise the limit (ulimit -n) and run the same command again",
    errno.ENFILE: "the machine has too many open files; run the same command again with fewer --workers",
    errno.ENOTDIR: "a file stands where a folder is needed; choose another folder with --store",
}
TORN_S = 3600.0
_CHUNK = 1 << 20


def _unquestioned() -> None:
    pass


# Called before a file gets its name or loses it. Raises in an attempt that has been given up for another.
right: ContextVar[Callable[[], None]] = ContextVar("right", default=_unquestioned)


@contextmanager
def storing(path: Path) -> Iterator[None]:
    """Turns an operating-system error on a store path into a `StoreError` that says what to do."""
    try:
        yield
    except OSError as error:
        raise unwritable(error, path) from error


def unwritable(error: OSError, path: Path) -> StoreError:
    reason = WHY.get(error.errno or 0, error.strerror or str(error))
    return StoreError(f"cannot write {error.filename or path}: {reason}")


def write_atomic(path: Path, write: Callable[[Path], None]) -> None:
    """Calls `write(temporary)`, then puts the file at `path` at once; a crash leaves either nothing or all of it."""
    # Workers of several machines may have the same number, and one taken for dead may write beside its heir.
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(6)}.tmp")
    with storing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            write(temporary)
            fsync(temporary)
            right.get()()
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        fsync(path.parent)


def sweep(temporaries: Iterable[Path]) -> None:
    """Removes those of `write_atomic` that belong to nobody any more, for small files: none takes an hour to write."""
    for path in temporaries:
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < time.time() - TORN_S:
                path.unlink()


def fsync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_json(path: Path, value: Any) -> None:
    write_bytes(path, json_bytes(value))


def json_bytes(value: Any) -> bytes:
    return (json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def write_text(path: Path, text: str) -> None:
    write_bytes(path, text.encode())


def write_bytes(path: Path, data: bytes) -> None:
    def write(temporary: Path) -> None:
        temporary.write_bytes(data)

    write_atomic(path, write)


def read_json(path: Path) -> Any:
    """Raises `StoreError` naming the file when it is not JSON; `FileNotFoundError` when it is not there."""
    data = path.read_bytes()
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise StoreError(f"{path} is damaged ({error}); remove it and run again") from error


def file_digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def copy(source: Path, target: Path) -> str:
    """Copies the content of a file and returns its digest, for which it is not read a second time."""
    digest = hashlib.sha256()
    with source.open("rb") as given, target.open("xb") as out:
        while chunk := given.read(_CHUNK):
            digest.update(chunk)
            out.write(chunk)
    return digest.hexdigest()


def tree_digest(folder: Path, *, without: frozenset[str] = frozenset()) -> str:
    """Digest over the sorted (relative path, sha256) pairs of a folder's files, but those named in `without`."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    entries = [[str(path.relative_to(folder)), file_digest(path)] for path in files if path.name not in without]
    return hashlib.sha256(orjson.dumps(entries)).hexdigest()


def put_folder(source: Path, target: Path) -> None:
    """Moves a finished folder into place; what stood there before is removed."""
    with storing(target):
        for path in (source, *source.rglob("*")):
            if path.is_file() or path.is_dir():
                fsync(path)
        right.get()()
        if target.exists():
            shutil.rmtree(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        source.replace(target)
        fsync(target.parent)


@contextmanager
def exclusive(path: Path, what: str, *, instead: str = "") -> Iterator[None]:
    """Holds an advisory lock that the kernel drops when this process dies; a second taker is told who holds it.

    `instead` is what the message offers besides waiting.
    """
    with storing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 1000, 0).decode(errors="replace") or "another process"
            way_out = f"wait for it, or {instead}" if instead else "wait for it"
            raise StoreLockedError(f"{what} is being written by {holder}; {way_out}") from None
        os.ftruncate(descriptor, 0)
        since = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        os.pwrite(descriptor, f"process {os.getpid()} on {socket.gethostname()} since {since}".encode(), 0)
        yield
    finally:
        os.close(descriptor)
