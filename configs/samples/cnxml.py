"""OpenStax CNXML modules as the HTML pages of a textbook site: menu, contents, MathML, exercises, footer."""

import gzip
import html
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

BOOK_TITLE = "College Physics 2e"
ATTRIBUTION = "OpenStax, College Physics, Rice University, CC BY 4.0"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"
MATHML = "{http://www.w3.org/1998/Math/MathML}"
NUMBERED = {"figure": "Figure", "table": "Table", "example": "Example", "equation": "Equation", "exercise": "Exercise"}

# CNXML element -> HTML element and its attributes.
SAME = {
    "para": ("p", {}),
    "section": ("section", {"data-depth": "1"}),
    "item": ("li", {}),
    "sup": ("sup", {}),
    "sub": ("sub", {}),
    "caption": ("figcaption", {}),
    "term": ("dfn", {"data-type": "term"}),
    "row": ("tr", {}),
    "entry": ("td", {}),
    "tbody": ("tbody", {}),
    "thead": ("thead", {}),
    "table": ("table", {}),
    "span": ("span", {}),
    "example": ("div", {"data-type": "example", "class": "ui-has-child-title"}),
    "note": ("div", {"data-type": "note", "class": "os-note-body"}),
    "equation": ("div", {"data-type": "equation"}),
    "glossary": ("div", {"data-type": "glossary"}),
    "definition": ("dl", {}),
    "meaning": ("dd", {}),
    "footnote": ("aside", {"role": "doc-footnote"}),
}
LIST_TYPES = {"lower-alpha": "a", "upper-alpha": "A", "lower-roman": "i", "upper-roman": "I"}
DROPPED = {"metadata", "iframe", "colspec", "label", "media", "image"}


@dataclass(frozen=True)
class Module:
    id: str
    title: str
    root: Any
    num_solved: int
    # Element id -> "Figure 3", for references.
    labels: dict[str, str]


@dataclass(frozen=True)
class Page:
    module: Module
    url: str


def load(path: Path) -> Module:
    root = etree.fromstring(gzip.decompress(path.read_bytes()), etree.XMLParser(remove_comments=True))
    name = path.name.removesuffix(".cnxml.gz")
    title = " ".join("".join(root.find("{*}title").itertext()).split())
    solved = sum(exercise.find("{*}solution") is not None for exercise in root.iter("{*}exercise"))
    return Module(id=name, title=title, root=root, num_solved=solved, labels=_labels(root))


def _labels(root: Any) -> dict[str, str]:
    counts: dict[str, int] = {}
    labels = {}
    for element in root.iter(*(f"{{*}}{name}" for name in NUMBERED)):
        kind = _name(element)
        counts[kind] = counts.get(kind, 0) + 1
        labels[element.get("id", "")] = f"{NUMBERED[kind]} {counts[kind]}"
    return labels


def render(
    page: Page,
    *,
    pages: Sequence[Page],
    elsewhere: dict[str, str],
    neighbours: tuple[Page | None, Page | None],
) -> str:
    urls = {other.module.id: other.url for other in pages}
    body = Renderer(page.module, urls=urls, elsewhere=elsewhere).render()
    previous, following = neighbours
    links = [
        f'<a class="{rel}" rel="{rel}" href="{other.url}">{html.escape(other.module.title)}</a>'
        for rel, other in (("prev", previous), ("next", following))
        if other
    ]
    return _site(page.module.title, page.url, body + f'<nav class="prev-next">{" ".join(links)}</nav>', pages)


def contents_page(pages: Sequence[Page]) -> str:
    body = "<h1>Table of contents</h1><ol>" + "".join(_entry(page) for page in pages) + "</ol>"
    return _site("Table of contents", pages[0].url.rpartition("/")[0] + "/table-of-contents", body, pages)


def preface_page(pages: Sequence[Page]) -> str:
    body = (
        "<h1>About these pages</h1><p>These pages hold sections of an introductory, algebra-based physics course. "
        "Each section ends with conceptual questions and with problems, some of which come with a solution.</p>"
    )
    return _site("About these pages", pages[0].url.rpartition("/")[0] + "/preface", body, pages)


def _entry(page: Page) -> str:
    return f'<li><a href="{page.url}">{html.escape(page.module.title)}</a></li>'


def _site(title: str, url: str, body: str, pages: Sequence[Page]) -> str:
    near = "".join(_entry(page) for page in pages[:12])
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{html.escape(title)} - {BOOK_TITLE}</title>
<link rel="canonical" href="{url}">
<link rel="license" href="{LICENCE_URL}">
<meta name="dcterms.license" content="{LICENCE_URL}">
<meta name="dcterms.rightsHolder" content="{ATTRIBUTION}">
<link rel="stylesheet" href="/assets/book.css">
<script>window.dataLayer = window.dataLayer || []; dataLayer.push({{"page": "<h2>Solution</h2>"}});</script>
</head>
<body class="book">
<header class="site"><a href="https://openstax.org/">Home</a> <form role="search"><input name="q">
<button>Search</button></form></header>
<nav class="sidebar" aria-label="Contents"><h2>{BOOK_TITLE}</h2><ol>{near}</ol></nav>
<main id="main-content" class="page-content">
{body}
</main>
<footer><p>{ATTRIBUTION}. The licence is at <a rel="license" href="{LICENCE_URL}">{LICENCE_URL}</a>. The text was made
into web pages from the book's sources; figures are left out.</p></footer>
</body>
</html>
"""


class Renderer:
    """One module's content; `urls` leads to the site's other modules, `elsewhere` names what stands in any module."""

    def __init__(self, module: Module, *, urls: dict[str, str], elsewhere: dict[str, str]) -> None:
        self.module = module
        self.urls = urls
        self.labels = {**elsewhere, **module.labels}
        self.exercises = 0

    def render(self) -> str:
        page = etree.Element("div", {"data-type": "page"})
        title = etree.SubElement(page, "h1", {"data-type": "document-title"})
        title.text = self.module.title
        self._fill(page, self.module.root.find("{*}content"), depth=2)
        return etree.tostring(page, method="html", encoding="unicode")

    def _fill(self, target: Any, source: Any, *, depth: int) -> None:
        """Appends the source's text and rendered children to the target."""
        _append_text(target, source.text)
        for child in source:
            self._child(target, child, depth=depth)
            _append_text(target, child.tail)

    def _child(self, target: Any, element: Any, *, depth: int) -> None:
        if element.tag.startswith(MATHML):
            target.append(_plain_math(element))
            return
        name = _name(element)
        if name in DROPPED:
            return
        special = getattr(self, f"_{name}", None)
        if special:
            special(target, element, depth)
            return
        tag, attributes = SAME.get(name, ("div", {"data-type": name}))
        if name == "entry" and _name(element.getparent().getparent()) == "thead":
            tag = "th"
        self._into(target, tag, attributes, element, depth=depth + (name == "section"))

    def _into(self, target: Any, tag: str, attributes: dict[str, str], element: Any, *, depth: int) -> Any:
        made = etree.SubElement(target, tag, attributes)
        if element.get("id"):
            made.set("id", element.get("id"))
        self._fill(made, element, depth=depth)
        return made

    def _title(self, target: Any, element: Any, depth: int) -> None:
        in_text = _name(element.getparent()) in ("para", "item", "list", "table", "figure")
        self._into(target, "strong" if in_text else f"h{min(depth, 6)}", {"data-type": "title"}, element, depth=depth)

    def _tgroup(self, target: Any, element: Any, depth: int) -> None:
        self._fill(target, element, depth=depth)

    def _emphasis(self, target: Any, element: Any, depth: int) -> None:
        tag = {"italics": "em", "underline": "u"}.get(element.get("effect", ""), "strong")
        self._into(target, tag, {}, element, depth=depth)

    def _newline(self, target: Any, element: Any, depth: int) -> None:
        etree.SubElement(target, "br")

    def _space(self, target: Any, element: Any, depth: int) -> None:
        _append_text(target, " ")

    def _list(self, target: Any, element: Any, depth: int) -> None:
        if element.get("list-type") != "enumerated":
            self._into(target, "ul", {}, element, depth=depth)
            return
        kind = LIST_TYPES.get(element.get("number-style", ""), "1")
        self._into(target, "ol", {"type": kind}, element, depth=depth)

    def _link(self, target: Any, element: Any, depth: int) -> None:
        anchor, document = element.get("target-id"), element.get("document")
        href = element.get("url") or (self.urls.get(document, f"#{document}") if document else f"#{anchor}")
        made = self._into(target, "a", {"href": href}, element, depth=depth)
        made.attrib.pop("id", None)
        if not "".join(made.itertext()).strip():
            made.text = self.labels.get(anchor or "", "this section")

    def _figure(self, target: Any, element: Any, depth: int) -> None:
        made = etree.SubElement(target, "figure", {"id": element.get("id", "")})
        etree.SubElement(made, "div", {"class": "figure-placeholder", "role": "img"})
        for caption in element.iter("{*}caption"):
            words = self._into(made, "figcaption", {}, caption, depth=depth)
            words.text = f"{self.labels[element.get('id', '')]} {words.text or ''}"

    def _exercise(self, target: Any, element: Any, depth: int) -> None:
        self.exercises += 1
        number = str(self.exercises)
        made = etree.SubElement(target, "div", {"data-type": "exercise", "id": element.get("id", "")})
        for part in element:
            if _name(part) == "title":
                self._title(made, part, depth)
            elif _name(part) == "problem":
                self._problem(made, part, number, depth)
            elif _name(part) == "solution":
                made.set("class", "os-hasSolution")
                self._solution(made, part, depth)

    def _problem(self, target: Any, element: Any, number: str, depth: int) -> None:
        made = etree.SubElement(target, "div", {"data-type": "problem", "id": element.get("id", "")})
        etree.SubElement(made, "span", {"class": "os-number"}).text = number
        etree.SubElement(made, "span", {"class": "os-divider"}).text = ". "
        inner = etree.SubElement(made, "div", {"class": "os-problem-container"})
        self._fill(inner, element, depth=depth)

    def _solution(self, target: Any, element: Any, depth: int) -> None:
        made = etree.SubElement(target, "div", {"data-type": "solution", "id": element.get("id", "")})
        heading = etree.SubElement(made, f"h{min(depth + 1, 6)}", {"data-type": "solution-title"})
        etree.SubElement(heading, "span", {"class": "os-title-label"}).text = "Solution"
        inner = etree.SubElement(made, "div", {"class": "os-solution-container"})
        self._fill(inner, element, depth=depth)


def _name(element: Any) -> str:
    return etree.QName(element).localname


def _append_text(target: Any, text: str | None) -> None:
    if not text:
        return
    if len(target):
        target[-1].tail = (target[-1].tail or "") + text
    else:
        target.text = (target.text or "") + text


def _plain_math(element: Any) -> Any:
    """The formula without name spaces, as HTML writes it."""
    made = etree.Element(_name(element), dict(element.attrib))
    made.text = element.text
    for child in element:
        copy = _plain_math(child)
        copy.tail = child.tail
        made.append(copy)
    if _name(element) == "math" and _name(element.getparent()) == "equation":
        made.set("display", "block")
    return made
