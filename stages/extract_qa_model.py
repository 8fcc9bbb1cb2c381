"""Takes question-answer pairs out of web pages by asking a language model, and shows where in the page they stand."""

import asyncio
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar

from pipeline.context import Context
from pipeline.stage import Ask, Reject, StreamFn
from stages._asking import AskingStage
from stages._asking_prompts import PAIRS, check_style, prompt
from stages._asking_reply import pairs_in
from stages._page_blocks import Block, main_blocks, parts, shown, unread
from stages._passage import MIN_WORDS_NEAR, Passage, Place, tokens_of
from stages._stated import stated
from stages._text import question_key
from stages.records import Document, Origin, QAPair, Span

# Why a page gave nothing, if its parts gave different reasons: what could be mended first.
REASONS = (
    "prompt_too_long", "not_recorded", "truncated", "marks_copied", "unparsable", "question_not_found",
    "answer_not_found", "no_pairs", "void",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Quoted:
    """A pair of the model's with its places. An answer without one is the model's own."""

    question: str
    answer: str
    question_span: Span
    answer_span: Span | None
    score: float


@dataclass(frozen=True, kw_only=True)
class ExtractQaModel(AskingStage[Document, QAPair]):
    """Asks `teacher` for the pairs in the main text of a page; pairs keep the page's own words and their places.

    A long page is asked about in parts that overlap. A question that does not stand on the page makes no pair. An
    answer that does not stand there is kept as the model wrote it and marked `llm_invented`. The score is the share of
    the pair's words that was found; of the two that fare worse, question and answer.

    style         -- the prompt, see `stages/_asking_prompts.py`
    max_chars     -- characters of page text in one request
    overlap       -- characters that a part repeats of the one before
    max_parts     -- pages of more parts are rejected as too_long
    keep_invented -- False drops pairs whose answer does not stand on the page
    """

    # v1: first version. Bump when the same replies would give other rows, or the same page other requests.
    version: ClassVar[int] = 1

    style: str = "pairs-v1"
    max_chars: int = 12_000
    overlap: int = 2_000
    max_parts: int = 40
    keep_invented: bool = True

    def __post_init__(self) -> None:
        check_style(self.style, PAIRS)
        if not 0 <= 2 * self.overlap <= self.max_chars or self.max_parts < 1:
            raise ValueError("wanted: overlap at most half of max_chars, max_parts at least 1")

    @contextmanager
    def open(self, ctx: Context) -> Iterator[StreamFn[Document, QAPair]]:
        async def extract(page: Document, ask: Ask) -> list[QAPair] | Reject:
            if refused := unread(page):
                return refused
            blocks = main_blocks(page.text or "", page.main)
            pieces = parts(blocks, max_chars=self.max_chars, overlap=self.overlap)
            if not pieces:
                return Reject("no_text", "the page holds no text to ask about")
            if len(pieces) > self.max_parts:
                return Reject("too_long", f"{len(pieces)} parts of {self.max_chars} characters, over {self.max_parts}")
            told = await asyncio.gather(*(self._pairs(piece, ask, ctx) for piece in pieces))
            quoted = distinct([pair for pairs, _ in told for pair in pairs])
            ctx.count("pairs_invented", sum(pair.answer_span is None for pair in quoted))
            if not quoted:
                return _why([troubles for _, troubles in told])
            return [self._row(page, number, pair) for number, pair in enumerate(quoted)]

        yield extract

    async def _pairs(self, piece: Sequence[Block], ask: Ask, ctx: Context) -> tuple[list[Quoted], list[Reject]]:
        """The pairs of one part, and what came between: at least one of the two."""
        said = await self.answered(ask, prompt(PAIRS[self.style], page=shown(piece)), ctx)
        told = said if isinstance(said, Reject) else pairs_in(said)
        passage = Passage(piece)
        found = [told] if isinstance(told, Reject) else [self._quoted(passage, *pair) for pair in told]
        troubles = [one for one in found if isinstance(one, Reject)]
        for reason, times in Counter(trouble.reason for trouble in troubles).items():
            ctx.count(reason, times)
        return [one for one in found if isinstance(one, Quoted)], troubles

    def _quoted(self, passage: Passage, question: str, answer: str) -> Quoted | Reject:
        asked = passage.find(question)
        if asked is None:
            return Reject("question_not_found", f"not on the page: {question[:120]}")
        place = _place(passage, answer, asked)
        if place is None and not self.keep_invented:
            return Reject("answer_not_found", f"not on the page: {answer[:120]}")
        return Quoted(
            question=passage.cut(asked.span),
            answer=passage.cut(place.span) if place else answer,
            question_span=asked.span,
            answer_span=place.span if place else None,
            score=round(min(asked.share, place.share), 3) if place else 0.0,
        )

    def _row(self, page: Document, number: int, pair: Quoted) -> QAPair:
        return QAPair(
            id=f"{page.id}/mqa-{number:03d}",
            question=pair.question,
            answer_text=pair.answer,
            question_span=pair.question_span,
            answer_span=pair.answer_span,
            origin=Origin.LLM_FROM_SOURCE if pair.answer_span else Origin.LLM_INVENTED,
            extractor=f"{self.teacher.name}/{self.style}",
            score=pair.score,
            url=page.url,
            source=page.source,
            licence=page.licence,
            attribution=page.attribution,
            content_key=question_key(pair.question),
            removal_key=page.removal_key,
        )


def _place(passage: Passage, answer: str, asked: Place) -> Place | None:
    """A short answer must be stated as such; a long one may be quoted nearly, since the page's words are taken."""
    is_long = len(tokens_of(answer)) >= MIN_WORDS_NEAR
    quoted = passage.find(answer, avoid=asked.span) if is_long else None
    return quoted or stated(answer, passage, avoid=asked.span)


def distinct(pairs: Sequence[Quoted]) -> list[Quoted]:
    """In page order, each question once: overlapping parts tell it twice. The longer answer from the page wins."""
    best: list[Quoted] = []  # in page order, none in another
    asked: set[str] = set()
    ranked = sorted(pairs, key=lambda pair: (pair.answer_span is None, -len(pair.answer), pair.question_span.start))
    for pair in ranked:
        key = question_key(pair.question)
        index = bisect_left(best, pair.question_span.end, key=lambda one: one.question_span.start)
        is_free = index == 0 or best[index - 1].question_span.end <= pair.question_span.start
        if is_free and key not in asked:
            best.insert(index, pair)
            asked.add(key)
    return best


def _why(told: Sequence[Sequence[Reject]]) -> Reject:
    """One reason for the whole page, the others in its detail."""
    troubles = sorted((trouble for troubles in told for trouble in troubles), key=lambda one: REASONS.index(one.reason))
    counted = Counter(trouble.reason for trouble in troubles)
    others = ", ".join(f"{times} {reason}" for reason, times in counted.items()) if len(counted) > 1 else ""
    return Reject(troubles[0].reason, " | ".join(filter(None, (others, troubles[0].detail))))
