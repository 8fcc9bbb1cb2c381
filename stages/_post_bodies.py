"""The elements that hold the texts of posts, told by the names that sites give to them (`_post_words.py`)."""

import re
from collections import Counter, defaultdict
from typing import Any

from stages import _post_words as words
from stages._page_text import PageText
from stages._post_words import Part

# Where pages without telling classes name their parts, for their own tests mostly.
NAMING_ATTRIBUTES = (
    "id", "data-testid", "data-test-id", "data-test", "data-qa", "data-role", "data-component", "component",
)  # fmt: skip
_DIGITS = re.compile(r"\d+")


def bodies_of(page: PageText, others: list[Any]) -> list[Any]:
    """One for each post, in page order; `others` are named by other attributes than `class`."""
    found = _named_by_class(page)
    for element in others:
        if found.get(element, Part.BODY_WITHIN) == Part.BODY_WITHIN and element in page.spans:
            part = _part_by_id(element) or _part_by_property(element)
            if part:
                found[element] = part
    asides = [element for element, part in found.items() if part == Part.ASIDE]
    asides += [element for element in page.root.iter("aside") if element in page.spans]
    bodies = {element: part for element, part in found.items() if part != Part.ASIDE}
    in_order = sorted(_told(page, bodies, asides), key=lambda element: page.spans[element][0])
    return _one_each(_innermost(page, in_order))


def _named_by_class(page: PageText) -> dict[Any, int]:
    return {element: part for names, same in page.classes.items() if (part := words.part_of(names)) for element in same}


def _told(page: PageText, found: dict[Any, int], asides: list[Any]) -> list[Any]:
    """Without what stands in the margins, and without weak names that no stronger one is around."""
    margins = _margins(page, asides)
    sure = {element for element, part in found.items() if part == Part.BODY}
    told = []
    for element in found:
        above = list(element.iterancestors())
        if not margins.isdisjoint(above) or not (element in sure or not sure.isdisjoint(above)):
            continue
        if not any(words.QUOTE.search(name) for outer in (element, *above) for name in words.plain_names(outer)):
            told.append(element)
    return told


def _margins(page: PageText, asides: list[Any]) -> set[Any]:
    """Asides of one name that hold a third of the page together are a layout, not a margin."""
    chars: Counter[str] = Counter()
    for element in asides:
        chars[named_alike(element)] += _chars(page, element)
    return {element for element in asides if 3 * chars[named_alike(element)] < len(page.text)}


def _part_by_id(element: Any) -> int:
    for attribute in NAMING_ATTRIBUTES:
        name = element.get(attribute)
        if name and len(name) < 60 and (part := words.part_of(_DIGITS.sub("", name).strip("-_"))):
            return part
    return 0


def _part_by_property(element: Any) -> int:
    return Part.BODY if element.get("itemprop") in words.BODY_PROPERTIES and element.tag not in ("meta", "span") else 0


def _innermost(page: PageText, found: list[Any]) -> list[Any]:
    """Of elements within one another those that hold most of the text; what is decided for two names holds for all."""
    inside: dict[Any, list[Any]] = defaultdict(list)
    known = set(found)
    for element in found:
        outer = next((above for above in element.iterancestors() if above in known), None)
        if outer is not None:
            inside[outer].append(element)
    outer_chars: Counter[str] = Counter()
    inner_chars: Counter[str] = Counter()
    for outer, inner in inside.items():
        outer_chars[named_alike(outer)] += _chars(page, outer)
        inner_chars[named_alike(outer)] += sum(_chars(page, element) for element in inner)
    dropped: set[Any] = set()
    for outer, inner in inside.items():
        if 3 * inner_chars[named_alike(outer)] >= outer_chars[named_alike(outer)]:
            dropped.add(outer)
        else:
            dropped.update(inner)
    return [element for element in found if element not in dropped]


def _one_each(bodies: list[Any]) -> list[Any]:
    """Where several parents hold several bodies each, only the first is the post: what follows is a signature."""
    siblings: dict[Any, list[Any]] = defaultdict(list)
    for body in bodies:
        siblings[body.getparent()].append(body)
    crowded = [group for group in siblings.values() if len(group) > 1]
    if len(crowded) < 2 and not (crowded and len(siblings) > len(crowded)):
        return bodies
    later = {body for group in crowded for body in group[1:] if named_alike(body) == named_alike(group[0])}
    return [body for body in bodies if body not in later]


def named_alike(element: Any) -> str:
    """The same for elements whose names differ in numbers only."""
    return f"{element.tag}.{_DIGITS.sub('', element.get('class') or element.get('id') or '')}"


def _chars(page: PageText, element: Any) -> int:
    start, end = page.spans.get(element, (0, 0))
    return end - start
