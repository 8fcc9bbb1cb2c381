"""Files of web archives: plain, in gzip members, or zstd; and where in them records begin.

Reading goes on behind any damage at the next record that can be found.
"""

import io
import re
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from fastwarc.stream_io import ZstdReader

from stages._warc_records import Capture, Damage, find_record, records
from stages._window import GZIP_MAGIC, DamagedError, Members, Window

_ZSTD_MAGIC = re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18")
_BUFFER = 1 << 20
_ZSTD_STEP = 1 << 10


def next_record(path: Path, offset: int) -> int:
    """Where the first record (or gzip member that holds one) at or after `offset` begins; the file's size if none does.

    Of an archive whose gzip members do not begin with records, and of a zstd archive, only the first is found.
    """
    with path.open("rb", buffering=_BUFFER) as file:
        return _next(file, path, offset)


def _next(file: BinaryIO, path: Path, offset: int) -> int:
    size = path.stat().st_size
    form = _form(file, path)
    if offset == 0 or form == "zstd":
        return size if offset else 0
    if form == "gzip":
        return _next_member(file, offset, size)
    # One byte back, for a record begins behind a line break.
    window = Window.of(file, offset - 1, size)
    return window.at if find_record(window) else size


def is_packed(path: Path) -> bool:
    with path.open("rb") as file:
        return _form(file, path) != "plain"


def captures(
    path: Path, start: int, end: int, *, limit: int, kinds: frozenset[str] = frozenset({"response"})
) -> Iterator[Capture | Damage]:
    """The records of these kinds that begin in a range of the file, and the damage met there, in order.

    A record of more than `limit` bytes is passed over without being held in memory.
    """
    with path.open("rb", buffering=_BUFFER) as file:
        form, size = _form(file, path), path.stat().st_size
        if form == "gzip":
            yield from _gzipped(file, start, end, size, limit=limit, kinds=kinds)
        elif form == "zstd":
            yield from records(Window(_unpacked_zstd(file)), "0", limit=limit, kinds=kinds)
        else:
            yield from records(Window.of(file, start, size), None, limit=limit, kinds=kinds, end=end)


def only_capture(data: bytes, *, limit: int) -> Capture | Damage | None:
    """The first response, or damage, in a piece cut out of an archive; None where there is neither."""
    file = io.BytesIO(data)
    is_packed = data.startswith(GZIP_MAGIC)
    window = Window(Members(file, 0, ends=lambda _: True).read) if is_packed else Window.of(file, 0, len(data))
    base = "0" if is_packed else None
    return next(iter(records(window, base, limit=limit, kinds=frozenset({"response"}))), None)


def _form(file: BinaryIO, path: Path) -> str:
    """The content decides, and the name where the content is damaged."""
    file.seek(0)
    magic = file.read(5)
    if magic.startswith(GZIP_MAGIC) or (path.suffix == ".gz" and magic != b"WARC/"):
        return "gzip"
    return "zstd" if _ZSTD_MAGIC.match(magic) else "plain"


def _unpacked_zstd(file: BinaryIO) -> Callable[[int], bytes]:
    file.seek(0)
    reader = ZstdReader(file)

    def read(amount: int) -> bytes:
        try:
            # In small steps: what a step has unpacked before it meets damage is lost.
            return bytes(reader.read(min(amount, _ZSTD_STEP)))
        except OSError as error:
            if error.errno:
                raise
            raise DamagedError(f"the packed data is damaged: {error}") from error

    return read


# Gzip members


def _gzipped(
    file: BinaryIO, start: int, end: int, size: int, *, limit: int, kinds: frozenset[str]
) -> Iterator[Capture | Damage]:
    while start < min(end, size):
        members = Members(file, start, ends=lambda place: _ends(file, place, size))
        window = Window(members.read)
        yield from records(window, str(start), limit=limit, kinds=kinds)
        start = members.end if members.end is not None else _next_member(file, start + 1, size)


def _ends(file: BinaryIO, place: int, size: int) -> bool:
    """Whether what is read as one stream ends at the end of a member: always but where a record runs across members."""
    begin = b"" if place >= size else _begin(file, place)
    return not begin or begin.startswith(b"WARC/")


def _next_member(file: BinaryIO, offset: int, size: int) -> int:
    while offset < size:
        file.seek(offset)
        window = file.read(_BUFFER)
        at = window.find(GZIP_MAGIC)
        while at >= 0:
            if _opens_record(file, offset + at):
                return offset + at
            at = window.find(GZIP_MAGIC, at + 1)
        # Two bytes overlap, so that a magic number across the window's end is seen.
        offset += max(len(window) - 2, 1) if len(window) == _BUFFER else len(window)
    return size


def _opens_record(file: BinaryIO, offset: int) -> bool:
    return _begin(file, offset).startswith(b"WARC/")


def _begin(file: BinaryIO, offset: int) -> bytes:
    """The first bytes of the gzip member at a place; none where there is no member."""
    file.seek(offset)
    try:
        return zlib.decompressobj(wbits=31).decompress(file.read(512), 16)
    except zlib.error:
        return b""
