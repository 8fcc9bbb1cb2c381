"""Which lines of a page are its content, and not menus, adverts or footers.

Of a thread these are its title and its posts. Of any other page they are the lines, not mostly links, of the innermost
element that holds most of the page's prose, without what its names call margins. Where that leaves next to nothing
the lines are those that resiliparse or trafilatura keeps: slower, and on the pages measured no better elsewhere.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Any

import trafilatura
from resiliparse.extract.html2text import extract_plain_text

from stages._kept_lines import kept_lines
from stages._page_text import PageText, lines_of
from stages._threads import Thread
from stages.records import Span

_MARGIN = re.compile(
    r"(?:^|[-_])(?:nav\w*|menu\w*|foot\w*|side-?bar\w*|aside|related\w*|shar\w+|social\w*|comments?|disqus\w*|breadcrumbs?"
    r"|cookie\w*|consent\w*|gdpr|promo\w*|ads?|advert\w*|sponsor\w*|subscri\w+|newsletter\w*|tags?|taglist|meta|postmeta"
    r"|bio|recommend\w*|trending|popular|widgets?|banner\w*|log-?in|signin|signup|search\w*|toolbar\w*|pagination|pager"
    r"|copyright|disclaimer|modal\w*|popup\w*|skip\w*|captions?|credits?|teasers?|more-?(?:from|stories|news|posts)"
    r"|read-?more|outbrain|taboola|print|utility|masthead|topbar|header|jump|hidden|sr-only|screen-reader-text)(?:$|[-_\d])"
)
_HUMPS = re.compile(r"(?<=[a-z])(?=[A-Z])")
_MARGIN_TAGS = ("aside", "form", "header")
# A line of so many characters that is not mostly links is prose.
_PROSE_CHARS = 60
_PROSE_LINKS = 0.3
_MOST_LINKS = 0.5
# The share of the prose that makes an element the place of the content, and the one that no margin holds.
_MOST_PROSE = 0.65
_MARGIN_PROSE = 0.4
_FEW_CHARS = 200


def main_spans(page: PageText, threads: Sequence[Thread], markup: str) -> list[Span]:
    """The places of the main content in the page's text, in order; `markup` is the page's source."""
    if threads:
        return _of_threads(threads)
    spans = _of_article(page)
    if _chars(spans) >= min(_FEW_CHARS, len(page.text) // 2):
        return spans
    found = [spans, kept_lines(page, extract_plain_text(markup, main_content=True, alt_texts=False))]
    if _chars(found[1]) < _FEW_CHARS:
        found.append(kept_lines(page, trafilatura.extract(markup, favor_recall=True) or ""))
    return max(found, key=_chars)


def _chars(spans: Sequence[Span]) -> int:
    return sum(span.end - span.start for span in spans)


def _of_threads(threads: Sequence[Thread]) -> list[Span]:
    spans = [thread.title for thread in threads if thread.title]
    spans += [span for thread in threads for post in thread.posts for span in post.shown]
    return [Span(start=start, end=end) for start, end in _joined_places((span.start, span.end) for span in spans)]


@dataclass(frozen=True, slots=True)
class _Line:
    span: Span
    in_links: float  # share of its characters

    @property
    def prose(self) -> int:
        """Its characters, where it is prose."""
        length = self.span.end - self.span.start
        return length if length >= _PROSE_CHARS and self.in_links < _PROSE_LINKS else 0


class _Prose:
    """How much prose stands between two places of the text."""

    def __init__(self, lines: Sequence[_Line]) -> None:
        self._starts = [line.span.start for line in lines]
        self._ends = [line.span.end for line in lines]
        self._sums = [0, *accumulate(line.prose for line in lines)]
        self.total = self._sums[-1]

    def within(self, start: int, end: int) -> int:
        first, last = bisect_left(self._starts, start), bisect_right(self._ends, end)
        return max(0, self._sums[max(first, last)] - self._sums[first])


def _of_article(page: PageText) -> list[Span]:
    lines = _weighed(page)
    prose = _Prose(lines)
    start, end = page.spans.get(_holder(page, prose), (0, len(page.text)))
    margins = _joined_places(place for place in _margins(page) if prose.within(*place) <= _MARGIN_PROSE * prose.total)
    return [
        line.span
        for line in lines
        if line.span.start >= start
        and line.span.end <= end
        and line.in_links < _MOST_LINKS
        and not _covered(margins, line.span.start)
    ]


def _holder(page: PageText, prose: _Prose) -> Any:
    """The innermost element that holds most of the prose, as long as it is more than a paragraph."""
    holder = page.root
    while True:
        inner = next((child for child in holder if _holds_most(page, child, prose)), None)
        if inner is None or inner.tag == "p":
            return holder
        holder = inner


def _holds_most(page: PageText, element: Any, prose: _Prose) -> bool:
    place = page.spans.get(element)
    return place is not None and prose.total > 0 and prose.within(*place) >= _MOST_PROSE * prose.total


def _margins(page: PageText) -> Iterator[tuple[int, int]]:
    for names, elements in page.classes.items():
        if _names_margin(names):
            yield from (page.spans[element] for element in elements)
    for element, place in page.spans.items():
        if element.tag in _MARGIN_TAGS:
            yield place


@lru_cache(maxsize=1 << 16)
def _names_margin(names: str) -> bool:
    return any(_MARGIN.search(name) for name in _HUMPS.sub("-", names).lower().split())


def _joined_places(places: Iterator[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def _covered(places: Sequence[tuple[int, int]], at: int) -> bool:
    before = bisect_right(places, (at, 1 << 60)) - 1
    return before >= 0 and at < places[before][1]


def _weighed(page: PageText) -> list[_Line]:
    links = _joined_places(place for element, place in page.spans.items() if element.tag == "a")
    lines, at = [], 0
    for span in lines_of(page):
        while at < len(links) and links[at][1] <= span.start:
            at += 1
        linked, link = 0, at
        while link < len(links) and links[link][0] < span.end:
            linked += min(span.end, links[link][1]) - max(span.start, links[link][0])
            link += 1
        lines.append(_Line(span, linked / (span.end - span.start)))
    return lines
