"""Reads a benchmark by its name, from a local copy or from the Hugging Face hub at a commit."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from pipeline.errors import ConfigError
from pipeline.stage import Reject, SourceStage
from stages._benchmarks import BENCHMARKS, Benchmark, Shape
from stages._fields import BadRowError
from stages._jsonl import JsonFile
from stages._parquet import column_names
from stages._row_files import pinned
from stages.read_datasets import ReadDatasets
from stages.read_jsonl import ReadJsonl
from stages.read_parquet import ReadParquet
from stages.records import QAPair

# A column may be left out of some rows.
LOOKED_AT = 100


@dataclass(frozen=True, kw_only=True)
class ReadBenchmark(SourceStage[QAPair]):
    """One `QAPair` for each item, `source` the name of the benchmark; `stages/_benchmarks.py` lists the names.

    benchmark -- its name, such as math500
    path      -- a file: JSON Lines or one JSON array, plain or gzipped, or Parquet
    revision  -- or the commit of the data set on the hub, in full
    limit     -- only the first rows
    """

    packages = ("datasets", "pyarrow")

    benchmark: str
    path: Path | None = None
    revision: str | None = None
    limit: int | None = None

    def __post_init__(self) -> None:
        if self.benchmark not in BENCHMARKS:
            names = ", ".join(sorted(BENCHMARKS))
            raise ConfigError(f"read_benchmark: there is no benchmark {self.benchmark!r}; benchmarks: {names}")
        if (self.path is None) == (self.revision is None):
            where = f"revision, the commit of {self._entry.dataset} on the hub"
            raise ConfigError(f"read_benchmark: give {self.benchmark} either path (a local file) or {where}")
        if self.path is None:
            self._from_hub()

    def pins(self, digest: Callable[[Path], str]) -> Mapping[str, str]:
        if self.path is None:
            return self._from_hub().pins(digest)
        return pinned([self.path], digest)

    def shards(self) -> Sequence[Any]:
        return self._reader().shards()

    def read(self, shard: Any) -> Iterator[QAPair | Reject]:
        return self._reader().read(shard)

    @property
    def _entry(self) -> Benchmark:
        return BENCHMARKS[self.benchmark]

    def _reader(self) -> SourceStage[QAPair]:
        if self.path is None:
            return self._from_hub()
        if self.path.suffix == ".parquet":
            columns = frozenset(column_names(self.path))
            shape = self._shape(columns)
            shape = shape if shape.answer in columns else replace(shape, answer="")
            return ReadParquet(paths=[self.path], **self._columns(shape))
        return ReadJsonl(paths=[self.path], **self._columns(self._shape(_json_columns(self.path))))

    def _from_hub(self) -> ReadDatasets:
        entry = self._entry
        return ReadDatasets(
            dataset=entry.dataset,
            revision=self.revision,
            name=entry.config,
            split=entry.split,
            **self._columns(entry.shape),
        )

    def _columns(self, shape: Shape) -> dict[str, Any]:
        return {
            "source": self.benchmark,
            "question_fields": list(shape.question),
            "answer_field": shape.answer,
            "id_field": shape.id,
            "options_field": shape.options,
            "licence": self._entry.licence,
            "needs_answer": False,
            "limit": self.limit,
        }

    def _shape(self, columns: frozenset[str]) -> Shape:
        """Of the shapes whose needed columns are there that with the most; raises `ConfigError` where there is none."""
        shapes = self._entry.shapes
        if fitting := [shape for shape in shapes if shape.needed <= columns]:
            return max(fitting, key=lambda shape: len(shape.columns & columns))
        known = "; or ".join(", ".join(sorted(shape.needed)) for shape in shapes)
        have = ", ".join(sorted(columns)) or "none"
        raise ConfigError(
            f"{self.path}: is no copy of {self.benchmark} that is known; it needs {known}; columns: {have}"
        )


def _json_columns(path: Path) -> frozenset[str]:
    """Those that one of the first rows has, filled or not; raises `ConfigError` where such a row cannot be read."""
    file = JsonFile(path)
    names: set[str] = set()
    for number, (place, raw) in enumerate(islice(file.rows(), LOOKED_AT), start=1):
        try:
            names.update(file.parsed(raw))
        except BadRowError as error:
            where = f"row {number} ({file.spell(place)})"
            raise ConfigError(
                f"{path}: {where} cannot be read: {error}; fetch the file again or mend the row"
            ) from error
    return frozenset(names)
