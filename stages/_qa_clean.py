"""Two places of a page made into a pair: labels, numbers, controls and adverts go, what was asked and told stays."""

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from itertools import pairwise

from stages._qa_found import Found
from stages._qa_labels import Kind, Label, label_at
from stages._qa_lines import Line
from stages._qa_sheet import Sheet
from stages._qa_words import ANYWHERE_CONTROL, CONTROL_LINE, CONTROL_TAIL, NO_ANSWER
from stages.records import Span

# "3.", "(3)", "#3:", a number in a cell or line of its own; and "2.1 What", the number of a section before its title.
_NUMBER = re.compile(
    r"[\[(]?\#?(\d{1,4}(?:[.-]\d{1,3}){0,4}[A-Za-z]?)"
    r"(?:[\])]|\s?[.):](?!\d)|(?=[\t\n])|(?:(?<=\.\d)|(?<=\.\d\d))(?=\s+[A-Z¿\"'“‘]))[.):]?\s*"
)
_SECOND = re.compile(r"\n[\[(]?2[\]).:]")
_TWICE = re.compile(r"\W?1\W{1,3}\s*\W?1[\]).:]")
_MAX_LABELS = 3
# What is nearly the whole text is what was asked or told, however its element is named.
_ALL = 0.95

Place = tuple[int, int]


def pair_at(
    sheet: Sheet,
    question: Place,
    answer: Place,
    *,
    rule: str,
    score: float,
    number: str = "",
    is_apart: bool = False,
    hidden: Sequence[Place] = (),
) -> Found | None:
    """None where question or answer has nothing left to say, or where they are posts of a thread.

    `number` is the question's, where it is known; `is_apart` says that other things stand between the two; `hidden` are
    places within the question that would give the answer away.
    """
    places = (question, answer) if is_apart else ((question[0], answer[1]),)
    if any(sheet.is_signed(*place) for place in places):
        return None
    asked, counted = _unlabelled(sheet, question, Kind.QUESTION, lambda found: True)
    number = number or counted
    told, _ = _unlabelled(sheet, answer, Kind.ANSWER, lambda found: found == number)
    pieces = _pieces(sheet, asked, hidden, is_question=True), _pieces(sheet, told, (), is_question=False)
    if not all(any(character.isalnum() for character in text) for text, _ in pieces):
        return None
    if NO_ANSWER.match(pieces[1][0]):
        return None
    (question_text, question_span), (answer_text, answer_span) = pieces
    return Found(question_text, answer_text, question_span, answer_span, extractor=rule, score=score)


def _unlabelled(sheet: Sheet, place: Place, kind: Kind, is_number: Callable[[str], bool]) -> tuple[Place, str]:
    """The place without the labels and the number it begins with, and that number."""
    start, end = sheet.trimmed(*place)
    number = ""
    for _ in range(_MAX_LABELS):
        label = label_at(sheet, start, end, kind)
        found = None if label else _NUMBER.match(sheet.text, start, end)
        if label and label.body < end and not _has_second(sheet, label, end):
            number = label.number or number
            start = sheet.trimmed(label.body, end)[0]
        elif (
            found
            and not number
            and found.end() < end
            and is_number(found[1])
            and not _is_list(sheet, found[1], start, end)
        ):
            number = found[1]
            start = found.end()
        else:
            break
    return (start, end), number


def _has_second(sheet: Sheet, label: Label, end: int) -> bool:
    """Whether the text goes on to a "Solution 2": then "Solution 1" heads a part of it."""
    second = label.number.replace("1", "2", 1)
    return second != label.number and f"\n{label.word} {second}" in sheet.text[label.body : end]


def _is_list(sheet: Sheet, number: str, start: int, end: int) -> bool:
    """Whether the number is that of the first of some items: the next one stands further down."""
    text = sheet.text[start:end]
    return number == "1" and _SECOND.search(text) is not None and _TWICE.match(text) is None


def _pieces(sheet: Sheet, place: Place, hidden: Sequence[Place], *, is_question: bool) -> tuple[str, Span]:
    """The text of the place without adverts and controls, and where its first and last words stand."""
    kept = []
    for piece in _quiet(sheet, *place, hidden):
        for line in sheet.lines_in(*piece):
            if not ANYWHERE_CONTROL.match(sheet.text, line.start, line.end):
                kept.append(line)
    while kept and _is_control(sheet, kept, -1):
        kept.pop()
    while kept and _is_control(sheet, kept, 0):
        kept.pop(0)
    if not kept:
        return "", Span(start=place[0], end=place[0])
    if is_question:
        tail = CONTROL_TAIL.search(sheet.text, kept[-1].start, kept[-1].end)
        if tail:
            kept[-1] = Line(kept[-1].start, tail.start())
    return _joined(sheet, kept), Span(start=kept[0].start, end=kept[-1].end)


def _is_control(sheet: Sheet, lines: list[Line], at: int) -> bool:
    """ "30 votes" can be an answer if it is all there is."""
    if CONTROL_LINE.match(sheet.text, *lines[at]) is None:
        return False
    return len(lines) > 1 or not any(character.isdigit() for character in sheet.text[slice(*lines[at])])


def _quiet(sheet: Sheet, start: int, end: int, hidden: Sequence[Place]) -> list[Place]:
    """The place without the adverts, share bars and icons in it."""
    pieces = []
    noise = sorted([*sheet.noise, *hidden]) if hidden else sheet.noise
    at = bisect_left(noise, (start, start))
    while at < len(noise) and noise[at][0] < end:
        low, high = noise[at]
        at += 1
        if high > end or low < start or high - low >= _ALL * (end - start):
            continue
        pieces.append((start, low))
        start = high
    return [*pieces, (start, end)]


def _joined(sheet: Sheet, lines: list[Line]) -> str:
    """The page's own text between neighbours, so that pieces of one line stay in one."""
    text = sheet.cut(lines[0].start, lines[0].end)
    for before, line in pairwise(lines):
        between = sheet.text[before.end : line.start]
        gap = "\n" if "\n" in between else between if between.isspace() else " " if between else ""
        text += gap + sheet.cut(line.start, line.end)
    return text
