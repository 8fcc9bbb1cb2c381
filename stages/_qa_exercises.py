"""Pairs of a marked answer and the question before it: exercises, worked examples, "Q: A:", answers that open on a click.

A question is marked too, by a name or a label, or it is what stands before the answer: in the same box, under the last
heading, from the last number on, or since the answer before.
"""

import re
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from itertools import islice
from typing import Any

from stages._qa_clean import pair_at
from stages._qa_extent import box_after, box_end, next_box, tail_end
from stages._qa_found import Found
from stages._qa_labels import Kind, Label, answer_labels, has_answer_labels, lone_letters, question_labels
from stages._qa_names import Named, NamedParts, is_label, named_parts
from stages._qa_sheet import INLINE, MAX_DEPTH, Line, Sheet
from stages._qa_words import CHOICE, ITEM_NUMBER, asks, ends_asking

_ANSWER_NAME = re.compile(r"answer|solution|\bsoln?|\bans")
_EXERCISE_NAME = re.compile(r"exercise|problem|question")
_STEP = re.compile(r"(?:strategy|concept|approach|discussion|significance|analysis|check)\b.{0,40}$", re.IGNORECASE)
_EXAMPLE = re.compile(r"example|illustration", re.IGNORECASE)
# Characters between an exercise and its solution, if they stand together.
_NEAR = 200
# A question is rarely longer; what would be is a page of text before its first answer.
_MAX_LINES = 60


class By(Enum):
    NAME = auto()
    LABEL = auto()
    NOTHING = auto()


@dataclass(frozen=True, slots=True)
class Asked:
    """Where a question begins, `body` after its label; `end` where it is known to end before its answer."""

    start: int
    body: int
    end: int | None
    by: By
    number: str = ""
    level: int = 0
    word: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """Where an answer begins, `body` after its label; `end` where its element ends, None where none holds it."""

    start: int
    body: int
    end: int | None
    by: By
    number: str = ""
    level: int = 0
    word: str = ""


def exercises(sheet: Sheet) -> Iterator[Found]:
    is_told = has_answer_labels(sheet)
    if not (is_told or _ANSWER_NAME.search(sheet.names)):
        return
    named = named_parts(sheet)
    labels = list(answer_labels(sheet)) if is_told else []
    questions = list(question_labels(sheet))
    labels += lone_letters(sheet, questions)
    for question, answer in _own(named):
        places = (question.start, question.end), (answer.start, answer.end)
        is_apart = answer.start < question.start or answer.start - question.end > _NEAR
        if pair := pair_at(sheet, *places, rule="exercise", score=0.95, is_apart=is_apart):
            yield pair
    told = _all_told(sheet, named, labels)
    if not told:
        return
    asked = _all_asked(sheet, named, questions, told)
    hints = [label.start for label in labels if label.kind is Kind.HINT]
    yield from _Pairing(sheet, asked, told, sorted(hints)).pairs()


def _own(named: NamedParts) -> Iterator[tuple[Named, Named]]:
    """An exercise that holds one question and one answer; or whose answer stands elsewhere under its id."""
    owners = {part.element for part in (*named.exercises, *named.questions)}
    questions, answers = _by_owner(named.questions, owners), _by_owner(named.answers, owners)
    for exercise in named.exercises:
        asked, told = questions.get(exercise.element, []), answers.get(exercise.element, [])
        if len(asked) == 1 and len(told) == 1 and asked[0].end <= told[0].start:
            yield asked[0], told[0]
    by_id = {part.element.get("id"): part for part in named.answers}
    for question in named.questions:
        told_elsewhere = by_id.get(f"{question.element.get('id')}-solution")
        if told_elsewhere:
            yield question, told_elsewhere


def _by_owner(parts: Sequence[Named], owners: set[Any]) -> dict[Any, list[Named]]:
    found: dict[Any, list[Named]] = {}
    for part in parts:
        owner = next((above for above in islice(part.element.iterancestors(), MAX_DEPTH) if above in owners), None)
        found.setdefault(owner, []).append(part)
    return found


def _all_told(sheet: Sheet, named: NamedParts, labels: Sequence[Label]) -> list[Told]:
    found = [Told(part.start, part.start, part.end, By.NAME) for part in named.answers]
    found += [_labelled(sheet, label) for label in labels if label.kind is Kind.ANSWER]
    kept: list[Told] = []
    for told in sorted(found, key=lambda told: (told.start, -(told.end or 0))):
        if kept and kept[-1].end is not None and told.start < kept[-1].end:
            continue
        if kept and kept[-1].by is By.LABEL and not sheet.cut(kept[-1].body, told.start):
            # "Solution" over a box that is named a solution.
            told = replace(told, start=kept.pop().start)
        kept.append(told)
    return kept


def _labelled(sheet: Sheet, label: Label) -> Told:
    end = None
    body = label.body
    line = sheet.line_at(label.start)
    if label.is_alone and line:
        opened = next_box(sheet, line.start) or (box_after(sheet, line.start, line.end) if label.is_control else None)
        body, end = opened if opened else (body, None)
    if end is None and sheet.is_line_start(label.start):
        end = box_end(sheet, label.start)
    return Told(label.start, body, end, By.LABEL, label.number, label.level, label.word)


def _all_asked(sheet: Sheet, named: NamedParts, labels: Sequence[Label], told: Sequence[Told]) -> list[Asked]:
    bodies = {label.start: label for label in labels}
    parts: list[Asked] = []
    for part in named.questions:
        if _next_start(told, part.start) < part.end:
            parts.append(_box(sheet, part, bodies))
        else:
            parts.append(Asked(part.start, part.start, part.end, By.NAME, word=part.element.get("class") or ""))
    inner = [part.start for part in parts]
    for exercise in named.exercises:
        if _next(inner, exercise.start) >= exercise.end:
            parts.append(_box(sheet, exercise, bodies))
    parts += [_box(sheet, part, bodies, word="example") for part in named.examples]
    begun = {part.start for part in parts}
    said = [
        Asked(label.start, label.body, None, By.LABEL, label.number, label.level, label.word)
        for label in labels
        if label.start not in begun
    ]
    return sorted(parts + said, key=lambda asked: asked.start)


def _box(sheet: Sheet, part: Named, labels: Mapping[int, Label], *, word: str = "") -> Asked:
    """An element that holds question and answer: the question begins after its label and title."""
    label = labels.get(part.start)
    if label:
        return Asked(part.start, label.body, None, By.NAME, label.number, label.level, label.word)
    title = sheet.heading_at(part.start)
    is_title = title is not None and not ends_asking(sheet.cut(title.start, title.end))
    return Asked(part.start, title.end if title and is_title else part.start, None, By.NAME, word=word)


def _next(starts: Sequence[int], place: int) -> int:
    at = bisect_left(starts, place)
    return starts[at] if at < len(starts) else sys.maxsize


def _next_start(told: Sequence[Told], place: int) -> int:
    at = bisect_left(told, place, key=lambda other: other.start)
    return told[at].start if at < len(told) else sys.maxsize


@dataclass
class _Pairing:
    sheet: Sheet
    asked: list[Asked]
    told: list[Told]
    hints: list[int]
    starts: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.starts = [asked.start for asked in self.asked]

    def pairs(self) -> Iterator[Found]:
        matched = list(self._matched())
        for at, (asked, told, last) in enumerate(matched):
            following = matched[at + 1][0].start if at + 1 < len(matched) else None
            earlier = [other.start for other, _, _ in matched[max(0, at - 5) : at]]
            end = self._answer_end(asked, last, following, earlier)
            question_end = min(asked.end or told.start, told.start, *self._first_hint(asked.body, told.start))
            rule, score = _rule(asked, told)
            if pair := pair_at(
                self.sheet, (asked.body, question_end), (told.body, end), rule=rule, score=score, number=asked.number
            ):
                yield pair

    def _first_hint(self, start: int, end: int) -> list[int]:
        at = bisect_left(self.hints, start)
        return self.hints[at : at + 1] if at < len(self.hints) and self.hints[at] < end else []

    def _matched(self) -> Iterator[tuple[Asked, Told, Told]]:
        """Question, its answer, and the last part of that answer."""
        current: tuple[Asked, Told, Told] | None = None
        for told in self.told:
            floor = 0
            if current:
                floor = current[2].end or current[2].body
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

    def _question_of(self, told: Told, floor: int, before: tuple[Asked, Told, Told] | None) -> Asked | None:
        at = bisect_left(self.starts, told.start)
        asked = self.asked[at - 1] if at else None
        if asked and asked.start >= floor:
            if not self._is_cut_off(asked, told) and _agree(asked, told):
                return self._whole(asked, at - 1, told, floor)
            return None
        return self._unmarked(told, floor, before)

    def _is_cut_off(self, asked: Asked, told: Told) -> bool:
        """Whether a heading between the two says that the answer is no longer to this question."""
        for heading in self.sheet.headings_in(max(asked.body, asked.end or 0), told.start):
            text = self.sheet.cut(heading.start, heading.end)
            if not ((asked.level and heading.level > asked.level) or is_label(text) or _STEP.match(text)):
                return True
        return False

    def _whole(self, asked: Asked, at: int, told: Told, floor: int) -> Asked:
        """A named question with its title before it and its choices after it; an example without its strategy."""
        if asked.end is None:
            steps = (line.start for line in self.sheet.lines_in(asked.body, told.start) if _is_step(self.sheet, line))
            return replace(asked, end=next(steps, None)) if _EXAMPLE.match(asked.word) or asked.by is By.NAME else asked
        title = self.asked[at - 1] if at else None
        if title and title.end and title.start >= floor and title.word != asked.word:
            if title.by is By.NAME and not self.sheet.cut(title.end, asked.start):
                asked = replace(asked, start=title.start, body=title.start)
        between = self.sheet.lines_in(asked.end or 0, told.start)
        if between and all(CHOICE.match(self.sheet.text, line.start, line.end) for line in between):
            return replace(asked, end=told.start)
        return asked

    def _unmarked(self, told: Told, floor: int, before: tuple[Asked, Told, Told] | None) -> Asked | None:
        """The question that only its place tells: what stands before the answer."""
        start, is_boxed = self._room(told, floor)
        lines = self.sheet.lines_in(start, told.start)[-_MAX_LINES:]
        lines = self._under_heading(lines, told)
        if not lines:
            return None
        expected = _next_number(before[0].number) if before else ""
        for line in lines:
            number = item_number(self.sheet, line)
            if number and (not expected or number == expected):
                return Asked(line.start, line.start, None, By.NOTHING, number)
        if is_boxed or (before and before[2].end):
            begin = lines[0].start
        else:
            begin = self._asking_from(lines, told, before is not None)
        if begin is None or not asks(self.sheet.cut(begin, told.start)):
            return None
        return Asked(begin, begin, None, By.NOTHING)

    def _room(self, told: Told, floor: int) -> tuple[int, bool]:
        """Where the question may begin: at the start of the smallest box round the answer that has words before it."""
        chain = self.sheet.beginning(told.start)
        element = chain[0].getparent() if chain else self.sheet.around(told.start, told.body)
        for _ in range(MAX_DEPTH):
            if element is None:
                break
            span = self.sheet.span(element)
            if span and span[0] < told.start:
                if span[0] < floor:
                    return floor, False
                if not is_label(self.sheet.cut(span[0], told.start)):
                    return span[0], element.tag not in ("body", "html", "main", "article")
            element = element.getparent()
        return floor, False

    def _under_heading(self, lines: list[Line], told: Told) -> list[Line]:
        """Lines from the last heading on: without it, unless it is the question."""
        for at in range(len(lines) - 1, -1, -1):
            heading = self.sheet.heading_at(lines[at].start)
            if heading is None or is_label(self.sheet.cut(heading.start, heading.end)):
                continue
            keep = ends_asking(self.sheet.cut(heading.start, heading.end))
            return lines[at if keep else at + 1 :]
        return lines

    def _asking_from(self, lines: list[Line], told: Told, has_before: bool) -> int | None:
        """Without box or number: the last block, or from the first line on that asks after an answer's first line."""
        if has_before:
            return next((line.start for line in lines[1:] if asks(self.sheet.cut(line.start, line.end))), None)
        block = self.sheet.block_at(lines[-1].start)
        span = self.sheet.span(block) if block is not None else None
        return span[0] if span else lines[-1].start

    def _answer_end(self, asked: Asked, told: Told, following: int | None, earlier: list[int]) -> int:
        if told.end is not None:
            return told.end
        stops = [following] if following is not None else []
        at = bisect_right(self.starts, told.body)
        stops += self.starts[at : at + 1]
        stops += self._next_told(told)
        limit = min([self._box_end(asked.start, told.body), *stops])
        for heading in self.sheet.headings_in(told.body, limit):
            if heading.level <= max(asked.level, told.level) or not (asked.level or told.level):
                limit = heading.start
                break
        limit = self._before_number(asked.number, told.body, limit)
        if _EXAMPLE.match(asked.word):
            steps = (line.start for line in self.sheet.lines_in(told.body, limit) if _is_step(self.sheet, line))
            limit = next(steps, limit)
        if following is not None and limit == following:
            return limit
        return tail_end(self.sheet, asked.start, told.body, limit, earlier=earlier)

    def _box_end(self, start: int, end: int) -> int:
        """The end of what holds question and answer; a paragraph holds neither, for a formula may break it."""
        box = self.sheet.around(start, end)
        while box is not None and (box.tag == "p" or box.tag in INLINE):
            box = box.getparent()
        span = self.sheet.span(box) if box is not None else None
        return span[1] if span else len(self.sheet.text)

    def _next_told(self, told: Told) -> list[int]:
        at = bisect_right(self.told, told.start, key=lambda other: other.start)
        return [self.told[at].start] if at < len(self.told) else []

    def _before_number(self, number: str, start: int, end: int) -> int:
        """A numbered question's answer ends where the next number begins a line."""
        expected = _next_number(number)
        if not expected:
            return end
        lines = self.sheet.lines_in(start, end)[1:400]
        return next((line.start for line in lines if item_number(self.sheet, line) == expected), end)


def item_number(sheet: Sheet, line: Line) -> str:
    """The number that begins the line, or nothing."""
    found = ITEM_NUMBER.match(sheet.text, line.start, line.end)
    return (found["round"] or found["square"] or found["plain"]) if found else ""


def _next_number(number: str) -> str:
    head, _, last = number.rpartition(".")
    if not last.isdecimal():
        return ""
    return f"{head}.{int(last) + 1}" if head else str(int(last) + 1)


def _is_step(sheet: Sheet, line: Line) -> bool:
    return bool(_STEP.match(sheet.text, line.start, line.end))


def _agree(asked: Asked, told: Told) -> bool:
    """A second solution is another answer, and a number of another question belongs to that."""
    if not told.number or not told.number[0].isdigit():
        return True
    return told.number in (asked.number, "1")


def _goes_on(before: Told, told: Told) -> bool:
    """Whether what is told explains the answer that stands before it; "Solution 2" does not."""
    return before.word.lower().startswith("a") and told.word.lower().startswith("sol") and not told.number


def _rule(asked: Asked, told: Told) -> tuple[str, float]:
    if _EXAMPLE.match(asked.word):
        return "worked_example", 0.85
    if asked.by is By.NAME and told.by is By.NAME:
        return "exercise", 0.95
    if told.by is By.NAME or asked.by is By.NAME:
        return "exercise", 0.9
    return ("labelled", 0.8) if asked.by is By.LABEL else ("labelled", 0.7)


def count_unsolved(sheet: Sheet) -> int:
    """How many exercises the page names that have no answer on it."""
    parts = named_parts(sheet) if _EXERCISE_NAME.search(sheet.names) or "exercise" in sheet.low else None
    return len(parts.questions) if parts and not parts.exercises else 0
