"""A page as plain text with its formulas as LaTeX, and for every element the place of its text.

Rules that find questions and answers name elements; `span_of` gives their place in the text, so that what is taken from
a page can always be shown where it stood.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stages.records import Span

HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u2060\ufeff\u00ad"))


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


def lines_of(page: PageText) -> Iterator[Span]:
    """The lines of the text that are not empty, in order."""
    start = 0
    for line in page.text.split("\n"):
        if span := page.trim(start, start + len(line)):
            yield span
        start += len(line) + 1
