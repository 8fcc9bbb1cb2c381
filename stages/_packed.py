"""Files as they are or gzipped, opened by their path so that a path that leads elsewhere is read as it comes."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

# What reading raises where what is packed is damaged or cut off, unlike a disk or a file table at fault.
DAMAGED = (gzip.BadGzipFile, EOFError, zlib.error)


@contextmanager
def unpacked(path: Path, *, is_packed: bool) -> Iterator[BinaryIO]:
    with path.open("rb") as file:
        if not is_packed:
            yield cast(BinaryIO, file)
            return
        with gzip.open(file) as inner:
            yield cast(BinaryIO, inner)
