"""Talk pages and reference desks of wikis (MediaWiki): sections of posts, each signed with its writer and time."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from stages._page_text import PageText
from stages._posts import Kind, Post
from stages.records import Span

# "(talk) 10:20, 4 January 2009 (UTC)"; other languages order the date otherwise.
_STAMP = re.compile(
    r"\d{1,2}:\d{2}, [^\n()]{6,30} \((?:UTC|[A-Z]{3,5})\)|\d{1,2}:\d{2}, [^\n()]{6,30}\d{4}$", re.MULTILINE
)
_EDIT = re.compile(r"\s*\[[^\[\]\n]{1,40}\]")
_WORDS = re.compile(r"\b(?!(?:talk|contribs?|diskussion|discussion|user)\b)\w{2,}", re.IGNORECASE)
_DASHES = " \t\n—–-−("
# How far before the time the signature may begin.
_SIGNATURE = 120
_HEADINGS = ("h2", "h3", "h4")


@dataclass(frozen=True, slots=True)
class Signed:
    """All that a talk page says of a post."""

    author: str | None
    votes: int | None = None
    is_accepted: bool = False

    @property
    def signature(self) -> str | None:
        return self.author


def talk_sections(page: PageText) -> Iterator[tuple[Span, list[Post]]]:
    """The heading of each section with its posts; nothing for pages that are no wiki's."""
    if not any("mw-" in names for names in page.classes) or not _STAMP.search(page.text):
        return
    signatures = sorted(_signatures(page))
    headings = [node for node in page.spans if node.tag in _HEADINGS]
    starts = [page.spans[node][0] for node in headings]
    for node, end in zip(headings, [*starts[1:], len(page.text)], strict=True):
        heading = _heading(page, node)
        posts = list(_posts(page, page.spans[node][1], end, signatures))
        if heading and posts:
            yield heading, posts


def _heading(page: PageText, node: Any) -> Span | None:
    headline = next((part for part in node.iter() if "mw-headline" in (part.get("class") or "")), node)
    span = page.span_of(headline)
    edit = page.text.find("[", span.start, span.end) if span else -1
    return page.trim(span.start, edit) if span and edit > span.start else span


def _signatures(page: PageText) -> Iterator[tuple[int, int]]:
    """Places of links to users."""
    for link in page.root.iter("a"):
        href = link.get("href") or ""
        if link in page.spans and ("User" in href or "Special:Contributions" in href or "Benutzer" in href):
            yield page.spans[link]


def _posts(page: PageText, start: int, end: int, signatures: list[tuple[int, int]]) -> Iterator[Post]:
    at = start
    if (edit := _EDIT.match(page.text, at, end)) is not None:
        at = edit.end()
    for stamp in _STAMP.finditer(page.text, start, end):
        first = bisect_left(signatures, (max(at, stamp.start() - _SIGNATURE), 0))
        signed = _adjoining(page, signatures[first : bisect_left(signatures, (stamp.start(), 0))], stamp.start())
        stop = signed[0][0] if signed else stamp.start()
        span = page.trim(at, at + len(page.text[at:stop].rstrip(_DASHES)))
        at = stamp.end()
        if span is None:
            continue
        author = page.text[slice(*signed[0])].strip() if signed else None
        yield Post([span], [span], page.root, page.root, Kind.POST, Signed(author))


def _adjoining(page: PageText, links: list[tuple[int, int]], stamp: int) -> list[tuple[int, int]]:
    """The links of the signature: those that nothing but brackets and marks parts from the time."""
    told: list[tuple[int, int]] = []
    at = stamp
    for link in reversed(links):
        if _WORDS.search(page.text, link[1], at):
            break
        told.insert(0, link)
        at = link[0]
    return told
