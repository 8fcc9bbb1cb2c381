"""Which hidden parts of a page are answers that wait for a click, and which are not for readers at all."""

import re
from typing import Any

_NOT_SHOWN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_ANSWERS = re.compile(
    r"(?<![a-z])(?:ans|answers?|solutions?|sol|spoilers?|reveal\w*|hints?|explanations?|proof|faq\w*|accordion\w*"
    r"|collaps\w*|toggle\w*|hidden-?text|rationale|feedback|back)(?![a-z])",
    re.IGNORECASE,
)
_MENUS = re.compile(
    r"nav(?!content)|menu|login|modal|popup|share|cookie|search|drop|sidebar|advert|banner|comment|form|tooltip",
    re.IGNORECASE,
)
_OPENER = re.compile(
    r"\b(?:show|reveal|view|see|click|toggle|check|open|display|answers?|solutions?|hints?|explanations?|proof)\b",
    re.IGNORECASE,
)
# The words on the control that opens an answer are few.
_MAX_OPENER = 60
_OPENED_ROLES = ("region", "tabpanel")
_REFERENCES = ("href", "data-target", "data-bs-target", "aria-controls", "onclick")
_NAME = re.compile(r"[\w-]+")


def is_opener(text: str) -> bool:
    """Whether the text reads like a control that opens an answer: "Show solution"."""
    return len(text) <= _MAX_OPENER and bool(_OPENER.search(text)) and not text.rstrip().endswith("?")


class Hidden:
    """The hidden parts of one page. Answers that a click shows are text like any other and not hidden."""

    def __init__(self, root: Any) -> None:
        self._root = root
        self._opened: set[str] | None = None

    def holds(self, element: Any) -> bool:
        """Whether readers never see the element, which is none of its ancestors' doing."""
        style = element.get("style")
        if style is None and element.get("hidden") is None:
            return False
        if not (style and _NOT_SHOWN.search(style)) and element.get("hidden") is None:
            return False
        return element.tag != "details" and not self._is_answer(element)

    def _is_answer(self, element: Any) -> bool:
        name = element.get("id") or ""
        names = f"{element.get('class') or ''} {name}"
        if _MENUS.search(names):
            return False
        if _ANSWERS.search(names) or element.get("role") in _OPENED_ROLES or _has_opener(element):
            return True
        return bool(name) and name in self._all_opened()

    def _all_opened(self) -> set[str]:
        """The ids that controls with the wording of an opener refer to."""
        if self._opened is None:
            self._opened = set()
            for control in self._root.iter("a", "button", "span", "label", "input"):
                refers = [value for name in _REFERENCES if (value := control.get(name))]
                if refers and is_opener(f"{''.join(control.itertext())} {control.get('value') or ''}".strip()):
                    self._opened.update(word for value in refers for word in _NAME.findall(value))
        return self._opened


def _has_opener(element: Any) -> bool:
    """Whether what stands before the element opens it: by its words, or as the button of an accordion."""
    before = element.getprevious()
    if before is None:
        above = element.getparent()
        before = above.getprevious() if above is not None else None
    if before is None or len(before) > 3:
        return False
    if any(_is_toggle(node) for node in before.iter()):
        return True
    return is_opener(f"{' '.join(before.itertext())} {before.get('value') or ''}".strip())


def _is_toggle(node: Any) -> bool:
    return node.get("aria-expanded") is not None or node.get("aria-controls") is not None
