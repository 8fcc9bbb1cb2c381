"""Formulas of a page as LaTeX, whatever they are encoded in.

Pages carry a formula as MathML (with TeX in an annotation, in `alttext`, or not at all), as TeX in a script or a data
attribute, or as an image whose alternative text or address holds it; and many show a rendering of it beside, which
would say it twice.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any
from urllib.parse import unquote_plus

from lxml import etree

from stages._formula_images import image_formula
from stages._formula_tex import SHOWN_ELSEWHERE, Formula, cleaned
from stages._mathml import mathml_to_latex

# Attributes that hold a formula, and a test of the source for any of them.
_DATA = ("data-latex", "data-tex", "data-formula", "data-equation-content", "data-mathml", "data-katex", "data-math")
_ANY_DATA = re.compile(r"data-(?:latex|tex|formula|equation-content|mathml|katex|math)[\s=]")
_VALUE_CLASS = "ql-formula"

# Renderings: shown instead of a source that stands beside them, or in them.
_RENDERED = frozenset({
    "MathJax", "MathJax_Display", "MathJax_Preview", "MathJax_SVG", "MathJax_SVG_Display", "MathJax_CHTML", "mjx-chtml",
    "MathJax_MathML", "MathJax_PHTML", "MJXc-display", "MathJax_PlainSource",
})  # fmt: skip
_KATEX = frozenset({"katex-html", "MJX_Assistive_MathML"})
_WIKIPEDIA = "mwe-math-element"
_MARKED = _RENDERED | _KATEX | {_WIKIPEDIA, _VALUE_CLASS}

_MAX_RENDERINGS = 4


@lru_cache(maxsize=1 << 16)
def marks_formula(names: str) -> bool:
    """Whether a value of `class` says that the element may be a formula, or the rendering of one."""
    classes = names.split()
    return not _MARKED.isdisjoint(classes)


@dataclass(frozen=True, slots=True)
class FormulaReader:
    """`attributes` are those of the page that hold formulas: most pages have none and are not looked through."""

    attributes: tuple[str, ...]

    @classmethod
    def of(cls, markup: str) -> "FormulaReader":
        return cls(tuple(name for name in _DATA if name in markup) if _ANY_DATA.search(markup) else ())

    def read(self, element: Any, tag: str) -> Formula | None:
        """The formula that the element is; `SHOWN_ELSEWHERE` for a second copy of one; None for anything else."""
        if tag == "math":
            return _mathml(element)
        if tag == "script":
            return _script(element)
        if tag == "img":
            return image_formula(element)
        if tag.startswith("mjx-"):
            return _mathjax3(element) if tag == "mjx-container" else None
        return _by_class(element) or self._by_attribute(element)

    def _by_attribute(self, element: Any) -> Formula | None:
        for name in self.attributes:
            value = element.get(name)
            if value and value.strip():
                return _from_attribute(name, value)
        return None


def _by_class(element: Any) -> Formula | None:
    classes = (element.get("class") or "").split()
    if not _RENDERED.isdisjoint(classes):
        return _rendered(element)
    if not _KATEX.isdisjoint(classes):
        return SHOWN_ELSEWHERE if _has_source_beside(element) else None
    if _WIKIPEDIA in classes:
        return _wikipedia(element)
    if _VALUE_CLASS in classes and element.get("data-value"):
        return Formula(element.get("data-value").strip())
    return None


def _mathml(element: Any) -> Formula:
    is_block = element.get("display") == "block" or element.get("mode") == "display" or _is_displayed(element)
    return Formula(mathml_to_latex(element), is_block)


def _is_displayed(element: Any) -> bool:
    """KaTeX and MediaWiki say it on an element round the formula."""
    for _ in range(3):
        element = element.getparent()
        if element is None:
            return False
        names = element.get("class") or ""
        if "katex-display" in names or "mwe-math-element-block" in names:
            return True
    return False


def _script(element: Any) -> Formula | None:
    kind = (element.get("type") or "").strip().lower()
    if kind.startswith("math/mml"):
        return _of_markup(element.text or "")
    if not kind.startswith(
        ("math/tex", "math/latex", "text/tex", "text/latex", "application/x-tex", "application/x-latex")
    ):
        return None
    return Formula(cleaned(element.text or ""), "mode=display" in kind.replace(" ", ""))


def _of_markup(markup: str) -> Formula:
    """The formula of MathML that a page holds as text."""
    try:
        root = etree.fromstring(markup.encode(), parser=etree.HTMLParser(encoding="utf-8", no_network=True))
    except (etree.ParserError, etree.XMLSyntaxError):
        return Formula("")
    math = next(root.iter("math"), None) if root is not None else None
    return _mathml(math) if math is not None else Formula("")


def _mathjax3(element: Any) -> Formula:
    is_block = element.get("display") in ("true", "block")
    source = _own_value(element, "data-latex")
    if source:
        return Formula(cleaned(source), is_block)
    math = next(element.iter("math"), None)
    if math is not None:
        found = _mathml(math)
        return Formula(found.tex, is_block or found.is_block)
    return Formula("", is_block)


def _own_value(element: Any, name: str) -> str | None:
    """The attribute of the element, or of the first of its children that has it: it stands for the whole formula."""
    for node in (element, *element.iterchildren()):
        if node.get(name):
            return str(node.get(name))
    return None


def _rendered(element: Any) -> Formula:
    if _has_source_beside(element):
        return SHOWN_ELSEWHERE
    holder = next((node for node in element.iter() if node.get("data-mathml")), None)
    if holder is not None:
        return _from_attribute("data-mathml", holder.get("data-mathml"))
    math = next(element.iter("math"), None)
    if math is not None:
        return _mathml(math)
    label = next((node.get("aria-label") for node in element.iter() if node.get("aria-label")), None)
    return Formula(cleaned(label) if label else "", "isplay" in (element.get("class") or ""))


def _has_source_beside(element: Any) -> bool:
    """Whether the script, the MathML or the container that this is a rendering of stands next to it."""
    if "katex-html" in (element.get("class") or ""):
        before = element.getprevious()
        return before is not None and "katex-mathml" in (before.get("class") or "")
    # A preview, its rendering and its speech stand in between.
    for node in islice(element.itersiblings(), _MAX_RENDERINGS):
        kind = node.get("type") or ""
        if node.tag == "script" and kind.lower().startswith("math/"):
            return True
        if node.tag == "mjx-container" or "MathJax" not in (node.get("class") or ""):
            return bool(node.tag == "mjx-container")
    above = element.getparent()
    is_wrapped = above is not None and "MathJax" in (above.get("class") or "")
    return is_wrapped and _has_source_beside(above)


def _wikipedia(element: Any) -> Formula:
    math = next(element.iter("math"), None)
    image = next(element.iter("img"), None)
    names = " ".join(node.get("class") or "" for node in (element, image) if node is not None)
    is_block = "-block" in names or "fallback-image-display" in names
    found = _mathml(math) if math is not None else None
    if found and found.tex:
        return Formula(found.tex, is_block or found.is_block)
    alt = image.get("alt") if image is not None else None
    return Formula(cleaned(alt or ""), is_block)


def _from_attribute(name: str, value: str) -> Formula:
    if name == "data-mathml":
        return _of_markup(value)
    if "%" in value and "\\" not in value:
        value = unquote_plus(value)
    return Formula(cleaned(value))
