"""Reads pages of Common Crawl by a list of where they lie: one small request for each instead of whole archives."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import ConfigError
from pipeline.stage import Reject, SourceStage
from stages._cdx import Slice, object_of, payload_digest, slice_of
from stages._fields import BadRowError
from stages._jsonl import JsonFile
from stages._pages import HTML_TYPES, UNSURE_TYPES, DroppedError, Owner, response_html
from stages._remote import Ranges
from stages._row_files import cut, pinned, rows_of
from stages._text import digest128
from stages._warc import only_capture
from stages._warc_records import Capture, Damage
from stages.records import Document

# A line asks for a request, so parts are small.
SHARD_BYTES = 256 << 10
SHARD_ROWS = 500
_HEADER_BYTES = 1 << 16


@dataclass(frozen=True, kw_only=True)
class ReadCommoncrawl(SourceStage[Document]):
    """One `Document` for each line of an index; what the index says is no page is not fetched.

    paths     -- lines of JSON with url, filename, offset, length and digest, as the index server gives them or the
                 columnar index (warc_filename, ...); plain or gzipped
    source    -- the name of where they come from
    licence, attribution -- where a page does not state its own
    base      -- where the archives are: any address fsspec knows
    mirror    -- or a local folder that holds them
    limit     -- only the first lines of all files together
    max_bytes -- the size of a page once unpacked; larger ones are rejected

    Each record is held to the digest of its line, so it does not matter where it is fetched from. A server that does
    not answer is waited for and then stops the run, which goes on from there when started again.
    """

    packages = ("fastwarc", "resiliparse")

    paths: list[Path]
    source: str
    base: str = "https://data.commoncrawl.org/"
    mirror: Path | None = None
    licence: str | None = None
    attribution: str | None = None
    limit: int | None = None
    max_bytes: int = 10_000_000

    def __post_init__(self) -> None:
        if not self.paths:
            raise ConfigError("read_commoncrawl: paths is empty; name at least one file of index lines")

    def pins(self, digest: Callable[[Path], str]) -> Mapping[str, str]:
        return pinned(self.paths, digest)

    def shards(self) -> Sequence[Any]:
        """Each `[file index, "range", [first place, end]]`."""
        self._ranges()  # an address that cannot be used is told before anything runs
        return cut([self._file(path) for path in self.paths], self.limit)

    def read(self, shard: Any) -> Iterator[Document | Reject]:
        index, kind, places = shard
        file = self._file(self.paths[index])
        ranges = self._ranges()
        seen: set[str] = set()
        for place, raw in rows_of(file, kind, places):
            yield self._row(file, raw, ranges, place=file.spell(place), seen=seen)

    def _ranges(self) -> Ranges:
        return Ranges(self.mirror if self.mirror is not None else self.base)

    def _file(self, path: Path) -> JsonFile:
        return JsonFile(path, shard_bytes=SHARD_BYTES, shard_rows=SHARD_ROWS)

    def _row(self, file: JsonFile, raw: Any, ranges: Ranges, *, place: str, seen: set[str]) -> Document | Reject:
        url = ""
        try:
            wanted = slice_of(file.parsed(object_of(raw)))
            url = wanted.url
            page = self._page(wanted, ranges)
            if page.id in seen:
                raise DroppedError("duplicate_record", f"same address and content as {page.id}")
        except (BadRowError, DroppedError) as error:
            return Reject(error.reason, f"{place}: {url} {error}", id=digest128(place, url))
        seen.add(page.id)
        return page

    def _page(self, wanted: Slice, ranges: Ranges) -> Document:
        if wanted.status not in (None, "200"):
            raise DroppedError("http_status", f"status {wanted.status}")
        if (wanted.mime or "").lower() not in HTML_TYPES | UNSURE_TYPES:
            raise DroppedError("not_html", f"content type {wanted.mime}")
        if wanted.length > self.max_bytes + _HEADER_BYTES:
            raise DroppedError("oversize", f"{wanted.length} bytes packed, more than max_bytes {self.max_bytes}")
        found = self._fetched(wanted, ranges)
        record = found.parsed()
        if record is None:
            raise DroppedError("bad_record", "its headers cannot be read")
        payload = bytes(record.reader.read())
        if found.url != wanted.url or payload_digest(payload) != wanted.digest:
            raise DroppedError("wrong_record", f"{wanted.filename}:{wanted.offset} holds another record: {found.url}")
        owner = Owner(source=self.source, licence=self.licence, attribution=self.attribution)
        return owner.page(found.url, response_html(record, payload, max_bytes=self.max_bytes))

    def _fetched(self, wanted: Slice, ranges: Ranges) -> Capture:
        where = f"{wanted.filename}:{wanted.offset}"
        try:
            data = ranges.read(wanted.filename, wanted.offset, wanted.length)
        except FileNotFoundError as error:
            raise DroppedError("not_found", f"{wanted.filename} is not there") from error
        if len(data) < wanted.length:
            raise DroppedError("truncated", f"{where}: the archive holds {len(data)} of {wanted.length} bytes")
        found = only_capture(data, limit=self.max_bytes + _HEADER_BYTES)
        if found is None:
            raise DroppedError("wrong_record", f"{where} holds no response")
        if isinstance(found, Damage):
            raise DroppedError(found.reason, f"{where}: {found.detail}")
        return found
