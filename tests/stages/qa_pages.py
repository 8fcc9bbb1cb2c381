"""Pages in miniature and the pairs that the extraction stage takes from them."""

import json

from pipeline.stage import Reject
from stages.extract_qa import ExtractQa
from stages.records import Document, QAPair

Pairs = list[tuple[str, str]]


def document(body: str, *, head: str = "") -> Document:
    return Document(
        id="d" * 32,
        url="https://example.org/page",
        source="web",
        licence="CC BY 4.0",
        attribution="Example",
        html=f"<html><head>{head}</head><body>{body}</body></html>",
        text=None,
        language="en",
        content_key="k",
        removal_key="example.org/page",
    )


def pairs(body: str, *, head: str = "") -> list[QAPair]:
    result = ExtractQa().process(document(body, head=head))
    return [] if isinstance(result, Reject) else result


def asked(body: str, *, head: str = "") -> Pairs:
    return [(pair.question, pair.answer_text) for pair in pairs(body, head=head)]


def rules(body: str) -> set[str]:
    return {pair.extractor for pair in pairs(body)}


def ld(data: object) -> str:
    return f"<script type='application/ld+json'>{json.dumps(data)}</script>"
