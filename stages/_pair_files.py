"""The part of a reader of pairs that does not depend on the format of its files."""

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from pipeline.errors import ConfigError
from pipeline.stage import Reject, SourceStage
from stages._fields import BadRowError, has_column
from stages._pair_fields import PairFields
from stages._row_files import RowFile, cut, pinned, rows_of, sampled
from stages.records import QAPair

_MOST_TOLD = 50  # columns of a file, about


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
        columns = _Columns(self.needed())

        def parse(raw: Any) -> Mapping[str, Any]:
            row = file.parsed(raw)
            columns.see(row)
            return row

        for place, raw in rows_of(file, kind, places):
            yield self.pair(raw, parse, place=file.spell(place), extractor=self.extractor, seen=seen)
        if columns.found and columns.missing:
            self._check_columns(self.paths[index], file)

    def _check_columns(self, path: Path, file: RowFile) -> None:
        """Raises `ConfigError` where no row of the whole file has a column: that is no fault of the rows.

        Looked for from the file's begin, so that it depends neither on shards nor on a limit.
        """
        columns = _Columns(self.needed())
        for _, raw in file.rows():
            with suppress(BadRowError):
                columns.see(file.parsed(raw))
            if columns.found and not columns.missing:
                return
        raise ConfigError(self.no_columns(str(path), columns.missing, columns.found))


class _Columns:
    """Which columns rows have, and which of those that are wanted none of them has."""

    def __init__(self, wanted: Sequence[str]) -> None:
        self.missing = list(wanted)
        self.found: dict[str, None] = {}

    def see(self, row: Mapping[str, Any]) -> None:
        if self.missing or not self.found:
            self.missing = [name for name in self.missing if not has_column(row, name)]
            if len(self.found) < _MOST_TOLD:
                self.found.update(dict.fromkeys(map(str, row)))
