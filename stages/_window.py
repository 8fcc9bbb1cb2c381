"""A binary stream read forwards with a look ahead, however it is packed: as it is, in gzip members, or with zstd.

Reading past damage is not an error here: the stream ends there, and `damage` says why. Memory stays within what was
looked ahead.
"""

import zlib
from collections.abc import Callable
from typing import BinaryIO

GZIP_MAGIC = b"\x1f\x8b\x08"
CHUNK = 1 << 16


class DamagedError(OSError):
    """The packed stream cannot be read further; the message says why."""


class Window:
    """`at` is the place of the next byte: in the file, or in what is unpacked from it."""

    def __init__(self, read: Callable[[int], bytes]):
        self._read = read
        self._buffer = bytearray()
        self._file: BinaryIO | None = None
        self._size = 0
        self.at = 0
        self.damage = ""

    @classmethod
    def of(cls, file: BinaryIO, start: int, size: int) -> "Window":
        """Over a file that is not packed: what is skipped is not read."""
        window = cls(file.read)
        window._file, window._size = file, size
        window.rewind(start)
        return window

    def rewind(self, at: int) -> bool:
        """Goes back to a place; False where the stream is packed and cannot."""
        if self._file is None:
            return False
        self._file.seek(at)
        self._buffer.clear()
        self.at = at
        return True

    def ahead(self, amount: int) -> bytes:
        """The next bytes, fewer where the stream ends before; the window stays where it is."""
        while len(self._buffer) < amount and not self.damage:
            try:
                data = self._read(max(CHUNK, amount - len(self._buffer)))
            except DamagedError as error:
                self.damage = str(error)
                break
            if not data:
                break
            self._buffer += data
        return bytes(memoryview(self._buffer)[:amount])

    def skip(self, amount: int) -> bool:
        """Moves on; False where the stream ends before."""
        goal = self.at + amount
        self._drop(amount)
        if self._file is not None and self.at < goal:
            return self.rewind(min(goal, self._size)) and self.at == goal
        while self.at < goal and self.ahead(min(goal - self.at, CHUNK)):
            self._drop(goal - self.at)
        return self.at == goal

    def _drop(self, amount: int) -> None:
        amount = min(amount, len(self._buffer))
        del self._buffer[:amount]
        self.at += amount


class Members:
    """Gzip members unpacked one after another, as one stream, from `offset` on.

    The stream ends with a member that `ends(place)`; `end` is then the place behind it. It also ends before a further
    member that is damaged, unless `is_whole` asks for all of them: then that is raised as damage in the first one is.
    """

    def __init__(self, file: BinaryIO, offset: int, *, ends: Callable[[int], bool], is_whole: bool = False):
        self._file = file
        self._first = self._start = self._offset = offset
        self._ends = ends
        self._is_whole = is_whole
        self._stream = zlib.decompressobj(wbits=31)
        self.end: int | None = None

    def read(self, amount: int) -> bytes:
        while self.end is None:
            try:
                data = self._stream.decompress(self._stream.unconsumed_tail or self._more(), amount)
            except (zlib.error, DamagedError) as error:
                if self._start > self._first and not self._is_whole:
                    self.end = self._start
                    break
                raise DamagedError(f"the packed data is damaged or cut off: {error}") from error
            if self._stream.eof:
                self._close_member()
            if data:
                return data
        return b""

    def _more(self) -> bytes:
        self._file.seek(self._offset)
        packed = self._file.read(CHUNK)
        if not packed:
            raise DamagedError("the file ends amid it")
        self._offset += len(packed)
        return packed

    def _close_member(self) -> None:
        self._start = self._offset = self._offset - len(self._stream.unused_data)
        if self._ends(self._start):
            self.end = self._start
        self._stream = zlib.decompressobj(wbits=31)
