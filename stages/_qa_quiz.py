"""Multiple choice with the right choice marked: by a class, an attribute, a check mark or a word in brackets.

The question is told with its choices, as it was put; the answer is the right one without its letter and its mark.
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from stages._qa_before import item_number
from stages._qa_clean import pair_at
from stages._qa_found import Found
from stages._qa_names import is_label
from stages._qa_sheet import INLINE, MAX_DEPTH, Sheet
from stages._qa_site import words_of
from stages._qa_words import CHOICE, asks

_WRONG = frozenset({"incorrect", "wrong", "false", "not", "feedback", "message", "count", "score", "total"})
_RIGHT = frozenset({"correct", "iscorrect", "correctanswer", "rightanswer"})
_CHECKS = "✓✔✅☑"
_RIGHT_TEXT = re.compile(r"[✓✔✅☑]|[(\[]\s*(?:correct|right)(?: answer)?\s*[)\]]", re.IGNORECASE)
_LETTER = re.compile(r"\W?\(?[A-Ha-h1-8][.):\]]\)?\s+")
_MAX_CHOICES = 12
_MAX_QUIZ = 1_000
_MAX_LINES = 12
_LONGEST = 300


def quizzes(sheet: Sheet) -> Iterator[Found]:
    named, ticked = set(_named(sheet)), set(_ticked(sheet))
    floor = 0
    for choice in sorted({*named, *ticked}, key=lambda choice: sheet.page.spans[choice][0])[:_MAX_QUIZ]:
        group = _group(sheet, choice, is_named=choice in named)
        if group is None:
            continue
        options, right = group
        first, last = sheet.span(options[0]), sheet.span(options[-1])
        place = sheet.span(right)
        if not (first and last and place) or first[0] < floor:
            continue
        start = _question_start(sheet, options[0], first[0], floor)
        floor = last[1]
        if start is None or not asks(sheet.cut(start, first[0])):
            continue
        marks = [found.span() for found in _RIGHT_TEXT.finditer(sheet.text, start, last[1])]
        letter = _LETTER.match(sheet.text, *place)
        answer = (letter.end() if letter and letter.end() < place[1] else place[0], place[1])
        if pair := pair_at(
            sheet, (start, last[1]), _without_mark(sheet, *answer), rule="quiz", score=0.85, hidden=marks
        ):
            yield pair


def _named(sheet: Sheet) -> Iterator[Any]:
    if sheet.is_named("correct", "right-answer", "rightanswer", "right_answer"):
        for name, group in sheet.classes.items():
            words = words_of(name)
            is_right = {"right", "answer"} <= words or not _RIGHT.isdisjoint(words)
            if is_right and _WRONG.isdisjoint(words):
                yield from group


def _ticked(sheet: Sheet) -> Iterator[Any]:
    if any(check in sheet.text for check in _CHECKS) or "(correct" in sheet.low:
        for line in sheet.lines[:20_000]:
            block = sheet.block_at(line.start) if _RIGHT_TEXT.search(sheet.text, line.start, line.end) else None
            if block is not None:
                yield block


def _group(sheet: Sheet, choice: Any, *, is_named: bool) -> tuple[list[Any], Any] | None:
    """The choices and the marked one among them: siblings alike, one of which is or holds what is marked."""
    for _ in range(3):
        above = choice.getparent()
        if above is None:
            return None
        same = (child for child, _, _ in sheet.children(above) if child.tag == choice.tag)
        alike = list(islice(same, _MAX_CHOICES + 1))
        if 2 <= len(alike) <= _MAX_CHOICES and choice in alike and choice.tag not in INLINE - {"label"}:
            return (alike, choice) if _are_choices(sheet, alike, is_named=is_named) else None
        choice = above
    return None


def _are_choices(sheet: Sheet, options: list[Any], *, is_named: bool) -> bool:
    """Short, and lettered or in a list: paragraphs of an article may be ticked off too."""
    places = [place for option in options if (place := sheet.span(option))]
    if any(end - start > _LONGEST for start, end in places):
        return False
    is_list = is_named or options[0].tag in ("li", "label", "td")
    return is_list or all(CHOICE.match(sheet.text, *place) for place in places)


def _question_start(sheet: Sheet, option: Any, before: int, floor: int) -> int | None:
    """Where the question begins that the choices belong to: in the smallest box with words before them."""
    start = floor
    element = option.getparent()
    for _ in range(MAX_DEPTH):
        span = sheet.span(element) if element is not None else None
        if span is None or span[0] < floor:
            break
        if before - span[0] > 60 or (span[0] < before and not is_label(sheet.cut(span[0], before))):
            start = span[0]
            break
        element = element.getparent()
    lines = sheet.lines_before(start, before, _MAX_LINES)
    for at in range(len(lines) - 1, -1, -1):
        if sheet.heading_at(lines[at].start) and not is_label(sheet.cut(lines[at].start, lines[at].end)):
            lines = lines[at if asks(sheet.cut(lines[at].start, lines[at].end)) else at + 1 :]
            break
    numbered = [line for line in lines if item_number(sheet, line)]
    if numbered:
        return numbered[-1].start
    return lines[0].start if lines else None


def _without_mark(sheet: Sheet, start: int, end: int) -> tuple[int, int]:
    """The choice without a check mark or "(correct)" before or after it."""
    found = _RIGHT_TEXT.search(sheet.text, start, end)
    if found is None:
        return start, end
    before, after = sheet.trimmed(start, found.start()), sheet.trimmed(found.end(), end)
    return before if before[1] - before[0] >= after[1] - after[0] else after
