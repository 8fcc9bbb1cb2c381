"""Reads the HTML pages of web archives (WARC, WARC.GZ)."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from resiliparse.parse.encoding import bytes_to_str, detect_encoding, detect_mime, map_encoding_to_html5

from pipeline.errors import ConfigError
from pipeline.stage import Reject, SourceStage
from stages._licence import page_statement
from stages._removal import removal_key
from stages._text import digest128
from stages._warc import UndecodableError, decode_body, next_record, responses
from stages.records import Document

# Compressed bytes of one shard, so that one big file is read in parallel.
SHARD_BYTES = 16 << 20

_HTML_TYPES = {"text/html", "application/xhtml+xml"}
_UNSURE_TYPES = {"", "unk", "unknown", "application/octet-stream", "text/plain"}
_LOOKS_LIKE_HTML = re.compile(
    rb"^\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_LANGUAGE = re.compile(r"<html\b[^>]*?\blang\s*=\s*[\"']?([a-zA-Z]{2,3})\b")


class _DroppedError(ValueError):
    """A record that is no page; `reason` is counted, the message explains."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


@dataclass(frozen=True, kw_only=True)
class ReadWarc(SourceStage[Document]):
    """One `Document` for each HTML response; other responses are rejected with a reason, other records are no rows.

    A page's own statement of licence or owner goes before `licence` and `attribution`. `limit` counts pages of all
    files together; `max_bytes` is the size of a page once unpacked.
    """

    packages = ("fastwarc", "resiliparse")

    paths: list[Path]
    source: str
    licence: str | None = None
    attribution: str | None = None
    limit: int | None = None
    max_bytes: int = 10_000_000

    def __post_init__(self) -> None:
        if not self.paths:
            raise ConfigError("read_warc: paths is empty; name at least one file")

    def pins(self, digest: Callable[[Path], str]) -> Mapping[str, str]:
        return {f"{index:05d}": digest(path) for index, path in enumerate(self.paths)}

    def shards(self) -> Sequence[Any]:
        """Each a list of `[file index, start, end]`: record boundaries in bytes. A limit needs them in one shard."""
        ranges = [piece for index, path in enumerate(self.paths) for piece in _ranges(index, path)]
        return [[piece] for piece in ranges] if self.limit is None else [ranges]

    def read(self, shard: Any) -> Iterator[Document | Reject]:
        seen: set[str] = set()
        for index, start, end in shard:
            path = self.paths[index]
            for at, record in responses(path, start, end):
                if len(seen) == self.limit:
                    return
                yield self._row(record, place=f"{path.name}:{at}", seen=seen)

    def _row(self, record: Any | None, *, place: str, seen: set[str]) -> Document | Reject:
        url = "" if record is None else (record.headers.get("WARC-Target-URI") or "").strip("<> ")
        try:
            page = self._document(record, url)
            if page.id in seen:
                raise _DroppedError("duplicate_record", f"same address and content as {page.id}")
        except (_DroppedError, UndecodableError) as dropped:
            reason = dropped.reason if isinstance(dropped, _DroppedError) else "undecodable"
            return Reject(reason, f"{place}: {url} {dropped}", id=digest128(place, url))
        seen.add(page.id)
        return page

    def _document(self, record: Any | None, url: str) -> Document:
        if record is None:
            raise _DroppedError("bad_record", "cannot be read; the archive is damaged or cut off here")
        body = self._body(record)
        html = _to_text(body, record.http_charset)
        stated = page_statement(html)
        language = _LANGUAGE.search(html[:5000])
        return Document(
            id=digest128(url, html),
            url=url,
            source=self.source,
            licence=stated.licence or self.licence,
            attribution=stated.attribution or self.attribution,
            html=html,
            text=None,
            language=language.group(1).lower() if language else None,
            content_key=digest128(html),
            removal_key=removal_key(url, source=self.source),
        )

    def _body(self, record: Any) -> bytes:
        """The unpacked HTML of a successful response; anything else raises `_DroppedError` or `UndecodableError`."""
        http = record.http_headers
        if http is None or http.status_code != 200:
            raise _DroppedError("http_status", f"status {http.status_code if http else 'missing'}")
        declared = (record.http_content_type or "").lower()
        if declared not in _HTML_TYPES | _UNSURE_TYPES:
            raise _DroppedError("not_html", f"content type {declared}")
        wanted = record.content_length
        if wanted > self.max_bytes:
            raise _DroppedError("oversize", f"{wanted} bytes, more than max_bytes {self.max_bytes}")
        try:
            raw = record.reader.read()
        except OSError as error:
            raise _DroppedError("truncated", f"ends too early: {error}") from error
        if len(raw) < wanted:
            raise _DroppedError("truncated", f"{len(raw)} of {wanted} bytes")
        transfer, encoding = http.get("Transfer-Encoding") or "", http.get("Content-Encoding") or ""
        body = decode_body(raw, transfer=transfer, encoding=encoding, limit=self.max_bytes)
        if len(body) > self.max_bytes:
            raise _DroppedError("oversize", f"unpacks to more than max_bytes {self.max_bytes}")
        if declared in _UNSURE_TYPES and not _LOOKS_LIKE_HTML.match(body[:2000]):
            raise _DroppedError("not_html", f"content type {declared or 'missing'}, looks like {detect_mime(body)}")
        if not body.strip():
            raise _DroppedError("empty", "no content")
        return body


def _ranges(index: int, path: Path) -> list[list[int]]:
    try:
        size = path.stat().st_size
    except FileNotFoundError as error:
        raise ConfigError(f"read_warc: {path} does not exist") from error
    starts = sorted({next_record(path, offset) for offset in range(0, size, SHARD_BYTES)} - {size})
    return [[index, start, end] for start, end in zip(starts, [*starts[1:], size], strict=True)]


def _to_text(body: bytes, charset: str | None) -> str:
    encoding = map_encoding_to_html5(charset, fallback_utf8=False) if charset else None
    return str(bytes_to_str(body, encoding or detect_encoding(body, from_html_meta=True) or "utf-8"))
