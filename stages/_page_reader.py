"""Reads HTML into a `PageText`: one pass over the lxml tree."""

import re
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from stages._formula_tex import SHOWN_ELSEWHERE
from stages._formulas import FormulaReader, marks_formula
from stages._hidden import Hidden
from stages._html import parse_markup, without_code
from stages._page_elements import BREAK, BUTTON, CELL, FORMULA, ITEM, KINDS, LINES, PRE, SCRIPT, SILENT, counter, speaks
from stages._page_text import PageText
from stages._text_flow import TextFlow

_ORDINAL = {"st", "nd", "rd", "th"}
_MAY_HIDE = re.compile(r"\shidden|none", re.IGNORECASE)


def read_page(html: str) -> PageText | None:
    """None where there is no element to read."""
    markup = without_code(html)
    root = parse_markup(markup)
    if root is None:
        return None
    reader = FormulaReader.of(markup)
    return _Writer(markup=markup, root=root, formulas=reader, habits=_Habits.of(markup), hidden=Hidden(root)).write()


def fragment_text(html: str) -> str:
    """The text of a piece of HTML such as JSON-LD carries; plain text comes back as it is but for white space."""
    page = read_page(f"<div>{html}</div>")
    return page.text.strip() if page else ""


@dataclass(frozen=True, slots=True)
class _Habits:
    """What a page never does need not be looked for at each of its elements."""

    hides: bool
    has_titles: bool

    @classmethod
    def of(cls, markup: str) -> "_Habits":
        return cls(hides=bool(_MAY_HIDE.search(markup)), has_titles="data-type=" in markup)


@dataclass(slots=True, kw_only=True)
class _Writer(TextFlow):
    markup: str
    root: Any
    formulas: FormulaReader
    habits: _Habits
    hidden: Hidden
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
                    self.say(tail)
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
            text=self.text,
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
        kind = KINDS.get(tag, 0)
        if kind == SILENT or (self.habits.hides and self.hidden.holds(element)):
            return True
        may_be_formula = kind == FORMULA or self.formulas.attributes or (names and marks_formula(names))
        if may_be_formula and self._formula(element, tag):
            return True
        if kind in LINES:
            self._line(element, kind)
        elif kind and self._other(element, kind):
            return True
        elif self.habits.has_titles and element.get("data-type") == "title":
            self.gap = "\n"
        text = element.text
        if text:
            self.say(text)
        return False

    def _line(self, element: Any, kind: int) -> None:
        self.gap = "\n"
        if kind == ITEM:
            self._marker(element)
        elif kind == PRE:
            self.preformatted += 1

    def _other(self, element: Any, kind: int) -> bool:
        if kind == SCRIPT:
            return self._script(element)
        if kind == BUTTON:
            return not speaks(element)
        if kind == BREAK:
            self.gap = "\n"
        elif kind == CELL and self.gap != "\n" and element.getprevious() is not None:
            self.gap = "\t"
        return False

    def _leave(self, element: Any) -> None:
        kind = KINDS.get(element.tag, 0)
        if kind in LINES:
            self.gap = "\n"
            if kind == PRE:
                self.preformatted -= 1
        elif kind == SCRIPT and element in self.scripts:
            self.scripts.discard(element)
            self.gap = ""
            self.put("}")
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
            self.put_formula(formula)
        return bool(formula.tex) or formula is SHOWN_ELSEWHERE

    def _script(self, element: Any) -> bool:
        """`10<sup>4</sup>` is `10^{4}`; footnote marks vanish and the ends of ordinals stay words."""
        if element.find(".//a[@href]") is not None:
            return True
        text = " ".join("".join(element.itertext()).split())
        if not text or (text.lower() in _ORDINAL and element.tag == "sup"):
            self.put(text)
            return True
        if any(KINDS.get(node.tag) == FORMULA or "math" in (node.get("class") or "") for node in element.iter()):
            return False
        self.put("^{" if element.tag == "sup" else "_{")
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
        self.put(f"{counter(place, above.get('type') or '1')}.")
        self.gap = " "
