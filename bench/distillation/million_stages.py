"""A source for `bench/distillation/million.py`: problems of Parquet files as they stand."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.parquet import read_rows
from pipeline.stage import SourceStage
from stages.records import Problem


@dataclass(frozen=True, kw_only=True)
class StoredProblems(SourceStage[Problem]):
    """`Problem` rows, a shard per file."""

    paths: list[Path]

    def pins(self, digest: Callable[[Path], str]) -> Mapping[str, str]:
        return {path.name: digest(path) for path in self.paths}

    def shards(self) -> Sequence[Any]:
        return range(len(self.paths))

    def read(self, shard: Any) -> Iterator[Problem]:
        return read_rows(self.paths[shard], Problem)
