"""Questions and answers that a page's own markup names: textbook exercises, worked examples, FAQ lists."""

import re
from collections.abc import Iterator
from typing import Any

from stages._page_text import PageText
from stages._qa_found import Found, found_at
from stages.records import Span

_EXERCISE = {"exercise", "exercise-item", "problem-block"}
_PROBLEM = {"problem", "exercise-problem", "exercise-question", "problem-statement", "question-stem", "question"}
_SOLUTION = {"solution", "exercise-solution", "problem-solution", "answer"}
_EXAMPLE = {"example", "worked-example"}
_STEP = re.compile(
    r"^(strategy|concept|approach|solution|answer|discussion|significance|check)\b.{0,40}$", re.IGNORECASE
)
_ANSWERING = {"solution", "answer"}


def exercises(page: PageText) -> Iterator[Found]:
    """An exercise element that holds a problem and a solution, or whose solution stands elsewhere under its id."""
    by_id = {node.get("id"): node for node in page.spans if node.get("id")}
    for exercise in marked(page, _EXERCISE):
        problem = _own(exercise, _PROBLEM)
        solution = _own(exercise, _SOLUTION)
        if solution is None:
            solution = by_id.get(f"{exercise.get('id')}-solution")
        if problem is None or solution is None:
            continue
        question, answer = page.span_of(problem), page.span_of(solution)
        if pair := found_at(page, question, answer, rule="exercise", score=0.95):
            yield pair


def count_unsolved(page: PageText) -> int:
    return sum(_own(exercise, _SOLUTION) is None for exercise in marked(page, _EXERCISE))


def worked_examples(page: PageText) -> Iterator[Found]:
    """An example element with a line "Solution": the question stands before the first step, under the title."""
    for example in marked(page, _EXAMPLE):
        span = page.span_of(example)
        if span is None:
            continue
        title = next((page.span_of(node) for node in example.iter("h1", "h2", "h3", "h4", "h5", "h6")), None)
        start = title.end if title else span.start
        steps = [line for line in _lines(page, start, span.end) if _STEP.match(page.cut(line))]
        solving = [at for at, line in enumerate(steps) if page.cut(line).split()[0].lower().rstrip(":") in _ANSWERING]
        if not solving:
            continue
        first = solving[0]
        end = steps[first + 1].start if first + 1 < len(steps) else span.end
        question, answer = page.trim(start, steps[0].start), page.trim(steps[first].end, end)
        if pair := found_at(page, question, answer, rule="worked_example", score=0.8):
            yield pair


def definition_lists(page: PageText) -> Iterator[Found]:
    """A term that asks, and its definition; also `<details>` whose summary asks."""
    for term in page.root.iter("dt"):
        definition = term.getnext()
        # A definition that holds a list of its own is a table of contents.
        is_answer = definition is not None and definition.tag == "dd" and definition.find(".//dl") is None
        if is_answer and _asks(page, term):
            question, answer = page.span_of(term), page.span_of(definition)
            if pair := found_at(page, question, answer, rule="definition_list", score=0.7):
                yield pair
    for summary in page.root.iter("summary"):
        whole = page.span_of(summary.getparent())
        question = page.span_of(summary)
        if question and whole and _asks(page, summary):
            answer = page.trim(question.end, whole.end)
            if pair := found_at(page, question, answer, rule="details", score=0.7):
                yield pair


def marked(page: PageText, names: set[str]) -> Iterator[Any]:
    return (element for element in page.spans if _is_marked(element, names))


def _is_marked(element: Any, names: set[str]) -> bool:
    kind = element.get("data-type")
    if kind is not None:
        return kind in names
    classes = element.get("class")
    return classes is not None and not names.isdisjoint(classes.lower().split())


def _own(exercise: Any, names: set[str]) -> Any | None:
    """The first element of that kind in the exercise which belongs to no exercise inside it."""
    for element in exercise.iterdescendants():
        if isinstance(element.tag, str) and _is_marked(element, names):
            owner = next((above for above in element.iterancestors() if _is_marked(above, _EXERCISE)), None)
            if owner is exercise:
                return element
    return None


def _asks(page: PageText, element: Any) -> bool:
    span = page.span_of(element)
    return span is not None and page.cut(span).endswith("?")


def _lines(page: PageText, start: int, end: int) -> Iterator[Span]:
    while start < end:
        stop = page.text.find("\n", start, end)
        stop = end if stop < 0 else stop
        if line := page.trim(start, stop):
            yield line
        start = stop + 1
