"""Pages and pairs that the tests of web stages share."""

from typing import Any

from stages.records import Document, Origin, QAPair


def document(**changes: Any) -> Document:
    fields: dict[str, Any] = {
        "id": "page",
        "url": "https://example.org/page",
        "source": "web",
        "licence": None,
        "attribution": None,
        "html": "<p>words</p>",
        "text": None,
        "language": None,
        "content_key": "content",
        "removal_key": "example.org/page",
    }
    return Document(**(fields | changes))


def pair(**changes: Any) -> QAPair:
    fields: dict[str, Any] = {
        "id": "page/qa-000",
        "question": "What is two and two?",
        "answer_text": "Four.",
        "question_span": None,
        "answer_span": None,
        "origin": Origin.HUMAN,
        "extractor": "rule",
        "score": 1.0,
        "url": "https://example.org/page",
        "source": "web",
        "licence": None,
        "attribution": None,
        "content_key": "question",
        "removal_key": "example.org/page",
    }
    return QAPair(**(fields | changes))
