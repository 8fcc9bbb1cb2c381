"""The lines of a page that another extractor kept, told by the text it made of the page."""

import re

from stages._page_text import PageText, lines_of
from stages.records import Span

_FORMULA = re.compile(r"\$+[^$]*\$+|[\^_]\{[^{}]*\}")
_WORD = re.compile(r"\w+")
# A line of another extractor is looked for by its first characters; with so many it is known wherever it stands.
_KEY_CHARS = 60
_SURE_CHARS = 20
# How far behind the last line that was found a short one may stand at the end of the content.
_TAIL = 200


def kept_lines(page: PageText, text: str) -> list[Span]:
    """The page's lines that stand in the text, in order; lines of formulas alone where the text goes on behind them."""
    wanted = _folded(text)
    lines = [(span, _folded(_FORMULA.sub("", page.cut(span)))[:_KEY_CHARS]) for span in lines_of(page)]
    anchors = _anchors(wanted, [key for _, key in lines])
    ends = _ends(anchors, len(lines))
    spans: list[Span] = []
    waiting: list[Span] = []  # lines of formulas only, until it is known whether the text goes on
    at = 0
    for number, (span, key) in enumerate(lines):
        if not key:
            waiting.append(span)
            continue
        place = anchors.get(number, -1)
        if place < 0 and at < ends[number]:
            place = wanted.find(key, at, ends[number])
        if place >= 0:
            spans += [*waiting, span] if spans else [span]
            at = place + len(key)
        waiting = []
    return spans


def _folded(text: str) -> str:
    return "".join(_WORD.findall(text.lower()))


def _anchors(wanted: str, keys: list[str]) -> dict[int, int]:
    """Where lines long enough to be sure of stand in the wanted text, by the line's number; both ascend."""
    anchors: dict[int, int] = {}
    at = 0
    for number, key in enumerate(keys):
        if len(key) >= _SURE_CHARS and (place := wanted.find(key, at)) >= 0:
            anchors[number] = place
            at = place + len(key)
    return anchors


def _ends(anchors: dict[int, int], count: int) -> list[int]:
    """For each line the place of the next anchor: before it a short line may be looked for."""
    ends = [0] * count
    following = max(anchors.values(), default=-_TAIL) + _KEY_CHARS + _TAIL
    for number in range(count - 1, -1, -1):
        ends[number] = following
        following = anchors.get(number, following)
    return ends
