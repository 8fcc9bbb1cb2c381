"""The title of a page's topic, where the page shows it."""

import re
from typing import Any

from stages._page_text import HEADINGS, PageText
from stages.records import Span

_TITLE = re.compile(r"(?:^|[-_])(?:title|subject|topic-?title|headline|question-?title)(?:$|[-_])", re.IGNORECASE)
_PREFIX = re.compile(r"(?:(?:re|fwd?|aw|sv|tr)\s*:\s*)+", re.IGNORECASE)
_WORDS = re.compile(r"\w+")
_MAX_CHARS = 300
_MAX_HEADINGS = 200


def topic_title(page: PageText) -> Span | None:
    """The heading that the page's `<title>` repeats, without "Re:"; the first `<h1>` where none does."""
    title = _folded(" ".join((page.root.findtext(".//title") or "").split()))
    headings = [element for element in page.spans if element.tag in HEADINGS or _is_title(element)]
    best: tuple[int, Span] | None = None
    for element in headings[:_MAX_HEADINGS]:
        span = page.span_of(element)
        if span is None or span.end - span.start > _MAX_CHARS:
            continue
        wording = _folded(page.cut(span))
        if wording and wording in title and (best is None or len(wording) > best[0]):
            best = len(wording), span
    first = next((element for element in headings if element.tag == "h1"), None)
    found = best[1] if best else page.span_of(first) if first is not None else None
    return _without_prefix(page, found) if found else None


def _without_prefix(page: PageText, span: Span) -> Span:
    prefix = _PREFIX.match(page.text, span.start, span.end)
    return Span(start=prefix.end(), end=span.end) if prefix and prefix.end() < span.end else span


def _is_title(element: Any) -> bool:
    names = element.get("class")
    return names is not None and any(_TITLE.search(name) for name in names.split())


def _folded(text: str) -> str:
    return " ".join(_WORDS.findall(text.lower()))
