r"""Cuts a question and its answer at the labels of their parts: (a) (b), a) b), a. b., i. ii., 1. 2., Part A.

A cut is only made where it is plain: labels in sequence from the first on, each once, the same in question and answer.
A label that is spoken of ("in part (b)", "Figure 2(a)") cuts nothing.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Labels = list[re.Match[str]]

MAX_TEXT = 20_000
MAX_PARTS = 9

_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
_SEQUENCES: tuple[Sequence[str], ...] = ("abcdefghi", _ROMAN, "123456789")
_NAME = r"(?P<name>[a-i]|[ivx]{1,4}|[1-9])"
# In a question `a)` stands at the beginning of a line or sentence, `a.` of a line; in an answer also behind a value.
_IN_QUESTIONS = {
    "part": rf"(?:^|(?<=\n))[*_#\s]{{0,4}}part\s*\(?{_NAME}\)?[*_]{{0,2}}\s*[:.)]?(?=\s)[*_]{{0,2}}",
    "round": rf"(?:^|(?<=[\s*;,]))\({_NAME}\)",
    "paren": rf"(?:^|(?<=\n)|(?<=[.?!:;]\s)){_NAME}\)(?=\s|\$|\\)",
    "dot": rf"(?:^|(?<=\n))[*_]{{0,2}}{_NAME}\.(?=[\s*_])[*_]{{0,2}}",
}
_IN_ANSWERS = _IN_QUESTIONS | {"paren": rf"(?:^|(?<=\s)){_NAME}\)(?=\s|\$|\\|-|\d)"}
_STYLES, _ANSWER_STYLES = (
    [re.compile(style, re.IGNORECASE) for style in styles.values()] for styles in (_IN_QUESTIONS, _IN_ANSWERS)
)
_SPOKEN_OF = re.compile(
    r"(?:\b(?:parts?|fig(?:ure)?s?\.?|eq(?:uation)?s?\.?|steps?|and|or|see|cases?|questions?|problems?|exercises?|both)"
    r"|\b(?:as|from|in|of|to|than|with|using) (?:part )?)\s*\d*\s*$",
    re.IGNORECASE,
)
_CAPTION = re.compile(r"\n[ \t]*(?:figure|table|fig\.)\s*\d", re.IGNORECASE)
_LABELLED_LINE = re.compile(r"\n[ \t]*\(?[a-i1-9][).]\s", re.IGNORECASE)
_HEADER = re.compile(r"\s*+(?:(?:\*\*)?(?:solutions?|answers?|ans)\s*+[:.]?(?:\*\*)?\s*)?", re.IGNORECASE)
_FORMULA_LINE = re.compile(r"\\\(.{1,200}\\\)[.;,]?|\$[^$]{1,200}\$[.;,]?|[-−+]?\d[\d.,/]*")
_ASSUMING = re.compile(
    r"(?:assume|neglect|ignore|take|use|you may (?:assume|neglect|use)|suppose that|for simplicity|"
    r"the speed of (?:light|sound))\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.?!])\s+(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Part:
    """`question` is what stands behind the label, `answer` the piece of the answer text behind the same label."""

    label: str
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Parts:
    """`stem` goes before each part, `joint` between them, `tail` (assumptions, a caption) behind each."""

    stem: str
    parts: tuple[Part, ...]
    tail: str = ""
    joint: str = " "

    def question(self, part: Part) -> str:
        asked = f"{self.stem}{self.joint}{part.question}" if self.stem else part.question
        return f"{asked}\n{self.tail}" if self.tail else asked


def cut(question: str, answer: str) -> Parts | None:
    """None where there are no parts, or where it is not plain which answer belongs to which."""
    if max(len(question), len(answer)) > MAX_TEXT:
        return None
    body, shown = _without_caption(question)
    in_question = [*_labels(body, _STYLES)]
    in_answer = [*_labels(answer, _ANSWER_STYLES)] if any(len(labels) > 1 for labels in in_question) else []
    for sequence in _SEQUENCES:
        asked, told = _run(in_question, sequence), _run(in_answer, sequence)
        if asked and told and len(asked) == len(told) and _HEADER.fullmatch(answer[: told[0].start()]):
            return _paired(body, answer, (asked, told), shown)
    return _by_lines(body, answer) if not shown else None


def _without_caption(question: str) -> tuple[str, str]:
    """The question, and the caption at its end: no line behind its first begins with a label."""
    lines = [label.start() for label in _LABELLED_LINE.finditer(question)]
    caption = _CAPTION.search(question, lines[-1] if lines else 0)
    return (question[: caption.start()], question[caption.start() :].strip()) if caption else (question, "")


def _run(styles: Sequence[Labels], sequence: Sequence[str]) -> Labels | None:
    """The labels of one style that are the whole sequence from its first; None if one is missing or stands twice."""
    for labels in styles:
        found = [label for label in labels if label["name"].lower() in sequence]
        names = [label["name"].lower() for label in found]
        if 2 <= len(names) <= MAX_PARTS and names == list(sequence[: len(names)]):
            return found
    return None


def _labels(text: str, styles: Sequence[re.Pattern[str]]) -> Iterator[Labels]:
    """Those of each style, but for what is spoken of."""
    for style in styles:
        found = style.finditer(text)
        yield [one for one in found if not _SPOKEN_OF.search(text[max(0, one.start() - 40) : one.start()])]


def _paired(body: str, answer: str, runs: tuple[Labels, Labels], shown: str) -> Parts:
    asked, told = (_pieces(text, run) for text, run in zip((body, answer), runs, strict=True))
    before = body[: runs[0][0].start()]
    last, assumed = _without_assumptions(asked[-1])
    return Parts(
        stem=before.strip(),
        parts=tuple(
            Part(label["name"].lower(), question, piece)
            for label, question, piece in zip(runs[0], [*asked[:-1], last], told, strict=True)
        ),
        tail="\n".join(filter(None, (assumed, shown))),
        joint="\n" if before.endswith("\n") else " ",
    )


def _pieces(text: str, run: Sequence[re.Match[str]]) -> list[str]:
    ends = [*(label.start() for label in run[1:]), len(text)]
    return [text[label.end() : end].strip(" \t\n;,*") for label, end in zip(run, ends, strict=True)]


def _without_assumptions(part: str) -> tuple[str, str]:
    """The last part without sentences at its end that hold for all: they say what may be assumed."""
    sentences = _SENTENCE.split(part)
    end = len(sentences)
    while end > 1 and _ASSUMING.match(sentences[end - 1]):
        end -= 1
    assumed = " ".join(sentences[end:])
    return (" ".join(sentences[:end]), assumed) if assumed.count("(") == assumed.count(")") else (part, "")


def _by_lines(question: str, answer: str) -> Parts | None:
    """Formulas one a line under the line that says what to do with each, answered by as many lines."""
    stem, *asked = [line.strip() for line in question.strip().splitlines() if line.strip()] or [""]
    told = [line.strip() for line in answer.strip().splitlines() if line.strip()]
    if not 2 <= len(asked) == len(told) or not all(map(_FORMULA_LINE.fullmatch, asked)):
        return None
    if not all(map(_FORMULA_LINE.fullmatch, told)) or stem.endswith((".", "?")):
        return None
    rows = enumerate(zip(asked, told, strict=True), start=1)
    return Parts(stem, tuple(Part(str(place), *pair) for place, pair in rows))
