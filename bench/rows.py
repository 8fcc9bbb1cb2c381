"""Rows for stages that a benchmark calls itself: what the stage does not look at is left blank."""

from stages._text import question_key
from stages.records import Document, Origin, Problem, QAPair
from verifier import AnswerType, infer_type


def document(
    name: str,
    *,
    url: str = "",
    source: str = "bench",
    html: str | None = None,
    text: str | None = None,
    language: str | None = None,
) -> Document:
    return Document(
        id=name, url=url, source=source, licence=None, attribution=None, html=html, text=text, language=language,
        content_key=name, removal_key=url,
    )  # fmt: skip


def pair(name: str, question: str, answer: str = "", *, source: str = "bench") -> QAPair:
    return QAPair(
        id=name, question=question, answer_text=answer, question_span=None, answer_span=None, origin=Origin.HUMAN,
        extractor="bench", score=1.0, url="", source=source, licence=None, attribution=None,
        content_key=question_key(question), removal_key=source,
    )  # fmt: skip


def problem(
    name: str,
    question: str,
    answer: str,
    *,
    source: str = "bench",
    answer_type: AnswerType | None = None,
    solution: str | None = None,
) -> Problem:
    return Problem(
        id=name, question=question, reference_solution=solution, answer=answer,
        answer_type=answer_type or infer_type(answer, question), unit=None, signals=[], subject=None,
        origin=Origin.HUMAN, url="", source=source, licence=None, attribution=None, content_key=name, removal_key=name,
    )  # fmt: skip
