"""Questions beside their answers: tables with a column of each, and the two sides of flash cards."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise
from typing import Any

from stages._qa_clean import pair_at
from stages._qa_found import Found
from stages._qa_sheet import Sheet
from stages._qa_site import words_of
from stages._qa_titles import demands
from stages._qa_words import ends_asking

_QUESTION_HEAD = re.compile(
    r"(?:the )?(?:questions?|problems?|exercises?|prompt|front|q|frage|aufgabe|pregunta|问题)\W*", re.IGNORECASE
)
_TERM_HEAD = re.compile(r"(?:terms?|cards?|cues?|items?|clues?)\W*", re.IGNORECASE)
_ANSWER_HEAD = re.compile(
    r"(?:the )?(?:correct |sample )?(?:answers?|solutions?|definitions?|responses?|back|a"
    r"|antwort|lösung|respuesta|答案)\W*",
    re.IGNORECASE,
)
_FRONT = frozenset({"front", "term", "cue"})
_BACK = frozenset({"back", "definition"})
_SAYS_ANSWER = re.compile(r"answer|solution|definition|back|response|antwort|lösung|respuesta|答案")
_MAX_ROWS = 3_000
_MAX_TABLES = 200
# Characters in which a table's head has said what its columns are.
_HEAD = 300
_FEWEST = 3
# How much of a list without a title that says so must ask.
_SHARE = 0.6

Row = list[Any]


def tables(sheet: Sheet) -> Iterator[Found]:
    for table in sheet.tags.get("table", ())[:_MAX_TABLES]:
        start, end = sheet.page.spans[table]
        if sheet.low.find("?", start, end) < 0 and not _SAYS_ANSWER.search(sheet.low, start, min(end, start + _HEAD)):
            continue
        rows = list(islice(_rows(sheet, table), _MAX_ROWS))
        columns = _columns(sheet, rows)
        if columns:
            yield from _from_rows(sheet, rows[columns[2] :], columns[0], columns[1])


def _rows(sheet: Sheet, table: Any) -> Iterator[Row]:
    """Rows of the table itself, with at least two cells that have text."""
    for row in table.iter("tr"):
        if next(row.iterancestors("table"), None) is not table:
            continue
        cells = [cell for cell in row if cell.tag in ("td", "th")]
        if sum(sheet.span(cell) is not None for cell in cells[:6]) > 1:
            yield cells


def _columns(sheet: Sheet, rows: Sequence[Row]) -> tuple[int, int, int] | None:
    """Which columns ask and answer, and the first row that does; None for other tables."""
    if len(rows) < 2:
        return None
    heads = [_text(sheet, cell) for cell in rows[0]]
    told = next((at for at, head in enumerate(heads) if _ANSWER_HEAD.fullmatch(head)), None)
    asked = next((at for at, head in enumerate(heads) if _QUESTION_HEAD.fullmatch(head)), None)
    if asked is not None and told is not None and asked != told:
        return asked, told, 1
    term = next((at for at, head in enumerate(heads) if _TERM_HEAD.fullmatch(head)), None)
    first = 1 if term is not None and told is not None else 0
    column, answer = (term, told) if term is not None and told is not None else _last_two(rows)
    texts = [_text(sheet, row[column]) for row in rows[first:] if len(row) > max(column, answer)]
    # Worked steps stand in tables too, "Find 3 + 2." and what comes of it, so that some must ask in form.
    asking, strictly = sum(map(demands, texts)), sum(map(ends_asking, texts))
    if len(texts) < _FEWEST or asking < _SHARE * len(texts) or 4 * strictly < len(texts) or max(map(len, rows)) > 3:
        return None
    return column, answer, first


def _last_two(rows: Sequence[Row]) -> tuple[int, int]:
    """The last two columns: a number may stand before them."""
    width = max(map(len, rows))
    return max(width - 2, 0), max(width - 1, 1)


def _from_rows(sheet: Sheet, rows: Sequence[Row], asked: int, told: int) -> Iterator[Found]:
    for row in rows:
        if len(row) <= max(asked, told):
            continue
        question, answer = sheet.span(row[asked]), sheet.span(row[told])
        if question is None or answer is None:
            continue
        if pair := pair_at(sheet, question, answer, rule="table", score=0.85, is_apart=asked > told):
            yield pair


def _text(sheet: Sheet, cell: Any) -> str:
    span = sheet.span(cell)
    return sheet.cut(*span) if span else ""


def flash_cards(sheet: Sheet) -> Iterator[Found]:
    """Elements named as the front and the back of cards, if the fronts ask."""
    if not sheet.is_named("front", "term", "cue"):
        return
    sides = sorted(_sides(sheet, _FRONT, "front") + _sides(sheet, _BACK, "back"))
    pairs = [
        (front, back)
        for front, back in pairwise(sides)
        if front[2] == "front" and back[2] == "back" and front[1] <= back[0]
    ]
    asking = sum(demands(sheet.cut(front[0], front[1])) for front, _ in pairs)
    if len(pairs) < 2 or asking < _SHARE * len(pairs):
        return
    for front, back in pairs:
        if pair := pair_at(sheet, front[:2], back[:2], rule="flash_card", score=0.85):
            yield pair


def _sides(sheet: Sheet, names: frozenset[str], side: str) -> list[tuple[int, int, str]]:
    """Places of the outermost elements with one of the names."""
    spans = [
        span
        for name, group in sheet.classes.items()
        if not names.isdisjoint(words_of(name))
        for element in group[:_MAX_ROWS]
        if (span := sheet.span(element))
    ]
    outer: list[tuple[int, int, str]] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not outer or start >= outer[-1][1]:
            outer.append((start, end, side))
    return outer
