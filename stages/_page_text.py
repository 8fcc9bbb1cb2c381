"""A page as plain text with its formulas as LaTeX, and for every element the place of its text.

One pass over the lxml tree. Rules that find questions and answers name elements; `span_of` gives their place in the
text, so that what is taken from a page can always be shown where it stood.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import html as lxml_html
from lxml.etree import ParserError

from stages._mathml import mathml_to_latex
from stages.records import Span

_SILENT = {
    "head", "script", "style", "template", "noscript", "svg", "iframe", "object", "embed", "canvas", "audio", "video",
    "select", "option", "textarea", "button", "input", "nav", "footer", "annotation", "map", "datalist",
}  # fmt: skip
_BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "div", "dl",
    "dt", "fieldset", "figcaption", "figure", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "legend",
    "li", "main", "ol", "p", "pre", "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul",
}  # fmt: skip
_CELLS = {"td", "th"}
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
# Renderings that repeat a formula whose source stands beside them.
_RENDERED = {"katex-html", "MathJax", "MathJax_Display", "MathJax_Preview", "MJX_Assistive_MathML", "MathJax_SVG"}
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_TEX_IMAGE = re.compile(r"(?:^|[\s_-])(?:tex|latex|mwe-math-fallback-image-\w+|ql-img-\w+-formula)(?:$|[\s_-])")
_ORDINAL = {"st", "nd", "rd", "th"}
_WHITE = re.compile(r"[ \t\r\n\f\u00a0\u2002-\u200a\u202f\u3000]+")
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u2060\ufeff\u00ad"))
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True)
class PageText:
    """`text` has one block of the page a line; `spans` keeps only elements that have text."""

    text: str
    root: Any
    spans: Mapping[Any, tuple[int, int]]

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
    """None where there is no element to read. No network, no entities of the page's own, no huge trees."""
    root = parse_html(html)
    return None if root is None else _Writer(root).write()


def parse_html(html: str) -> Any | None:
    parser = lxml_html.HTMLParser(encoding="utf-8", huge_tree=False, no_network=True, remove_pis=True)
    try:
        return lxml_html.document_fromstring(_CONTROL.sub(" ", html).encode(), parser=parser)
    except ParserError:
        return None


def fragment_text(html: str) -> str:
    """The text of a piece of HTML such as JSON-LD carries; plain text comes back as it is but for white space."""
    page = read_page(f"<div>{html}</div>")
    return page.text.strip() if page else ""


def _is_block(element: Any, tag: str) -> bool:
    """Textbook sites mark the titles of paragraphs so and set them on a line of their own."""
    return tag in _BLOCKS or element.get("data-type") == "title"


def _counter(place: int, kind: str) -> str:
    if kind in "aA" and place <= 26:
        return chr(ord(kind) + place - 1)
    if kind in "iI" and place <= 12:
        roman = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")[place - 1]
        return roman if kind == "i" else roman.upper()
    return str(place)


@dataclass
class _Writer:
    root: Any
    pieces: list[str] = field(default_factory=list)
    length: int = 0
    # What must stand between the text so far and the next word: nothing, a space, a tab or a line break.
    gap: str = ""
    spans: dict[Any, tuple[int, int]] = field(default_factory=dict)
    preformatted: int = 0
    # Items of each ordered list so far.
    items: dict[Any, int] = field(default_factory=dict)

    def write(self) -> PageText:
        # Iterative, for pages nest as deep as they like. An element is visited on the way in and on the way out.
        stack: list[tuple[Any, Iterator[Any], int]] = []
        self._enter(self.root, stack)
        while stack:
            element, children, start = stack[-1]
            child = next(children, None)
            if child is not None:
                self._enter(child, stack)
                continue
            stack.pop()
            self._leave(element, start)
            if stack:
                self._text(element.tail)
        return PageText(text="".join(self.pieces), root=self.root, spans=self.spans)

    def _enter(self, element: Any, stack: list[tuple[Any, Iterator[Any], int]]) -> None:
        tag = element.tag.rpartition(":")[2] if isinstance(element.tag, str) else ""
        start = self.length
        if not tag or self._is_silent(element, tag) or self._formula(element, tag):
            self._note(element, start)
            self._text(element.tail)
            return
        if tag == "br" or _is_block(element, tag):
            self._separate("\n")
        elif tag in _CELLS and element.getprevious() is not None:
            self._separate("\t")
        if tag == "li":
            self._marker(element)
        self.preformatted += tag == "pre"
        if tag in ("sup", "sub") and self._script(element, tag):
            self._note(element, start)
            self._text(element.tail)
            return
        self._text(element.text)
        stack.append((element, iter(element), start))

    def _leave(self, element: Any, start: int) -> None:
        tag = element.tag.rpartition(":")[2]
        self.preformatted -= tag == "pre"
        self._note(element, start)
        if _is_block(element, tag):
            self._separate("\n")

    def _note(self, element: Any, start: int) -> None:
        if self.length > start:
            self.spans[element] = (start, self.length)

    def _is_silent(self, element: Any, tag: str) -> bool:
        if tag == "script" and (element.get("type") or "").startswith("math/tex"):
            return False
        if tag in _SILENT or element.get("hidden") is not None:
            return True
        names = element.get("class")
        if names and not _RENDERED.isdisjoint(names.split()):
            return True
        return bool(_HIDDEN_STYLE.search(element.get("style") or "")) and tag != "details"

    def _formula(self, element: Any, tag: str) -> bool:
        """Writes the element if it is a formula, whatever it is encoded in."""
        if tag == "math":
            is_block = element.get("display") == "block" or element.get("mode") == "display"
            self._tex(mathml_to_latex(element), is_block=is_block)
        elif tag == "script" and (element.get("type") or "").startswith("math/tex"):
            self._tex((element.text or "").strip(), is_block="mode=display" in element.get("type"))
        elif tag == "img" and element.get("alt") and _TEX_IMAGE.search(element.get("class") or ""):
            self._tex(element.get("alt").strip(" $"), is_block=False)
        else:
            return False
        return True

    def _tex(self, tex: str, *, is_block: bool) -> None:
        if not tex:
            return
        if is_block:
            self._separate("\n")
        self._put(f"$${tex}$$" if is_block else f"${tex}$")
        if is_block:
            self._separate("\n")

    def _script(self, element: Any, tag: str) -> bool:
        """`10<sup>4</sup>` is `10^{4}`; footnote marks vanish and the ends of ordinals stay words."""
        if element.find(".//*") is not None and element.find(".//{*}a[@href]") is None:
            return False
        text = " ".join("".join(element.itertext()).split())
        if element.find(".//{*}a[@href]") is not None:
            return True
        if text.lower() in _ORDINAL and tag == "sup":
            self._put(text)
        elif text:
            self._put(f"{'^' if tag == 'sup' else '_'}{{{text}}}")
        return True

    def _marker(self, item: Any) -> None:
        """The number that a browser shows before an item of an ordered list: answers refer to choices by it."""
        above = item.getparent()
        if above is None or above.tag != "ol":
            return
        first = above.get("start") or "1"
        place = (int(first) if first.isdecimal() else 1) + self.items.get(above, 0)
        self.items[above] = self.items.get(above, 0) + 1
        self._put(f"{_counter(place, above.get('type') or '1')}.")
        self._separate(" ")

    def _text(self, text: str | None) -> None:
        if not text:
            return
        text = text.translate(_INVISIBLE)
        if self.preformatted:
            self._put(text)
            return
        folded = _WHITE.sub(" ", text)
        body = folded.strip(" ")
        if folded.startswith(" "):
            self._separate(" ")
        if body:
            self._put(body)
        if body and folded.endswith(" "):
            self._separate(" ")

    def _separate(self, gap: str) -> None:
        """The strongest separator asked for since the last word wins: line break, tab, space."""
        if "\n" in (gap, self.gap):
            self.gap = "\n"
        else:
            self.gap = "\t" if "\t" in (gap, self.gap) else gap

    def _put(self, text: str) -> None:
        if self.gap and self.length:
            self.pieces.append(self.gap)
            self.length += 1
        self.gap = ""
        self.pieces.append(text)
        self.length += len(text)
