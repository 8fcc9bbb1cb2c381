"""Pairs of a marked answer and the question before it: exercises, worked examples, "Q: A:", what opens on a click.

A question is marked too, by a name or a label, or it is what stands before the answer: in the same box, under the last
heading, from the last number on, or since the answer before.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from stages._qa_before import question_before
from stages._qa_clean import pair_at
from stages._qa_ends import MAX_HEADINGS, Ends, first_step
from stages._qa_found import Found
from stages._qa_marks import Asked, By, Told, find_marks
from stages._qa_names import is_label, named_parts
from stages._qa_sheet import Sheet
from stages._qa_words import CHOICE, EXAMPLE, STEP, asks

_WORKING = re.compile(r"sol|lösung|corrig|решение|解", re.IGNORECASE)
# Characters between an exercise and its solution, if they stand together.
_NEAR = 200


def exercises(sheet: Sheet) -> Iterator[Found]:
    marks = find_marks(sheet)
    if marks is None:
        return
    for question, answer in marks.own:
        places = (question.start, question.end), (answer.start, answer.end)
        is_apart = answer.start < question.start or answer.start - question.end > _NEAR
        if pair := pair_at(sheet, *places, rule="exercise", score=0.95, is_apart=is_apart):
            yield pair
    if marks.told:
        yield from _Pairing(sheet, marks.asked, marks.told, marks.hints).pairs()


def count_unsolved(sheet: Sheet) -> int:
    """How many exercises the page names, if it answers none of them."""
    if not sheet.is_named("exercise", "problem", "question") and "exercise" not in sheet.low:
        return 0
    parts = named_parts(sheet)
    return 0 if parts.exercises else len(parts.questions)


@dataclass
class _Pairing:
    sheet: Sheet
    asked: list[Asked]
    told: list[Told]
    hints: list[int]
    starts: list[int] = field(init=False)
    ends: Ends = field(init=False)

    def __post_init__(self) -> None:
        self.starts = [asked.start for asked in self.asked]
        self.ends = Ends(self.sheet, self.starts, self.told)

    def pairs(self) -> Iterator[Found]:
        matched = list(self._matched())
        for at, (asked, told, last) in enumerate(matched):
            following = matched[at + 1][0].start if at + 1 < len(matched) else None
            earlier = [other.start for other, _, _ in matched[max(0, at - 5) : at]]
            end = self.ends.of_answer(asked, last, following, earlier)
            between = any(other.start < told.start for other in self.ends.next_told(asked.body))
            known = self.ends.of_question(asked) if between else asked.end or told.start
            question_end = min(known, told.start, *self._first_hint(asked.body, told.start))
            rule, score = _rule(asked, told)
            places = (asked.body, question_end), (told.body, end)
            if pair := pair_at(self.sheet, *places, rule=rule, score=score, number=asked.number):
                yield pair
        yield from self._by_number({asked.start for asked, _, _ in matched}, {told.start for _, told, _ in matched})

    def _first_hint(self, start: int, end: int) -> list[int]:
        at = bisect_left(self.hints, start)
        return self.hints[at : at + 1] if at < len(self.hints) and self.hints[at] < end else []

    def _matched(self) -> Iterator[tuple[Asked, Told, Told]]:
        """Question, its answer, and the last part of that answer."""
        current: tuple[Asked, Told, Told] | None = None
        for told in self.told:
            floor = (current[2].end or current[2].body) if current else 0
            asked = self._question_of(told, floor, current)
            if asked is None:
                if current and _goes_on(current[2], told):
                    current = (current[0], current[1], told)
                continue
            if current:
                yield current
            current = (asked, told, told)
        if current:
            yield current

    def _by_number(self, asked_already: set[int], told_already: set[int]) -> Iterator[Found]:
        """All questions first, then all answers, each under its number."""
        left = [asked for asked in self.asked if asked.number and asked.start not in asked_already]
        answers = [told for told in self.told if told.number and told.start not in told_already and told.start]
        counts = Counter(asked.number for asked in left), Counter(told.number for told in answers)
        by_number = {asked.number: asked for asked in left if counts[0][asked.number] == 1}
        for at, told in enumerate(answers):
            asked = by_number.get(told.number)
            if asked is None or counts[1][told.number] > 1 or asked.start > told.start:
                continue
            earlier = [other.start for other in answers[max(0, at - 5) : at]]
            end = self.ends.of_answer(
                Asked(told.start, told.body, None, By.LABEL, level=told.level), told, None, earlier
            )
            places = (asked.body, self.ends.of_question(asked)), (told.body, end)
            if pair := pair_at(self.sheet, *places, rule="answer_key", score=0.8, number=asked.number, is_apart=True):
                yield pair

    def _question_of(self, told: Told, floor: int, before: tuple[Asked, Told, Told] | None) -> Asked | None:
        at = bisect_left(self.starts, told.start)
        asked = self.asked[at - 1] if at else None
        if asked is None or asked.start < floor:
            return question_before(self.sheet, told, floor, before)
        if self._is_cut_off(asked, told) or not _agree(asked, told):
            return None
        return self._whole(asked, at - 1, told, floor)

    def _is_cut_off(self, asked: Asked, told: Told) -> bool:
        """Whether a heading between the two says that the answer is no longer to this question."""
        # A heading that opens the question is its title.
        for number, heading in enumerate(self.sheet.headings_from(max(asked.body + 1, asked.end or 0), told.start)):
            text = self.sheet.cut(heading.start, heading.end)
            if number > MAX_HEADINGS:
                return True
            if not ((asked.level and heading.level > asked.level) or is_label(text) or STEP.match(text)):
                return True
        return False

    def _whole(self, asked: Asked, at: int, told: Told, floor: int) -> Asked:
        """A named question with its title before it and its choices after it; an example without its strategy."""
        if asked.end is None:
            return self._without_steps(asked, told)
        title = self.asked[at - 1] if at else None
        is_title = title and title.end and title.by is By.NAME and title.word != asked.word and title.start >= floor
        if title and is_title and not self.sheet.cut(title.end or 0, asked.start):
            asked = replace(asked, start=title.start, body=title.start)
        between = self.sheet.lines_in(asked.end or 0, told.start)
        if between and all(CHOICE.match(self.sheet.text, line.start, line.end) for line in between):
            return replace(asked, end=told.start)
        return asked

    def _without_steps(self, asked: Asked, told: Told) -> Asked:
        """The heading of an example is its title, if more follows; how to go about it is no part of the question."""
        heading = self.sheet.heading_at(asked.start)
        is_titled = heading and asked.body < heading.end and self.sheet.cut(heading.end, told.start)
        step = first_step(self.sheet, asked.body, told.start)
        if heading and is_titled:
            is_asked_below = EXAMPLE.match(asked.word) and asks(self.sheet.cut(heading.end, step or told.start))
            if is_asked_below or not asks(self.sheet.cut(asked.body, heading.end)):
                asked = replace(asked, body=heading.end)
        return replace(asked, end=step) if EXAMPLE.match(asked.word) or asked.by is By.NAME else asked


def _agree(asked: Asked, told: Told) -> bool:
    """A second solution is another answer, and a number of another question belongs to that."""
    if not told.number or not told.number[0].isdigit() or told.number == asked.number:
        return True
    return told.number == "1" and asked.level > 0 and bool(_WORKING.match(told.word))


def _goes_on(before: Told, told: Told) -> bool:
    """Whether what is told belongs to the answer before it: a solution after its result, or the result of a solution.

    "Solution 2" is another answer.
    """
    return not told.number and bool(_WORKING.match(before.word)) != bool(_WORKING.match(told.word))


def _rule(asked: Asked, told: Told) -> tuple[str, float]:
    if EXAMPLE.match(asked.word):
        return "worked_example", 0.9
    if asked.by is By.NAME or told.by is By.NAME:
        return "exercise", 0.95 if asked.by is told.by else 0.9
    return ("labelled", 0.85) if asked.by is By.LABEL else ("labelled", 0.75)
