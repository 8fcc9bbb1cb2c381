"""What was paid for: one line per finished request, durable before anyone sees the answer.

    {"key": "9f2c...", "request": {...}, "answer": {...}, "crc": "5d41402a"}

A request is known by the digest of (model digest, payload), never by a position or an artifact. The request stands in
its line so that a journal can be replayed by what was asked; lines of before it did are read as well, and so are those
without a sum over them. Each process appends to a file of its own; a torn last line, left by a crash, is dropped when
the journal is read.
"""

import asyncio
import fcntl
import os
import time
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import orjson

from pipeline import files
from pipeline.errors import StoreError, TracemillError
from pipeline.fingerprint import digest_of
from pipeline.places import Places

OPENING = b'{"key":"'
KEY_END = len(OPENING) + 64
SUM = b',"crc":"'
CLOSING = b'"}\n'
OFFSET_BITS = 44  # files of up to 16 TB, a million of them
READERS = 64
# Where other machines see the journal, it goes there in parts of about this size, or when one is this old.
SEGMENT_BYTES = 8 << 20
SEGMENT_S = 60.0


def request_key(model: str, payload: Mapping[str, Any]) -> str:
    return digest_of({"model": model, "request": payload})


class Spill(Protocol):
    """Takes files that are closed to where other machines see them."""

    def catch_up(self) -> None: ...

    def take(self, path: Path) -> None: ...

    def settle(self) -> None:
        """Returns when all that was taken is there."""


class Journal:
    """The answers of one model. The index holds a place per key, not the answers, so memory stays small."""

    def __init__(self, root: Path, model: str, spill: Callable[[Path], Spill] | None = None) -> None:
        self.model = model
        self.folder = root / digest_of(model)[:20]
        self.index = Places()
        self.paths: list[Path] = []
        self.readers: dict[int, BinaryIO] = {}
        self.pending: list[tuple[bytes, bytes, asyncio.Future[None]]] = []
        self.flushing: asyncio.Task[None] | None = None
        self.stream: BinaryIO | None = None
        self.size = 0
        self.spill = spill(self.folder) if spill else None
        self.due = 0.0
        self.timer: asyncio.TimerHandle | None = None
        with files.storing(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
        if self.spill:
            self.spill.catch_up()
        for path in sorted(self.folder.glob("*.jsonl")):
            self._load(path)

    def _load(self, path: Path) -> None:
        base = len(self.paths) << OFFSET_BITS
        self.paths.append(path)
        offset = 0
        with path.open("rb", buffering=1 << 20) as stream:
            for line in stream:
                if (key := _key_in(line)) is not None:
                    self.index.add(key, base + offset)
                offset += len(line)

    def __len__(self) -> int:
        return len(self.index)

    def get(self, key: str) -> Mapping[str, Any] | None:
        """The recorded answer's payload, or None."""
        for place in self.index.of(bytes.fromhex(key)):
            number, offset = place >> OFFSET_BITS, place & ((1 << OFFSET_BITS) - 1)
            if (answer := _answer_in(self._line(number, offset), key)) is not None:
                return answer
        return None

    def _line(self, number: int, offset: int) -> bytes:
        path, reader = self.paths[number], self.readers.get(number)
        try:
            if reader is None:
                if len(self.readers) >= READERS:
                    self.readers.pop(next(iter(self.readers))).close()
                reader = self.readers[number] = path.open("rb")
            reader.seek(offset)
            return reader.readline()
        except OSError as error:
            raise StoreError(f"cannot read {path}: {error.strerror}; run the same command again") from error

    async def put(self, key: str, request: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
        """Returns when the line is on disk; lines that arrive meanwhile share one sync.

        Raises `StoreError` where it cannot be written; what else was on its way goes to a file of its own.
        """
        line = _sealed(orjson.dumps({"key": key, "request": request, "answer": answer}))
        done = asyncio.get_running_loop().create_future()
        self.pending.append((bytes.fromhex(key), line, done))
        if self.flushing is None or self.flushing.done():
            self.flushing = asyncio.create_task(self._flush())
        if self.spill and self.timer is None:
            self.timer = asyncio.get_running_loop().call_later(SEGMENT_S, self._on_time)
        await done

    async def _flush(self) -> None:
        while self.pending:
            batch, self.pending = self.pending, []
            try:
                await asyncio.to_thread(self._append, b"".join(line for _, line, _ in batch))
            except (TracemillError, RuntimeError, MemoryError) as error:  # without threads or memory nothing is written
                for _, _, done in batch:
                    if not done.done():
                        done.set_exception(error)
                with suppress(OSError):  # of a disk that is known to be in trouble
                    self._close_stream()  # a line may be torn: what comes next goes to a file of its own
                continue
            base = (len(self.paths) - 1) << OFFSET_BITS
            for key, line, done in batch:
                self.index.add(key, base + self.size)
                self.size += len(line)
                if not done.done():
                    done.set_result(None)

    def _append(self, block: bytes) -> None:
        with files.storing(self.folder):
            if self.stream is None:
                self._open()
            assert self.stream is not None
            written = 0
            while written < len(block):
                written += self.stream.write(block[written:])
            os.fdatasync(self.stream.fileno())
        if self.spill and (self.size + written >= SEGMENT_BYTES or time.monotonic() >= self.due):
            self._hand_over()

    def _open(self) -> None:
        name = f"{time.strftime('%Y%m%dT%H%M%S', time.gmtime())}-{os.getpid()}-{time.monotonic_ns():x}.jsonl"
        self.paths.append(self.folder / name)
        self.stream, self.size = self.paths[-1].open("xb", buffering=0), 0
        self.due = time.monotonic() + SEGMENT_S
        fcntl.flock(self.stream, fcntl.LOCK_EX)  # so that nobody takes it for one that was left
        files.fsync(self.folder)

    def _hand_over(self) -> None:
        """What comes next goes to a file of its own."""
        if self.stream is not None and self.spill:
            self._close_stream()
            self.spill.take(self.paths[-1])

    def _on_time(self) -> None:
        """Lines that nothing follows do not wait for it."""
        self.timer = None
        if self.flushing is None or self.flushing.done():
            self._hand_over()

    async def close(self) -> None:
        """Lets a write that is under way end first: what it writes is paid for."""
        if self.flushing is not None:
            await asyncio.gather(self.flushing, return_exceptions=True)
        for stream in self.readers.values():
            stream.close()
        self.readers.clear()
        if self.spill:
            if self.timer:
                self.timer.cancel()
            self._hand_over()
            await asyncio.to_thread(self.spill.settle)
        self._close_stream()

    def _close_stream(self) -> None:
        stream, self.stream = self.stream, None
        if stream is not None:
            stream.close()


def _sealed(said: bytes) -> bytes:
    """As a line, with a sum over what was said before it."""
    body = said[:-1]
    return body + SUM + b"%08x" % zlib.crc32(body) + CLOSING


def _is_whole(line: bytes) -> bool:
    """False where a line is not what was written, however well it reads."""
    body, found, seal = line.rpartition(SUM)
    return not found or len(seal) != 8 + len(CLOSING) or seal == b"%08x" % zlib.crc32(body) + CLOSING


def _key_in(line: bytes) -> bytes | None:
    """The digest a whole line is about, cut out where it begins as lines do; None for what is damaged or torn."""
    if not line.endswith(b"}\n"):
        return None
    try:
        if line.startswith(OPENING) and line[KEY_END : KEY_END + 2] == b'",':
            return bytes.fromhex(line[len(OPENING) : KEY_END].decode())
        return bytes.fromhex(orjson.loads(line)["key"])
    except (KeyError, TypeError, ValueError):
        return None


def _answer_in(line: bytes, key: str) -> Mapping[str, Any] | None:
    """The answer of a line about `key`; None for another line, or a damaged one: the request is asked again."""
    try:
        said = orjson.loads(line)
        answer: Mapping[str, Any] | None = said["answer"] if said["key"] == key and _is_whole(line) else None
    except (KeyError, TypeError, ValueError):
        return None
    return answer if isinstance(answer, dict) else None
