"""Where a page marks questions and answers, by names of elements and by labels, in one order."""

import re
import sys
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from itertools import islice
from typing import Any

from stages._qa_extent import box_after, box_end, next_box
from stages._qa_labels import Kind, Label, answer_labels, lone_letters, question_labels
from stages._qa_names import Named, NamedParts, named_parts
from stages._qa_sheet import MAX_DEPTH, Sheet
from stages._qa_words import ends_asking

_SHORT_NAME = re.compile(r"(?:^|[\s_-])(?:sol|soln|ans)\d*(?:$|[\s_-])|(?:^|[\s_-])q(?:$|[\s_-])")
# Answers looked at; a page with more is a dump of data, made to be large.
_MAX_TOLD = 5_000
# "A. " or "A" alone, which answers "Q. ".
_LONE = re.compile(r"(?:^|\n)A[.)]?\s")


class By(Enum):
    NAME = auto()
    LABEL = auto()
    NOTHING = auto()


@dataclass(frozen=True, slots=True)
class Asked:
    """Where a question begins, `body` after its label; `end` where it is known to end before its answer.

    `level` is that of the heading its label stands in, `word` the label's word or the element's class.
    """

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


@dataclass(frozen=True, slots=True)
class Marks:
    """Each in page order; `own` are questions and answers that one element holds together."""

    own: list[tuple[Named, Named]]
    asked: list[Asked]
    told: list[Told]
    hints: list[int]


def find_marks(sheet: Sheet) -> Marks | None:
    """None where nothing on the page is marked as an answer."""
    labels = answer_labels(sheet)
    if not (labels or _may_be_lone(sheet) or _names_answers(sheet)):
        return None
    named = named_parts(sheet)
    questions = list(question_labels(sheet)) if labels or named.answers or _may_be_lone(sheet) else []
    labels += lone_letters(sheet, questions)
    told = _all_told(sheet, named, labels)
    hints = sorted(label.start for label in labels if label.kind is Kind.HINT)
    return Marks(list(_own(named)), _all_asked(sheet, named, questions, told) if told else [], told, hints)


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


def _names_answers(sheet: Sheet) -> bool:
    if sheet.is_named("answer", "solution", "spoiler"):
        return True
    return sheet.is_named("sol", "ans", "q") and _SHORT_NAME.search(sheet.names) is not None


def _may_be_lone(sheet: Sheet) -> bool:
    return "\nQ" in sheet.text and _LONE.search(sheet.text) is not None


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
    return kept[:_MAX_TOLD]


def _labelled(sheet: Sheet, label: Label) -> Told:
    end = None
    body = label.body
    line = sheet.line_at(label.start)
    if label.is_alone and line:
        opened = next_box(sheet, line.start) or (box_after(sheet, label.start, line.end) if label.is_control else None)
        body, end = opened if opened else (body, None)
    if end is None and sheet.is_line_start(label.start):
        end = box_end(sheet, label.start, label.body)
    elif end is None and line:
        # Within a line: "[Ans. 4]".
        is_bracketed = sheet.text[label.start] in "([" and sheet.text[line.end - 1] in ")]"
        end = line.end - is_bracketed
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
