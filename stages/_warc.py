"""The bytes of web archives: where records begin, and what a server's answer holds under its encodings."""

import io
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fastwarc.warc import ArchiveIterator, WarcRecordType

_GZIP_MAGIC = b"\x1f\x8b\x08"
_WINDOW = 1 << 20
_CHUNK_HEAD = re.compile(rb"\s*([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n")


class UndecodableError(ValueError):
    """The body is not what its headers say, or grows beyond the limit; the message says which."""


def next_record(path: Path, offset: int) -> int:
    """Where the first gzip member at or after `offset` begins that holds a WARC record; the file's size if none does.

    An uncompressed archive has no members: only its first record is found.
    """
    if offset == 0:
        return 0
    size = path.stat().st_size
    with path.open("rb") as file:
        while offset < size:
            file.seek(offset)
            window = file.read(_WINDOW)
            at = window.find(_GZIP_MAGIC)
            while at >= 0:
                if _opens_record(file, offset + at):
                    return offset + at
                at = window.find(_GZIP_MAGIC, at + 1)
            # Two bytes overlap, so that a magic number across the window's end is seen.
            offset += max(len(window) - 2, 1) if len(window) == _WINDOW else len(window)
    return size


def _opens_record(file: io.BufferedReader, offset: int) -> bool:
    file.seek(offset)
    try:
        return zlib.decompressobj(wbits=31).decompress(file.read(512), 16).startswith(b"WARC/")
    except zlib.error:
        return False


def responses(path: Path, start: int, end: int) -> Iterator[tuple[int, Any | None]]:
    """Each response record of the range with its place in the file; None stands for what cannot be read at a place.

    Reading goes on at the next record that can be found.
    """
    size = path.stat().st_size
    while start < end:
        at = start
        is_damaged = True
        with path.open("rb") as file:
            file.seek(start)
            try:
                for record in ArchiveIterator(file, fsspec_args=False, quirks_mode=True):
                    at = record.stream_pos
                    # In the last range the position is no guide: it means nothing where all records are one member.
                    if at >= end and end < size:
                        return
                    is_damaged = False
                    if record.record_type == WarcRecordType.response:
                        yield at, record
            except OSError:
                is_damaged = True
        # The iterator may also just stop at what is no record; what follows it is then still unread.
        start = next_record(path, at + 1)
        if is_damaged or start < end:
            yield at, None


def decode_body(body: bytes, *, transfer: str, encoding: str, limit: int) -> bytes:
    """The body without chunking and compression; crawlers often undo either and leave the header, so bytes decide."""
    if "chunked" in transfer.lower():
        body = _unchunked(body)
    if body.startswith(_GZIP_MAGIC):
        return _inflated(body, wbits=31, limit=limit)
    is_plain = body.lstrip()[:1] == b"<"
    if "deflate" in encoding.lower() and not is_plain:
        wbits = 15 if body[:1] == b"\x78" else -15
        return _inflated(body, wbits=wbits, limit=limit)
    if encoding.strip().lower() in ("br", "zstd") and not is_plain:
        raise UndecodableError(f"content encoding {encoding.strip()} is not supported")
    return body


def _inflated(body: bytes, *, wbits: int, limit: int) -> bytes:
    stream = zlib.decompressobj(wbits=wbits)
    try:
        data = stream.decompress(body, limit + 1)
    except zlib.error as error:
        raise UndecodableError(f"compressed body is damaged: {error}") from error
    if len(data) <= limit and not stream.eof:
        raise UndecodableError("compressed body ends too early")
    return data


def _unchunked(body: bytes) -> bytes:
    """The chunks joined; the body itself where it does not begin with a chunk."""
    chunks: list[bytes] = []
    at = 0
    while head := _CHUNK_HEAD.match(body, at):
        size = int(head.group(1), 16)
        if not size:
            return b"".join(chunks)
        chunks.append(body[head.end() : head.end() + size])
        at = head.end() + size
    return b"".join(chunks) if chunks else body
