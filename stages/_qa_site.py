"""Parts of a site that stand among its questions and answers, told by the words of their names."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

_CONTROLS = ("data-toggle", "data-bs-toggle", "data-target", "aria-controls", "onclick")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+")
# Parts of a site that stand among its questions, by the words of their names.
NOISE = re.compile(
    r"(?:share|sharing|social|advert|sponsor|promo|newsletter|breadcrumb|paginat|pagenav|prevnext|related|recommend|sidebar"
    r"|cookie|toolbar|adsby|addtoany|addthis|hint)|(?:ads?|subscribe|print|votes?|helpful|pager|btn|tags?)$"
)
ICON = re.compile(r"(?:icon|arrow|caret|chevron|expander|indicator|glyph)")
# Marks of a post: who wrote it, when, and what others made of it.
SIGNED = re.compile(
    r"(?:user|author|poll|poster|avatar|byline|reputation|upvot|downvot|vote|karma|profile|postdetails|postmeta|postinfo|posted"
    r"|badge|commenter|replies)|(?:member|nick|rep|reply)$"
)
NOISE_TAGS = ("address", "aside")


@lru_cache(maxsize=8192)
def words_of(name: str) -> frozenset[str]:
    """The words of a class, id or other name, whichever way it is spelled: `exercise-solution`, `exerciseSolution`."""
    return frozenset(word.lower() for word in _WORD.findall(name[:400]))


def leads_away(element: Any) -> bool:
    """Whether the element is a link to another page, and no control of this one."""
    href = element.get("href") if element.tag == "a" else None
    if not href or href.startswith(("#", "javascript:")):
        return False
    return element.get("role") != "button" and not any(element.get(name) for name in _CONTROLS)


def named(classes: Mapping[str, list[Any]], word: re.Pattern[str]) -> list[Any]:
    """Elements with a class one of whose words begins with the pattern."""
    return [element for name, group in classes.items() if any(map(word.match, words_of(name))) for element in group]
