"""Inputs of a stage as it sees them: rows and frames over the files of artifacts, or a folder."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pipeline.errors import StoreError
from pipeline.schema import Record
from pipeline.store import open_parquet, read_rows

if TYPE_CHECKING:
    import polars as pl

R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class StoredInput:
    """One role's rows over all its files, or its folder. Picklable: paths only."""

    role: str
    files: tuple[Path, ...] = ()
    path: Path | None = None

    @property
    def folder(self) -> Path:
        if self.path is None:
            raise StoreError(f"input {self.role!r} holds rows, not a folder")
        return self.path

    @property
    def num_rows(self) -> int:
        return sum(open_parquet(path).metadata.num_rows for path in self.files)

    def lazy(self) -> "pl.LazyFrame":
        import polars as pl

        for path in self.files:
            open_parquet(path).close()  # polars would not say which file is damaged
        return pl.scan_parquet(list(self.files), glob=False)

    def rows(self, record: type[R]) -> Iterator[R]:
        for path in self.files:
            yield from read_rows(path, record)
