"""Words that begin a line and say what follows: "Q:", "Problem 3", "Answer.", "Show solution"."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from enum import Enum, auto

from stages._qa_lines import Line, occurrences
from stages._qa_sheet import INLINE, Sheet
from stages._qa_site import leads_away
from stages._qa_words import (
    ANSWER_LABELS,
    CONTROL_TAIL,
    HINT_LABELS,
    ITEM_NUMBER,
    LONE_LETTER_ANSWER,
    QUESTION_LABELS,
    RUN_IN_ANSWER,
    TITLE,
    TRAIL,
    asks,
)

# What a line with an answer's label says within its first words.
_TELLS = (
    "answer", "solution", "ans.", "ans:", "\nans", "sol.", "sol:", "soln", "hint", "clue", "antwort", "risposta",
    "soluzione", "respuesta", "resposta",
)  # fmt: skip
_FOREIGN_TELLS = ("lösung", "réponse", "corrigé", "solución", "solução", "ответ", "решение", "答", "解")
_LETTER = re.compile(r"\n[^\w\n]{0,4}A[^\S\n]?\d{0,3}[:.)：\s]")
# Words in the plural head a list of answers or of questions.
_PLURAL = re.compile(r"(?:answers|solutions|questions)\b", re.IGNORECASE)
# What names a collection unless it has a number.
_COLLECTION = re.compile(r"(?:\w+ ){0,2}(?:practice|quiz|assignment|warm[ -]?up|task)", re.IGNORECASE)
# The longest label, "Click here to see the full step-by-step solution to Exercise 1.2.3", has fewer characters.
_REACH = 100
_TAIL = 60
_MAX_LINES = 50_000
# Elements that set a label in type, or in a cell, of its own; a link in a sentence refers to something.
_TYPES = (INLINE - {"a"}) | {"td", "th", "dt"}


class Kind(Enum):
    QUESTION = auto()
    ANSWER = auto()
    HINT = auto()


@dataclass(frozen=True, slots=True)
class Label:
    """`body` is where the words after the label begin, or where its line ends.

    `level` is that of the heading it stands in, 0 outside of headings. `is_control` tells that it asks to be clicked.
    """

    kind: Kind
    start: int
    body: int
    word: str = ""
    number: str = ""
    stop: str = ""
    level: int = 0
    is_alone: bool = False
    is_control: bool = False


def answer_labels(sheet: Sheet) -> list[Label]:
    """Answers and hints, in page order."""
    found = []
    for line in _telling_lines(sheet):
        label = _label(sheet, line, ANSWER_LABELS, Kind.ANSWER) or _label(sheet, line, HINT_LABELS, Kind.HINT)
        label = label or _tail(sheet, line) or _run_in(sheet, line)
        if label and not (label.is_alone and any(map(leads_away, sheet.beginning(label.start)))):
            found.append(label)
    return found


def _telling_lines(sheet: Sheet) -> list[Line]:
    """Lines that may begin with a label, found by the words of labels: most pages have few or none."""
    words = _TELLS if sheet.text.isascii() else _TELLS + _FOREIGN_TELLS
    places = {at for word in words for at in occurrences(sheet.low, word)}
    places.update(found.end() - 1 for found in _LETTER.finditer(sheet.text))
    if "A" in sheet.text[:6]:
        places.add(0)
    starts = dict.fromkeys(line.start for at in sorted(places) if (line := sheet.line_at(at)))
    return [line for start in starts if (line := sheet.line_at(start))]


def question_labels(sheet: Sheet) -> Iterator[Label]:
    for line in sheet.lines[:_MAX_LINES]:
        if label := _label(sheet, line, QUESTION_LABELS, Kind.QUESTION):
            yield label


def lone_letters(sheet: Sheet, questions: Sequence[Label]) -> Iterator[Label]:
    """ "A." answers where the page asks with "Q."; elsewhere it is an initial or the first of some choices."""
    letters = Counter(label.stop[:1] for label in questions if label.word == "Q" and not label.number)
    stops = {stop for stop in (".", ")", "") if letters[stop] > (not stop)}
    for line in sheet.lines[:_MAX_LINES] if stops else ():
        if label := _letter_at(sheet, line, stops):
            yield label


def _letter_at(sheet: Sheet, line: Line, stops: Set[str]) -> Label | None:
    found = LONE_LETTER_ANSWER.match(sheet.text, line.start, line.end)
    if found is None:
        return None
    stop, is_alone = found.group()[1:], found.end() == line.end
    if stop not in stops or not (stop or is_alone or _is_set_apart(sheet, line.start, found.end())):
        return None
    return Label(Kind.ANSWER, line.start, found.end(), word="A", stop=stop, is_alone=is_alone)


def label_at(sheet: Sheet, start: int, end: int, kind: Kind) -> Label | None:
    """The label that what begins at `start` begins with."""
    stop = sheet.text.find("\n", start, end)
    line = Line(start, stop if stop >= 0 else end)
    if kind is Kind.QUESTION:
        return _label(sheet, line, QUESTION_LABELS, kind)
    label = _label(sheet, line, ANSWER_LABELS, kind) or _letter_at(sheet, line, {".", ")", ""})
    is_own = (
        label is None
        or label.word != "A"
        or label.number
        or label.stop[:1] == ":"
        or _is_set_apart(sheet, line.start, label.body)
    )
    return label if is_own else None


def _label(sheet: Sheet, line: Line, patterns: Sequence[re.Pattern[str]], kind: Kind) -> Label | None:
    for pattern in patterns:
        found = pattern.match(sheet.text, line.start, min(line.end, line.start + _REACH))
        if found and (label := _checked(sheet, line, found, kind)):
            return label
    return None


def _checked(sheet: Sheet, line: Line, found: re.Match[str], kind: Kind) -> Label | None:
    parts = found.groupdict()
    word, number, stop, asked = (parts.get(name) or "" for name in ("word", "number", "stop", "asked"))
    is_alone = TRAIL.fullmatch(sheet.text, found.end(), line.end) is not None
    if not (is_alone or stop) and TITLE.fullmatch(sheet.text, found.end(), line.end):
        is_alone = _is_set_apart(sheet, line.start, found.end()) or _is_block(sheet, line)
    end = line.end if is_alone else found.end()
    heading = sheet.heading_at(line.start)
    is_said = is_alone or bool(stop) or heading is not None or _is_set_apart(sheet, line.start, found.end())
    is_begun = number and kind is Kind.QUESTION and (word == "Q" or _begins(sheet.text[found.end() : found.end() + 2]))
    if not (is_said or is_begun):
        return None
    if _is_set_apart(sheet, line.start, found.end("word")) and number and not heading:
        return None
    if heading and not is_alone and not number and not _asks_or_stops(sheet, line, stop, kind):
        return None
    if kind is Kind.QUESTION and not number and _COLLECTION.fullmatch(word):
        return None
    if _PLURAL.match(word) and not number and not asked and (is_alone or kind is Kind.QUESTION):
        return None
    level = heading.level if heading else 0
    return Label(kind, line.start, end, word, number, stop, level, is_alone, bool(asked))


def _asks_or_stops(sheet: Sheet, line: Line, stop: str, kind: Kind) -> bool:
    """In a heading "Quiz: Fractions" and "Solutions to the exercises" are titles, "Question: why?" is a question."""
    if kind is Kind.QUESTION:
        return bool(stop) and asks(sheet.cut(line.start, line.end))
    return bool(stop)


def _is_set_apart(sheet: Sheet, start: int, end: int) -> bool:
    """A label without a colon is one if the page sets it in type, or in a cell, of its own."""
    return any(element.tag in _TYPES and sheet.span(element) == (start, end) for element in sheet.beginning(start))


def _begins(rest: str) -> bool:
    """ "Question 3 Find x": a sentence begins after the number."""
    return rest[:1].isspace() and rest[1:].isupper()


def _is_block(sheet: Sheet, line: Line) -> bool:
    return any(sheet.span(element) == (line.start, line.end) for element in sheet.beginning(line.start))


def _tail(sheet: Sheet, line: Line) -> Label | None:
    """A control that ends the line of a question: "3. Find x. Show solution"."""
    found = CONTROL_TAIL.search(sheet.text, max(line.start, line.end - _TAIL), line.end)
    if found is None:
        return None
    start, _ = sheet.trimmed(found.start(), found.end())
    is_control = any(element.tag in ("a", "button", "span", "label") for element in sheet.beginning(start))
    return Label(Kind.ANSWER, start, line.end, is_alone=True, is_control=True) if is_control else None


def _run_in(sheet: Sheet, line: Line) -> Label | None:
    """ "12. Find x. [Ans. 4]", in a line that is numbered or sets the answer in brackets."""
    found = RUN_IN_ANSWER.search(sheet.text, line.start + 8, line.end)
    if found is None or not (found.group()[0] in "[(" or ITEM_NUMBER.match(sheet.text, line.start, line.end)):
        return None
    return Label(Kind.ANSWER, found.start(), found.end(), word="answer", stop=":")
