"""Inputs of a stage as it sees them: rows and frames over the files of artifacts, or a folder."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pipeline.artifact import Artifact
from pipeline.errors import StoreError
from pipeline.parquet import check_pages, find_rows, open_parquet, read_batches, read_rows
from pipeline.remote.mirror import Copy, fetch
from pipeline.schema import Record

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

R = TypeVar("R", bound=Record)

# By the files of an input, in which of them the last of the rows that were looked for was found.
_FOUND_LAST: dict[tuple[Path, ...], int] = {}


@dataclass(frozen=True)
class StoredInput:
    """One role's rows over all its files, or its folder. Picklable: paths only.

    `part` is the first row and the row behind the last, where only these of the one file are meant. `copies` are what
    is fetched from a remote store before anything is read, and tell how many rows there are.
    """

    role: str
    files: tuple[Path, ...] = ()
    path: Path | None = None
    part: tuple[int, int] | None = None
    copies: "tuple[Copy, ...]" = ()

    @classmethod
    def of(cls, role: str, artifacts: "Sequence[Artifact]", *, is_folder: bool) -> "StoredInput":
        """The rows of finished artifacts, or the folder of one."""
        if is_folder:
            return cls(role, path=artifacts[0].folder_place, copies=tuple(artifacts[0].copies("folder")))
        return cls(
            role,
            files=tuple(path for one in artifacts for path in one.row_paths()),
            copies=tuple(copy for one in artifacts for copy in one.copies("data")),
        )

    def by_file(self) -> "list[StoredInput]":
        """Each file by itself."""
        if not self.copies:
            return [StoredInput(self.role, (path,)) for path in self.files]
        return [StoredInput(self.role, (copy.path,), copies=(copy,)) for copy in self.copies]

    @property
    def folder(self) -> Path:
        if self.path is None:
            raise StoreError(f"input {self.role!r} holds rows, not a folder")
        fetch(self.copies)
        return self.path

    @property
    def num_rows(self) -> int:
        if self.part:
            return self.part[1] - self.part[0]
        if self.copies:
            return sum(copy.rows for copy in self.copies)
        return sum(open_parquet(path).metadata.num_rows for path in self.files)

    def lazy(self) -> "pl.LazyFrame":
        import polars as pl

        fetch(self.copies)
        for path in self.files:
            check_pages(path)  # polars would not say which file is damaged, or take what it holds for rows
        frame = pl.scan_parquet(list(self.files), glob=False)
        return frame.slice(self.part[0], self.num_rows) if self.part else frame

    def rows(self, record: type[R]) -> Iterator[R]:
        fetch(self.copies)
        for path in self.files:
            yield from read_rows(path, record, part=self.part)

    def batches(self, columns: Sequence[str], rows: int) -> "Iterator[pa.RecordBatch]":
        fetch(self.copies)
        for path in self.files:
            yield from read_batches(path, columns, rows)

    def find(self, ids: Collection[str], columns: Sequence[str]) -> "Iterator[pa.RecordBatch]":
        """From the file on that the last ones were found in: who asks again and again goes through the files once."""
        fetch(self.copies)
        lost, first = len(set(ids)), _FOUND_LAST.get(self.files, 0)
        for number in [*range(first, len(self.files)), *range(first)]:
            for batch in find_rows(self.files[number], ids, columns):
                if batch.num_rows:
                    _FOUND_LAST[self.files] = number
                    lost -= batch.num_rows
                    yield batch
            if lost <= 0:
                return

    def cut(self, rows: int) -> "Sequence[StoredInput]":
        """One file in slices of about equal size, none of more than `rows`; a file without rows is one slice."""
        total = self.num_rows
        number = max(1, -(-total // rows))
        bounds = [total * index // number for index in range(number + 1)]
        return [replace(self, part=part) for part in pairwise(bounds)]
