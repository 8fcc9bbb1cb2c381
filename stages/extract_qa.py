"""Takes question-answer pairs out of web pages by what their structure says, without a model."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from pipeline.stage import Reject, RowStage
from stages._page_text import PageText, read_page
from stages._qa_found import Found
from stages._qa_labels import labelled
from stages._qa_markup import count_unsolved, definition_lists, exercises, worked_examples
from stages._qa_schema import json_ld, microdata
from stages._text import normalise_question, question_key
from stages.records import Document, Origin, QAPair, Span

# Most trusted first: a later rule adds no pair whose question an earlier one has taken.
RULES: tuple[Callable[[PageText], Iterator[Found]], ...] = (
    exercises,
    microdata,
    json_ld,
    worked_examples,
    definition_lists,
    labelled,
)

# A page with more is a dump of data, made to be large; the first ones stand for it.
MAX_PAIRS = 1000


@dataclass(frozen=True, kw_only=True)
class ExtractQa(RowStage[Document, QAPair]):
    """All pairs of a page, numbered in page order, with the places of question and answer in the page's text.

    The text is that of `stages/_page_text.py`. Answers are the page's own words, so their origin is human.
    """

    packages = ("lxml",)

    def process(self, row: Document) -> list[QAPair] | Reject:
        if not row.html:
            return Reject("no_html", "the document holds no HTML")
        page = read_page(row.html)
        found = _ordered(page) if page else []
        if page is None or not (found or page.text):
            return Reject("no_text", "nothing to read: empty, scripts only, or nested deeper than the parser goes")
        if not found:
            unsolved = count_unsolved(page)
            return Reject("no_qa", f"{unsolved} exercises without a solution" if unsolved else "no rule applies")
        return [_pair(row, number, item) for number, item in enumerate(found)]


def _ordered(page: PageText) -> list[Found]:
    kept: list[Found] = []
    keys: set[str] = set()
    for rule in RULES:
        for item in islice(rule(page), MAX_PAIRS - len(kept)):
            key = normalise_question(item.question)
            if key and key not in keys and not any(_overlap(item.question_span, other) for other in _places(kept)):
                keys.add(key)
                kept.append(item)
    return sorted(kept, key=lambda item: item.question_span.start if item.question_span else len(page.text))


def _places(found: list[Found]) -> Iterator[Span | None]:
    for item in found:
        yield item.question_span
        yield item.answer_span


def _overlap(one: Span | None, other: Span | None) -> bool:
    return one is not None and other is not None and one.start < other.end and other.start < one.end


def _pair(row: Document, number: int, item: Found) -> QAPair:
    return QAPair(
        id=f"{row.id}/qa-{number:03d}",
        question=item.question,
        answer_text=item.answer,
        question_span=item.question_span,
        answer_span=item.answer_span,
        origin=Origin.HUMAN,
        extractor=item.extractor,
        score=item.score,
        url=row.url,
        source=row.source,
        licence=row.licence,
        attribution=row.attribution,
        content_key=question_key(item.question),
        removal_key=row.removal_key,
        author=item.author,
        votes=item.votes,
        is_accepted=item.is_accepted,
    )
