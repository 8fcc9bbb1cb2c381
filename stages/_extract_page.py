"""What `tracemill extract` wants to know of one page; runs in a sandbox, for pages are by strangers."""

import marshal
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import orjson

from pipeline.schema import row_dict
from pipeline.stage import Reject
from stages._page_address import stated_address
from stages._page_reader import read_page
from stages._page_text import PageText
from stages._pages import Owner, is_binary, to_text
from stages._plain_text import text_page
from stages.extract_qa import ExtractQa
from stages.records import Document

TARGET = f"{__name__}:load"


def load(argument: bytes) -> Callable[[bytearray], bytes]:
    return lambda payload: orjson.dumps(facts_of(document_of(marshal.loads(payload))))


def document_of(page: dict[str, Any]) -> Document | Reject:
    """From `row`, the values of a `Document`, or from the bytes of a file with its `kind` and `owner`."""
    if "row" in page:
        row = Document(**page["row"] | {"main": []})
        return row if row.html else _as_page(row, row.text or "", markdown=False)
    body = page["body"]
    if not body.strip():
        return Reject("empty", "no content")
    if is_binary(body):
        return Reject("binary", "null characters: not a page or text of any encoding")
    text, owner = to_text(body), Owner(**page["owner"])
    if page["kind"] == "html":
        return owner.page(stated_address(text) or "", text)
    row = owner.text("", text)
    return _as_page(row, text, markdown=page["kind"] == "markdown")


def _as_page(row: Document, text: str, *, markdown: bool) -> Document:
    return replace(row, html=text_page(text, markdown=markdown))


def facts_of(row: Document | Reject) -> dict[str, Any]:
    """Heading, formulas and pairs of the page as JSON; `reject` says why there are no pairs."""
    if isinstance(row, Reject):
        return {"reject": [row.reason, row.detail]}
    page = read_page(row.html or "")
    found = ExtractQa().pairs_on(page, row)
    facts: dict[str, Any] = {
        "title": _title(page) if page else "",
        "url": row.url,
        "language": row.language,
        "num_formulas": page.num_formulas if page else 0,
        "num_formulas_lost": page.num_lost if page else 0,
    }
    if isinstance(found, Reject):
        return facts | {"reject": [found.reason, found.detail]}
    return facts | {"pairs": [row_dict(pair) for pair in found]}


def _title(page: PageText) -> str:
    """That of the window, else the first heading."""
    title = next(page.root.iter("title"), None)
    words = " ".join("".join(title.itertext()).split()) if title is not None else ""
    heading = next((span for each in page.root.iter("h1") if (span := page.span_of(each))), None)
    return words or (page.cut(heading) if heading else "")
