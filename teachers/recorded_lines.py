"""The lines of a recording, found again by key: their places are held in memory and their texts are not."""

import gzip
import shutil
import tempfile
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

import orjson

from teachers.errors import TeacherConfigError
from teachers.recorded_rows import COLUMNS

# A place is one number: file and offset. Recordings have less than this many bytes in a file.
OFFSET_BITS = 44
BATCH_ROWS = 256
MAX_LINE_BYTES = 64 << 20


class Place(NamedTuple):
    """Where one answer stands. `sample` orders the answers under one key, `part` counts within the line."""

    sample: int
    line: int
    part: int


@dataclass
class RecordedLines:
    """An index of lines over open files. A million lines take some 200 MB, however long they are."""

    files: list[BinaryIO] = field(default_factory=list)
    index: dict[bytes, "array[int]"] = field(default_factory=dict)

    def read(self, path: Path) -> Iterator[tuple[int, bytes]]:
        """All lines of a file, unpacked, with the numbers under which `line` gives them again.

        Raises `TeacherConfigError` for a line longer than any answer.
        """
        file, number, offset = opened(path), len(self.files), 0
        self.files.append(file)
        for line in iter(lambda: file.readline(MAX_LINE_BYTES + 1), b""):
            if len(line) > MAX_LINE_BYTES:
                raise TeacherConfigError(f"{path}, byte {offset}: a line of more than {MAX_LINE_BYTES >> 20} MiB")
            yield (number << OFFSET_BITS) + offset, line
            offset += len(line)

    def put(self, key: bytes, place: Place) -> None:
        self.index.setdefault(key, array("q")).extend(place)

    def count(self, key: bytes) -> int:
        return len(self.index.get(key, ())) // len(Place._fields)

    def places(self, key: bytes) -> list[Place]:
        """In the order of samples, then of lines."""
        flat = self.index.get(key, array("q"))
        return sorted(map(Place, flat[0::3], flat[1::3], flat[2::3]))

    def line(self, number: int) -> bytes:
        file = self.files[number >> OFFSET_BITS]
        file.seek(number & ((1 << OFFSET_BITS) - 1))
        return file.readline()

    def close(self) -> None:
        for file in self.files:
            file.close()


def first_line(path: Path) -> bytes:
    """As much of it as an answer has: a file need not have lines."""
    with path.open("rb") as file:
        return file.readline(MAX_LINE_BYTES)


def opened(path: Path) -> BinaryIO:
    """The lines of a file as bytes one can seek in; what is compressed or in columns is unpacked to a nameless file."""
    if path.suffix == ".parquet":
        return _from_parquet(path)
    if path.suffix != ".gz":
        return path.open("rb")
    unpacked = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115  # it is the caller's to close
    with gzip.open(path, "rb") as packed:
        shutil.copyfileobj(packed, unpacked)
    unpacked.seek(0)
    return unpacked


def _from_parquet(path: Path) -> BinaryIO:
    import pyarrow.parquet as pq

    lines = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115
    with pq.ParquetFile(path, pre_buffer=False) as file:
        names = file.schema_arrow.names
        # Without a known column all are read, so that the error can say what was found.
        columns = [name for name in names if name in COLUMNS] or None
        for batch in file.iter_batches(batch_size=BATCH_ROWS, columns=columns):
            lines.writelines(orjson.dumps(row, default=str) + b"\n" for row in batch.to_pylist())
    lines.seek(0)
    return lines
