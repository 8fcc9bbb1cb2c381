"""Reads question-answer rows through `datasets`: from the Hugging Face hub at a commit, or from a local folder."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from pipeline.errors import ConfigError
from pipeline.stage import Reject, SourceStage
from stages._datasets import DatasetPlace, opened
from stages._pair_fields import PairFields
from stages._row_files import ROWS_PER_SHARD
from stages.records import QAPair


@dataclass(frozen=True, kw_only=True)
class ReadDatasets(PairFields, SourceStage[QAPair]):
    """One `QAPair` for each row of a split, the columns mapped as in `read_jsonl`; only the columns named are read.

    dataset    -- its name on the hub ("openai/gsm8k"), with a `revision`
    revision   -- the commit of the `dataset`, in full; none for a folder
    path       -- or a folder: one that `save_to_disk` wrote, or of data files that `load_dataset` can read
    name       -- the configuration, if it has several
    split      -- the split to read
    streaming  -- reads without first fetching and converting all of it; then a shard is one of its files
    limit      -- only the first rows
    """

    packages = ("datasets", "pyarrow")

    dataset: str | None = None
    path: Path | None = None
    revision: str | None = None
    name: str | None = None
    split: str = "train"
    streaming: bool = False
    limit: int | None = None

    def __post_init__(self) -> None:
        self._place().check()

    def pins(self, digest: Callable[[Path], str]) -> Mapping[str, str]:
        return self._place().pins(digest)

    def shards(self) -> Sequence[Any]:
        """Each `["rows", first, end]`, or of a stream `["part", number, of]`. A limit needs a stream in one shard."""
        data = opened(self._place(), streaming=self.streaming)
        self._columns(data)
        if not _has_length(data):
            parts = data.num_shards if self.limit is None else 1
            return [["part", number, parts] for number in range(parts)]
        total = len(data) if self.limit is None else min(len(data), self.limit)
        return [["rows", at, min(at + ROWS_PER_SHARD, total)] for at in range(0, total, ROWS_PER_SHARD)]

    def read(self, shard: Any) -> Iterator[QAPair | Reject]:
        kind, first, end = shard
        data = opened(self._place(), streaming=self.streaming)
        data = data.select_columns(self._columns(data))
        if kind == "rows":
            rows, label = data.select(range(first, end)), ""
        else:
            rows, label = (data.shard(num_shards=end, index=first) if end > 1 else data), f"{first}:"
        place = self.dataset or str(self.path and self.path.name)
        seen: set[str] = set()
        for number, row in enumerate(islice(rows, self.limit), start=first if kind == "rows" else 0):
            yield self.pair(row, dict, place=f"{place}:{label}{number}", extractor="datasets", seen=seen)

    def _place(self) -> DatasetPlace:
        return DatasetPlace(
            reader=self.uses(),
            dataset=self.dataset,
            path=self.path,
            revision=self.revision,
            name=self.name,
            split=self.split,
        )

    def _columns(self, data: Any) -> list[str]:
        """The columns to read: of one inside another, that which holds it."""
        found: list[str] = data.column_names
        tops = {name: name if name in found else name.partition(".")[0] for name in self.columns()}
        missing = sorted(name for name, top in tops.items() if top not in found)
        if missing:
            raise ConfigError(self.no_columns(f"read_datasets: {self._place().address}", missing, found))
        return sorted({*tops.values()})


def _has_length(data: Any) -> bool:
    """Whether rows can be asked for by number; a stream only runs from its begin."""
    return hasattr(data, "__len__")
