"""Reads question-answer rows from Parquet files."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from pipeline.errors import ConfigError
from stages._pair_files import PairFiles
from stages._parquet import NoColumnError, ParquetRows


@dataclass(frozen=True, kw_only=True)
class ReadParquet(PairFiles):
    """One `QAPair` for each row, the columns mapped as in `read_jsonl`; only the columns named are read."""

    packages = ("pyarrow",)
    extractor: ClassVar[str] = "parquet"

    def shards(self) -> Sequence[Any]:
        try:
            if self.sample is not None:  # which draws from rows alone
                for path in self.paths:
                    self.file(path).check_columns()
            return super().shards()
        except NoColumnError as error:
            raise ConfigError(self.no_columns(str(error.path), error.missing, error.found)) from None

    def file(self, path: Path) -> ParquetRows:
        return ParquetRows(path, self.columns())
