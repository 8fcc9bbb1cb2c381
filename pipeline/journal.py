"""What was paid for: one line per finished request, durable before anyone sees the answer.

A request is known by the digest of (model digest, payload), never by a position or an artifact. Each process appends to
a file of its own; a torn last line, left by a crash, is dropped when the journal is read.
"""

import asyncio
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from pipeline import files
from pipeline.errors import TracemillError
from pipeline.fingerprint import digest_of


def request_key(model: str, payload: Mapping[str, Any]) -> str:
    return digest_of({"model": model, "request": payload})


class Journal:
    """The answers of one model. The index holds a place per key, not the answers, so memory stays small."""

    def __init__(self, root: Path, model: str) -> None:
        self.model = model
        self.folder = root / digest_of(model)[:20]
        self.index: dict[bytes, tuple[int, int, int]] = {}
        self.paths: list[Path] = []
        self.readers: dict[int, BinaryIO] = {}
        self.pending: list[tuple[bytes, bytes, asyncio.Future[None]]] = []
        self.flushing: asyncio.Task[None] | None = None
        self.stream: BinaryIO | None = None
        self.size = 0
        with files.storing(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
        for path in sorted(self.folder.glob("*.jsonl")):
            self._load(path)

    def _load(self, path: Path) -> None:
        number = len(self.paths)
        self.paths.append(path)
        offset = 0
        with path.open("rb") as stream:
            for line in stream:
                if line.endswith(b"\n"):
                    self._index(line, number, offset)
                offset += len(line)

    def _index(self, line: bytes, number: int, offset: int) -> None:
        try:
            key = bytes.fromhex(orjson.loads(line)["key"])
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
            return  # a line torn by a crash and continued by nothing: the request is simply asked again
        self.index.setdefault(key, (number, offset, len(line)))

    def __len__(self) -> int:
        return len(self.index)

    def get(self, key: str) -> Mapping[str, Any] | None:
        """The recorded answer's payload, or None."""
        place = self.index.get(bytes.fromhex(key))
        if place is None:
            return None
        number, offset, length = place
        if number not in self.readers:
            self.readers[number] = self.paths[number].open("rb")
        self.readers[number].seek(offset)
        answer: Mapping[str, Any] = orjson.loads(self.readers[number].read(length))["answer"]
        return answer

    async def put(self, key: str, answer: Mapping[str, Any]) -> None:
        """Returns when the line is on disk; lines that arrive meanwhile share one fsync."""
        line = orjson.dumps({"key": key, "answer": answer}) + b"\n"
        done = asyncio.get_running_loop().create_future()
        self.pending.append((bytes.fromhex(key), line, done))
        if self.flushing is None or self.flushing.done():
            self.flushing = asyncio.create_task(self._flush())
        await done

    async def _flush(self) -> None:
        while self.pending:
            batch, self.pending = self.pending, []
            try:
                await asyncio.to_thread(self._append, b"".join(line for _, line, _ in batch))
            except TracemillError as error:
                self._close_stream()  # a line may be torn: what comes next goes to a file of its own
                for _, _, done in batch:
                    if not done.done():
                        done.set_exception(error)
                continue
            for key, line, done in batch:
                self.index[key] = (len(self.paths) - 1, self.size, len(line))
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
            os.fsync(self.stream.fileno())

    def _open(self) -> None:
        name = f"{time.strftime('%Y%m%dT%H%M%S', time.gmtime())}-{os.getpid()}-{time.monotonic_ns():x}.jsonl"
        self.paths.append(self.folder / name)
        self.stream, self.size = self.paths[-1].open("xb", buffering=0), 0
        files.fsync(self.folder)

    async def close(self) -> None:
        """Lets a write that is under way end first: what it writes is paid for."""
        if self.flushing is not None:
            await asyncio.gather(self.flushing, return_exceptions=True)
        for stream in self.readers.values():
            stream.close()
        self.readers.clear()
        self._close_stream()

    def _close_stream(self) -> None:
        if self.stream is not None:
            self.stream.close()
        self.stream = None
