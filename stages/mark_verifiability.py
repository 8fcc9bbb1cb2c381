"""Finds the short answer of a pair and writes down everything that speaks for its not being checkable."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from pipeline.stage import Reject, RowStage
from stages._answers import find_answer
from stages._evidence_asked import asked_for, asks_besides, asks_nothing
from stages._evidence_cues import shown
from stages._evidence_found import Found
from stages._evidence_gold import GROUPS, ONE_ANSWER, SAYS_YES_OR_NO, of_gold, yes_no
from stages._evidence_missing import missing
from stages._evidence_needs import needs
from stages._evidence_several import asks_again, several_blanks
from stages._evidence_shown import divided, labels_in
from stages._evidence_signals import UNSURE, weight
from stages._evidence_texts import clean, squeezed
from stages._language import page_language
from stages._questions import with_letters
from stages.records import Candidate, Evidence, QAPair
from verifier import AnswerType, infer_type
from verifier.numbers.quantities import NUMERIC_TYPES

MAX_TEXT = 20_000
# A value or formula that is found says by itself that the words around "how" or "respectively" asked for it.
WEAK_BESIDE_VALUES = frozenset({"explain", "opinion"})
WEAK_BESIDE_MARKS = frozenset({"several_questions", "several_answers", "explain", "opinion", "multi_part"})
# Shorter ones are not told apart.
MIN_TO_DETECT = 200
LETTERS = re.compile(r"[^\W\d_]")
OTHER_LETTERS = re.compile(r"[\u0400-\u1fff\u3040-\u9fff\uac00-\ud7af]")
# "25 times brighter" to "How many times brighter".
TIMES = re.compile(r"(?:about |approximately )?(\d[\d.,]*) times\b[\w\s]{0,30}", re.IGNORECASE)
ASKS_HOW_MANY_TIMES = re.compile(r"\b(?:how many times|by what factor|by how many times)\b", re.IGNORECASE)
# How scans and old typesetting write the letter.
ANGSTROM = re.compile(r"(?<=\d)\s?(?:°|\^\{?\\circ\}?)\s?A\b(?!\w)")


@dataclass(frozen=True, kw_only=True)
class MarkVerifiability(RowStage[QAPair, Candidate]):
    """Takes the final answer out of `answer_text`, types it, and notes as evidence what a careful reader would object.

    Decides nothing: only what is too long to read, or empty, is rejected. `stages/_evidence_signals.py` names the
    signals; one that begins with `maybe_` stands beside an answer that makes it doubtful.

    max_text -- of question and answer text each, in characters
    """

    packages: ClassVar[tuple[str, ...]] = ("mpmath", "pint")

    max_text: int = MAX_TEXT

    def process(self, row: QAPair) -> Candidate | Reject:
        if max(len(row.question), len(row.answer_text)) > self.max_text:
            return Reject("too_long", f"question or answer text of more than {self.max_text} characters")
        if not row.question.strip():
            return Reject("no_question", "the question is empty")
        found = find_answer(row.answer_text)
        question, found = _lettered(row.question, found)
        answer = _whole(question, found)
        kind = None if answer is None else infer_type(answer, question)
        evidence = sorted(_evidence(squeezed(question), row, found, answer, kind), key=lambda each: weight(each.signal))
        return Candidate(
            id=row.id,
            question=question,
            answer_text=row.answer_text,
            answer=answer,
            answer_type=kind,
            found_by=found.how,
            solution=found.solution,
            evidence=evidence,
            signals=[*found.signals, *row.signals],
            origin=row.origin,
            url=row.url,
            source=row.source,
            licence=row.licence,
            attribution=row.attribution,
            content_key=row.content_key,
            removal_key=row.removal_key,
            author=row.author,
            cluster=row.cluster,
            rescued=row.rescued,
        )


def _lettered(question: str, found: Found) -> tuple[str, Found]:
    """The question with letters before its options where the answer is a letter."""
    if found.how != "option" or found.answer is None:
        return question, found
    lettered = with_letters(question, found.answer)
    if lettered is None:
        unseen = shown("options_missing", f"the answer is {found.answer}")
        return question, replace(found, evidence=(*found.evidence, unseen))
    choice = shown("multiple_choice", f"the answer is {found.answer}, of {len(labels_in(lettered))} options")
    return lettered, replace(found, evidence=(*found.evidence, choice))


def _whole(question: str, found: Found) -> str | None:
    """`27.0` for a question of whole numbers is 27: the decimal came from a table of floats, not from a measurement."""
    if found.answer is None:
        return None
    answer = found.answer.strip().strip("$").strip() if found.is_marked and "$" in found.answer else clean(found.answer)
    if found.how == "bare" and re.fullmatch(r"-?\d+\.0", answer) and not re.search(r"\d\.\d", question):
        return answer.removesuffix(".0")
    if (times := TIMES.fullmatch(answer)) and ASKS_HOW_MANY_TIMES.search(question):
        return times[1]
    return ANGSTROM.sub(" Å", answer) or None


def _evidence(
    question: str, row: QAPair, found: Found, answer: str | None, kind: AnswerType | None
) -> Iterator[Evidence]:
    """Each signal once, its first words."""
    seen: set[str] = set()
    for each in _all(question, row, found, answer, kind):
        if each.signal not in seen:
            seen.add(each.signal)
            yield each


def _all(question: str, row: QAPair, found: Found, answer: str | None, kind: AnswerType | None) -> Iterator[Evidence]:
    low = question.lower()
    yield from found.evidence
    yield from missing(question, low)
    yield from needs(question, low)
    if part := divided(question, low):
        yield part if found.how != "option" else _unsure(part)
    for each in (*asked_for(question, low), *asks_again(question, low)):
        yield _weighed(each, question, found, kind)
    if guessed := _guessed(question, row, found, answer, kind):
        yield guessed
    if blanks := several_blanks(question):
        yield blanks
    if answer is not None and kind is not None:
        yield from of_gold(question, found, answer, kind)
    if other := _language(question):
        yield other
    if asks_nothing(question):
        empty = Evidence(signal="not_a_question", text=question.strip()[:80])
        yield empty if kind is None else _unsure(empty)


def _language(question: str) -> Evidence | None:
    """Another language than English, where that can be told: of long texts, or by the letters."""
    if len(question) >= MIN_TO_DETECT:
        code = page_language(None, question)
        return None if code in (None, "en") else shown("language", str(code))
    letters = OTHER_LETTERS.findall(question)
    return shown("language", "".join(letters)) if 2 * len(letters) > len(LETTERS.findall(question)) else None


def _guessed(question: str, row: QAPair, found: Found, answer: str | None, kind: AnswerType | None) -> Evidence | None:
    """A value that stands in a text is not the answer where the text begins with yes or no."""
    says = SAYS_YES_OR_NO.match(row.answer_text)
    if answer is None or found.how == "sentence":
        guessed = yes_no(question, row.answer_text, None)
        return guessed if guessed is None or answer is None or says else _unsure(guessed)
    return yes_no(question, row.answer_text if says and not found.is_marked else answer, kind)


def _weighed(evidence: Evidence, question: str, found: Found, kind: AnswerType | None) -> Evidence:
    if found.is_marked and evidence.signal in WEAK_BESIDE_MARKS:
        return _unsure(evidence)
    if evidence.signal == "several_answers" and kind in GROUPS and ONE_ANSWER.search(question):
        return _unsure(evidence)
    is_value = kind not in (None, AnswerType.WORD, AnswerType.CODE, AnswerType.BOOLEAN) and found.how != "sentence"
    is_subtraction = kind in NUMERIC_TYPES and evidence.text.lower().endswith("the difference between")
    is_weak = evidence.signal in WEAK_BESIDE_VALUES and (is_subtraction or asks_besides(question, evidence.text))
    return _unsure(evidence) if is_value and is_weak else evidence


def _unsure(evidence: Evidence) -> Evidence:
    return replace(evidence, signal=UNSURE + evidence.signal)
