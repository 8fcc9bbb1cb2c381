"""A page as the rules see it: lines, names of elements, headings, and which elements begin at a place.

Built lazily: on most pages no rule gets past its first cheap question. One walk over the elements serves all rules.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from stages._page_text import HEADINGS
from stages._qa_lines import Lines, occurrences
from stages._qa_site import ICON, NOISE, NOISE_TAGS, SIGNED, named

_TAGS = frozenset({*HEADINGS, *NOISE_TAGS, "dt", "summary", "table", "time"})
# What can stand alone on a line and yet is no block: a page may emphasise a whole paragraph.
INLINE = frozenset({"a", "b", "em", "font", "i", "label", "mark", "small", "span", "strong", "u"})
# Elements at one place nest a few dozen deep; pages made to be deep get no more attention than that.
MAX_DEPTH = 64


@dataclass(frozen=True, slots=True)
class Heading:
    start: int
    end: int
    level: int
    element: Any


@dataclass(frozen=True)
class Sheet(Lines):
    @cached_property
    def _walk(self) -> tuple[Mapping[str, list[Any]], list[tuple[str, Any]]]:
        tags: dict[str, list[Any]] = {}
        ids: list[tuple[str, Any]] = []
        for element in self.page.spans:
            tag = element.tag
            if tag in _TAGS:
                tags.setdefault(tag, []).append(element)
            name = element.get("id")
            if name:
                ids.append((name, element))
        return tags, ids

    @property
    def classes(self) -> Mapping[str, list[Any]]:
        """Class attribute as written -> the elements that have it and have text, in page order."""
        return self.page.classes

    @property
    def tags(self) -> Mapping[str, list[Any]]:
        """Headings, `dt`, `summary`, `table` and the like by name, in page order."""
        return self._walk[0]

    @cached_property
    def typed(self) -> list[Any]:
        """Elements that structured data calls something, on a page that speaks of questions; in page order."""
        if "Question" not in self.page.markup:
            return []
        return [element for element in self.page.spans if element.get("itemtype") or element.get("typeof")]

    @cached_property
    def names(self) -> str:
        """All classes and ids in one string in lower case, to ask whether a word occurs in any."""
        return "\n".join((*self.classes, *(name for name, _ in self._walk[1]))).lower()

    def is_named(self, *words: str) -> bool:
        """Whether any of the words occurs in a class or id; much faster than a pattern of them."""
        return any(word in self.names for word in words)

    def identified(self, name: re.Pattern[str]) -> list[Any]:
        """Elements with text whose id matches."""
        return [element for found, element in self._walk[1] if name.search(found.lower())]

    @cached_property
    def num_asking(self) -> int:
        """About how many lines end in a question mark."""
        signs = ("?",) if self.text.isascii() else ("?", "？")
        places = (at for sign in signs for at in occurrences(self.text, sign))
        return sum("\n" in self.text[at + 1 : at + 5] or at + 5 > len(self.text) for at in places)

    @cached_property
    def noise(self) -> list[tuple[int, int]]:
        """Places of adverts, share bars, sign-up boxes and icons, outermost ones only, in page order."""
        aside = [element for tag in NOISE_TAGS for element in self.tags.get(tag, ())]
        places = [span for element in (*aside, *named(self.classes, NOISE)) if (span := self.span(element))]
        icons = (span for icon in named(self.classes, ICON) if (span := self.span(icon)))
        places += [(start, end) for start, end in icons if end - start < 3 and not self.cut(start, end).isalnum()]
        kept: list[tuple[int, int]] = []
        for start, end in sorted(places, key=lambda place: (place[0], -place[1])):
            if not kept or start >= kept[-1][1]:
                kept.append((start, end))
        return kept

    def is_noise(self, start: int, end: int) -> bool:
        at = bisect_right(self.noise, (start, end)) - 1
        return at >= 0 and self.noise[at][0] <= start and end <= self.noise[at][1]

    @cached_property
    def _signed(self) -> list[int]:
        return sorted(
            self.page.spans[element][0] for element in (*self.tags.get("time", ()), *named(self.classes, SIGNED))
        )

    def is_signed(self, start: int, end: int) -> bool:
        """Whether someone's name, votes or a time stand in the range: then it is posts, and no exercise."""
        at = bisect_left(self._signed, start)
        return at < len(self._signed) and self._signed[at] < end

    def span(self, element: Any) -> tuple[int, int] | None:
        """Where the element's text stands, trimmed; None where it has none."""
        span = self.page.spans.get(element)
        if span is None:
            return None
        start, end = self.trimmed(*span)
        return (start, end) if start < end else None

    @cached_property
    def headings(self) -> list[Heading]:
        found = []
        for tag in sorted(HEADINGS & self.tags.keys()):
            for element in self.tags[tag]:
                if span := self.span(element):
                    found.append(Heading(*span, level=int(tag[1]), element=element))
        return sorted(found, key=lambda heading: heading.start)

    @cached_property
    def _heading_starts(self) -> list[int]:
        return [heading.start for heading in self.headings]

    def headings_from(self, start: int, end: int) -> Iterator[Heading]:
        """Headings that begin between two places."""
        for at in range(bisect_left(self._heading_starts, start), len(self.headings)):
            if self.headings[at].start >= end:
                return
            yield self.headings[at]

    def heading_at(self, start: int) -> Heading | None:
        at = bisect_left(self._heading_starts, start)
        return self.headings[at] if at < len(self.headings) and self.headings[at].start == start else None

    @cached_property
    def _beginning(self) -> Mapping[int, list[Any]]:
        found: dict[int, list[Any]] = {}
        for element, span in self.page.spans.items():
            start = span[0]
            if start in found:
                found[start].append(element)
            else:
                found[start] = [element]
        return found

    def beginning(self, place: int) -> list[Any]:
        """Elements whose text begins at the place, outermost first."""
        there = self._beginning.get(place, [])
        # The space between an element and the one before it counts as the element's.
        if place and self.text[place - 1].isspace() and (before := self._beginning.get(place - 1)):
            there = [*before, *there]
        return there[:MAX_DEPTH]

    def block_at(self, place: int) -> Any | None:
        """The innermost element that begins at the place and is no run of words within a line."""
        blocks = [element for element in self.beginning(place) if element.tag not in INLINE]
        return blocks[-1] if blocks else None

    def around(self, start: int, end: int) -> Any | None:
        """The smallest element that holds the whole range."""
        element = self.block_at(start)
        for _ in range(MAX_DEPTH * 4):
            if element is None:
                return None
            span = self.span(element)
            if span and span[0] <= start and span[1] >= end:
                return element
            element = element.getparent()
        return None

    def children(self, element: Any) -> Iterator[tuple[Any, int, int]]:
        """The element's children that have text, with their places."""
        for child in element:
            if span := self.span(child):
                yield child, *span
