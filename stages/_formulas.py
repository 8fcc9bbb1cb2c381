"""Formulas of a page as LaTeX, whatever they are encoded in.

Pages carry a formula as MathML (with TeX in an annotation, in `alttext`, or not at all), as TeX in a script or a data
attribute, or as an image whose alternative text or address holds it; and many show a rendering of it beside, which
would say it twice.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from itertools import islice
from typing import Any
from urllib.parse import parse_qs, unquote, unquote_plus, urlsplit

from lxml import etree

from stages._mathml import mathml_to_latex

# Attributes that hold a formula, and a test of the source for any of them.
_DATA = ("data-latex", "data-tex", "data-formula", "data-equation-content", "data-mathml", "data-katex", "data-math")
_ANY_DATA = re.compile(r"data-(?:latex|tex|formula|equation-content|mathml|katex|math)[\s=]")
_VALUE_CLASS = "ql-formula"

# Renderings: shown instead of a source that stands beside them, or in them.
_RENDERED = frozenset(
    {
        "MathJax",
        "MathJax_Display",
        "MathJax_Preview",
        "MathJax_SVG",
        "MathJax_SVG_Display",
        "MathJax_CHTML",
        "mjx-chtml",
    }
    | {"MathJax_MathML", "MathJax_PHTML", "MJXc-display", "MathJax_PlainSource"}
)
_KATEX = frozenset({"katex-html", "MJX_Assistive_MathML"})
_WIKIPEDIA = "mwe-math-element"
_MARKED = _RENDERED | _KATEX | {_WIKIPEDIA, _VALUE_CLASS}

_TEX_CLASS = re.compile(
    r"(?:^|[\s_-])(?:tex|latex\w*|mwe-math-fallback-image-\w+|ql-img-\w+-formula|math\w*|formula|equation)(?:$|[\s_-])"
)
_TEX_ADDRESS = re.compile(
    r"latex\.php|latex\.codecogs|/(?:gif|png|svg|pdf|emf|swf)(?:\.image)?\.latex|math(?:tex|ml|render)?\.cgi|mimetex"
    r"|cht=tx|/media/math/render|equation\?tex=|/latex/|tex2img|texrender|eq\.latex|latexrender",
    re.IGNORECASE,
)
_LOOKS_LIKE_TEX = re.compile(r"[\\^_{}=+]|^\$.*\$$|^\W*[A-Za-z]\W*$")
_LINE_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_WORDS = re.compile(r"[A-Za-z ]{3,}")
_MAX_RENDERINGS = 4
_QUERY_NAMES = ("latex", "chl", "tex", "formula", "eq", "math")
_COLOURS = re.compile(
    r"^(?:\\(?:fg|bg)_[a-z]+|\\dpi\{\d+\}|\\(?:inline|large|small|huge|LARGE|Large|tiny|normalsize)(?![a-zA-Z])|\\fn_\w+|\s)+"
)
_DELIMITED = re.compile(r"^(\$\$|\$|\\\(|\\\[)(.*?)(\$\$|\$|\\\)|\\\])$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Formula:
    """`tex` without dollar signs; empty where the page shows a formula whose source is not to be had."""

    tex: str
    is_block: bool = False


SHOWN_ELSEWHERE = Formula("")


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
            return _image(element)
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


def _mathml(element: Any) -> Formula | None:
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
        math = _parsed_math(element.text or "")
        return _mathml(math) if math is not None else Formula("")
    if not kind.startswith(
        ("math/tex", "math/latex", "text/tex", "text/latex", "application/x-tex", "application/x-latex")
    ):
        return None
    return Formula(_cleaned(element.text or ""), "mode=display" in kind.replace(" ", ""))


def _parsed_math(markup: str) -> Any | None:
    try:
        root = etree.fromstring(markup.encode(), parser=etree.HTMLParser(encoding="utf-8", no_network=True))
    except (etree.ParserError, etree.XMLSyntaxError):
        return None
    return None if root is None else next(root.iter("math"), None)


def _image(element: Any) -> Formula | None:
    """The TeX of an image's address or alternative text, where class or address say that it shows a formula."""
    source = element.get("src") or element.get("data-src") or ""
    is_served = bool(_TEX_ADDRESS.search(source))
    alt = (element.get("alt") or "").strip()
    is_classed = bool(_TEX_CLASS.search(element.get("class") or "")) or element.get("eeimg") is not None
    is_block = "block" in (element.get("class") or "") or "displaymath" in (element.get("class") or "")
    if not (is_served or is_classed or _DELIMITED.match(alt)):
        return None
    if _LOOKS_LIKE_TEX.search(alt) or (is_classed and alt and not _WORDS.fullmatch(alt)):
        delimited = _DELIMITED.match(alt)
        return Formula(_cleaned(alt), is_block or bool(delimited and delimited.group(1) in ("$$", r"\[")))
    if is_served:
        return Formula(_cleaned(_tex_of_address(source)), is_block)
    return None


def _tex_of_address(address: str) -> str:
    """Empty where the address is none."""
    try:
        parts = urlsplit(address)
    except ValueError:  # "http://[x/latex.php?a"
        return ""
    query = parse_qs(parts.query) if "=" in parts.query else {}
    named = next((query[name][0] for name in _QUERY_NAMES if name in query), None)
    if named is not None and not parts.query.startswith("\\"):
        return unescape(named.replace("&space;", " "))
    # codecogs and mimetex take the whole query as TeX; a plus sign stands for itself there.
    return unescape(unquote(parts.query.partition("&bg=")[0]).replace("&space;", " "))


def _mathjax3(element: Any) -> Formula:
    is_block = element.get("display") in ("true", "block")
    source = _descendant_value(element, "data-latex")
    if source:
        return Formula(_cleaned(source), is_block)
    math = next(element.iter("math"), None)
    if math is not None:
        found = _mathml(math)
        return Formula(found.tex if found else "", is_block or bool(found and found.is_block))
    return Formula("", is_block)


def _descendant_value(element: Any, name: str) -> str | None:
    """The attribute of the element or of its first descendant that stands for the whole formula."""
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
        return _mathml(math) or Formula("")
    label = next((node.get("aria-label") for node in element.iter() if node.get("aria-label")), None)
    return Formula(_cleaned(label) if label else "", "isplay" in (element.get("class") or ""))


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
    return Formula(_cleaned(alt or ""), is_block)


def _from_attribute(name: str, value: str) -> Formula:
    if name == "data-mathml":
        math = _parsed_math(value)
        return (_mathml(math) or Formula("")) if math is not None else Formula("")
    if "%" in value and "\\" not in value:
        value = unquote_plus(value)
    return Formula(_cleaned(value))


def _cleaned(tex: str) -> str:
    """Without delimiters, sizes, colours and CDATA marks that belong to the encoding and not to the formula."""
    tex = (
        _LINE_BREAK.sub(" ", tex)
        .replace("% <![CDATA[", "")
        .replace("%]]>", "")
        .replace("<![CDATA[", "")
        .replace("]]>", "")
        .strip()
    )
    tex = _COLOURS.sub("", tex)
    if delimited := _DELIMITED.match(tex):
        tex = delimited.group(2)
    wrapped = re.fullmatch(r"\{\\(?:displaystyle|textstyle)\s*(.*)\}", tex.strip(), re.DOTALL)
    return (wrapped.group(1) if wrapped else tex).strip()
