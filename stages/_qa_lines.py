"""The lines of a page's text, and which of them stand at a place."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from stages._page_text import PageText

_MAX_OCCURRENCES = 50_000


def occurrences(text: str, word: str) -> Iterator[int]:
    """Where the word stands in the text, as often as a rule may care to know."""
    at = text.find(word)
    for _ in range(_MAX_OCCURRENCES):
        if at < 0:
            return
        yield at
        at = text.find(word, at + 1)


class Line(NamedTuple):
    """White space at the ends left out; never empty."""

    start: int
    end: int


@dataclass(frozen=True)
class Lines:
    """Built when they are asked for."""

    page: PageText

    @property
    def text(self) -> str:
        return self.page.text

    @cached_property
    def low(self) -> str:
        """The text in lower case, with the same places."""
        # The one letter that has another length in lower case.
        return self.page.text.replace("\u0130", "I").lower()

    @cached_property
    def lines(self) -> list[Line]:
        lines, start = [], 0
        for piece in self.text.split("\n"):
            if piece:
                end = start + len(piece)
                if piece[0].isspace() or piece[-1].isspace():
                    low, high = self.trimmed(start, end)
                    if low < high:
                        lines.append(Line(low, high))
                else:
                    lines.append(Line(start, end))
            start += len(piece) + 1
        return lines

    @cached_property
    def _line_starts(self) -> list[int]:
        return [line.start for line in self.lines]

    def lines_in(self, start: int, end: int) -> list[Line]:
        """Lines, or the parts of lines, between two places."""
        first = max(bisect_right(self._line_starts, start) - 1, 0)
        last = bisect_left(self._line_starts, end)
        found = []
        for line in self.lines[first:last]:
            low, high = self.trimmed(max(line.start, start), min(line.end, end))
            if low < high:
                found.append(Line(low, high))
        return found

    def lines_before(self, start: int, end: int, count: int) -> list[Line]:
        """The last lines, at most `count`, between two places."""
        last = bisect_left(self._line_starts, end)
        first = max(last - count, 0)
        return self.lines_in(max(start, self._line_starts[first]), end) if first < last else []

    def line_at(self, place: int) -> Line | None:
        """The line that the place stands in."""
        at = bisect_right(self._line_starts, place) - 1
        line = self.lines[at] if at >= 0 else None
        return line if line and place < line.end else None

    def is_line_start(self, place: int) -> bool:
        at = bisect_left(self._line_starts, place)
        return at < len(self._line_starts) and self._line_starts[at] == place

    def trimmed(self, start: int, end: int) -> tuple[int, int]:
        """The range without white space at its ends; `start == end` where nothing is left."""
        text = self.text
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        return start, end

    def cut(self, start: int, end: int) -> str:
        return self.text[start:end].strip()
