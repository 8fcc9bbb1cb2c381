"""Numbered items of a stretch of a page, in runs whose numbers rise: exercises, or the answers of a key."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from stages._qa_extent import tail_end
from stages._qa_labels import Kind, label_at
from stages._qa_lines import Line
from stages._qa_sheet import INLINE, Sheet
from stages._qa_words import ITEM_NUMBER

# "1. 12  2. 5/6  3. no": the answers of a key in one line.
_RUN_IN = re.compile(r"(?<=\s)\(?(\d{1,3})[.):]\s+(?=\S)")
_SECTION = re.compile(r"\d+(?:\.\d+)+|(?<=[Ss]ection )\d+|(?<=[Cc]hapter )\d+")
# Lines that begin something new though they are no headings.
_DIVIDES = re.compile(
    r"(?:section|chapter|unit|lesson|exercise set|problem set|(?:in|for)(?: the)? (?:exercises|problems))\b",
    re.IGNORECASE,
)
_WHOLE = re.compile(r"\d{1,3}(?:\.\d{1,3}){0,3}")
_MAX_DIVIDER = 180
_MAX_LINES = 20_000
# A key leaves exercises out, never more than these in a row.
_MAX_STEP = 30
# Characters of an answer in a row of answers.
_SHORT = 40
_FEW_WORDS = 6

Number = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Item:
    number: Number
    start: int
    body: int
    end: int


@dataclass
class Run:
    """`title` is the heading over the items, `section` the last number that a heading gave."""

    title: str
    section: str
    items: list[Item] = field(default_factory=list)


def numbered_runs(sheet: Sheet, start: int, end: int, *, is_key: bool, title: str = "") -> list[Run]:
    """Numbers of exercises follow each other; those of a key may skip some."""
    runs = [Run(title, _section(title, ""))]
    for line in sheet.lines_in(start, end)[:_MAX_LINES]:
        found = [item for cell in _cells(sheet, line) for item in _items(sheet, cell, runs[-1], is_key=is_key)]
        if not found and (sheet.heading_at(line.start) or _divides(sheet, line)):
            _close(sheet, runs[-1], line.start)
            text = sheet.cut(line.start, line.end)
            runs.append(Run(text, _section(text, runs[-1].section)))
    _close(sheet, runs[-1], end)
    return [run for run in runs if run.items]


def _section(title: str, before: str) -> str:
    found = _SECTION.search(title)
    return found.group() if found else before


def _divides(sheet: Sheet, line: Line) -> bool:
    return line.end - line.start <= _MAX_DIVIDER and bool(_DIVIDES.match(sheet.text, line.start, line.end))


def _cells(sheet: Sheet, line: Line) -> Iterator[Line]:
    """The cells of a row, a number's own cell together with the next."""
    start = line.start
    for at in range(64):
        tab = sheet.text.find("\t", start, line.end)
        if tab >= 0 and _is_number(sheet, start, tab):
            tab = sheet.text.find("\t", tab + 1, line.end)
        if tab < 0 or at == 63:
            yield Line(start, line.end)
            return
        yield Line(start, tab)
        start = tab + 1


def _is_number(sheet: Sheet, start: int, end: int) -> bool:
    found = ITEM_NUMBER.match(sheet.text, start, end)
    return found is not None and found.end() >= end


def _items(sheet: Sheet, line: Line, run: Run, *, is_key: bool) -> Iterator[Item]:
    """The items that begin in the line, added to the run; each ends with the line until its successor is known."""
    number, body = _number(sheet, line)
    last = run.items[-1].number if run.items else None
    if number is None or not _follows(number, last, is_key=is_key):
        return
    places = [(number, line.start, body)]
    for found in _RUN_IN.finditer(sheet.text, body, line.end) if is_key else ():
        candidate = (int(found[1]),)
        if _follows(candidate, places[-1][0], is_key=True) and _is_counted(sheet, found, places[-1][0]):
            places.append((candidate, found.start(), found.end()))
    if not all(_is_set(sheet, start) for _, start, _ in places[1:]) and not _are_short(sheet.text, places, line.end):
        places = places[:1]
    for at, (number, start, body) in enumerate(places):
        item = Item(number, start, body, places[at + 1][1] if at + 1 < len(places) else line.end)
        run.items.append(item)
        yield item


def _number(sheet: Sheet, line: Line) -> tuple[Number | None, int]:
    found = ITEM_NUMBER.match(sheet.text, line.start, line.end)
    text, body = ((found["round"] or found["square"] or found["plain"]), found.end()) if found else ("", 0)
    for kind in (Kind.QUESTION, Kind.ANSWER) if not found else ():
        if label := label_at(sheet, line.start, line.end, kind):
            text, body = label.number, label.body
            break
    if not _WHOLE.fullmatch(text):
        return None, 0
    return tuple(int(part) for part in text.split(".")), body


def _follows(number: Number, last: Number | None, *, is_key: bool) -> bool:
    if last is None:
        return True
    if len(number) != len(last):
        return False
    if number[:-1] != last[:-1]:
        return number > last and number[-1] == 1
    return 0 < number[-1] - last[-1] <= (_MAX_STEP if is_key else 1)


def _is_counted(sheet: Sheet, found: re.Match[str], before: Number) -> bool:
    """Whether a number within a line counts items: it is set in type of its own, or the next one or next odd one."""
    return _is_set(sheet, found.start()) or int(found[1]) - before[-1] in (1, 2)


def _is_set(sheet: Sheet, place: int) -> bool:
    return any(element.tag in INLINE for element in sheet.beginning(place))


def _are_short(text: str, places: list[tuple[Number, int, int]], end: int) -> bool:
    """Numbers in plain type count only in a row of short answers: in a sentence they are its own."""
    ends = [start for _, start, _ in places[1:]] + [end]
    is_row = len(places) > 2 or (len(places) == 2 and places[0][0] == (1,))
    pieces = [text[body:stop] for (_, _, body), stop in zip(places, ends, strict=True)]
    return is_row and all(len(piece) < _SHORT and len(piece.split()) < _FEW_WORDS for piece in pieces)


def _close(sheet: Sheet, run: Run, end: int) -> None:
    """Gives every item its end: where the next begins; the last where the page goes over to something else."""
    items = run.items
    for at in range(len(items) - 1):
        items[at] = Item(items[at].number, items[at].start, items[at].body, items[at + 1].start)
    line = sheet.line_at(items[-1].start) if items else None
    if line:
        last = items[-1]
        earlier = [item.start for item in items[-6:-1] if item.start < line.start and sheet.is_line_start(item.start)]
        stop = tail_end(sheet, line.start, last.body, end, earlier=earlier)
        items[-1] = Item(last.number, last.start, last.body, stop)
