"""Elements that a page's own names call questions or answers: by data-type, class or id, however these are spelled."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from stages._page_text import HEADINGS
from stages._qa_sheet import Sheet
from stages._qa_site import words_of
from stages._qa_words import ANSWER_LABELS, CONTROL_LINE, HINT_LABELS, QUESTION_LABELS, asks

_ANSWER = re.compile(r"(?:answers?|solutions?|ans|soln|spoilers?)$|(?:answer|solution)[a-z]+$")
_QUESTION = re.compile(r"(?:question|problem|exercise|stem)$|(?:question|problem|exercise)(?!s$|atic$)[a-z]+$")
_EXAMPLE = frozenset({"example", "workedexample", "examplebox"})
# Parts of sites about questions that hold neither one nor its answer.
_NEITHER = frozenset({
    "author", "btn", "button", "category", "choice", "choices", "comment", "comments", "count", "counter", "date",
    "difficulty", "form", "header", "hint", "icon", "index", "info", "input", "link", "links", "list", "menu",
    "meta", "nav", "num", "number", "option", "options", "output", "points", "poll", "polls", "progress", "quote",
    "related", "score", "search", "sidebar", "similar", "stats", "status", "student", "subject", "survey", "tab",
    "tabs", "tags", "time", "toc", "topic", "type", "user", "vote", "votes", "widget", "your",
})  # fmt: skip
# A page with more is a dump of data.
MAX_NAMED = 5_000
_SAMPLE = 20


@dataclass(frozen=True, slots=True)
class Named:
    start: int
    end: int
    element: Any


@dataclass(frozen=True, slots=True)
class NamedParts:
    """`exercises` hold an answer; `questions` and `answers` hold none of the others. Each in page order."""

    exercises: list[Named]
    questions: list[Named]
    answers: list[Named]
    examples: list[Named]


def named_parts(sheet: Sheet) -> NamedParts:
    questions: list[Named] = []
    answers: list[Named] = []
    examples: list[Named] = []
    kinds = {"answer": answers, "question": questions, "example": examples}
    has_letters = _has_letters(sheet)
    for element in sheet.page.spans:
        kind = _kind(element) or (_kind_by_letter(element) if has_letters else None)
        if kind is None or (kind == "answer" and (element.tag in HEADINGS or _is_to_fill(element))):
            continue
        span = sheet.span(element)
        if span and not is_label(sheet.cut(*span)):
            kinds[kind].append(Named(*span, element))
        if len(questions) + len(answers) >= MAX_NAMED:
            break
    real = [answer for answer in _singled(answers) if not _within(answer, questions)]
    outside = [question for question in questions if not _around(question, real)]
    exercises = [question for question in outside if _within(question, real)]
    rest = [question for question in outside if not _within(question, real)]
    return NamedParts(exercises, _singled(rest), real, examples[:MAX_NAMED])


def _has_letters(sheet: Sheet) -> bool:
    """Whether the page names some elements `q` and as many `a`, as in `qa-q` and `qa-a`, and those ask."""
    found: dict[str, list[Any]] = {"q": [], "a": []}
    for name, group in sheet.classes.items():
        for letter in found.keys() & words_of(name):
            found[letter] += group
    if not (1 < len(found["q"]) <= 2 * len(found["a"]) and len(found["a"]) <= 2 * len(found["q"])):
        return False
    asking = sum(asks(sheet.cut(*sheet.page.spans[element])) for element in found["q"][:_SAMPLE])
    return 2 * asking >= min(len(found["q"]), _SAMPLE)


def _kind_by_letter(element: Any) -> str | None:
    words = words_of(element.get("class") or "")
    if not _NEITHER.isdisjoint(words) or {"q", "a"} <= words:
        return None
    return "answer" if "a" in words else "question" if "q" in words else None


def _is_to_fill(element: Any) -> bool:
    """Choices and boxes of a form are where a reader answers."""
    kinds = {field.get("type") or "text" for field in element.iter("input", "textarea", "select")}
    return not kinds.isdisjoint({"radio", "checkbox", "text", "number"})


def _kind(element: Any) -> str | None:
    name = element.get("data-type")
    if name is None:
        name = f"{element.get('class') or ''} {element.get('id') or ''}"
    return kind_of(name) if len(name) > 2 else None


@lru_cache(maxsize=8192)
def kind_of(name: str) -> str | None:
    """`answer`, `question`, `example` or None; what says several is the first of them: `exercise-solution`."""
    words = words_of(name)
    if not _NEITHER.isdisjoint(words):
        return None
    if any(_ANSWER.match(word) for word in words):
        return "answer"
    if any(_QUESTION.match(word) for word in words):
        return "question"
    return "example" if not _EXAMPLE.isdisjoint(words) else None


def is_label(text: str) -> bool:
    """A label, a number or a control, and nothing else."""
    if len(text) > 80:
        return False
    for pattern in (*ANSWER_LABELS, *QUESTION_LABELS, *HINT_LABELS, CONTROL_LINE):
        found = pattern.match(text)
        if found and found.end() == len(text):
            return True
    return not any(character.isalpha() for character in text) and len(text) < 8 and text.endswith((".", ")", ":"))


def _singled(parts: list[Named]) -> list[Named]:
    """The outermost of nested parts, but those within where the outer one is a list of several of a kind."""
    kinds = Counter(_sort(part.element) for part in parts)
    outer: list[Named] = []
    for part in parts:
        while outer and part.end <= outer[-1].end and kinds[_sort(part.element)] > 1:
            outer.pop()
        if not outer or part.start >= outer[-1].end:
            outer.append(part)
    return outer


def _sort(element: Any) -> tuple[Any, ...]:
    return element.getparent(), element.tag, element.get("class"), element.get("data-type")


def _within(part: Named, others: Sequence[Named]) -> bool:
    """Whether any of the others, which are in page order, lies within the part."""
    at = bisect_left(others, part.start, key=lambda other: other.start)
    while at < len(others) and others[at].start < part.end:
        if others[at].element is not part.element and others[at].end <= part.end and part.element in _above(others[at]):
            return True
        at += 1
    return False


def _around(part: Named, others: Sequence[Named]) -> bool:
    """Whether the part lies within one of the others."""
    at = bisect_left(others, part.start + 1, key=lambda other: other.start) - 1
    return at >= 0 and part.end <= others[at].end and others[at].element in _above(part)


def _above(part: Named) -> list[Any]:
    return list(part.element.iterancestors())
