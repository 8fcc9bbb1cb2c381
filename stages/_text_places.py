"""Places in plain text of what was found in the page made from it, which folds white space."""

from array import array
from itertools import accumulate

from stages._page_text import INVISIBLE
from stages.records import Span


class TextPlaces:
    """Maps spans of the page's text to spans of the text it was made from; both have the same other characters."""

    def __init__(self, text: str, page_text: str) -> None:
        shown = (place for place, char in enumerate(text) if not char.isspace() and ord(char) not in INVISIBLE)
        # Eight bytes a character each; as lists of numbers they would be five times as large.
        self._places = array("q", shown)
        self._before = array("q", accumulate((not char.isspace() for char in page_text), initial=0))
        self._is_same = len(self._places) == self._before[-1]

    def of(self, span: Span | None) -> Span | None:
        """None where the two texts differ in more than white space, so that no place is sure."""
        if span is None or not self._is_same or self._before[span.end] == self._before[span.start]:
            return None
        first, last = self._places[self._before[span.start]], self._places[self._before[span.end] - 1]
        return Span(start=first, end=last + 1)
