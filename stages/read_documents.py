"""Reads documents, as text or as HTML, from JSON Lines and Parquet files."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import ConfigError
from pipeline.stage import Reject, SourceStage
from stages._document_fields import DocumentFields
from stages._jsonl import JsonFile
from stages._parquet import ParquetRows
from stages._row_files import RowFile, cut, pinned, rows_of
from stages.records import Document


@dataclass(frozen=True, kw_only=True)
class ReadDocuments(DocumentFields, SourceStage[Document]):
    """One `Document` for each row; a file is Parquet if it is named .parquet, else JSON as in `read_jsonl`.

    paths -- the files
    limit -- only the first rows of all files together
    """

    packages = ("pyarrow", "resiliparse")

    paths: list[Path]
    limit: int | None = None

    def __post_init__(self) -> None:
        if not self.paths:
            raise ConfigError("read_documents: paths is empty; name at least one file")

    def pins(self, digest: Callable[[Path], str]) -> Mapping[str, str]:
        return pinned(self.paths, digest)

    def shards(self) -> Sequence[Any]:
        """Each `[file index, "range", [first place, end]]`."""
        return cut([self._file(path) for path in self.paths], self.limit)

    def read(self, shard: Any) -> Iterator[Document | Reject]:
        index, kind, places = shard
        file = self._file(self.paths[index])
        seen: set[str] = set()
        for place, raw in rows_of(file, kind, places):
            yield self.document(raw, file.parsed, place=file.spell(place), seen=seen)

    def _file(self, path: Path) -> RowFile:
        return ParquetRows(path, self.columns()) if path.suffix == ".parquet" else JsonFile(path)
