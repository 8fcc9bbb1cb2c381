"""Prose between two places of a page, where no name tells what it is: the blocks of the parent that has most of it."""

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from stages._page_text import PageText
from stages._post_words import Part, part_of
from stages._repeated import says_when
from stages.records import Span

_BLOCKS = frozenset({"p", "div", "td", "pre", "blockquote", "ul", "ol", "dl", "section", "article", "table"})
_INNER = frozenset({"p", "div", "table", "ul", "ol", "section", "article", "pre", "blockquote", "tr", "td", "tbody"})
_WHOLE = frozenset({"ul", "ol", "dl", "table", "p", "pre"})
# Lines of nothing but these words are a post's buttons and counts.
_CONTROLS = frozenset({
    "share", "follow", "reply", "report", "flag", "save", "edit", "delete", "like", "upvote", "downvote", "link",
    "cite", "comment", "comments", "vote", "votes", "up", "down", "helpful", "accepted", "best", "answer", "add", "a",
    "show", "more", "this", "was", "views", "view", "score", "points", "likes", "people", "found", "award", "k",
    "edited",
})  # fmt: skip
_LETTERS = re.compile(r"[^\W\d_]+")
_MAX_META = 80
_PARAGRAPH = 25


def prose_run(page: PageText, start: int, end: int) -> tuple[Any, Span] | None:
    """The first block and the place of all of them; None where there is no prose. Ends that say when are left off."""
    runs: dict[Any, list[Any]] = defaultdict(list)
    for element, (first, last) in page.spans.items():
        if first >= start and last <= end and element.tag in _BLOCKS and _is_leaf(element):
            runs[element.getparent()].append(element)
    told = [run for run in runs.values() if not is_aside(run[0])]
    best = max(told, key=lambda run: _weight(page, run), default=[])
    while best and _is_meta(page, best[0]):
        best = best[1:]
    while best and _is_meta(page, best[-1]):
        best = best[:-1]
    span = page.trim(page.spans[best[0]][0], min(end, _end_of(page, best[-1]))) if best else None
    return (best[0], span) if span else None


def _weight(page: PageText, run: list[Any]) -> int:
    """Characters of prose; a paragraph outweighs names and counts of its length."""
    texts = [element for element in run if not _is_meta(page, element)]
    paragraphs = len([element for element in texts if element.tag == "p"])
    return prose(page, texts) + _PARAGRAPH * paragraphs


def prose(page: PageText, run: Iterable[Any]) -> int:
    """Characters of the elements that are not in links."""
    chars = 0
    for element in run:
        start, end = page.spans[element]
        chars += end - start
        chars -= sum(page.spans[link][1] - page.spans[link][0] for link in element.iter("a") if link in page.spans)
    return chars


def is_aside(element: Any) -> bool:
    return any(
        part_of(above.get(name) or "") == Part.ASIDE
        for above in (element, *element.iterancestors())
        for name in ("class", "id")
    )


def _is_leaf(element: Any) -> bool:
    """Whether the element holds text of its own, or no blocks."""
    if element.tag in _WHOLE or not any(child.tag in _INNER for child in element):
        return True
    return bool((element.text or "").strip()) or any((child.tail or "").strip() for child in element)


def _end_of(page: PageText, element: Any) -> int:
    """Where the text behind the element ends that is in no element: a displayed formula breaks a paragraph so."""
    following = next((node for node in element.itersiblings() if node in page.spans), None)
    if following is not None:
        return page.spans[following][0]
    above = element.getparent()
    return page.spans[above][1] if above in page.spans else page.spans[element][1]


def _is_meta(page: PageText, element: Any) -> bool:
    span = page.span_of(element)
    if span is None:
        return True
    text = page.cut(span)
    if len(text) > _MAX_META:
        return False
    words = set(_LETTERS.findall(text.lower()))
    only_links = 3 * prose(page, [element]) < len(text)
    return says_when(text) or only_links or (bool(words) and words <= _CONTROLS)
