"""Reads the HTML pages of web archives (WARC plain, gzipped or zstd), and on demand the texts of WET files."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import ConfigError
from pipeline.stage import Reject, SourceStage
from stages._pages import DroppedError, Owner, response_html
from stages._row_files import pinned
from stages._text import digest128
from stages._warc import captures, is_packed, next_record
from stages._warc_records import Capture, Damage
from stages.records import Document

# Bytes of one shard as they lie in the file, so that one big file is read in parallel. What a shard unpacks to is in
# memory at once, and pages pack to a fifth to a twentieth.
SHARD_BYTES = 4 << 20
PLAIN_SHARD_BYTES = 32 << 20
_HEADER_BYTES = 1 << 16


@dataclass(frozen=True, kw_only=True)
class ReadWarc(SourceStage[Document]):
    """One `Document` for each HTML response; other responses are rejected with a reason, other records are no rows.

    paths                -- the archives, gzipped or not
    source               -- the name of where they come from
    licence, attribution -- where a page does not state its own
    limit                -- only the first pages of all files together
    max_bytes            -- the size of a page once unpacked; larger ones are rejected unread
    conversions          -- also one `Document` with `text` alone for each conversion record, as WET files hold them
    """

    # v2: a record whose stated length is not true is rejected; it had its neighbour's text or lost its own.
    version = 2
    packages = ("fastwarc", "resiliparse")

    paths: list[Path]
    source: str
    licence: str | None = None
    attribution: str | None = None
    limit: int | None = None
    max_bytes: int = 10_000_000
    conversions: bool = False

    def __post_init__(self) -> None:
        if not self.paths:
            raise ConfigError("read_warc: paths is empty; name at least one file")

    def pins(self, digest: Callable[[Path], str]) -> Mapping[str, str]:
        return pinned(self.paths, digest)

    def shards(self) -> Sequence[Any]:
        """Each a list of `[file index, start, end]`: record boundaries in bytes. A limit needs them in one shard."""
        ranges = [piece for index, path in enumerate(self.paths) for piece in _ranges(index, path)]
        return [[piece] for piece in ranges] if self.limit is None else [ranges]

    def read(self, shard: Any) -> Iterator[Document | Reject]:
        seen: set[str] = set()
        kinds = frozenset({"response", "conversion"} if self.conversions else {"response"})
        for index, start, end in shard:
            path = self.paths[index]
            if end == 0:
                yield Reject("empty_file", f"{path.name}: holds no bytes", id=digest128(path.name))
            for found in captures(path, start, end, limit=self.max_bytes + _HEADER_BYTES, kinds=kinds):
                if len(seen) == self.limit:
                    return
                yield self._row(found, place=f"{path.name}:{found.place}", seen=seen)

    def _row(self, found: Capture | Damage, *, place: str, seen: set[str]) -> Document | Reject:
        try:
            page = self._document(found)
            if page.id in seen:
                raise DroppedError("duplicate_record", f"same address and content as {page.id}")
        except DroppedError as dropped:
            return Reject(dropped.reason, f"{place}: {found.url} {dropped}", id=digest128(place, found.url))
        seen.add(page.id)
        return page

    def _document(self, found: Capture | Damage) -> Document:
        if isinstance(found, Damage):
            raise DroppedError(found.reason, found.detail)
        owner = Owner(source=self.source, licence=self.licence, attribution=self.attribution)
        record = found.parsed()
        if record is None:
            raise DroppedError("bad_record", "its headers cannot be read")
        payload = bytes(record.reader.read())
        if found.kind == "response":
            return owner.page(found.url, response_html(record, payload, max_bytes=self.max_bytes))
        text = payload.decode("utf-8", "replace").strip()
        if not text:
            raise DroppedError("empty", "no content")
        return owner.text(found.url, text)


def _ranges(index: int, path: Path) -> list[list[int]]:
    try:
        size = path.stat().st_size
    except FileNotFoundError as error:
        raise ConfigError(f"read_warc: {path} does not exist") from error
    if not size:  # a shard all the same, in which the file is told
        return [[index, 0, 0]]
    step = SHARD_BYTES if is_packed(path) else PLAIN_SHARD_BYTES
    starts = sorted({next_record(path, offset) for offset in range(0, size, step)} - {size})
    return [[index, start, end] for start, end in zip(starts, [*starts[1:], size], strict=True)]
