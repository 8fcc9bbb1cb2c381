"""Takes question-answer pairs out of web pages by what their structure says, without a model."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from pipeline.stage import Reject
from stages._page_reader import read_page
from stages._page_text import PageText
from stages._plain_text import text_page
from stages._qa_advice import advice
from stages._qa_cards import flash_cards, tables
from stages._qa_exercises import count_unsolved, exercises
from stages._qa_faq import asking_titles
from stages._qa_found import Found
from stages._qa_key import answer_keys
from stages._qa_microdata import microdata
from stages._qa_quiz import quizzes
from stages._qa_refrain import without_refrains
from stages._qa_schema import json_ld
from stages._qa_sheet import Sheet
from stages._qa_threads import thread_pairs
from stages._sandboxed import SandboxedStage
from stages._text import normalise_question, question_key
from stages._text_places import TextPlaces
from stages._threads import find_threads
from stages.records import Document, Origin, QAPair, Span

# Most trusted first: a later rule adds no pair whose question an earlier one has taken.
RULES: tuple[Callable[[Sheet], Iterator[Found]], ...] = (
    microdata,
    json_ld,
    quizzes,
    answer_keys,
    exercises,
    tables,
    flash_cards,
    advice,
    asking_titles,
)
# On a page whose posts and writers are named, what looks like an exercise or a key is part of a post.
RULES_BESIDE_THREADS: tuple[Callable[[Sheet], Iterator[Found]], ...] = (microdata, json_ld)

_COUNT = re.compile(r"\W*\d[\d.,k]*\s+(?:votes?|answers?|views?|replies|reply|points?|comments?)\W*", re.IGNORECASE)
# A page of so many questions is a list of them: what repeats on it are no posts.
_LIST = 2
# A page with more is a dump of data, made to be large; the first ones stand for it.
MAX_PAIRS = 1000


@dataclass(frozen=True, kw_only=True)
class ExtractQa(SandboxedStage[Document, QAPair]):
    """All pairs of a page, numbered in page order, with the places of question and answer in the page's text.

    The text is that of `html_to_text`; a document without HTML is read by its text. Answers are the page's own words,
    so their origin is human.
    """

    packages = ("lxml",)

    def process(self, row: Document) -> list[QAPair] | Reject:
        markup = row.html or (text_page(row.text, markdown=False) if row.text else None)
        if markup is None:
            return Reject("no_html", "the document holds neither HTML nor text")
        return self.pairs_on(read_page(markup), row)

    def pairs_on(self, page: PageText | None, row: Document) -> list[QAPair] | Reject:
        """`page` is what the row's HTML or text reads as."""
        sheet = Sheet(page) if page else None
        found = _ordered(sheet) if sheet else []
        if sheet is None or not (found or sheet.text):
            return Reject("no_text", "nothing to read: empty, scripts only, or nested deeper than the parser goes")
        if not found:
            unsolved = count_unsolved(sheet)
            return Reject("no_qa", f"{unsolved} exercises without a solution" if unsolved else "no rule applies")
        places = None if row.html or not row.text else TextPlaces(row.text, sheet.text)
        return [_pair(row, number, item, places) for number, item in enumerate(found)]


def _ordered(sheet: Sheet) -> list[Found]:
    kept = _Kept(sheet)
    threads = find_threads(sheet.page)
    if any(thread.is_sure for thread in threads):
        kept.add(thread_pairs(sheet.page, threads))
        for rule in RULES_BESIDE_THREADS:
            kept.add(rule(sheet))
    else:
        for rule in RULES:
            kept.add(rule(sheet))
        if len(kept.found) < _LIST:
            kept.add(thread_pairs(sheet.page, threads))
    found = [item for group in _by_rule(kept.found) for item in without_refrains(sheet.text, group)]
    return sorted(found, key=lambda item: item.question_span.start if item.question_span else len(sheet.text))


class _Kept:
    """The pairs of a page so far: one for each question, and none whose question stands in another."""

    def __init__(self, sheet: Sheet) -> None:
        self.found: list[Found] = []
        self._keys: set[str] = set()
        # One byte for each character of the text: whether a pair has it already.
        self._taken = bytearray(len(sheet.text))

    def add(self, found: Iterator[Found]) -> None:
        for item in islice(found, MAX_PAIRS - len(self.found)):
            key = normalise_question(item.question)
            if key and key not in self._keys and not _has(self._taken, item.question_span) and not _only_counts(item):
                self._keys.add(key)
                self.found.append(item)
                _take(self._taken, item.question_span)
                _take(self._taken, item.answer_span)


def _only_counts(item: Found) -> bool:
    """Lists of questions show two counts beside each, as a card shows its two sides."""
    return bool(_COUNT.fullmatch(item.question) or _COUNT.fullmatch(item.answer))


def _by_rule(found: list[Found]) -> list[list[Found]]:
    groups: dict[tuple[str, float], list[Found]] = {}
    for item in found:
        groups.setdefault((item.extractor, item.score), []).append(item)
    return list(groups.values())


def _has(taken: bytearray, span: Span | None) -> bool:
    return span is not None and taken.find(1, span.start, span.end) >= 0


def _take(taken: bytearray, span: Span | None) -> None:
    if span:
        taken[span.start : span.end] = b"\1" * (span.end - span.start)


def _pair(row: Document, number: int, item: Found, places: TextPlaces | None) -> QAPair:
    return QAPair(
        id=f"{row.id}/qa-{number:03d}",
        question=item.question,
        answer_text=item.answer,
        question_span=places.of(item.question_span) if places else item.question_span,
        answer_span=places.of(item.answer_span) if places else item.answer_span,
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
