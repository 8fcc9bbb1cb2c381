"""The title of a page's topic, where the page shows it."""

import re
from functools import lru_cache
from itertools import islice
from typing import Any

from stages._page_text import HEADINGS, PageText, lines_of
from stages.records import Span

_TITLE = re.compile(r"(?:^|[-_])(?:title|subject|topic-?title|headline|question-?title)(?:$|[-_])", re.IGNORECASE)
_SITE = re.compile(
    r"(?:^|[-_])(?:site|logo|brand|blog|forum|header)(?:$|[-_])|site-?(?:title|name)|logo", re.IGNORECASE
)
_PREFIX = re.compile(r"(?:(?:re|fwd?|aw|sv|tr)\s*:\s*)+", re.IGNORECASE)
# Between the topic and the names of forum and site.
_BETWEEN = re.compile(r"\s+[-–—|:·•»«>]+\s+|\s*(?:\.{3}|…)")
_WORDS = re.compile(r"\w+")
_MAX_CHARS = 2_000
_MAX_HEADINGS = 200
_MAX_LINES = 400
_SITE_WORDS = 2
# A topic that `<title>` cuts short is known by so many characters.
_MIN_CUT = 20


def topic_title(page: PageText) -> Span | None:
    """What the page's `<title>` repeats, if cut short: a heading, else a line; else the first `<h1>`. No "Re:"."""
    whole = " ".join((page.root.findtext(".//title") or "").split())
    parts = [folded for part in _BETWEEN.split(whole) if (folded := folded_words(part))]
    headings = _headings(page)
    places = [
        (element, span)
        for element in headings[:_MAX_HEADINGS]
        if (span := page.span_of(element)) and not _names_site(folded_words(page.cut(span)), parts)
    ]
    named = [span for element, span in places if not _SITE.search(element.get("class") or "")]
    found = _most_common(page, named, whole, parts)
    if found is None:
        found = next((span for element, span in places if element.tag == "h1"), None)
    if found is None:
        found = _most_common(
            page, list(islice(lines_of(page), _MAX_LINES)), whole, [p for p in parts if len(p) >= _MIN_CUT]
        )
    return _without_prefix(page, found) if found else None


def _names_site(heading: str, parts: list[str]) -> bool:
    """Whether the heading is one of the parts of `<title>`, of a word or two, and a longer part tells the topic."""
    if heading not in parts or len(heading.split()) > _SITE_WORDS:
        return False
    return any(len(part.split()) > _SITE_WORDS for part in parts)


def _most_common(page: PageText, places: list[Span], whole: str, parts: list[str]) -> Span | None:
    """The place that has most in common with `<title>`, the shortest of those."""
    best: tuple[int, int, Span] | None = None
    folded = folded_words(whole)
    for span in places:
        length = span.end - span.start
        common = _common(folded_words(page.cut(span)), folded, parts) if length <= _MAX_CHARS else 0
        if common and (best is None or (common, -length) > best[:2]):
            best = common, -length, span
    return best[2] if best else None


def _common(heading: str, whole: str, parts: list[str]) -> int:
    """How much of the heading `<title>` holds, in characters."""
    if heading and heading in whole:
        return len(heading)
    return max((len(part) for part in parts if len(part) >= _MIN_CUT and heading.startswith(part)), default=0)


def _without_prefix(page: PageText, span: Span) -> Span:
    prefix = _PREFIX.match(page.text, span.start, span.end)
    return Span(start=prefix.end(), end=span.end) if prefix and prefix.end() < span.end else span


def _headings(page: PageText) -> list[Any]:
    """Headings, and what classes call a title, in page order."""
    found = {element for element in page.root.iter(*HEADINGS) if element in page.spans}
    for names, elements in page.classes.items():
        if _names_title(names):
            found.update(elements)
    return sorted(found, key=lambda element: page.spans[element])


@lru_cache(maxsize=1 << 16)
def _names_title(names: str) -> bool:
    return any(_TITLE.search(name) for name in names.split())


def folded_words(text: str) -> str:
    """The words in lower case, one space between each."""
    return " ".join(_WORDS.findall(text.lower()))
