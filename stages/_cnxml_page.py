"""A module of CNXML as the HTML of a page that holds its content."""

from typing import Any

from lxml import etree

from stages._cnxml import Module, local_name

MATHML = "{http://www.w3.org/1998/Math/MathML}"

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
SPECIAL = frozenset({"title", "tgroup", "emphasis", "newline", "space", "list", "link", "figure", "exercise"})
DROPPED = {"metadata", "iframe", "colspec", "label", "media", "image"}


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
        return str(etree.tostring(page, method="html", encoding="unicode"))

    def _fill(self, target: Any, source: Any, *, depth: int) -> None:
        """Appends the source's text and rendered children to the target; entities are left out."""
        _append_text(target, source.text)
        for child in source:
            if isinstance(child.tag, str):
                self._child(target, child, depth=depth)
            _append_text(target, child.tail)

    def _child(self, target: Any, element: Any, *, depth: int) -> None:
        if element.tag.startswith(MATHML):
            target.append(_plain_math(element))
            return
        name = local_name(element)
        if name in DROPPED:
            return
        if name in SPECIAL:
            getattr(self, f"_{name}")(target, element, depth)
            return
        tag, attributes = SAME.get(name, ("div", {"data-type": name}))
        if name == "entry" and local_name(element.getparent().getparent()) == "thead":
            tag = "th"
        self._into(target, tag, attributes, element, depth=depth + (name == "section"))

    def _into(self, target: Any, tag: str, attributes: dict[str, str], element: Any, *, depth: int) -> Any:
        made = etree.SubElement(target, tag, attributes)
        if element.get("id"):
            made.set("id", element.get("id"))
        self._fill(made, element, depth=depth)
        return made

    def _title(self, target: Any, element: Any, depth: int) -> None:
        in_text = local_name(element.getparent()) in ("para", "item", "list", "table", "figure")
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
            made.text = self.labels.get(anchor, "this section") if anchor else "this section"

    def _figure(self, target: Any, element: Any, depth: int) -> None:
        made = etree.SubElement(target, "figure", {"id": element.get("id", "")})
        etree.SubElement(made, "div", {"class": "figure-placeholder", "role": "img"})
        for caption in element.iter("{*}caption"):
            words = self._into(made, "figcaption", {}, caption, depth=depth)
            words.text = f"{self.labels.get(element.get('id', ''), 'Figure')} {words.text or ''}"

    def _exercise(self, target: Any, element: Any, depth: int) -> None:
        self.exercises += 1
        number = str(self.exercises)
        made = etree.SubElement(target, "div", {"data-type": "exercise", "id": element.get("id", "")})
        for part in element.iterchildren("*"):  # elements alone, since an entity has no name
            if local_name(part) == "title":
                self._title(made, part, depth)
            elif local_name(part) == "problem":
                self._problem(made, part, number, depth)
            elif local_name(part) == "solution":
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


def _append_text(target: Any, text: str | None) -> None:
    if not text:
        return
    if len(target):
        target[-1].tail = (target[-1].tail or "") + text
    else:
        target.text = (target.text or "") + text


def _plain_math(element: Any) -> Any:
    """The formula without name spaces, as HTML writes it."""
    made = etree.Element(local_name(element), dict(element.attrib))
    made.text = element.text
    for child in element:
        if isinstance(child.tag, str):
            made.append(_plain_math(child))
        _append_text(made, child.tail)
    if local_name(element) == "math" and local_name(element.getparent()) == "equation":
        made.set("display", "block")
    return made
