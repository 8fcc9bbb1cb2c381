"""Numbered exercises whose answers stand elsewhere on the page, under "Answers", "Solutions" or the like."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from stages._qa_clean import pair_at
from stages._qa_extent import tail_end
from stages._qa_found import Found
from stages._qa_labels import Kind, label_at
from stages._qa_sheet import INLINE, Line, Sheet
from stages._qa_words import ITEM_NUMBER, KEY_HEADING

_KEY_WORD = re.compile(r"answers\b|solutions\b|\bkey\b", re.IGNORECASE)
# "1. 12  2. 5/6  3. no": the answers of a key in one line.
_RUN_IN = re.compile(r"(?<=\s)\(?(\d{1,3})[.):]\s+(?=\S)")
_SECTION = re.compile(r"\d+(?:\.\d+)+|(?<=[Ss]ection )\d+|(?<=[Cc]hapter )\d+")
_EXERCISES = re.compile(
    r"exercise|problem|question|practice|homework|review|quiz|test|drill|try|check|assignment|worksheet", re.IGNORECASE
)
# Lines that begin something new though they are no headings.
_DIVIDES = re.compile(
    r"(?:section|chapter|unit|lesson|exercise set|problem set|(?:in|for)(?: the)? (?:exercises|problems))\b", re.I
)
_MAX_TITLE = 90
_MAX_LINES = 20_000
# A key leaves exercises out, never more than these in a row.
_MAX_STEP = 30

# Characters of an answer in a row of answers.
_SHORT = 40

Number = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Item:
    number: Number
    start: int
    body: int
    end: int


@dataclass
class Run:
    """Items whose numbers rise. `title` is the heading over them, `section` the last number that a heading gave."""

    title: str
    section: str
    items: list[Item] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Key:
    start: int
    body: int
    end: int
    title: str


def answer_keys(sheet: Sheet) -> Iterator[Found]:
    if not _KEY_WORD.search(sheet.low):
        return
    before = 0
    for key in _keys(sheet):
        answers = _runs(sheet, key.body, key.end, is_key=True, title=key.title)
        if sum(len(run.items) for run in answers) > 1:
            exercises = _runs(sheet, before, key.start, is_key=False, title="")
            yield from _pairs(sheet, exercises, answers)
            before = key.end


def _keys(sheet: Sheet) -> Iterator[Key]:
    for line in sheet.lines[:_MAX_LINES]:
        if line.end - line.start > _MAX_TITLE or not _KEY_WORD.search(sheet.text, line.start, line.end):
            continue
        heading = sheet.heading_at(line.start)
        if not (heading or _is_bold(sheet, line)) or not KEY_HEADING.match(sheet.text, line.start, line.end):
            continue
        level = heading.level if heading else 6
        after = (other.start for other in sheet.headings_from(line.end, len(sheet.text)) if other.level <= level)
        yield Key(line.start, line.end, next(after, len(sheet.text)), sheet.cut(line.start, line.end))


def _is_bold(sheet: Sheet, line: Line) -> bool:
    return any(
        element.tag in ("b", "strong", "u", "summary", "legend", "dt", "th")
        and sheet.span(element) == (line.start, line.end)
        for element in sheet.beginning(line.start)
    )


def _runs(sheet: Sheet, start: int, end: int, *, is_key: bool, title: str) -> list[Run]:
    runs = [Run(title, _section(title, ""))]
    for line in sheet.lines_in(start, end)[:_MAX_LINES]:
        found = list(_items(sheet, line, runs[-1], is_key=is_key))
        if found:
            runs[-1].items += found
        elif sheet.heading_at(line.start) or _divides(sheet, line):
            _close(sheet, runs[-1], line.start)
            text = sheet.cut(line.start, line.end)
            runs.append(Run(text, _section(text, runs[-1].section)))
    _close(sheet, runs[-1], end)
    return [run for run in runs if run.items]


def _section(title: str, before: str) -> str:
    found = _SECTION.search(title)
    return found.group() if found else before


def _divides(sheet: Sheet, line: Line) -> bool:
    return line.end - line.start <= 2 * _MAX_TITLE and bool(_DIVIDES.match(sheet.text, line.start, line.end))


def _items(sheet: Sheet, line: Line, run: Run, *, is_key: bool) -> Iterator[Item]:
    """The items that begin in the line, each ending where the line does until its successor is known."""
    number, body = _number(sheet, line)
    last = run.items[-1].number if run.items else None
    if number is None or not _follows(number, last, is_key=is_key):
        return
    places = [(number, line.start, body)]
    for found in _RUN_IN.finditer(sheet.text, body, line.end) if is_key else ():
        candidate = (int(found[1]),)
        if _follows(candidate, places[-1][0], is_key=True) and _is_counted(sheet, found, places[-1][0]):
            places.append((candidate, found.start(), found.end()))
    if not all(_is_set(sheet, start) for _, start, _ in places[1:]) and not _are_short(places, line.end):
        places = places[:1]
    for at, (number, start, body) in enumerate(places):
        yield Item(number, start, body, places[at + 1][1] if at + 1 < len(places) else line.end)


def _number(sheet: Sheet, line: Line) -> tuple[Number | None, int]:
    found = ITEM_NUMBER.match(sheet.text, line.start, line.end)
    text, body = ((found["round"] or found["square"] or found["plain"]), found.end()) if found else ("", 0)
    if not found and (
        label := label_at(sheet, line.start, line.end, Kind.QUESTION)
        or label_at(sheet, line.start, line.end, Kind.ANSWER)
    ):
        text, body = label.number, label.body
    if not re.fullmatch(r"\d{1,3}(?:\.\d{1,3}){0,3}", text):
        return None, 0
    return tuple(int(part) for part in text.split(".")), body


def _follows(number: Number, last: Number | None, *, is_key: bool) -> bool:
    if last is None:
        return True
    if len(number) != len(last) or number[:-1] != last[:-1]:
        return len(number) == len(last) and number > last and number[-1] == 1
    step = number[-1] - last[-1]
    return 0 < step <= (_MAX_STEP if is_key else 1)


def _is_counted(sheet: Sheet, found: re.Match[str], before: Number) -> bool:
    """Whether a number within a line counts items: it is set in type of its own, or the next one or next odd one."""
    return _is_set(sheet, found.start()) or int(found[1]) - before[-1] in (1, 2)


def _is_set(sheet: Sheet, place: int) -> bool:
    return any(element.tag in INLINE for element in sheet.beginning(place))


def _are_short(places: list[tuple[Number, int, int]], end: int) -> bool:
    """Numbers in plain type count only in a row of short answers: in a sentence they are its own."""
    ends = [start for _, start, _ in places[1:]] + [end]
    return len(places) > 2 and all(stop - body < _SHORT for (_, _, body), stop in zip(places, ends, strict=True))


def _close(sheet: Sheet, run: Run, end: int) -> None:
    """Gives every item its end: where the next begins; the last where the page goes over to something else."""
    items = run.items
    for at in range(len(items) - 1):
        items[at] = Item(items[at].number, items[at].start, items[at].body, items[at + 1].start)
    if items:
        starts = [item.start for item in items]
        last = items[-1]
        stop = (
            tail_end(sheet, last.start, last.body, end, earlier=starts[-6:-1])
            if sheet.is_line_start(last.start)
            else last.end
        )
        items[-1] = Item(last.number, last.start, last.body, stop)


def _pairs(sheet: Sheet, exercises: list[Run], answers: list[Run]) -> Iterator[Found]:
    for asked, told in _matched(exercises, answers):
        by_number = {item.number: item for item in asked}
        common = [item for item in told.items if item.number in by_number]
        if len(common) < 0.8 * len(told.items):
            continue
        for item in common:
            question = by_number[item.number]
            number = ".".join(map(str, item.number))
            places = (question.body, question.end), (item.body, item.end)
            if pair := pair_at(sheet, *places, rule="answer_key", score=0.8, number=number, is_apart=True):
                yield pair


def _matched(exercises: list[Run], answers: list[Run]) -> Iterator[tuple[list[Item], Run]]:
    """The exercises that each part of the key answers; none where that is open."""
    named = [run for run in exercises if _EXERCISES.search(run.title)] or exercises[-1:]
    together = [item for run in named for item in run.items]
    if len({item.number for item in together}) == len(together):
        yield from ((together, told) for told in answers)
        return
    for at, told in enumerate(answers):
        same = [run for run in named if run.section and run.section == told.section]
        if len(same) == 1:
            yield same[0].items, told
        elif len(named) == len(answers):
            yield named[at].items, told
        elif len(answers) == 1:
            yield named[-1].items, told
