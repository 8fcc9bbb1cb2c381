"""How far an answer reaches on a page that does not say: to the next heading, to the end of its box, or to where the
page goes over to something else."""

import re
from collections.abc import Sequence
from typing import Any

from stages._qa_sheet import INLINE, MAX_DEPTH, Sheet
from stages._qa_words import CLOSING, ends_asking

_BOXES = frozenset({"details", "li", "dd", "td", "section", "article", "blockquote", "fieldset", "aside", "figure"})
# What may follow in an answer without saying that something new begins.
_FLOWING = frozenset(
    {"p", "ul", "ol", "table", "pre", "blockquote", "center", "math", "img", "figure", "dl", "br", *INLINE}
)
# Elements without text that separate.
_RULES = frozenset({"hr"})
_FORMULA = re.compile(r"\$[^\n]*\$[.,;]?|\\\[.*\\\][.,;]?", re.DOTALL)
MAX_SIBLINGS = 2_000


def box_end(sheet: Sheet, start: int, body: int) -> int | None:
    """The end of the element that begins with the label at `start` and holds more than its line; None if none.

    `body` is where the label ends: the cell of a label alone is no box.
    """
    line = sheet.line_at(start)
    for element in sheet.beginning(start):
        span = sheet.span(element)
        if span is None or element.tag in INLINE or element.tag in ("p", "dt", "summary", "html", "body"):
            continue
        if span[1] > body and (element.tag in _BOXES or (line and span[1] > line.end)):
            return span[1]
    return None


def next_box(sheet: Sheet, start: int) -> tuple[int, int] | None:
    """The element that a control at `start` opens: the rest of its `<details>`, its `<dd>`, or the box after it."""
    for element in reversed(sheet.beginning(start)):
        above = element.getparent()
        if element.tag == "summary" and above is not None:
            return _rest(sheet, above, sheet.span(element))
        after = _next_with_text(sheet, element)
        if element.tag == "dt" and after is not None and after.tag == "dd":
            return sheet.span(after)
    return None


def box_after(sheet: Sheet, start: int, end: int) -> tuple[int, int] | None:
    """The box right after the control at `start`: next to it, or next to the paragraph that ends with it at `end`."""
    chain = sheet.beginning(start)
    element = chain[-1] if chain else None
    for _ in range(MAX_DEPTH):
        span = sheet.span(element) if element is not None else None
        if element is None or span is None or span[1] != end:
            return None
        after = _next_with_text(sheet, element)
        if after is not None:
            is_box = after.tag in _BOXES or after.tag in ("div", "span")
            return sheet.span(after) if is_box else None
        element = element.getparent()
    return None


def _rest(sheet: Sheet, element: Any, first: tuple[int, int] | None) -> tuple[int, int] | None:
    whole = sheet.span(element)
    if whole is None or first is None:
        return None
    start, end = sheet.trimmed(first[1], whole[1])
    return (start, end) if start < end else None


def _next_with_text(sheet: Sheet, element: Any) -> Any | None:
    for number, after in enumerate(element.itersiblings()):
        if sheet.span(after):
            return after
        if number > 20:
            return None
    return None


def tail_end(sheet: Sheet, first: int, begun: int, limit: int, *, earlier: Sequence[int]) -> int:
    """Where what begins at `first` ends, if it has no successor: at the first sibling unlike anything so far.

    `begun` is a place that surely belongs to it, `limit` an end that is known. `earlier` are places where the same kind
    of thing began before; what occurs between them may occur here.
    """
    block = _sibling_of(sheet, first, {begun, *earlier[-1:]})
    if block is None:
        return limit
    seen = _kinds_between(sheet, block, earlier)
    for number, element in enumerate(block.itersiblings()):
        span = sheet.span(element)
        if (span and span[0] >= limit) or number > MAX_SIBLINGS:
            return limit
        if span and (span[0] <= begun or sheet.is_noise(*span)):
            # What follows an advert may still belong to the answer; the advert itself is left out of it anyway.
            continue
        if not _continues(sheet, element, block, seen):
            # Text that follows the last element counts, so it is the next one that ends it.
            return max(begun, span[0] if span else min(limit, _next_start(sheet, element)))
    above = sheet.span(block.getparent())
    return min(limit, above[1]) if above else limit


def _next_start(sheet: Sheet, element: Any) -> int:
    after = _next_with_text(sheet, element)
    span = sheet.span(after if after is not None else element.getparent())
    return (span[0] if after is not None else span[1]) if span else len(sheet.text)


def _sibling_of(sheet: Sheet, start: int, others: set[int]) -> Any | None:
    """The largest element that begins at or before `start` and holds none of the other places that stand outside."""
    element = _block_before(sheet, start)
    for _ in range(MAX_DEPTH):
        above = element.getparent() if element is not None else None
        span = sheet.span(above) if above is not None else None
        if span is None:
            return None
        if all(span[0] <= place <= span[1] for place in others):
            return element
        element = above
    return None


def _block_before(sheet: Sheet, start: int) -> Any | None:
    """The block that begins at the place or, within a paragraph of several lines, last before it."""
    if (block := sheet.block_at(start)) is not None:
        return block
    lines = sheet.lines_before(0, start, MAX_DEPTH)
    blocks = (sheet.block_at(line.start) for line in reversed(lines))
    return next((block for block in blocks if block is not None), None)


def _kind(element: Any) -> tuple[Any, ...]:
    tag = element.tag
    return (tag,) if tag in _FLOWING else (tag, element.get("class"))


def _kinds_between(sheet: Sheet, block: Any, earlier: Sequence[int]) -> set[tuple[Any, ...]]:
    seen: set[tuple[Any, ...]] = set()
    if not earlier:
        return seen
    for number, element in enumerate(block.itersiblings(preceding=True)):
        span = sheet.span(element)
        if number > MAX_SIBLINGS or (span and span[0] < earlier[0]):
            break
        if isinstance(element.tag, str):
            seen.add(_kind(element))
    return seen


def _continues(sheet: Sheet, element: Any, block: Any, seen: set[tuple[Any, ...]]) -> bool:
    if not isinstance(element.tag, str):
        return True
    span = sheet.span(element)
    if span and (CLOSING.match(sheet.text, *span) or _is_aside(sheet, element, span)):
        return False
    if _defines_questions(sheet, element):
        return False
    if span is None or _FORMULA.fullmatch(sheet.text, *span):
        return element.tag not in _RULES
    if seen:
        return _kind(element) in seen or (element.tag in _FLOWING and block.tag in _FLOWING)
    is_same = element.tag == "div" and block.tag == "div" and element.get("class") == block.get("class")
    return element.tag in _FLOWING or is_same


def _defines_questions(sheet: Sheet, element: Any) -> bool:
    """A definition list that begins with a question is no part of an answer before it."""
    term = element.find(".//dt") if element.tag == "dl" else None
    span = sheet.span(term) if term is not None else None
    return span is not None and ends_asking(sheet.cut(*span))


def _is_aside(sheet: Sheet, element: Any, span: tuple[int, int]) -> bool:
    """Small print, or an address to write to."""
    inner = [child for child, *place in sheet.children(element) if tuple(place) == span]
    if element.tag == "small" or any(child.tag == "small" for child in inner):
        return True
    return any((link.get("href") or "").startswith("mailto:") for link in element.iter("a"))
