"""Keeps the question-answer pairs whose answer is short and checkable, with the type under which it will be checked."""

import re
from dataclasses import dataclass, replace
from typing import ClassVar

from pipeline.stage import Reject, RowStage
from stages._answers import MAX_ANSWER, Found, clean, find_answer, is_value
from stages._questions import expected_unit, screen, screen_missing, with_letters
from stages.records import Problem, QAPair
from verifier import AnswerType, infer_type
from verifier.numbers.quantities import NUMERIC_TYPES, measures_like, unit_of
from verifier.route import matches_itself

UNMARKED_TYPES = NUMERIC_TYPES | {AnswerType.MCQ, AnswerType.WORD, AnswerType.BOOLEAN, AnswerType.COMPLEX}
MIN_DIGITS_TO_LEAK = 3
MAX_TEXT = 20_000


@dataclass(frozen=True, kw_only=True)
class TypeAnswer(RowStage[QAPair, Problem]):
    """Takes the final answer out of `answer_text`, types it, and rejects what a rule could not check.

    max_chars -- longer answers are rejected as too_long
    """

    packages: ClassVar[tuple[str, ...]] = ("mpmath", "pint")

    max_chars: int = MAX_ANSWER

    def process(self, row: QAPair) -> Problem | Reject:
        if max(len(row.question), len(row.answer_text)) > MAX_TEXT:
            return Reject("too_long", f"question or answer text of more than {MAX_TEXT} characters")
        found = find_answer(row.answer_text)
        if isinstance(found, Reject):
            return screen(row.question) or found
        question = _screened(row.question, found)
        if isinstance(question, Reject):
            return question
        found = replace(found, answer=_whole(question, found))
        return self._problem(row, question, found)

    def _problem(self, row: QAPair, question: str, found: Found) -> Problem | Reject:
        answer = clean(found.answer) if not found.is_marked else found.answer.strip().strip("$").strip()
        if len(answer) > self.max_chars:
            return Reject("too_long", f"{len(answer)} characters")
        kind = infer_type(answer, question)
        if reject := _unfit(answer, kind, question, found):
            return reject
        return Problem(
            id=row.id,
            question=question,
            reference_solution=found.solution,
            answer=answer,
            answer_type=kind,
            unit=unit_of(answer) if kind in NUMERIC_TYPES else None,
            signals=[found.how, *found.signals, *row.signals],
            subject=None,
            origin=row.origin,
            url=row.url,
            source=row.source,
            licence=row.licence,
            attribution=row.attribution,
            content_key=row.content_key,
            removal_key=row.removal_key,
            author=row.author,
        )


def _screened(question: str, found: Found) -> str | Reject:
    """The question as it will be asked. A marked answer says itself that the question has one answer."""
    if found.is_marked:
        return screen_missing(question) or question
    if found.how == "option":
        return screen_missing(question) or with_letters(question, found.answer)
    if found.how == "chain" and re.search(r"\beach\b[^.?]*\?", question):
        return Reject("several_answers", "a calculation ends in one value, the question asks for each")
    return screen(question) or question


def _whole(question: str, found: Found) -> str:
    """`27.0` for a question of whole numbers is 27: the decimal came from a table of floats, not from a measurement."""
    if found.how == "bare" and re.fullmatch(r"-?\d+\.0", found.answer) and not re.search(r"\d\.\d", question):
        return found.answer.removesuffix(".0")
    return found.answer


def _unfit(answer: str, kind: AnswerType, question: str, found: Found) -> Reject | None:
    if not found.is_marked and kind not in UNMARKED_TYPES:
        return Reject("gold_unparsable", f"{kind} in an unmarked answer: {answer[:60]}")
    if not matches_itself(answer, kind):
        return Reject("gold_not_self_consistent", f"{kind}: {answer[:60]}")
    if not found.is_marked and not _measures(answer, expected_unit(question)):
        return Reject("unit_mismatch", f"{answer[:60]} where {expected_unit(question)} is asked for")
    if not found.is_marked and _stands_in(answer, kind, question):
        return Reject("answer_in_question", answer[:60])
    return None


def _stands_in(answer: str, kind: AnswerType, question: str) -> bool:
    """Whether the question gives the answer away: its words, or its value where that has three digits or a unit."""
    plain = re.sub(r"[\s$]", "", clean(question)).casefold()
    if kind is AnswerType.WORD:
        return answer.casefold() in question.casefold()
    digits = re.sub(r"\D", "", answer)
    is_telling = len(digits) >= MIN_DIGITS_TO_LEAK or (unit_of(answer) is not None and is_value(answer))
    spelled = re.escape(re.sub(r"[\s$]", "", answer).casefold())
    return kind in NUMERIC_TYPES and is_telling and bool(re.search(rf"(?<![\d.]){spelled}(?![\d])", plain))


def _measures(answer: str, expected: str | None) -> bool:
    return expected is None or measures_like(answer, expected)
