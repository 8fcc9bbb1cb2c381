"""Lists of titles that ask, each with text under it: FAQ pages, accordions, definition lists, headings that ask.

Nothing is read into a single title: what makes a list is that its parts are built alike and that they ask. Lists that
are built for the purpose (`<details>`, `<dl>`, accordions) may put tasks; headings and bold lines must end in question
marks, and there must be three.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

from stages._page_text import HEADINGS
from stages._qa_clean import pair_at
from stages._qa_extent import tail_end
from stages._qa_found import Found
from stages._qa_names import is_label
from stages._qa_sheet import MAX_DEPTH, Sheet, words_of
from stages._qa_words import asks, ends_asking

_FOLDING = re.compile(r"accordion|faq|toggle|collaps|expand|panel|question|\bqa\b|q-a\b|qna")
_PAGE_OF_QUESTIONS = re.compile(r"\bfaqs?\b|frequent|questions?\b.{0,20}\banswer|\bq ?& ?a\b", re.IGNORECASE)
_PASSING = frozenset(
    [
        "active",
        "first",
        "last",
        "odd",
        "even",
        "show",
        "open",
        "closed",
        "collapsed",
        "expanded",
        "current",
        "selected",
        "is",
        "has",
        "in",
        "fade",
    ]
)
_TITLES = frozenset({*HEADINGS, "dt", "summary", "strong", "b", "button", "legend", "th"})
_BUILT = frozenset({"dt", "summary"})
_MAX_TITLE = 3_000
_MAX_SEEDS = 3_000
_MAX_SIBLINGS = 5_000
_FEW = 3
_FORMULAS = ("$", "\\(", "=", "\\[")


@dataclass(frozen=True, slots=True)
class Title:
    element: Any
    start: int
    end: int


@dataclass(frozen=True)
class List:
    """`is_nested`: every title has a box of its own with its text."""

    titles: list[Title]
    is_nested: bool
    is_built: bool


def asking_titles(sheet: Sheet) -> Iterator[Found]:
    if not _may_ask(sheet):
        return
    lists = [found for found in _lists(sheet) if _is_of_questions(sheet, found)]
    # The answer to a question ends where questions within it begin.
    begins = sorted(_beginning(sheet, found, title) for found in lists for title in found.titles)
    for found in lists:
        yield from _pairs(sheet, found, begins)


def _beginning(sheet: Sheet, found: List, title: Title) -> int:
    box = sheet.span(title.element.getparent()) if found.is_nested else None
    return box[0] if box else title.start


def _may_ask(sheet: Sheet) -> bool:
    """Three questions, or one where the page says that it answers some; or tasks instead."""
    if sheet.num_asking >= _FEW:
        return True
    is_built = not _BUILT.isdisjoint(sheet.tags) or bool(_FOLDING.search(sheet.names))
    if sheet.num_asking and (is_built or "faq" in sheet.low or "question" in sheet.low):
        return True
    if not any(sign in sheet.text for sign in _FORMULAS):
        return False
    return is_built or sum(_is_task(sheet.cut(heading.start, heading.end)) for heading in sheet.headings[:_MAX_SEEDS]) >= _FEW


def _seeds(sheet: Sheet) -> Iterator[Title]:
    elements = [element for tag in sorted(_BUILT) for element in sheet.tags.get(tag, ())]
    elements += [heading.element for heading in sheet.headings]
    for name, group in sheet.classes.items():
        if _FOLDING.search(name.lower()):
            elements += group
    for element in elements[:_MAX_SEEDS]:
        span = sheet.page.spans[element]
        if span[1] - span[0] < _MAX_TITLE and demands(sheet.cut(*span)):
            yield Title(_widest(sheet, element), *sheet.trimmed(*span))
    number = 0
    for line in sheet.lines:
        if "?" in sheet.text[line.end - 3 : line.end] and number < _MAX_SEEDS:
            number += 1
            whole = [
                element for element in sheet.beginning(line.start) if sheet.span(element) == (line.start, line.end)
            ]
            if whole:
                yield Title(whole[0], line.start, line.end)


def _widest(sheet: Sheet, element: Any) -> Any:
    """The outermost element with the same text."""
    span = sheet.span(element)
    for _ in range(MAX_DEPTH):
        above = element.getparent()
        if above is None or sheet.span(above) != span:
            return element
        element = above
    return element


def _lists(sheet: Sheet) -> Iterator[List]:
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
    for (above, sort), titles in flat.items():
        if len(titles) > 1 or next(iter(titles)).tag == "dt":
            yield _complete(sheet, above, sort, titles)
    for (above, kind, sort), titles in nested.items():
        alone = {element: title for element, title in titles.items() if len(flat[element.getparent(), sort]) == 1}
        if alone:
            yield _complete_nested(sheet, above, kind, sort, alone)


def _complete(sheet: Sheet, above: Any, sort: Any, titles: dict[Any, Title]) -> List:
    """The list with its titles that do not look like questions."""
    found = []
    for number, (child, start, end) in enumerate(sheet.children(above)):
        if number > _MAX_SIBLINGS:
            break
        if child in titles or (child.tag == next(iter(titles)).tag and _sort(sheet, child) == sort):
            found.append(Title(child, start, end))
    return List(found, False, _is_built(sheet, found))


def _complete_nested(sheet: Sheet, above: Any, kind: Any, sort: Any, titles: dict[Any, Title]) -> List:
    found = []
    for number, (box, _, _) in enumerate(sheet.children(above)):
        if number > _MAX_SIBLINGS:
            break
        if _kind(box) != kind:
            continue
        # A line of links may stand over the title.
        for child in islice(sheet.children(box), 2):
            if child[0] in titles or _sort(sheet, child[0]) == sort:
                found.append(Title(*child))
                break
    return List(found, True, _is_built(sheet, found))


def _is_built(sheet: Sheet, titles: list[Title]) -> bool:
    """Whether the page builds the list for questions or for folding, and does not only set words in bold."""
    if not titles:
        return False
    element = titles[0].element
    if any(node.tag in _BUILT for node in _chain(sheet, element)):
        return True
    for _ in range(4):
        if element is None or element.tag == "body":
            return False
        if _FOLDING.search((element.get("class") or "").lower()):
            return True
        element = element.getparent()
    return False


def _is_of_questions(sheet: Sheet, found: List) -> bool:
    texts = [sheet.cut(title.start, title.end) for title in found.titles]
    strict = sum(ends_asking(text) or (not found.is_built and _is_task(text)) for text in texts)
    loose = sum(demands(text) for text in texts)
    if 3 * len(set(texts)) < 2 * len(texts):
        # "Expand the sub menu", again and again.
        return False
    if found.is_built:
        return 2 * loose >= len(texts) and (strict > 0 or loose > 1)
    if not any(node.tag in _TITLES for title in found.titles[:1] for node in _chain(sheet, title.element)):
        return False
    if _is_page_of_questions(sheet):
        return strict >= 1 and 4 * strict >= len(texts)
    return strict >= _FEW and 5 * strict >= 3 * len(texts)


def _is_page_of_questions(sheet: Sheet) -> bool:
    """It says so, or most of its headings ask."""
    title = sheet.page.root.findtext(".//title") or ""
    heads = [sheet.cut(heading.start, heading.end) for heading in sheet.headings[:_MAX_SEEDS]]
    if any(_PAGE_OF_QUESTIONS.search(text[:200]) for text in (title, *heads[:40])):
        return True
    asking = sum(map(ends_asking, heads))
    return asking >= _FEW and 5 * asking >= 3 * len(heads)


def _is_task(text: str) -> bool:
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


def _pairs(sheet: Sheet, found: List, begins: list[int]) -> Iterator[Found]:
    texts = [sheet.cut(title.start, title.end) for title in found.titles]
    takes_all = found.is_built and sum(map(demands, texts)) >= 0.8 * len(texts)
    rule, score = ("faq", 0.85) if found.is_built else ("headings", 0.7)
    for at, title in enumerate(found.titles):
        if not (takes_all or demands(texts[at])) or is_label(texts[at]) or _leads_away(title.element):
            continue
        end = _end(sheet, found, at)
        following = bisect_left(begins, title.end)
        if end is not None and following < len(begins):
            end = min(end, begins[following])
        if end is None or not _answers(sheet, title, end):
            continue
        if pair := pair_at(sheet, (title.start, title.end), (title.end, end), rule=rule, score=score):
            yield pair


def _end(sheet: Sheet, found: List, at: int) -> int | None:
    title = found.titles[at]
    above = sheet.span(title.element.getparent())
    if above is None or found.is_nested:
        return above[1] if above else None
    limit = found.titles[at + 1].start if at + 1 < len(found.titles) else above[1]
    level = int(title.element.tag[1]) if title.element.tag in HEADINGS else 0
    higher = (heading.start for heading in sheet.headings_from(title.end, limit) if heading.level <= level)
    limit = min(limit, next(higher, limit))
    if limit < above[1] or title.element.tag == "dt":
        return limit
    earlier = [other.start for other in found.titles[max(0, at - 5) : at]]
    return tail_end(sheet, title.start, title.end, limit, earlier=earlier)


def _answers(sheet: Sheet, title: Title, end: int) -> bool:
    """Neither a form to fill in nor a list of contents."""
    after = title.element
    for _ in range(5):
        after = after.getnext()
        if after is None or (sheet.span(after) or (0, 0))[0] >= end:
            return True
        if after.tag in ("select", "textarea") or (after.tag == "dd" and after.find(".//dl") is not None):
            return False
        fields = (node.get("type") or "text" for node in after.iter("input", "textarea", "select"))
        if any(kind in ("radio", "checkbox", "text", "email") for kind in fields):
            return False
    return True


def _leads_away(element: Any) -> bool:
    """Whether the title is a link to another page: a teaser."""
    words = "".join(element.itertext()).strip()
    for link in (element, *element.iter("a")):
        href = link.get("href") if link.tag == "a" else None
        if (
            href
            and not href.startswith(("#", "javascript:"))
            and link.get("data-toggle") is None
            and link.get("role") != "button"
        ):
            return 2 * len("".join(link.itertext()).strip()) > len(words)
    return False


def _chain(sheet: Sheet, element: Any) -> Iterator[Any]:
    """The element and those in it that hold all of its text."""
    span = sheet.span(element)
    for _ in range(6):
        yield element
        inner = [child for child, _, _ in sheet.children(element)] if len(element) < 20 else []
        if len(inner) != 1 or sheet.span(inner[0]) != span:
            return
        element = inner[0]


def _sort(sheet: Sheet, element: Any) -> tuple[Any, ...]:
    return tuple(_kind(node) for node in _chain(sheet, element))


def _kind(element: Any) -> tuple[str, frozenset[str]]:
    return element.tag, _lasting(element.get("class") or "")


@lru_cache(maxsize=4096)
def _lasting(names: str) -> frozenset[str]:
    """Words of a class that do not tell one item from the next."""
    return frozenset(word for word in words_of(names) - _PASSING if not word.isdigit())
