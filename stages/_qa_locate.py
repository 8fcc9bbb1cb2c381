"""Finds the place of a text on a page though the two differ in markup, white space, punctuation and formulas."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property

from stages.records import Span

_WORD = re.compile(r"[^\W_]+")
# Words at the head and the tail of a text by which it is found where a formula in its middle is spelled otherwise.
_ENDS = 4
_MAX_PLACES = 20
# The last characters of a text, in which the signs stand that end it.
_TAIL = 8


class WordIndex:
    """The words of a page in order, to look for runs of them; `noise` are places of icons and the like."""

    def __init__(self, text: str, noise: Sequence[tuple[int, int]] = ()) -> None:
        self.text = text
        self.noise = noise

    @cached_property
    def _noisy(self) -> set[int]:
        return {at for start, end in self.noise if end - start < _ENDS for at in range(start, end)}

    @cached_property
    def _found(self) -> list[tuple[int, int]]:
        return [match.span() for match in _WORD.finditer(self.text)]

    @cached_property
    def _line(self) -> tuple[str, list[int]]:
        """All words between single blanks, and where each begins in that."""
        starts, length, words = [], 1, []
        for start, end in self._found:
            word = self.text[start:end].lower()
            starts.append(length)
            length += len(word) + 1
            words.append(word)
        return f" {' '.join(words)} ", starts

    def places(self, text: str) -> list[Span]:
        """Where the text stands: word for word, or else where its first and last words do, as far apart as in it."""
        words = [word.lower() for word in _WORD.findall(text)]
        if not words:
            return []
        tail = text.rstrip()[-_TAIL:]
        exact = [self._span(at, at + len(words), tail) for at in self._runs(words)]
        if exact or len(words) < 3 * _ENDS:
            return exact
        heads, tails = self._runs(words[:_ENDS]), self._runs(words[-_ENDS:])
        return [self._span(head, end + _ENDS, tail) for head in heads for end in self._fitting(head, tails, len(words))]

    def _fitting(self, head: int, tails: Sequence[int], count: int) -> list[int]:
        """The first tail that leaves room for about as many words as there should be."""
        at = bisect_left(tails, head + count // 2)
        return [tails[at]] if at < len(tails) and tails[at] <= head + 2 * count else []

    def _runs(self, words: Sequence[str]) -> list[int]:
        """Numbers of the words at which the run begins."""
        line, starts = self._line
        wanted, at = f" {' '.join(words)} ", 0
        found: list[int] = []
        while (at := line.find(wanted, at)) >= 0 and len(found) < _MAX_PLACES:
            found.append(bisect_right(starts, at + 1) - 1)
            at += 1
        return found

    def _span(self, first: int, end: int, tail: str) -> Span:
        """With the signs that open the first word or formula and close the last: brackets, dollars, a full stop."""
        start, stop = self._found[first][0], self._found[end - 1][1]
        while start > 0 and self._is_sign(start - 1):
            start -= 1
        while stop < len(self.text) and (self._is_sign(stop) or self._is_spaced(stop, tail)):
            stop += 1
        return Span(start=start, end=stop)

    def _is_spaced(self, at: int, tail: str) -> bool:
        """A space within the signs that end the text: "a(b + c) ?"."""
        following = self.text[at + 1 : at + 2]
        return self.text[at] == " " and following != "" and following in tail and self._is_sign(at + 1)

    def _is_sign(self, at: int) -> bool:
        return not (self.text[at].isspace() or self.text[at].isalnum() or at in self._noisy)


def nearest(questions: Sequence[Span], answers: Sequence[Span]) -> tuple[Span | None, Span | None]:
    """The question and the answer after it that stand closest; else the first of each."""
    pairs = sorted(
        (answer.start - question.end, question.start, answer.start) for question, answer in _after(questions, answers)
    )
    if not pairs:
        return (questions[0] if questions else None), (answers[0] if answers else None)
    _, asked, told = pairs[0]
    return next(s for s in questions if s.start == asked), next(s for s in answers if s.start == told)


def _after(questions: Sequence[Span], answers: Sequence[Span]) -> Iterator[tuple[Span, Span]]:
    for question in questions:
        for answer in answers:
            if answer.start >= question.end:
                yield question, answer
