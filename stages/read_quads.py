"""Reads N-Quads of pages that describe themselves in schema.org's words, as Web Data Commons publishes them.

A page becomes a document whose only content is its data as JSON-LD, so that what reads questions out of a page's
JSON-LD reads them here.
"""

import gzip
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
        owner = Owner(source=self.source, licence=self.licence, attribution=self.attribution)
        name, seen = self.paths[shard].name, set[str]()
        for number, (url, quads) in enumerate(
            groupby(_quads(self.paths[shard]), key=lambda quad: quad.page if quad else "")
        ):
            if number == self.limit:
                return
            row = _page(owner, url, filter(None, quads)) if url else Reject("damaged", "a line is no quad")
            if isinstance(row, Document) and row.id in seen:
                row = Reject("duplicate_record", f"same address and content as {row.id}")
            place = f"{name}:page {number}"
            yield row if isinstance(row, Document) else replace(row, detail=f"{place}: {row.detail}", id=place)
            seen.add(row.id or "")


def _quads(path: Path) -> Iterator[Quad | None]:
    """None for a line that is none, and where a packed file breaks off."""
    with _opened(path) as lines:
        try:
            for line in lines:
                found = _QUAD.match(line)
                if found or line.strip():
                    yield Quad(*found.groups()) if found else None
        except (EOFError, gzip.BadGzipFile, zlib.error):
            yield None


def _opened(path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8", errors="replace")
    return path.open(encoding="utf-8", errors="replace")


def _page(owner: Owner, url: str, quads: Iterable[Quad]) -> Document | Reject:
    graph = _Graph()
    for quad in quads:
        graph.add(quad)
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
    def sign(found: re.Match[str]) -> str:
        code = found[1]
        if len(code) == 1:
            return _SIGNS.get(code, code)
        return chr(int(code[1:], 16)) if int(code[1:], 16) < 0x110000 else "\ufffd"

    return _ESCAPE.sub(sign, text)
