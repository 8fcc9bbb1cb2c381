"""Titles that ask, gathered into the lists they belong to: parts of a page that are built alike.

A list is flat, its titles and their texts siblings, or nested, each title in a box of its own with its text. Nothing is
read into a single title: it counts only with those that look like it, whether these ask or not.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

from stages._qa_lines import Line
from stages._qa_sheet import MAX_DEPTH, Sheet
from stages._qa_site import words_of
from stages._qa_words import asks

FOLDING = re.compile(r"accordion|faq|toggle|collaps|expand|panel|question|\bqa\b|q-a\b|qna")
FOLDING_WORDS = ("accordion", "faq", "toggle", "collaps", "expand", "panel", "question", "q-a", "qna")
BUILT = frozenset({"dt", "summary"})
_PASSING = frozenset({
    "active", "closed", "collapsed", "current", "even", "expanded", "fade", "first", "has", "in", "is", "last", "odd",
    "open", "selected", "show",
})  # fmt: skip
_MAX_TITLE = 3_000
_MAX_SEEDS = 3_000
# Children of lists looked at in all; a page with more lists is made to be slow.
_MAX_SIBLINGS = 20_000


@dataclass(frozen=True, slots=True)
class Title:
    element: Any
    start: int
    end: int


@dataclass(frozen=True)
class Titles:
    """`is_nested`: every title has a box of its own with its text; `is_paired`: and each such box has two parts alike.

    `is_built`: the page builds the list for questions or for folding.
    """

    titles: list[Title]
    is_nested: bool
    is_built: bool
    is_paired: bool = False


def lists_of_titles(sheet: Sheet) -> Iterator[Titles]:
    """Each list with all its titles, in page order. The work is bounded however many there are."""
    flat: dict[Any, dict[Any, Title]] = {}
    nested: dict[Any, dict[Any, Title]] = {}
    for title in _seeds(sheet):
        above = title.element.getparent()
        if above is None or sheet.span(above) is None:
            continue
        sort = _sort(sheet, title.element)
        flat.setdefault((above, sort), {})[title.element] = title
        if above.getparent() is not None:
            nested.setdefault((above.getparent(), _kind(above), sort), {})[title.element] = title
    left = _MAX_SIBLINGS
    for (above, sort), titles in flat.items():
        if left > 0 and (len(titles) > 1 or next(iter(titles)).tag == "dt"):
            left -= len(above)
            yield _complete(sheet, above, sort, titles)
    for (above, kind, sort), titles in nested.items():
        alone = {element: title for element, title in titles.items() if len(flat[element.getparent(), sort]) == 1}
        if left > 0 and alone:
            left -= len(above)
            yield _complete_nested(sheet, above, kind, sort, alone)


def _seeds(sheet: Sheet) -> Iterator[Title]:
    elements = [element for tag in sorted(BUILT) for element in sheet.tags.get(tag, ())]
    elements += [heading.element for heading in sheet.headings]
    for name, group in sheet.classes.items():
        if FOLDING.search(name.lower()):
            elements += group
    for element in elements[:_MAX_SEEDS]:
        span = sheet.page.spans[element]
        if span[1] - span[0] < _MAX_TITLE and demands(sheet.cut(*span)):
            yield Title(_widest(sheet, element), *sheet.trimmed(*span))
    number = 0
    for line in sheet.lines:
        if "?" in sheet.text[line.end - 3 : line.end] and number < _MAX_SEEDS:
            number += 1
            if title := _ending_at(sheet, line):
                yield title


def _ending_at(sheet: Sheet, line: Line) -> Title | None:
    """The widest element that ends with the line and holds no more than a question may."""
    there = reversed(sheet.beginning(line.start))
    element = next((element for element in there if (sheet.span(element) or (0, 0))[1] == line.end), None)
    title = None
    for _ in range(MAX_DEPTH):
        span = sheet.span(element) if element is not None else None
        if span is None or span[1] != line.end or span[1] - span[0] > _MAX_TITLE:
            break
        title = Title(element, *span)
        element = element.getparent() if element is not None else None
    return title


def _widest(sheet: Sheet, element: Any) -> Any:
    """The outermost element with the same text."""
    span = sheet.span(element)
    for _ in range(MAX_DEPTH):
        above = element.getparent()
        if above is None or sheet.span(above) != span:
            return element
        element = above
    return element


def _complete(sheet: Sheet, above: Any, sort: Any, titles: dict[Any, Title]) -> Titles:
    """The list with its titles that do not look like questions."""
    found = []
    for child, start, end in islice(sheet.children(above), _MAX_SIBLINGS):
        if child in titles or (child.tag == next(iter(titles)).tag and _sort(sheet, child) == sort):
            found.append(Title(child, start, end))
    return Titles(found, False, _is_built(sheet, found))


def _complete_nested(sheet: Sheet, above: Any, kind: Any, sort: Any, titles: dict[Any, Title]) -> Titles:
    found = []
    parts: set[Any] = set()
    for box, _, _ in islice(sheet.children(above), _MAX_SIBLINGS):
        if _kind(box) != kind:
            continue
        parts.add(tuple(_kind(child) for child, _, _ in islice(sheet.children(box), 3)))
        # A line of links may stand over the title.
        for child in islice(sheet.children(box), 2):
            if child[0] in titles or _sort(sheet, child[0]) == sort:
                found.append(Title(*child))
                break
    is_paired = len(parts) == 1 and len(next(iter(parts))) == 2
    return Titles(found, True, _is_built(sheet, found), is_paired)


def _is_built(sheet: Sheet, titles: list[Title]) -> bool:
    """Whether the page builds the list for questions or for folding, and does not only set words in bold."""
    if not titles:
        return False
    element = titles[0].element
    if any(node.tag in BUILT for node in chain(sheet, element)):
        return True
    for _ in range(4):
        if element is None or element.tag == "body":
            return False
        if FOLDING.search((element.get("class") or "").lower()):
            return True
        element = element.getparent()
    return False


def is_task(text: str) -> bool:
    """A demand with something to work on, such as no headline has: "Find x if 2x = 4."."""
    return len(text) > 15 and demands(text) and any(character in "=$\\^+" or character.isdigit() for character in text)


def demands(text: str) -> bool:
    """A task needs some words: a glossary has terms such as "Graph" or "Factor"."""
    if "?" in text:
        return True
    words = len(text.split(maxsplit=4))
    return asks(text) and (
        words > 3 or (words > 1 and any(character.isdigit() or character in "$\\" for character in text))
    )


def chain(sheet: Sheet, element: Any) -> Iterator[Any]:
    """The element and those in it that hold all of its text."""
    span = sheet.span(element)
    for _ in range(6):
        yield element
        inner = [child for child, _, _ in sheet.children(element)] if len(element) < 20 else []
        if len(inner) != 1 or sheet.span(inner[0]) != span:
            return
        element = inner[0]


def _sort(sheet: Sheet, element: Any) -> tuple[Any, ...]:
    return tuple(_kind(node) for node in chain(sheet, element))


def _kind(element: Any) -> tuple[str, frozenset[str]]:
    return element.tag, _lasting(element.get("class") or "")


@lru_cache(maxsize=4096)
def _lasting(names: str) -> frozenset[str]:
    """Words of a class that do not tell one item from the next."""
    return frozenset(word for word in words_of(names) - _PASSING if not word.isdigit())
