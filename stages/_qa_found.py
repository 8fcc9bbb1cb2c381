"""What a rule found in a page, and the trimming all rules share."""

import re
from dataclasses import dataclass

from stages._page_text import PageText
from stages.records import Span

_NUMBER = re.compile(r"(?:(?:exercise|problem|question)[^\S\n]+)?(\d+(?:\.\d+)*)\s*[.):]\s+(?=\S)", re.IGNORECASE)
_ANSWER_LABEL = re.compile(
    r"(?:solution|answer)s?(?:[^\S\n]+\d+(?:\.\d+)*)?[^\S\n]*(?:[:.](?!\d)\s*|\n)(?=\S)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Found:
    """A pair as a rule found it; `extractor` names the rule, `score` is how far the rule can be trusted.

    `author`, `votes` and `is_accepted` are what the page says of the answer.
    """

    question: str
    answer: str
    question_span: Span | None
    answer_span: Span | None
    extractor: str
    score: float
    author: str | None = None
    votes: int | None = None
    is_accepted: bool | None = None


def found_at(page: PageText, question: Span | None, answer: Span | None, *, rule: str, score: float) -> Found | None:
    """A pair from two places of the page, exercise numbers and "Solution" labels left out; None if one is empty."""
    number = _match(page, question, _NUMBER)
    answer = _after(page, answer, _match(page, answer, _ANSWER_LABEL))
    repeated = _match(page, answer, _NUMBER)
    if number and repeated and number.group(1) == repeated.group(1):
        answer = _after(page, answer, repeated)
    question = _after(page, question, number)
    if question is None or answer is None:
        return None
    return Found(
        question=page.cut(question),
        answer=page.cut(answer),
        question_span=question,
        answer_span=answer,
        extractor=rule,
        score=score,
    )


def _match(page: PageText, span: Span | None, label: re.Pattern[str]) -> re.Match[str] | None:
    return label.match(page.text, span.start, span.end) if span else None


def _after(page: PageText, span: Span | None, label: re.Match[str] | None) -> Span | None:
    return page.trim(label.end(), span.end) if span and label else span
