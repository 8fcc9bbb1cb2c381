"""Lines by byte ranges: one big file is read in parallel without being counted first. Lines end at line feeds alone."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

_SKIP = 1 << 20
_BOM = b"\xef\xbb\xbf"


def byte_ranges(size: int, step: int) -> list[tuple[int, int]]:
    """A line belongs to the range in which it begins, so ranges need not know where lines do."""
    return [(start, min(start + step, size)) for start in range(0, size, step)]


def lines_between(path: Path, start: int, end: int, *, max_bytes: int) -> Iterator[tuple[int, bytes | None]]:
    """Each line that begins in the range with its place in the file; None for one of more than `max_bytes`."""
    with path.open("rb") as file:
        at = start
        if start:
            file.seek(start - 1)
            at = start - 1 + _rest_of_line(file)
        for line, length in _lines(file, max_bytes):
            if at >= end:
                return
            yield at, line.removeprefix(_BOM) if line and at == 0 else line
            at += length


def numbered_lines(file: BinaryIO, *, max_bytes: int) -> Iterator[tuple[int, bytes | None]]:
    """Each line of a stream with its number from 1."""
    for number, (line, _) in enumerate(_lines(file, max_bytes), start=1):
        yield number, line.removeprefix(_BOM) if line and number == 1 else line


def _lines(file: BinaryIO, max_bytes: int) -> Iterator[tuple[bytes | None, int]]:
    while line := file.readline(max_bytes + 1):
        if len(line) > max_bytes and not line.endswith(b"\n"):
            yield None, len(line) + _rest_of_line(file)
        else:
            yield line, len(line)


def _rest_of_line(file: BinaryIO) -> int:
    """Reads to behind the next line feed; the number of bytes read."""
    length = 0
    while piece := file.readline(_SKIP):
        length += len(piece)
        if piece.endswith(b"\n"):
            break
    return length
