"""Files as they are or gzipped, opened by their path so that a path that leads elsewhere is read as it comes."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast


@contextmanager
def unpacked(path: Path, *, is_packed: bool) -> Iterator[BinaryIO]:
    with path.open("rb") as file:
        if not is_packed:
            yield cast(BinaryIO, file)
            return
        with gzip.open(file) as inner:
            yield cast(BinaryIO, inner)
