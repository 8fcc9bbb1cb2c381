"""Lines that a page repeats at the edge of question after question belong to the page and to none of them.

"Show answer", "Back to top", "Zurück zur Aufgabe 3": in whatever language, what opens or closes most of a page's
answers with the same words is no part of any.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from stages._qa_found import Found
from stages.records import Span

_DIGITS = re.compile(r"\d+")
_FEWEST = 3
# The score of pairs whose question and answer the page's markup delimits.
_SURE = 0.95
_SHARE = 0.7
# Refrains are short; two long lines that are equal are quotations.
_LONGEST = 80
_MOST_LINES = 3


@dataclass(frozen=True, slots=True)
class _Part:
    text: str
    span: Span | None


def without_refrains(text: str, pairs: Sequence[Found]) -> list[Found]:
    """The pairs, all of one rule, without the first and last lines that most of them share. `text` is the page's."""
    if len(pairs) < _FEWEST or pairs[0].score >= _SURE:
        return list(pairs)
    questions = _trimmed(text, [_Part(pair.question, pair.question_span) for pair in pairs])
    answers = _trimmed(text, [_Part(pair.answer, pair.answer_span) for pair in pairs])
    return [
        replace(pair, question=asked.text, question_span=asked.span, answer=told.text, answer_span=told.span)
        for pair, asked, told in zip(pairs, questions, answers, strict=True)
    ]


def _trimmed(text: str, parts: list[_Part]) -> list[_Part]:
    for is_last in (True, False):
        for _ in range(_MOST_LINES):
            edges = Counter(_edge(part, is_last=is_last) for part in parts)
            refrain, count = edges.most_common(1)[0]
            if not refrain or count < max(_FEWEST, _SHARE * len(parts)):
                break
            parts = [
                _without_edge(text, part, is_last=is_last) if _edge(part, is_last=is_last) == refrain else part
                for part in parts
            ]
    return parts


def _edge(part: _Part, *, is_last: bool) -> str:
    """The first or last line of a text that has others, numbers left out; empty where it is the only one, or no words.

    Results stand in lines of their own: "4" under one answer and "5" under the next repeat nothing.
    """
    lines = part.text.split("\n")
    line = lines[-1 if is_last else 0].strip()
    is_refrain = len(lines) > 1 and len(line) <= _LONGEST and any(map(str.isalpha, line))
    return _DIGITS.sub("0", line).lower() if is_refrain else ""


def _without_edge(text: str, part: _Part, *, is_last: bool) -> _Part:
    if is_last:
        rest, _, edge = part.text.rpartition("\n")
    else:
        edge, _, rest = part.text.partition("\n")
    return _Part(rest.strip(), _narrowed(text, part.span, rest.strip(), edge.strip(), is_last=is_last))


def _narrowed(text: str, span: Span | None, rest: str, edge: str, *, is_last: bool) -> Span | None:
    """Up to the last line of what is left, or from its first one on; `edge` may hold the same words once more."""
    if span is None:
        return None
    if is_last:
        end = span.end - len(edge) if text.endswith(edge, span.start, span.end) else span.end
        line = rest[rest.rfind("\n") + 1 :]
        at = text.rfind(line, span.start, end)
        return Span(start=span.start, end=at + len(line)) if at >= 0 else span
    start = span.start + len(edge) if text.startswith(edge, span.start, span.end) else span.start
    at = text.find(rest.partition("\n")[0], start, span.end)
    return Span(start=at, end=span.end) if at >= 0 else span
