"""Which hidden parts of a page are answers that wait for a click, and which are not for readers at all."""

import re
from typing import Any

_NOT_SHOWN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_ANSWERS = re.compile(
    r"(?<![a-z])(?:ans|answers?|solutions?|sol|spoilers?|reveal\w*|hints?|explanations?|proof|faq\w*|accordion\w*|collaps\w*"
    r"|toggle\w*|hidden-?text|rationale|feedback|back)(?![a-z])",
    re.IGNORECASE,
)
_MENUS = re.compile(
    r"nav|menu|login|modal|popup|share|cookie|search|drop|sidebar|advert|banner|comment|form|tooltip", re.IGNORECASE
)
_OPENER = re.compile(
    r"\b(?:show|reveal|view|see|click|toggle|check|open|display|answers?|solutions?|hints?)\b", re.IGNORECASE
)
# The words on the control that opens an answer are few.
_MAX_OPENER = 60


def is_hidden(element: Any) -> bool:
    """Whether the element is hidden from readers for good. Answers that a click shows are text like any other."""
    style = element.get("style")
    if not (style and _NOT_SHOWN.search(style)) and element.get("hidden") is None:
        return False
    return element.tag != "details" and not _is_answer(element)


def _is_answer(element: Any) -> bool:
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    if _MENUS.search(names):
        return False
    return bool(_ANSWERS.search(names)) or _has_opener(element)


def _has_opener(element: Any) -> bool:
    before = element.getprevious()
    if before is None:
        above = element.getparent()
        before = above.getprevious() if above is not None else None
    if before is None or len(before) > 3:
        return False
    text = f"{' '.join(before.itertext())} {before.get('value') or ''}".strip()
    return len(text) <= _MAX_OPENER and bool(_OPENER.search(text))
