"""The text of a document as the recall classifier reads it, and the domain it is counted under.

Training and scoring share these functions; `NORMALISER` names their version in a model's folder.
"""

import html
import re
from urllib.parse import urlsplit

from stages.records import Document

# Bump when `fasttext_line` gives other words for the same text: a model reads only the words it was trained on.
NORMALISER = 1
# About 3,000 words: what a page is about shows by then, and no page costs more than that.
MAX_CHARS = 20_000
SNIPPET_CHARS = 400

_DIGITS_AND_SPACE = bytes.maketrans(b"0123456789\n\r\t\v\f\x00", b"0000000000      ")
# Signs become words of their own: "x=2," and "x = 2" say the same, and `?`, `=`, `\` tell a page of problems. Taken
# apart, no text can hold fastText's own words `__label__...` and `</s>` either, which would relabel it or cut it off.
_SIGNS, _WIDE_SIGNS = (
    tuple((sign.encode(), f" {sign} ".encode()) for sign in signs)
    for signs in (".,;:!?()[]{}\"'=+-*/^<>|$&%#@~`_", "×÷≤≥≠±√∫∑∞°²³−πθ’‘“”…–—")
)
_TITLE = re.compile(r"<title\b[^<>]*>([^<]{1,300})", re.IGNORECASE)
_TITLE_WITHIN = 20_000


def document_text(document: Document) -> str:
    """The main content where it is known, else the whole text; empty where there is none, whatever the HTML holds."""
    text = document.text or ""
    return "\n".join(text[span.start : span.end] for span in document.main) if document.main else text


def fasttext_line(text: str) -> str:
    """The text as one line of words: lower case, every digit a 0, signs apart, TeX commands as words (`\\frac`).

    On bytes, because `bytes.replace` is several times as fast as any regular expression, and this is half the cost of
    scoring a document.
    """
    line = text[:MAX_CHARS].lower().encode("utf-8", "replace").translate(_DIGITS_AND_SPACE)
    for sign, apart in _SIGNS if line.isascii() else _SIGNS + _WIDE_SIGNS:
        line = line.replace(sign, apart)
    return line.replace(b"\\", b" \\").decode()


def domain_of(url: str, *, source: str) -> str:
    """The host without `www.` and port, in lower case; the source's name where the document has no address."""
    try:
        host = urlsplit(url.strip()).hostname
    except ValueError:  # such as a broken IPv6 address
        host = None
    return (host or "").removeprefix("www.") or source


def snippet_of(text: str) -> str:
    return " ".join(text[:SNIPPET_CHARS].split())


def title_of(document: Document) -> str | None:
    """What the page calls itself, where its markup is known."""
    found = _TITLE.search(document.html, 0, _TITLE_WITHIN) if document.html else None
    return (" ".join(html.unescape(found[1]).split()) or None) if found else None
