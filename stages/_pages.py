"""From the bytes of an answer or a file to a `Document`, the same for every reader of pages."""

import re
from dataclasses import dataclass
from typing import Any

from resiliparse.parse.encoding import bytes_to_str, detect_encoding, detect_mime, map_encoding_to_html5

from stages._encodings import UndecodableError, decode_body
from stages._language import html_language, page_language
from stages._licence import page_statement
from stages._removal import removal_key
from stages._text import digest128
from stages.records import Document

HTML_TYPES = {"text/html", "application/xhtml+xml"}
UNSURE_TYPES = {"", "unk", "unknown", "application/octet-stream", "text/plain"}
# Comments are passed over possessively: tried again in every other way they could end, they take exponential time.
_LOOKS_LIKE_HTML = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*+(?:<!--(?>.*?-->)\s*+)*+<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_BOMS = (b"\xff\xfe", b"\xfe\xff")


class DroppedError(ValueError):
    """What is no page; `reason` is counted, the message explains."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


@dataclass(frozen=True, kw_only=True)
class Owner:
    """What a reader says of all its rows; a page's own statement of licence or owner goes before it.

    place -- where in the source the page lies; it is in the removal key of a page without an address, else the id is
    """

    source: str
    licence: str | None
    attribution: str | None
    place: str = ""

    def page(self, url: str, html: str) -> Document:
        stated = page_statement(html)
        id = digest128(url, html)
        return Document(
            id=id,
            url=url,
            source=self.source,
            licence=stated.licence or self.licence,
            attribution=stated.attribution or self.attribution,
            html=html,
            text=None,
            language=html_language(html),
            content_key=digest128(html),
            removal_key=removal_key(url, source=self.source, place=self.place or id),
        )

    def text(self, url: str, text: str, *, language: str | None = None) -> Document:
        """A document that came as plain text."""
        id = digest128(url, text)
        return Document(
            id=id,
            url=url,
            source=self.source,
            licence=self.licence,
            attribution=self.attribution,
            html=None,
            text=text,
            language=page_language(language, text),
            content_key=digest128(text),
            removal_key=removal_key(url, source=self.source, place=self.place or id),
        )


def response_html(record: Any, payload: bytes, *, max_bytes: int) -> str:
    """The page a WARC response holds, unpacked; raises `DroppedError` where it is another answer or is damaged.

    `payload` is what its reader gives, which can be read once.
    """
    http = record.http_headers
    if http is None or http.status_code != 200:
        raise DroppedError("http_status", f"status {(http and http.status_code) or 'missing'}")
    declared = (record.http_content_type or "").lower()
    if declared not in HTML_TYPES | UNSURE_TYPES:
        raise DroppedError("not_html", f"content type {declared}")
    transfer, encoding = http.get("Transfer-Encoding") or "", http.get("Content-Encoding") or ""
    try:
        body = decode_body(payload, transfer=transfer, encoding=encoding, limit=max_bytes)
    except UndecodableError as error:
        raise DroppedError("undecodable", str(error)) from error
    if len(body) > max_bytes:
        raise DroppedError("oversize", f"more than max_bytes {max_bytes} once unpacked")
    if declared in UNSURE_TYPES and not _LOOKS_LIKE_HTML.match(body[:2000]):
        raise DroppedError("not_html", f"content type {declared or 'missing'}, looks like {detect_mime(body)}")
    if not body.strip():
        raise DroppedError("empty", "no content")
    return to_text(body, record.http_charset)


def to_text(body: bytes, charset: str | None = None) -> str:
    """The characters of a page: by the charset it was served with, else by its own statement, else by its bytes."""
    encoding = map_encoding_to_html5(charset, fallback_utf8=False) if charset else None
    return str(bytes_to_str(body, encoding or detect_encoding(body, from_html_meta=True) or "utf-8"))


def is_binary(body: bytes) -> bool:
    """Whether bytes are no text of any encoding: null characters, and no mark of UTF-16."""
    return b"\0" in body[:4096] and not body.startswith(_BOMS)
