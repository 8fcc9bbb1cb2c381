"""Reads question-answer rows from Parquet files."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from stages._pair_files import PairFiles
from stages._parquet import ParquetRows
from stages._row_files import RowFile


@dataclass(frozen=True, kw_only=True)
class ReadParquet(PairFiles):
    """One `QAPair` for each row, the columns mapped as in `read_jsonl`; only the columns named are read."""

    packages = ("pyarrow",)
    extractor: ClassVar[str] = "parquet"

    def file(self, path: Path) -> RowFile:
        return ParquetRows(path, self.columns())
