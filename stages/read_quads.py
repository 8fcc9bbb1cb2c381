"""Reads N-Quads of pages that describe themselves in schema.org's words, as Web Data Commons publishes them.

A page becomes a document whose only content is its data as JSON-LD, so that what reads questions out of a page's
JSON-LD reads them here.
"""

import gzip
import re
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import IO, Any, NamedTuple

import orjson

from pipeline.errors import ConfigError
from pipeline.stage import Reject, SourceStage
from stages._pages import Owner
from stages._row_files import pinned
from stages.records import Document

# subject, predicate, text or another node, page: https://www.w3.org/TR/n-quads/
_QUAD = re.compile(
    r'(_:\S+|<[^<>\s]*>)\s+<([^<>\s]*)>\s+(?:"((?:[^"\\]|\\.)*)"(?:@([\w-]+)|\^\^<[^<>\s]*>)?|(_:\S+|<[^<>\s]*>))'
    r"\s+<([^<>\s]*)>\s*\.\s*$"
)
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)")
_HALF = re.compile("[\ud800-\udfff]")
_SIGNS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_SCHEMA = re.compile(r"https?://schema\.org/")
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
# How deep data may refer to other data; a question page needs three steps.
_MAX_DEPTH = 6
_MAX_NODES = 5_000


class Quad(NamedTuple):
    """A line: either `text`, in `language` where it says so, or `other`, the name of a node."""

    subject: str
    predicate: str
    text: str | None
    language: str | None
    other: str | None
    page: str


class Line(NamedTuple):
    """A line that is no quad has none; its `page` is that of the line before, None before the first page."""

    number: int
    page: str | None
    quad: Quad | None
    trouble: str


class NodeName(str):
    """Stands in a node for another node."""


@dataclass(frozen=True, kw_only=True)
class ReadQuads(SourceStage[Document]):
    """One `Document` for each page that has a `Question`; other pages are rejected as `no_question`.

    paths  -- N-Quads files, gzipped or not, in which the quads of a page stand together
    limit  -- only the first pages of each file
    """

    paths: list[Path]
    source: str
    licence: str | None = None
    attribution: str | None = None
    limit: int | None = None

    def __post_init__(self) -> None:
        if not self.paths:
            raise ConfigError("read_quads: paths is empty; name at least one file")

    def pins(self, digest: Callable[[Path], str]) -> Mapping[str, str]:
        return pinned(self.paths, digest)

    def shards(self) -> Sequence[Any]:
        return list(range(len(self.paths)))

    def read(self, shard: Any) -> Iterator[Document | Reject]:
        path, number, seen = self.paths[shard], 0, set[str]()
        place = f"{shard:05d}/{path.name}"
        for url, lines in groupby(_lines(path), key=lambda line: line.page):
            if number == self.limit:
                return
            graph = _Graph()
            for line in lines:
                if line.quad:
                    graph.add(line.quad)
                else:
                    yield _placed(Reject("damaged", line.trouble), f"{place}:line {line.number}")
            if url is not None:
                yield _placed(self._page(url, graph, seen), f"{place}:page {number}")
                number += 1

    def _page(self, url: str, graph: "_Graph", seen: set[str]) -> Document | Reject:
        owner = Owner(source=self.source, licence=self.licence, attribution=self.attribution)
        row = _document(owner, url, graph)
        if isinstance(row, Reject):
            return row
        if row.id in seen:
            return Reject("duplicate_record", f"same address and content as {row.id}")
        seen.add(row.id)
        return row


def _placed(row: Document | Reject, place: str) -> Document | Reject:
    return replace(row, detail=f"{place}: {row.detail}", id=place) if isinstance(row, Reject) else row


def _lines(path: Path) -> Iterator[Line]:
    page, number = None, 0
    with _opened(path) as lines:
        try:
            for number, line in enumerate(lines, start=1):
                found = _QUAD.match(line)
                if not found and not line.strip():
                    continue
                quad = Quad(*found.groups()) if found else None
                page = quad.page if quad else page
                yield Line(number, page, quad, "" if quad else "it is no quad")
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            yield Line(number + 1, page, None, f"the packed file breaks off: {error}")


def _opened(path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8", errors="replace")
    return path.open(encoding="utf-8", errors="replace")


def _document(owner: Owner, url: str, graph: "_Graph") -> Document | Reject:
    questions = [subject for subject, found in graph.kinds.items() if "Question" in found]
    if not questions:
        return Reject("no_question", url)
    data = [graph.tree(subject) for subject in questions]
    # "</" would end the script.
    script = orjson.dumps({"@graph": data}).decode().replace("</", "<\\/")
    html = f'<html><head><script type="application/ld+json">{script}</script></head><body></body></html>'
    page = owner.page(url, html)
    return replace(page, language=graph.language or page.language)


@dataclass
class _Graph:
    """What a page says of its nodes: their kinds, and by property their texts and what they refer to."""

    nodes: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    kinds: dict[str, set[str]] = field(default_factory=dict)
    language: str | None = None
    written: int = 0

    def add(self, quad: Quad) -> None:
        name = _SCHEMA.sub("", quad.predicate)
        if quad.predicate == _TYPE and quad.other:
            self.kinds.setdefault(quad.subject, set()).add(_SCHEMA.sub("", quad.other.strip("<>")))
            return
        value = NodeName(quad.other) if quad.other else _unescaped(quad.text or "")
        self.nodes.setdefault(quad.subject, {}).setdefault(name, []).append(value)
        self.language = self.language or (quad.language and quad.language.partition("-")[0].lower())

    def tree(self, subject: str, *, depth: int = 0) -> dict[str, Any]:
        """The node with what it refers to, as far as the limits go: data may refer in circles."""
        self.written += 1
        tree: dict[str, Any] = {"@type": sorted(self.kinds.get(subject, ()))}
        for name, values in self.nodes.get(subject, {}).items():
            found = [
                self.tree(value, depth=depth + 1) if isinstance(value, NodeName) else value
                for value in values
                if not isinstance(value, NodeName) or (depth < _MAX_DEPTH and self.written < _MAX_NODES)
            ]
            tree[name] = found[0] if len(found) == 1 else found
        return tree


def _unescaped(text: str) -> str:
    """Two escapes may be the halves of one character, as in JSON; a half alone is none."""

    def sign(found: re.Match[str]) -> str:
        code = found[1]
        if len(code) == 1:
            return _SIGNS.get(code, code)
        return chr(int(code[1:], 16)) if int(code[1:], 16) < 0x110000 else "\ufffd"

    told = _ESCAPE.sub(sign, text)
    return told.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace") if _HALF.search(told) else told
