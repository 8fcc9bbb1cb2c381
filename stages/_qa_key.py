"""Numbered exercises whose answers stand elsewhere on the page, under "Answers", "Solutions" or the like."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from stages._qa_clean import pair_at
from stages._qa_extent import next_box
from stages._qa_found import Found
from stages._qa_lines import Line, occurrences
from stages._qa_numbered import Item, Run, numbered_runs
from stages._qa_sheet import Sheet
from stages._qa_site import words_of
from stages._qa_words import KEY_HEADING, KEY_LABEL, asks

_KEY_WORDS = ("answers", "solutions", " key", "antworten", "respuestas", "soluciones")
_FOREIGN_KEY_WORDS = ("lösungen", "réponses", "corrigés", "答案")
_KEY_NAMES = ("answers", "solutions", "answerkey", "answer-key", "answer_key")
_KEY_NAME = re.compile(r"answers|solutions|answer-?_?key")
_EXERCISES = re.compile(
    r"exercise|problem|question|practice|homework|review|quiz|test|drill|try|check|assignment|worksheet|aufgabe|übung"
    r"|exercice|ejercicio|题",
    re.IGNORECASE,
)
_TITLE_TAGS = frozenset({"b", "strong", "u", "summary", "legend", "dt", "th"})
_MAX_TITLE = 90
_MAX_KEYS = 30
# Of the answers of a key, how many must have an exercise; of these exercises, how many must ask.
_MATCHING = 0.8
_ASKING = 0.5


@dataclass(frozen=True, slots=True)
class Key:
    start: int
    body: int
    end: int
    title: str


def answer_keys(sheet: Sheet) -> Iterator[Found]:
    if not (any(word in sheet.low for word in _words(sheet)) or sheet.is_named(*_KEY_NAMES)):
        return
    before = 0
    keys = sorted(islice(_keys(sheet), _MAX_KEYS), key=lambda key: (key.start, -key.end))
    for key in keys:
        if key.start < before:
            continue
        answers = numbered_runs(sheet, key.body, key.end, is_key=True, title=key.title)
        if sum(len(run.items) for run in answers) > 1:
            exercises = numbered_runs(sheet, before, key.start, is_key=False)
            yield from _pairs(sheet, exercises, answers)
            before = key.end


def _keys(sheet: Sheet) -> Iterator[Key]:
    for name, group in sheet.classes.items():
        if _KEY_NAME.search(name.lower()) and not {"answers", "solutions", "key"}.isdisjoint(words_of(name)):
            yield from (Key(*_twice(span[0]), span[1], "") for element in group[:5] if (span := sheet.span(element)))
    for element in sheet.identified(_KEY_NAME):
        if span := sheet.span(element):
            yield Key(*_twice(span[0]), span[1], "")
    for place in sorted(at for word in _words(sheet) for at in occurrences(sheet.low, word)):
        line = sheet.line_at(place)
        if line and place - line.start < _MAX_TITLE and (key := _headed(sheet, line)):
            yield key


def _words(sheet: Sheet) -> tuple[str, ...]:
    return _KEY_WORDS if sheet.text.isascii() else _KEY_WORDS + _FOREIGN_KEY_WORDS


def _twice(place: int) -> tuple[int, int]:
    return place, place


def _headed(sheet: Sheet, line: Line) -> Key | None:
    heading = sheet.heading_at(line.start)
    end = sheet.headings_from(line.end, len(sheet.text))
    level = heading.level if heading else 6
    title = sheet.cut(line.start, min(line.end, line.start + _MAX_TITLE))
    if label := KEY_LABEL.match(sheet.text, line.start, line.end):
        stop = next((other.start for other in end), len(sheet.text))
        return Key(line.start, label.end(), stop, title)
    if line.end - line.start > _MAX_TITLE or not KEY_HEADING.match(sheet.text, line.start, line.end):
        return None
    if not heading and not _is_title(sheet, line):
        return None
    box = next_box(sheet, line.start)
    stop = box[1] if box else next((other.start for other in end if other.level <= level), len(sheet.text))
    return Key(line.start, line.end, stop, title)


def _is_title(sheet: Sheet, line: Line) -> bool:
    return any(
        element.tag in _TITLE_TAGS and sheet.span(element) == (line.start, line.end)
        for element in sheet.beginning(line.start)
    )


def _pairs(sheet: Sheet, exercises: list[Run], answers: list[Run]) -> Iterator[Found]:
    for asked, told in _matched(exercises, answers):
        by_number = {item.number: item for item in asked}
        common = [(by_number[item.number], item) for item in told.items if item.number in by_number]
        asking = sum(asks(sheet.cut(question.body, question.end)) for question, _ in common)
        if len(common) < _MATCHING * len(told.items) or asking < _ASKING * len(common):
            continue
        if sheet.is_signed(common[0][0].start, common[-1][1].end):
            # Questions of one post answered in another, point by point.
            continue
        for question, item in common:
            number = ".".join(map(str, item.number))
            places = (question.body, question.end), (item.body, item.end)
            if pair := pair_at(sheet, *places, rule="answer_key", score=0.9, number=number, is_apart=True):
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
