"""Reads N-Quads of pages that describe themselves in schema.org's words, as Web Data Commons publishes them.

A page becomes a document whose only content is its data as JSON-LD, so that what reads questions out of a page's
JSON-LD reads them here.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import Any

import orjson

from pipeline.errors import ConfigError
from pipeline.stage import Reject, SourceStage
from stages._pages import DroppedError, Owner
from stages._quads import Quad, quad_lines, unescaped
from stages._row_files import pinned
from stages.records import Document

_SCHEMA = re.compile(r"https?://schema\.org/")
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
# What holds questions or is one: below a question it leads back to the page, never to an answer.
_PAGES = frozenset({"Question", "FAQPage", "QAPage"})
# From a question to an answer, to its author and on; no answer stands further away.
_MAX_DEPTH = 3
_MAX_NODES = 5_000
# `extract_qa` reads no larger script.
_MAX_CHARS = 2_000_000
_SCRIPT = '{"@graph":[%s]}'


class NodeName(str):
    """Stands in a node for another node."""


@dataclass(frozen=True, kw_only=True)
class ReadQuads(SourceStage[Document]):
    """One `Document` for each page that has a `Question`; other pages are rejected as `no_question`.

    paths  -- N-Quads files, gzipped or not, in which the quads of a page stand together
    source -- the name of where they come from
    licence, attribution -- what the rows say, since pages of such files state none
    limit  -- only the first pages of all files together
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
        """Each a list of file indices. A limit needs them in one shard."""
        indices = [*range(len(self.paths))]
        return [[index] for index in indices] if self.limit is None else [indices]

    def read(self, shard: Any) -> Iterator[Document | Reject]:
        pages, seen = 0, set[str]()
        for index in shard:
            path, number = self.paths[index], 0
            place = f"{index:05d}/{path.name}"
            for url, lines in groupby(quad_lines(path), key=lambda line: line.page):
                if pages == self.limit:
                    return
                graph = _Graph()
                for line in lines:
                    if line.quad:
                        graph.add(line.quad)
                    else:
                        yield _placed(Reject("damaged", line.trouble), f"{place}:line {line.number}")
                if url is not None:
                    yield _placed(self._page(url, graph, seen), f"{place}:page {number}")
                    number, pages = number + 1, pages + 1

    def _page(self, url: str, graph: "_Graph", seen: set[str]) -> Document | Reject:
        owner = Owner(source=self.source, licence=self.licence, attribution=self.attribution)
        try:
            page = _document(owner, url, graph)
            if page.id in seen:
                raise DroppedError("duplicate_record", f"same address and content as {page.id}")
        except DroppedError as dropped:
            return Reject(dropped.reason, f"{url} {dropped}")
        seen.add(page.id)
        return page


def _placed(row: Document | Reject, place: str) -> Document | Reject:
    return replace(row, detail=f"{place}: {row.detail}", id=place) if isinstance(row, Reject) else row


def _document(owner: Owner, url: str, graph: "_Graph") -> Document:
    questions = [subject for subject, found in graph.kinds.items() if "Question" in found]
    if not questions:
        raise DroppedError("no_question", "has no question")
    script = _script(graph, questions)
    html = f'<html><head><script type="application/ld+json">{script}</script></head><body></body></html>'
    page = owner.page(url, html)
    return replace(page, language=graph.language or page.language)


def _script(graph: "_Graph", questions: Sequence[str]) -> str:
    written, size = list[str](), len(_SCRIPT)
    for subject in questions:
        # "</" would end the script.
        written.append(orjson.dumps(graph.question(subject)).decode().replace("</", "<\\/"))
        size += len(written[-1]) + 1
        if size > _MAX_CHARS:
            raise DroppedError("oversize", f"has more than {_MAX_CHARS} characters of data")
    return _SCRIPT % ",".join(written)


@dataclass
class _Graph:
    """What a page says of its nodes: their kinds, and by property their texts and what they refer to."""

    nodes: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    kinds: dict[str, set[str]] = field(default_factory=dict)
    language: str | None = None
    left: int = _MAX_NODES

    def add(self, quad: Quad) -> None:
        name = _SCHEMA.sub("", quad.predicate)
        if quad.predicate == _TYPE and quad.other:
            self.kinds.setdefault(quad.subject, set()).add(_SCHEMA.sub("", quad.other.strip("<>")))
            return
        value = NodeName(quad.other) if quad.other else unescaped(quad.text or "")
        self.nodes.setdefault(quad.subject, {}).setdefault(name, []).append(value)
        self.language = self.language or (quad.language and quad.language.partition("-")[0].lower())

    def question(self, subject: str) -> dict[str, Any]:
        """The question with what it refers to, `_MAX_DEPTH` steps far; raises `DroppedError` where that is too much."""
        self.left = _MAX_NODES
        return self._tree(subject, frozenset())

    def _tree(self, subject: str, above: frozenset[str]) -> dict[str, Any]:
        if not self.left:
            raise DroppedError("oversize", f"has a question of more than {_MAX_NODES} nodes")
        self.left -= 1
        tree: dict[str, Any] = {"@type": sorted(self.kinds.get(subject, ()))}
        path = above | {subject}
        for name, values in self.nodes.get(subject, {}).items():
            found = [
                self._tree(value, path) if isinstance(value, NodeName) else value
                for value in values
                if not isinstance(value, NodeName) or self._is_followed(value, path)
            ]
            if found:
                tree[name] = found[0] if len(found) == 1 else found
        return tree

    def _is_followed(self, name: str, path: frozenset[str]) -> bool:
        """Data may refer in circles, and what a page lists refers to the page."""
        kinds = self.kinds.get(name, set[str]())
        leads_back = name in path or ("Answer" not in kinds and not _PAGES.isdisjoint(kinds))
        return len(path) <= _MAX_DEPTH and not leads_back
