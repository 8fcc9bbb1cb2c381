"""A page as plain text with its formulas as LaTeX, and for every element the place of its text.

One pass over the lxml tree. Rules that find questions and answers name elements; `span_of` gives their place in the
text, so that what is taken from a page can always be shown where it stood.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from stages._formulas import SHOWN_ELSEWHERE, Formula, FormulaReader, marks_formula
from stages._hidden import Hidden, is_opener
from stages._html import parse_markup, without_code
from stages.records import Span

_SILENT, _BLOCK, _CELL, _BREAK, _SCRIPT, _FORMULA, _ITEM, _PRE, _BUTTON = range(1, 10)

_NAMES: dict[int, str] = {
    _SILENT: "head style template noscript svg iframe object embed canvas audio video select option textarea input nav "
    "footer annotation map datalist",
    _BLOCK: "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption "
    "figure form h1 h2 h3 h4 h5 h6 header hr legend main ol p section summary table tbody tfoot thead tr ul",
    _CELL: "td th",
    _BREAK: "br",
    _SCRIPT: "sup sub",
    _FORMULA: "math script img mjx-container",
    _ITEM: "li",
    _PRE: "pre",
    _BUTTON: "button",
}
_KINDS: dict[str, int] = {name: kind for kind, names in _NAMES.items() for name in names.split()}
_LINES = frozenset({_BLOCK, _ITEM, _PRE})
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_ORDINAL = {"st", "nd", "rd", "th"}
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u2060\ufeff\u00ad"))
_HEADING_BUTTON = re.compile(r"accordion|question|faq", re.IGNORECASE)
_PRE_WHITE = re.compile(r"[\t\r\f\u00a0\u2002-\u200a\u202f\u3000]")


@dataclass(frozen=True)
class PageText:
    """`text` has one block of the page a line; `spans` keeps only elements that have text, in document order.

    `num_formulas` counts the formulas of the page's markup, `num_lost` those of them whose LaTeX could not be had.
    Formulas between delimiters in the page's own text come through as they are and are not counted. `classes` has the
    elements with text by the value of their `class` attribute, `identified` those with an `id`; `data_scripts` are the
    texts of JSON-LD scripts; `markup` is the source without code, for cheap tests of what it holds.
    """

    text: str
    markup: str
    root: Any
    spans: Mapping[Any, tuple[int, int]]
    classes: Mapping[str, list[Any]]
    identified: Sequence[Any]
    data_scripts: Sequence[str]
    num_formulas: int
    num_lost: int

    def span_of(self, element: Any) -> Span | None:
        """Where the element's text stands, white space at its ends left out; None where it has none."""
        if element not in self.spans:
            return None
        return self.trim(*self.spans[element])

    def trim(self, start: int, end: int) -> Span | None:
        piece = self.text[start:end]
        stripped = piece.strip()
        if not stripped:
            return None
        start += len(piece) - len(piece.lstrip())
        return Span(start=start, end=start + len(stripped))

    def cut(self, span: Span) -> str:
        return self.text[span.start : span.end]


def read_page(html: str) -> PageText | None:
    """None where there is no element to read."""
    markup = without_code(html)
    root = parse_markup(markup)
    return (
        None
        if root is None
        else _Writer(markup, root, FormulaReader.of(markup), _Habits.of(markup), Hidden(root)).write()
    )


def lines_of(page: PageText) -> Iterator[Span]:
    """The lines of the text that are not empty, in order."""
    start = 0
    for line in page.text.split("\n"):
        if span := page.trim(start, start + len(line)):
            yield span
        start += len(line) + 1


def fragment_text(html: str) -> str:
    """The text of a piece of HTML such as JSON-LD carries; plain text comes back as it is but for white space."""
    page = read_page(f"<div>{html}</div>")
    return page.text.strip() if page else ""


def _counter(place: int, kind: str) -> str:
    if kind in "aA" and 1 <= place <= 26:
        return chr(ord(kind) + place - 1)
    if kind in "iI" and 1 <= place <= 12:
        roman = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")[place - 1]
        return roman if kind == "i" else roman.upper()
    return str(place)


_MAY_HIDE = re.compile(r"\shidden|none", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Habits:
    """What a page never does need not be looked for at each of its elements."""

    hides: bool
    has_titles: bool

    @classmethod
    def of(cls, markup: str) -> "_Habits":
        return cls(hides=bool(_MAY_HIDE.search(markup)), has_titles="data-type=" in markup)


@dataclass(slots=True)
class _Writer:
    markup: str
    root: Any
    formulas: FormulaReader
    habits: _Habits
    hidden: Hidden
    pieces: list[str] = field(default_factory=list)
    length: int = 0
    # What must stand between the text so far and the next word: nothing, a space, a tab or a line break.
    gap: str = ""
    preformatted: int = 0
    # Items of each ordered list so far.
    items: dict[Any, int] = field(default_factory=dict)
    # Super- and subscripts whose bracket is open.
    scripts: set[Any] = field(default_factory=set)
    data_scripts: list[str] = field(default_factory=list)
    num_formulas: int = 0
    num_lost: int = 0

    def write(self) -> PageText:
        starts: list[int] = []
        spans: dict[Any, Any] = {}
        classes: dict[str, list[Any]] = {}
        identified: list[Any] = []
        walker = etree.iterwalk(self.root, events=("start", "end"))
        for event, element in walker:
            if event == "end":
                start = starts.pop()
                self._leave(element)
                if self.length > start:
                    spans[element] = (start, self.length)
                else:
                    del spans[element]
                tail = element.tail
                if tail:
                    self._text(tail)
                continue
            starts.append(self.length)
            spans[element] = None
            names = element.get("class")
            if names:
                classes.setdefault(names, []).append(element)
            if element.get("id"):
                identified.append(element)
            if self._enter(element, names):
                walker.skip_subtree()
        return PageText(
            text="".join(self.pieces),
            markup=self.markup,
            root=self.root,
            spans=spans,
            classes={names: told for names, same in classes.items() if (told := [one for one in same if one in spans])},
            identified=[element for element in identified if element in spans],
            data_scripts=self.data_scripts,
            num_formulas=self.num_formulas,
            num_lost=self.num_lost,
        )

    def _enter(self, element: Any, names: str | None) -> bool:
        """Writes what stands before the element's children; whether these are to be passed over."""
        tag = element.tag
        kind = _KINDS.get(tag, 0)
        if kind == _SILENT or (self.habits.hides and self.hidden.holds(element)):
            return True
        may_be_formula = kind == _FORMULA or self.formulas.attributes or (names and marks_formula(names))
        if may_be_formula and self._formula(element, tag):
            return True
        if kind in _LINES:
            self._line(element, kind)
        elif kind and self._other(element, kind):
            return True
        elif self.habits.has_titles and element.get("data-type") == "title":
            self.gap = "\n"
        text = element.text
        if text:
            self._text(text)
        return False

    def _line(self, element: Any, kind: int) -> None:
        self.gap = "\n"
        if kind == _ITEM:
            self._marker(element)
        elif kind == _PRE:
            self.preformatted += 1

    def _other(self, element: Any, kind: int) -> bool:
        if kind == _SCRIPT:
            return self._script(element)
        if kind == _BUTTON:
            return not _says_something(element)
        if kind == _BREAK:
            self.gap = "\n"
        elif kind == _CELL and self.gap != "\n" and element.getprevious() is not None:
            self.gap = "\t"
        return False

    def _leave(self, element: Any) -> None:
        kind = _KINDS.get(element.tag, 0)
        if kind in _LINES:
            self.gap = "\n"
            if kind == _PRE:
                self.preformatted -= 1
        elif kind == _SCRIPT and element in self.scripts:
            self.scripts.discard(element)
            self.gap = ""
            self._put("}")
        elif self.habits.has_titles and element.get("data-type") == "title":
            self.gap = "\n"

    def _formula(self, element: Any, tag: str) -> bool:
        """Writes the element if it is a formula; a script or an image that is none has nothing to say either."""
        if tag == "script" and "ld+json" in (element.get("type") or "").lower():
            self.data_scripts.append(element.text or "")
            return True
        formula = self.formulas.read(element, tag)
        if formula is None:
            return tag in ("script", "img")
        if formula is not SHOWN_ELSEWHERE:
            self.num_formulas += 1
            self.num_lost += not formula.tex
            self._tex(formula)
        return bool(formula.tex) or formula is SHOWN_ELSEWHERE

    def _tex(self, formula: Formula) -> None:
        if not formula.tex:
            return
        if formula.is_block:
            self.gap = "\n"
        self._put(f"$${formula.tex}$$" if formula.is_block else f"${formula.tex}$")
        if formula.is_block:
            self.gap = "\n"

    def _script(self, element: Any) -> bool:
        """`10<sup>4</sup>` is `10^{4}`; footnote marks vanish and the ends of ordinals stay words."""
        if element.find(".//a[@href]") is not None:
            return True
        text = " ".join("".join(element.itertext()).split())
        if not text or (text.lower() in _ORDINAL and element.tag == "sup"):
            self._put(text)
            return True
        if any(_KINDS.get(node.tag) == _FORMULA or "math" in (node.get("class") or "") for node in element.iter()):
            return False
        self._put("^{" if element.tag == "sup" else "_{")
        self.scripts.add(element)
        return False

    def _marker(self, item: Any) -> None:
        """The number that a browser shows before an item of an ordered list: answers refer to choices by it."""
        above = item.getparent()
        if above is None or above.tag != "ol":
            return
        first = above.get("start") or "1"
        place = (int(first) if first.isdecimal() and len(first) < 10 else 1) + self.items.get(above, 0)
        self.items[above] = self.items.get(above, 0) + 1
        self._put(f"{_counter(place, above.get('type') or '1')}.")
        self.gap = " "

    def _text(self, text: str) -> None:
        if text.isspace() and not self.preformatted:
            if not self.gap:
                self.gap = " "
            return
        if not text.isascii():
            text = text.translate(INVISIBLE)
        if self.preformatted:
            self._put(_PRE_WHITE.sub(" ", text))
            return
        words = text.split()
        if not words:
            return
        if not self.gap and text[0].isspace():
            self.gap = " "
        self._put(" ".join(words))
        if text[-1].isspace():
            self.gap = " "

    def _put(self, text: str) -> None:
        if self.gap:
            if self.length:
                self.pieces.append(self.gap)
                self.length += 1
            self.gap = ""
        self.pieces.append(text)
        self.length += len(text)


def _says_something(button: Any) -> bool:
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
