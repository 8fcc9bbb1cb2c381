"""Prose between two places of a page, where no name tells what it is: the blocks of the parent that has most of it."""

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from stages._page_text import PageText
from stages._post_words import Part, part_of
from stages._repeated import says_when

_BLOCKS = frozenset({"p", "div", "td", "pre", "blockquote", "ul", "ol", "dl", "section", "article", "table"})
_NOT_LEAVES = frozenset(
    {"p", "div", "table", "ul", "ol", "section", "article", "pre", "blockquote", "tr", "td", "tbody"}
)
_LISTS = frozenset({"ul", "ol", "dl", "table", "p", "pre"})
_CONTROL = re.compile(
    r"(?:share|follow|reply|report|flag|save|edit|delete|like|upvote|link|cite|improve this)\b.{0,40}", re.I
)
_MAX_META = 80


def prose_run(page: PageText, start: int, end: int) -> list[Any]:
    """The blocks in page order; empty where there is no prose. What only says who and when is left off both ends."""
    runs: dict[Any, list[Any]] = defaultdict(list)
    for element, (first, last) in page.spans.items():
        if first >= start and last <= end and element.tag in _BLOCKS and _is_leaf(element):
            runs[element.getparent()].append(element)
    best = max((run for run in runs.values() if not is_aside(run[0])), key=lambda run: prose(page, run), default=[])
    while best and _is_meta(page, best[0]):
        best = best[1:]
    while best and _is_meta(page, best[-1]):
        best = best[:-1]
    return best


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
    return element.tag in _LISTS or not any(child.tag in _NOT_LEAVES for child in element)


def _is_meta(page: PageText, element: Any) -> bool:
    span = page.span_of(element)
    if span is None:
        return True
    text = page.cut(span)
    return len(text) <= _MAX_META and (says_when(text) or bool(_CONTROL.fullmatch(text)))
