"""Rows for stages that a benchmark calls itself: what the stage does not look at is left blank."""

from stages._text import question_key
from stages.records import Document, Origin, QAPair


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
