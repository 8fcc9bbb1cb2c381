"""schema.org questions with answers in the page's own elements: microdata, and RDFa Lite."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from stages._page_text import PageText
from stages._qa_found import Found
from stages._qa_schema import number_of
from stages._qa_sheet import Sheet
from stages.records import Span

_NUMBER = re.compile(r"(?:(?:exercise|problem|question)[^\S\n]+)?(\d+(?:\.\d+)*)\s*[.):]\s+(?=\S)", re.IGNORECASE)
_ANSWER_LABEL = re.compile(
    r"(?:solution|answer)s?(?:[^\S\n]+\d+(?:\.\d+)*)?[^\S\n]*(?:[:.](?!\d)\s*|\n)(?=\S)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Dialect:
    """The attributes that say that an element is something, what it is, and what of its owner."""

    scope: str
    kind: str
    role: str


MICRODATA = Dialect(scope="itemscope", kind="itemtype", role="itemprop")
RDFA = Dialect(scope="typeof", kind="typeof", role="property")
_MAX_QUESTIONS = 1_000
_MAX_ANSWERS = 200


def microdata(sheet: Sheet) -> Iterator[Found]:
    for dialect in (MICRODATA, RDFA):
        number = 0
        for item in sheet.typed:
            if not _is_a(item, dialect, "Question"):
                continue
            number += 1
            if number > _MAX_QUESTIONS:
                return
            if pair := _pair(sheet, item, dialect):
                yield pair


def _is_a(element: Any, dialect: Dialect, name: str) -> bool:
    kinds = (element.get(dialect.kind) or "").split()
    return any(kind.rstrip("/").rpartition("/")[2].rpartition(":")[2] == name for kind in kinds)


def _pair(sheet: Sheet, item: Any, dialect: Dialect) -> Found | None:
    accepted = list(islice(_props(item, "acceptedAnswer", dialect), _MAX_ANSWERS))
    offered = list(islice(_props(item, "suggestedAnswer", dialect), _MAX_ANSWERS))
    offered.sort(key=lambda answer: -(_votes(answer, dialect) or 0))
    has_votes = any(True for _ in _props(item, "answerCount", dialect))
    question = next(_props(item, "text", dialect), None)
    question = next(_props(item, "name", dialect), None) if question is None else question
    for answer in accepted + offered:
        body = next(_props(answer, "text", dialect), answer)
        places = (sheet.page.span_of(question) if question is not None else None), sheet.page.span_of(body)
        score = 0.95 if answer in accepted else 0.8
        if pair := _found_at(sheet.page, *places, score=score):
            votes = _votes(answer, dialect)
            is_rated = has_votes or votes is not None or bool(offered)
            return replace(
                pair,
                votes=votes,
                is_accepted=answer in accepted if is_rated else None,
                author=_author(answer, dialect),
            )
    return None


def _props(item: Any, name: str, dialect: Dialect) -> Iterator[Any]:
    """The item's own properties of that name: none that belong to an item inside it."""
    for element in item.iterdescendants():
        if not isinstance(element.tag, str):
            continue
        names = (element.get(dialect.role) or "").replace("schema:", "").split()
        if name in names and _owner(element, dialect) is item:
            yield element


def _owner(element: Any, dialect: Dialect) -> Any | None:
    return next((above for above in element.iterancestors() if above.get(dialect.scope) is not None), None)


def _votes(answer: Any, dialect: Dialect) -> int | None:
    counts = _props(answer, "upvoteCount", dialect)
    return next((number_of(node.get("content") or "".join(node.itertext())) for node in counts), None)


def _author(answer: Any, dialect: Dialect) -> str | None:
    for author in _props(answer, "author", dialect):
        name = next(_props(author, "name", dialect), author)
        words = " ".join((name.get("content") or "".join(name.itertext())).split())
        if words:
            return words[:200]
    return None


def _found_at(page: PageText, question: Span | None, answer: Span | None, *, score: float) -> Found | None:
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
        extractor="microdata",
        score=score,
    )


def _match(page: PageText, span: Span | None, label: re.Pattern[str]) -> re.Match[str] | None:
    return label.match(page.text, span.start, span.end) if span else None


def _after(page: PageText, span: Span | None, label: re.Match[str] | None) -> Span | None:
    return page.trim(label.end(), span.end) if span and label else span
