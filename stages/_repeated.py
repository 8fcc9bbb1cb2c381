"""Posts of pages that give them no telling names: blocks of text that repeat, with who and when between them.

Tables of the nineties, applications with generated class names and archives of mailing lists have this in common.
"""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import lru_cache
from itertools import dropwhile, islice, pairwise
from typing import Any

from stages._page_text import HEADINGS, PageText

# Who and when: what stands between two posts and not between two paragraphs.
_MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
# Two patterns whose every branch begins with a digit or a letter of few: that makes the search fast.
_TIME = re.compile(
    r"\d{1,2}:\d{2}(?!\d)|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d+\s*(?:分钟|小时|天|个月|年)前"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH}"
    r"|\d+\s?(?:s|m|h|d|w|mo|y|secs?|mins?|minutes?|hours?|hrs?|days?|weeks?|months?|years?)(?:\s+ago)?(?![a-z0-9])"
)
_WORD = re.compile(
    rf"(?:ago|yesterday|wrote|writes|posted|replied|answered|asked|said|says|commented|reply|quote)(?![a-z])"
    rf"|{_MONTH}[a-z]*\.?\s+\d{{1,4}}(?!\d)|(?:vor|hace|il y a) \d|昨天|刚刚"
)
_STATE = re.compile(
    r"\d+|\b(?:odd|even|alt|first|last|active|selected|accepted|best|hidden|visible|new|unread|op|own|author)\b|[-_]+$",
    re.IGNORECASE,
)
_MAX_GAP = 800
_MAX_META = 60
_MIN_CHARS = 15
_MAX_MEMBERS = 500
_MAX_TIMES = 5_000
# A longer page is a list of something.
_MAX_TEXT = 300_000
_NO_POSTS = frozenset({"a", "li", "time", "th", *HEADINGS})


def repeated_blocks(page: PageText) -> list[Any]:
    """The elements of the group with the most text, in page order; empty where nothing repeats like posts do."""
    if len(page.text) > _MAX_TEXT:
        return []
    times = _Times(page.text)
    if len(times.starts) < 2:
        return []
    best: list[Any] = []
    most = 0
    for group in _groups(page):
        texts = [element for element in group if not _only_says_when(page, element, times)]
        for is_told in (_is_announced, _is_signed):
            posts = list(dropwhile(lambda element: not is_told(page, element, times), texts))  # noqa: B023
            chars = sum(page.spans[element][1] - page.spans[element][0] for element in posts)
            # Of a block and the only block inside it the outer one comes first, and stays.
            if len(posts) > 1 and chars > 1.02 * most and _reads_like_posts(page, posts, times):
                best, most = posts, chars
                break
    return best


class _Times:
    """Where in a text it says who or when."""

    def __init__(self, text: str) -> None:
        self.starts = sorted(islice(_times(text), _MAX_TIMES))

    def within(self, start: int, end: int) -> bool:
        first = bisect_left(self.starts, start)
        return first < len(self.starts) and self.starts[first] < end


def _times(text: str) -> Iterator[int]:
    lower = text.lower()
    lower = lower if len(lower) == len(text) else text
    for pattern in (_TIME, _WORD):
        for found in pattern.finditer(lower):
            start = found.start()
            if start == 0 or not lower[start - 1].isalnum():
                yield start


def says_when(text: str) -> bool:
    """Whether the text tells who or when, as what stands between posts does."""
    return next(_times(text), None) is not None


def _groups(page: PageText) -> Iterator[list[Any]]:
    """Elements that have the same names all the way up, two or more."""
    numbers: dict[tuple[int, str, str], int] = {}
    places: dict[Any, int] = {}
    columns: Counter[Any] = Counter()
    groups: dict[int, list[Any]] = defaultdict(list)
    for element in page.spans:
        names = element.get("class")
        above, tag = element.getparent(), element.tag
        if tag == "td":
            columns[above] += 1
            tag = f"td {columns[above]}"
        key = (places.get(above, -1), tag, _stateless(names) if names else "")
        number = numbers.setdefault(key, len(numbers))
        places[element] = number
        groups[number].append(element)
    return (group for group in groups.values() if 2 <= len(group) <= _MAX_MEMBERS and _may_be_posts(page, group))


def _may_be_posts(page: PageText, group: list[Any]) -> bool:
    if group[0].tag in _NO_POSTS:
        return False
    return sum(page.spans[element][1] - page.spans[element][0] for element in group) >= _MIN_CHARS * len(group)


def _is_announced(page: PageText, element: Any, times: _Times) -> bool:
    """Whether it says who or when above the text: what stands above the first such one is no post."""
    start = page.spans[element][0]
    return times.within(start - _MAX_GAP, start)


def _is_signed(page: PageText, element: Any, times: _Times) -> bool:
    """Whether it says so right below the text."""
    end = page.spans[element][1]
    return times.within(end, end + _MAX_META)


def _only_says_when(page: PageText, element: Any, times: _Times) -> bool:
    start, end = page.spans[element]
    return end - start <= _MAX_META and times.within(start, end)


@lru_cache(maxsize=1 << 16)
def _stateless(names: str) -> str:
    """Class names without what differs from post to post: numbers and states such as "odd" or "accepted"."""
    return _STATE.sub("", names)


def _reads_like_posts(page: PageText, group: list[Any], times: _Times) -> bool:
    spans = [page.spans[element] for element in group]
    gaps = [(end, start) for (_, end), (start, _) in pairwise(spans)]
    telling = sum(start - end <= _MAX_GAP and times.within(end, start) for end, start in gaps)
    return telling >= 0.8 * len(gaps) and not _is_list_of_links(page, group)


def _is_list_of_links(page: PageText, group: list[Any]) -> bool:
    """Teasers: mostly links, or each under a heading that leads elsewhere."""
    linked = total = headed = 0
    for element in group[:20]:
        start, end = page.spans[element]
        total += end - start
        linked += sum(page.spans[link][1] - page.spans[link][0] for link in element.iter("a") if link in page.spans)
        headed += any(_is_linked_heading(sibling) for sibling in element.itersiblings(*HEADINGS, preceding=True))
    return 2 * linked > total or 2 * headed > min(len(group), 20)


def _is_linked_heading(element: Any) -> bool:
    return element.find(".//a") is not None
