"""Reads pages from HTML files and folders of them (.html, .htm, .xhtml, also gzipped)."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urljoin, urlsplit

import orjson

from pipeline.errors import ConfigError
from pipeline.remote.path import RemotePath
from pipeline.stage import Reject, SourceStage
from stages._html_files import HtmlFiles, page_bytes
from stages._page_address import stated_address
from stages._pages import DroppedError, Owner, to_text
from stages._text import digest128
from stages.records import Document

FILES_PER_SHARD = 200


@dataclass(frozen=True, kw_only=True)
class ReadHtml(SourceStage[Document]):
    """One `Document` for each file, sorted by name within each path; unreadable ones are rejected with a reason.

    paths      -- files, and folders with all below them
    source     -- the name of where they come from
    base_url   -- the address of the folder ("https://example.org/book/"); a page's is that and its place in the folder
    root       -- the folder that places count from, if not the one in `paths` (for single files: the one they lie in)
    address    -- "canonical" takes what a page says its address is (`link rel=canonical`, `og:url`) before `base_url`
    licence, attribution -- where a page does not state its own
    limit      -- only the first pages
    max_bytes  -- the size of a page once unpacked; larger ones are rejected
    """

    packages = ("resiliparse", "lxml")

    paths: list[Path]
    source: str
    base_url: str
    root: Path | None = None
    address: Literal["path", "canonical"] = "path"
    licence: str | None = None
    attribution: str | None = None
    limit: int | None = None
    max_bytes: int = 10_000_000

    def __post_init__(self) -> None:
        if not self.paths:
            raise ConfigError("read_html: paths is empty; name at least one file or folder")
        if not urlsplit(self.base_url).netloc:
            raise ConfigError(
                f"read_html: base_url {self.base_url!r} is no address; write it as https://example.org/a/"
            )

    def pins(self, digest: Callable[[Path], str]) -> Mapping[str, str]:
        """A digest of names and contents for each path: folders hold too many files to list."""
        return {f"{index:05d}": self._pin(index, digest) for index in range(len(self.paths))}

    def shards(self) -> Sequence[Any]:
        """Each a list of `[path index, names]`. A limit needs them in one shard."""
        batches = [
            [index, names[at : at + FILES_PER_SHARD]]
            for index in range(len(self.paths))
            for names in [self._files(index).names()]
            for at in range(0, len(names), FILES_PER_SHARD)
        ]
        if self.limit is None:
            return [[batch] for batch in batches]
        return [batches] if batches else []

    def read(self, shard: Any) -> Iterator[Document | Reject]:
        seen: set[str] = set()
        for index, names in shard:
            for name in names:
                if len(seen) == self.limit:
                    return
                yield self._row(self._files(index), name, seen)

    def _files(self, index: int) -> HtmlFiles:
        return HtmlFiles(self.paths[index], self.root)

    def _pin(self, index: int, digest: Callable[[Path], str]) -> str:
        if isinstance(self.paths[index], RemotePath):
            return digest(self.paths[index])  # one listing tells of all
        files = self._files(index)
        return hashlib.sha256(
            orjson.dumps([[name, _content(files, name, digest)] for name in files.names()])
        ).hexdigest()

    def _row(self, files: HtmlFiles, name: str, seen: set[str]) -> Document | Reject:
        try:
            html = to_text(page_bytes(files.located(name), max_bytes=self.max_bytes))
            owner = Owner(source=self.source, licence=self.licence, attribution=self.attribution)
            page = owner.page(self._address(name, html), html)
            if page.id in seen:
                raise DroppedError("duplicate_record", f"same address and content as {page.id}")
        except DroppedError as dropped:
            return Reject(dropped.reason, f"{name}: {dropped}", id=digest128(name))
        seen.add(page.id)
        return page

    def _address(self, name: str, html: str) -> str:
        plain = urljoin(self.base_url.rstrip("/") + "/", name.removesuffix(".gz"))
        return (stated_address(html, base=plain) or plain) if self.address == "canonical" else plain


def _content(files: HtmlFiles, name: str, digest: Callable[[Path], str]) -> str:
    try:
        return digest(files.located(name))
    except (DroppedError, PermissionError):
        return "unreadable"
