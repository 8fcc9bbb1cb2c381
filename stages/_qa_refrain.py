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
    """The first or last line of a text that has others, numbers left out; empty where it is the only one."""
    lines = part.text.split("\n")
    line = lines[-1 if is_last else 0].strip()
    return _DIGITS.sub("0", line).lower() if len(lines) > 1 and len(line) <= _LONGEST else ""


def _without_edge(text: str, part: _Part, *, is_last: bool) -> _Part:
    lines = part.text.split("\n")
    kept = lines[:-1] if is_last else lines[1:]
    return _Part("\n".join(kept).strip(), _narrowed(text, part.span, kept, is_last=is_last))


def _narrowed(text: str, span: Span | None, kept: list[str], *, is_last: bool) -> Span | None:
    if span is None:
        return None
    if is_last:
        at = text.rfind(kept[-1].strip(), span.start, span.end)
        return Span(start=span.start, end=at + len(kept[-1].strip())) if at >= 0 else span
    at = text.find(kept[0].strip(), span.start, span.end)
    return Span(start=at, end=span.end) if at >= 0 else span
