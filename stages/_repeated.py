"""Posts of pages that give them no telling names: blocks of text that repeat, with who and when between them.

Tables of the nineties, applications with generated class names and archives of mailing lists have this in common.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from itertools import dropwhile, pairwise
from typing import Any

from stages._page_text import HEADINGS, PageText

# Who and when: what stands between two posts and not between two paragraphs.
_MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
_BETWEEN = re.compile(
    r"\b\d{1,2}:\d{2}\b|\b\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|年\d|昨天|刚刚"
    rf"|\d+\s*(?:分钟|小时|天|个月|年)前|\b{_MONTH}[a-z]*\.?\s+\d{{1,4}}\b|\b\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH}"
    r"|\b\d+\s?(?:s|m|h|d|w|mo|y|secs?|mins?|minutes?|hours?|hrs?|days?|weeks?|months?|years?)(?:\s+ago)?\b"
    r"|\bago\b|\byesterday\b|\bvor \d|\bhace \d|\bil y a\b"
    r"|\b(?:wrote|writes|posted|replied|answered|asked|said|says|commented|reply|quote)\b",
    re.IGNORECASE,
)
_STATE = re.compile(
    r"\d+|\b(?:odd|even|alt|first|last|active|selected|accepted|best|hidden|visible|new|unread|op|own|author)\b|[-_]+$",
    re.IGNORECASE,
)
_MAX_GAP = 800
_MAX_META = 60
_MIN_CHARS = 15
_MAX_MEMBERS = 500


def repeated_blocks(page: PageText) -> list[Any]:
    """The elements of the group with the most text, in page order; empty where nothing repeats like posts do."""
    best: list[Any] = []
    most = 0
    for group in _groups(page):
        chars = sum(page.spans[element][1] - page.spans[element][0] for element in group)
        # Of a block and the only block inside it the outer one comes first, and stays.
        if chars > 1.02 * most and _reads_like_posts(page, group):
            best, most = group, chars
    return best


def says_when(text: str) -> bool:
    """Whether the text tells who or when, as what stands between posts does."""
    return bool(_BETWEEN.search(text))


def _groups(page: PageText) -> Iterator[list[Any]]:
    """Elements that have the same names all the way up, two or more."""
    numbers: dict[tuple[int, str, str], int] = {}
    places: dict[Any, int] = {}
    groups: dict[int, list[Any]] = defaultdict(list)
    for element in page.spans:
        names = element.get("class")
        tag = f"td {_column(element)}" if element.tag == "td" else element.tag
        key = (places.get(element.getparent(), -1), tag, _stateless(names) if names else "")
        number = numbers.setdefault(key, len(numbers))
        places[element] = number
        groups[number].append(element)
    told = (_told(page, group) for group in groups.values() if len(group) > 1)
    return (group for group in told if 2 <= len(group) <= _MAX_MEMBERS)


def _told(page: PageText, group: list[Any]) -> list[Any]:
    """The group without what only says when, and without what stands above the first that somebody wrote."""
    texts = [element for element in group if not _only_says_when(page, element)]
    return list(dropwhile(lambda element: not _is_announced(page, element), texts))


def _is_announced(page: PageText, element: Any) -> bool:
    start = page.spans[element][0]
    return bool(_BETWEEN.search(page.text, max(0, start - _MAX_GAP), start))


def _column(cell: Any) -> int:
    return sum(1 for _ in cell.itersiblings("td", preceding=True))


def _only_says_when(page: PageText, element: Any) -> bool:
    start, end = page.spans[element]
    return end - start <= _MAX_META and bool(_BETWEEN.search(page.text, start, end))


@lru_cache(maxsize=1 << 16)
def _stateless(names: str) -> str:
    """Class names without what differs from post to post: numbers and states such as "odd" or "accepted"."""
    return _STATE.sub("", names)


def _reads_like_posts(page: PageText, group: list[Any]) -> bool:
    if group[0].tag in ("a", "li", "time", "th", *HEADINGS):
        return False
    spans = [page.spans[element] for element in group]
    if sum(end - start for start, end in spans) < _MIN_CHARS * len(group):
        return False
    gaps = [page.text[end:start] for (_, end), (start, _) in pairwise(spans)]
    telling = sum(len(gap) <= _MAX_GAP and bool(_BETWEEN.search(gap)) for gap in gaps)
    return telling >= 0.8 * len(gaps) and not _is_list_of_links(page, group)


def _is_list_of_links(page: PageText, group: list[Any]) -> bool:
    """Teasers: mostly links, or each under a heading that leads elsewhere."""
    linked = total = headed = 0
    for element in group[:20]:
        start, end = page.spans[element]
        total += end - start
        linked += sum(page.spans[link][1] - page.spans[link][0] for link in element.iter("a") if link in page.spans)
        headed += any(
            sibling.tag in HEADINGS and sibling.find(".//a") is not None
            for sibling in element.itersiblings(preceding=True)
        )
    return 2 * linked > total or 2 * headed > min(len(group), 20)


def _is_linked_heading(element: Any) -> bool:
    return element.tag in HEADINGS and element.find(".//a") is not None
