"""Questions and answers that only words set apart: "Q: ... A: ...", "Problem 3 ... Solution ..."."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from stages._page_text import HEADINGS, PageText
from stages._qa_found import Found, found_at

# A full stop after a single letter is an initial, or the first of some choices.
_NUMBERING = r"(?:\s*\#?\d+(?:\.\d+)*[a-z]?)?"
_QUESTION = re.compile(
    rf"^[^\S\n]*(?:Q{_NUMBERING}\s*[:)]|(?:Question|Problem|Exercise){_NUMBERING}\s*(?:[:.)]|$))",
    re.MULTILINE,
)
_ANSWER = re.compile(
    rf"^[^\S\n]*(?:A{_NUMBERING}\s*[:)]|Ans{_NUMBERING}\s*[:.)]|(?:Answer|Solution){_NUMBERING}\s*(?:[:.)]|$))",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class _Label:
    start: int
    end: int
    is_question: bool


def labelled(page: PageText) -> Iterator[Found]:
    """A question label with an answer label right after it; the answer ends where the next part of the page begins."""
    labels = sorted(
        [_Label(match.start(), match.end(), True) for match in _QUESTION.finditer(page.text)]
        + [_Label(match.start(), match.end(), False) for match in _ANSWER.finditer(page.text)],
        key=lambda label: label.start,
    )
    if not any(not label.is_question for label in labels):
        return
    headings = sorted(span[0] for element, span in page.spans.items() if element.tag in HEADINGS)
    boxes = sorted(page.spans.values(), key=lambda span: span[1] - span[0])
    for at, (question, answer) in enumerate(pairwise(labels)):
        if not question.is_question or answer.is_question:
            continue
        box_end = next((end for start, end in boxes if start <= question.start and answer.end < end), len(page.text))
        stops = [start for start in headings if start >= answer.end] + [label.start for label in labels[at + 2 :]]
        end = min([box_end, *stops])
        places = page.trim(question.end, answer.start), page.trim(answer.end, end)
        if pair := found_at(page, *places, rule="labelled", score=0.6):
            yield pair
