"""The part of a reader of pairs that does not depend on the format of its files."""

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from pipeline.errors import ConfigError
from pipeline.stage import Reject, SourceStage
from stages._pair_fields import PairFields
from stages._row_files import RowFile, cut, pinned, rows_of, sampled
from stages.records import QAPair


@dataclass(frozen=True, kw_only=True)
class PairFiles(PairFields, SourceStage[QAPair]):
    """`extractor` is what the rows say they come from.

    paths  -- the files
    limit  -- only the first rows of all files together
    sample -- that many rows of all files together, chosen by `seed` and content, never by position
    seed   -- of the draw of a `sample`
    """

    extractor: ClassVar[str]

    paths: list[Path]
    limit: int | None = None
    sample: int | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        if self.limit is not None and self.sample is not None:
            raise ConfigError(f"{self.uses()}: limit and sample exclude each other; give one of them")

    @abstractmethod
    def file(self, path: Path) -> RowFile: ...

    def pins(self, digest: Callable[[Path], str]) -> Mapping[str, str]:
        return pinned(self.paths, digest)

    def shards(self) -> Sequence[Any]:
        files = [self.file(path) for path in self.paths]
        return cut(files, self.limit) if self.sample is None else sampled(files, self.sample, self.seed)

    def read(self, shard: Any) -> Iterator[QAPair | Reject]:
        index, kind, places = shard
        file = self.file(self.paths[index])
        seen: set[str] = set()
        for place, raw in rows_of(file, kind, places):
            yield self.pair(raw, file.parsed, place=file.spell(place), extractor=self.extractor, seen=seen)
