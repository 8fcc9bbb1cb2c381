"""Rewrites question-answer pairs so that they stand alone, and checks the result against the page they came from."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from pipeline.context import Context
from pipeline.stage import Ask, Reject, StreamFn
from stages._asking import AskingOnce
from stages._asking_prompts import REFINE, Prompt, prompt
from stages._asking_reply import pairs_in
from stages._page_blocks import around, main_blocks, shown
from stages._page_shelf import Page, shelved
from stages._passage import Passage, tokens_of
from stages._stated import stated
from stages._text import question_key
from stages.records import Document, Origin, QAPair, Span
from verifier.extract import extract
from verifier.types import AnswerType, Policy

_NUMBER_WORDS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip
# The reasoning was taken off with the think tags.
_MARKED = Policy(reasoning="plain", extraction="strict")


@dataclass(frozen=True, kw_only=True)
class RefineQa(AskingOnce[QAPair, QAPair]):
    """Asks `teacher` to make the question self-contained and to fill in the steps of the answer, from the page alone.

    The final answer (the box, else the last line) must stand on the page outside of the question, and so must every
    number of the new question; a pair that fails either is kept and marked `llm_invented`, with the signal
    `final_answer_invented` or `question_number_invented`. `final_answer_elsewhere` says that the final answer stands on
    the page, but not in the answer that the pair had. A pair the page cannot complete is rejected as void. Ids are
    extended by the teacher's name, so that several teachers may refine the same pairs; spans keep naming the place of
    the original.

    style     -- the prompt, see `stages/_asking_prompts.py`
    max_chars -- characters of the page around the pair that are shown
    """

    # v1: first version. Bump when the same replies would give other rows, or the same pair another request.
    version: ClassVar[int] = 1
    styles: ClassVar[dict[str, str]] = REFINE
    side_inputs: ClassVar[Mapping[str, Any]] = {"pages": Document}

    style: str = "refine-v1"
    max_chars: int = 12_000

    @contextmanager
    def open(self, ctx: Context) -> Iterator[StreamFn[QAPair, QAPair]]:
        with shelved(ctx.side["pages"], ctx.scratch) as find:

            async def refine(row: QAPair, ask: Ask) -> QAPair | Reject:
                page = find(row.id)
                if page is None:
                    raise KeyError(f"pair {row.id}: the side input 'pages' has no page from which it came")
                if page.text is None:
                    return Reject("no_text", "nothing has read the pair's page; put html_to_text before the side input")
                said = await self.answered(ask, self._prompt(row, page), ctx)
                told = said if isinstance(said, Reject) else pairs_in(said)
                return told if isinstance(told, Reject) else self._row(row, page, *told[-1])

            yield refine

    def _prompt(self, row: QAPair, page: Page) -> Prompt:
        passage = page.holding(row.question_span, row.answer_span)
        part = around(passage.blocks, _place(row), max_chars=self.max_chars)
        return prompt(self.styles[self.style], question=row.question, answer=row.answer_text, page=shown(part))

    def _row(self, row: QAPair, page: Page, question: str, answer: str) -> QAPair:
        passage = page.holding(row.question_span, row.answer_span)
        doubts = [*_doubts_of_answer(row, passage, answer), *_doubts_of_question(row, passage, question)]
        invented = any(doubt.endswith("_invented") for doubt in doubts)
        return replace(
            row,
            id=f"{row.id}/{self.teacher.name}",
            question=question,
            answer_text=answer,
            origin=Origin.LLM_INVENTED if invented else Origin.LLM_FROM_SOURCE,
            extractor=f"{row.extractor}, {self.teacher.name}/{self.style}",
            content_key=question_key(question),
            signals=[*row.signals, "refined", *doubts],
        )


def _place(row: QAPair) -> Span | None:
    """From the question to the answer; one of them where the other has no place."""
    spans = [span for span in (row.question_span, row.answer_span) if span]
    if not spans:
        return None
    return Span(start=min(span.start for span in spans), end=max(span.end for span in spans))


def final_answer(answer: str) -> str:
    """What the last box holds or a phrase announces, else the last line."""
    return extract(answer, AnswerType.EXPRESSION, _MARKED) or answer.strip().rpartition("\n")[2]


def _doubts_of_answer(row: QAPair, passage: Passage, answer: str) -> Iterator[str]:
    final = final_answer(answer)
    is_of_page = row.answer_span is not None or row.origin is Origin.HUMAN
    if is_of_page and stated(final, Passage(main_blocks(row.answer_text, []))):
        return
    asked = row.question_span
    if asked is None and (found := passage.find(row.question)):
        asked = found.span
    yield "final_answer_elsewhere" if stated(final, passage, avoid=asked) else "final_answer_invented"


def _doubts_of_question(row: QAPair, passage: Passage, question: str) -> Iterator[str]:
    known = _numbers(row.question) | {number for block in passage.blocks for number in _numbers(block.text)}
    if _numbers(question, spelled=False) - known:
        yield "question_number_invented"


def _numbers(text: str, *, spelled: bool = True) -> set[str]:
    """The numbers in figures, thousands without separators; `spelled`: also those in words."""
    words = {token.text for token in tokens_of(text)}
    figures = {re.sub(r",(?=\d{3}(?!\d))", "", word) for word in words if word[0].isdigit()}
    in_words = {str(value) for value, word in enumerate(_NUMBER_WORDS) if word in words} if spelled else set()
    return figures | in_words
