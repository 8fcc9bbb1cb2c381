"""What the elements of HTML do to a page's text: which are silent, break the line, or say something of their own."""

import re
from typing import Any

from stages._hidden import is_opener
from stages._page_text import HEADINGS

SILENT, BLOCK, CELL, BREAK, SCRIPT, FORMULA, ITEM, PRE, BUTTON = range(1, 10)

_NAMES: dict[int, str] = {
    SILENT: "head style template noscript svg iframe object embed canvas audio video select option textarea input nav "
    "footer annotation map datalist",
    BLOCK: "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption "
    "figure form h1 h2 h3 h4 h5 h6 header hr legend main ol p section summary table tbody tfoot thead tr ul",
    CELL: "td th",
    BREAK: "br",
    SCRIPT: "sup sub",
    FORMULA: "math script img mjx-container",
    ITEM: "li",
    PRE: "pre",
    BUTTON: "button",
}
KINDS: dict[str, int] = {name: kind for kind, names in _NAMES.items() for name in names.split()}
LINES = frozenset({BLOCK, ITEM, PRE})
_HEADING_BUTTON = re.compile(r"accordion|question|faq", re.IGNORECASE)


def counter(place: int, kind: str) -> str:
    if kind in ("a", "A") and 1 <= place <= 26:
        return chr(ord(kind) + place - 1)
    if kind in ("i", "I") and 1 <= place <= 12:
        roman = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")[place - 1]
        return roman if kind == "i" else roman.upper()
    return str(place)


def speaks(button: Any) -> bool:
    """Most buttons are controls; those of an accordion are its headings and ask."""
    above = button.getparent()
    if above is not None and above.tag in (*HEADINGS, "dt", "summary"):
        return True
    text = " ".join("".join(button.itertext()).split())
    names = f"{button.get('class') or ''} {button.get('id') or ''}"
    opens = any(button.get(name) for name in ("aria-expanded", "aria-controls", "data-toggle", "data-bs-toggle"))
    if (opens or _HEADING_BUTTON.search(names)) and not is_opener(text):
        return True
    return len(text) > 12 and text.endswith("?")
