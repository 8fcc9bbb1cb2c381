"""Reads documents, as text or as HTML, from JSON Lines and Parquet files."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipeline.errors import ConfigError
from pipeline.stage import Reject, SourceStage
from stages._fields import BadRowError, optional_text, value_of
from stages._jsonl import JsonFile
from stages._language import page_language
from stages._pages import Owner, to_text
from stages._parquet import ParquetRows
from stages._row_files import RowFile, cut, pinned, rows_of
from stages.records import Document


@dataclass(frozen=True, kw_only=True)
class ReadDocuments(SourceStage[Document]):
    """One `Document` for each row; a file is Parquet if it is named .parquet, else JSON as in `read_jsonl`.

    text_field     -- the column of plain text; dots in a column's name lead into objects ("meta.text")
    html_field     -- the column of HTML instead; a page's own statements of licence and owner go first
    url_field, source_field, licence_field, language_field -- columns that may be empty in a row
    limit          -- only the first rows of all files together
    max_bytes      -- larger documents are rejected
    """

    packages = ("pyarrow", "resiliparse")

    paths: list[Path]
    source: str
    text_field: str = "text"
    html_field: str | None = None
    url_field: str | None = None
    source_field: str | None = None
    licence_field: str | None = None
    language_field: str | None = None
    licence: str | None = None
    attribution: str | None = None
    limit: int | None = None
    max_bytes: int = 10_000_000

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
            yield self._row(file, raw, place=file.spell(place), seen=seen)

    def _file(self, path: Path) -> RowFile:
        named = [self.html_field or self.text_field, self.url_field, self.source_field]
        named += [self.licence_field, self.language_field]
        return ParquetRows(path, [name for name in named if name]) if path.suffix == ".parquet" else JsonFile(path)

    def _row(self, file: RowFile, raw: Any, *, place: str, seen: set[str]) -> Document | Reject:
        try:
            document = self._document(file.parsed(raw))
        except BadRowError as error:
            return Reject(error.reason, f"{place}: {error}", id=place)
        if document.id in seen:
            return Reject("duplicate_row", f"{place}: same address and content as {document.id}", id=place)
        seen.add(document.id)
        return document

    def _document(self, row: Mapping[str, Any]) -> Document:
        name = self.html_field or self.text_field
        content = value_of(row, name)
        if not isinstance(content, (str, bytes)) or not content.strip():
            raise BadRowError(f"no text in {name!r}; columns: {', '.join(map(str, row))}")
        if len(content) > self.max_bytes:
            raise BadRowError(f"{len(content)}, more than max_bytes {self.max_bytes}", reason="oversize")
        owner = Owner(
            source=optional_text(row, self.source_field) or self.source,
            licence=optional_text(row, self.licence_field) or self.licence,
            attribution=self.attribution,
        )
        text = to_text(content) if isinstance(content, bytes) else content
        url, language = optional_text(row, self.url_field) or "", optional_text(row, self.language_field)
        if self.html_field is None:
            return owner.text(url, text, language=language)
        page = owner.page(url, text)
        return replace(page, language=page_language(language, "") or page.language)
