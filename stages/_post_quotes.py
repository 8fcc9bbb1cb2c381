"""What in the text of a post its author did not say there: quotes of other posts, signatures, controls."""

import re
from typing import Any

from stages import _post_words as words
from stages._page_text import PageText
from stages.records import Span

_QUOTED = re.compile(
    r"(?:quote|quoting|zitat|citation|cita)\b.{0,60}(?::|\n|$)|originally posted by"
    r"|[^\n]{1,50}\b(?:wrote|said|writes)\b[^\n]{0,40}:",
    re.IGNORECASE,
)
_MAIL_SIGNATURE = re.compile(r"^(?:--[ \t]*|_{5,}[ \t]*)\n(?=[^\n])", re.MULTILINE)
_MAIL_QUOTE = re.compile(
    r"(?:^[^\n>]{0,200}\b(?:wrote|writes|said|schrieb|écrit|escribió)\b[^\n]{0,80}:?[ \t]*\n+)?"
    r"(?:^[ \t]*>[^\n]*(?:\n|$))+",
    re.MULTILINE,
)


def shown_and_said(page: PageText, body: Any, span: Span) -> tuple[list[Span], list[Span]]:
    """Where the post's text stands without signature and controls, and where without the quotes in it too."""
    noise, quotes = _holes(page, body)
    noise += _signature_lines(page, span)
    quotes += _quoted_lines(page, span)
    return _without(page, span, noise), _without(page, span, [*noise, *quotes])


def _without(page: PageText, span: Span, holes: list[tuple[int, int]]) -> list[Span]:
    pieces, at = [], span.start
    for start, end in sorted(holes):
        if start > at and (piece := page.trim(at, start)):
            pieces.append(piece)
        at = max(at, end)
    if at < span.end and (piece := page.trim(at, span.end)):
        pieces.append(piece)
    return pieces


def _holes(page: PageText, body: Any) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Where in a post stands what is no part of it, and where it quotes other posts."""
    noise, quotes = [], []
    for element in body.iterdescendants():
        place = page.spans.get(element)
        if place is None:
            continue
        tokens = words.plain_names(element)
        if any(words.QUOTE.search(token) for token in tokens) or _is_quote(page, element, place):
            quotes.append(place)
        elif any(words.NOISE.search(token) for token in tokens):
            noise.append(place)
    return noise, quotes


def _signature_lines(page: PageText, span: Span) -> list[tuple[int, int]]:
    """From the two hyphens or the rule by which mail sets a signature or a list's footer apart to the end."""
    found = _MAIL_SIGNATURE.search(page.text, span.start, span.end)
    return [(found.start(), span.end)] if found else []


def _quoted_lines(page: PageText, span: Span) -> list[tuple[int, int]]:
    """Lines of mail that begin with `>`, and the line above that says who wrote them."""
    if ">" not in page.text[span.start : span.end]:
        return []
    return [(found.start(), found.end()) for found in _MAIL_QUOTE.finditer(page.text, span.start, span.end)]


def _is_quote(page: PageText, element: Any, place: tuple[int, int]) -> bool:
    """A quotation of somebody, not of a text: it names who wrote it."""
    if element.tag == "blockquote" and (element.get("cite") or element.find(".//cite") is not None):
        return True
    opening = page.text[place[0] : place[0] + 120].lstrip()
    is_block = element.tag in ("blockquote", "div", "table", "aside", "fieldset")
    return is_block and bool(_QUOTED.match(opening))
