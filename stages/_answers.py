"""The short final answer inside an answer text: marked ones first, then bare values, then the end of a calculation."""

import re
from dataclasses import dataclass

from pipeline.stage import Reject
from verifier.extract import boxed
from verifier.latex import has_two_signs, normalise, plain_text, split_top
from verifier.numbers.quantities import NUMERIC_TYPES, numeric_type, unit_of
from verifier.types import AnswerType

CALCULATOR = re.compile(r"<<[^<>]*>>")
HASHES = re.compile(r"^####\s*(.+?)\s*$", re.MULTILINE)
PHRASE = re.compile(r"\b(?:the\s+)?(?:final\s+)?answer\s*(?:is|:)\s*(.+?)(?:\.\s|\.?$)", re.IGNORECASE | re.MULTILINE)
OPTION = re.compile(r"\(?([a-eA-E])\)\.?(?=$|\s*\()")
REMARK = re.compile(r"\s*\((?![a-e]\))[^()]*(?:\([^()]*\)[^()]*)*\)\s*\.?$")
EQUALS = r"\\approx|≈|\\simeq|(?<![<>!\\])=|\\Rightarrow|\\to"
TABLE = re.compile(r"\\begin\{[a-z]*matrix\}|\\begin\{array\}(?:\{[^{}]*\})?|\\end\{(?:[a-z]*matrix|array)\}")
INTERMEDIATE = re.compile(r"\b(?:or|and)\b|;|,\s")
WORDY = re.compile(r"[A-Za-z]{2,}\s+[A-Za-z]{2,}\s+[A-Za-z]{3,}")
MAX_ANSWER = 160
MAX_WORDS = 3


@dataclass(frozen=True, slots=True)
class Found:
    """`how`: hashes, boxed, phrase, option, bare, named, chain. Only the first three mark the answer explicitly."""

    answer: str
    how: str
    solution: str | None = None
    signals: tuple[str, ...] = ()

    @property
    def is_marked(self) -> bool:
        return self.how in ("hashes", "boxed", "phrase")


def find_answer(text: str) -> Found | Reject:
    """The answer with the solution that leads to it, calculator marks removed."""
    text = CALCULATOR.sub("", text).strip()
    if not text:
        return Reject("no_short_answer", "the answer text is empty")
    if hashes := HASHES.findall(text):
        return Found(_digits(hashes[-1]), "hashes", HASHES.sub("", text).strip() or None)
    if r"\boxed" in text or r"\fbox" in text:
        content = boxed(text)
        return Found(content, "boxed", text) if content else Reject("no_short_answer", "the last box is not closed")
    if option := OPTION.match(text):
        rest = text[option.end() :].strip()
        if not rest or REMARK.fullmatch(" " + rest):
            return Found(option[1].upper(), "option")
    return _unmarked(text)


def _digits(text: str) -> str:
    return re.sub(r"(?<=\d),(?=\d{3})", "", text)


def _unmarked(text: str) -> Found | Reject:
    if re.search(r"\([a-d]\)|^[a-d]\)", text, re.MULTILINE):
        return Reject("multi_part", "the answer has lettered parts")
    phrases = PHRASE.findall(text)
    lines = _lines(text)
    if phrases and is_value(clean(phrases[-1])):
        return Found(clean(phrases[-1]), "phrase", text)
    if len(lines) == 1:
        return _single_line(lines[0], text)
    return _chain(lines, text)


def _lines(text: str) -> list[str]:
    """The lines, rows of tables of equations among them."""
    text = TABLE.sub("", text) if r"\begin{" in text else text
    return [
        line for part in text.splitlines() for piece in part.split(r"\\") if (line := clean(piece.replace("&", " ")))
    ]


def clean(text: str) -> str:
    """Without dollar signs around formulas, trailing punctuation and spaces; a dollar sign of money stays."""
    text = re.sub(r"\$\$(.+?)\$\$", r" \1 ", text)
    text = re.sub(r"\$(?!\s)([^$]+)(?<!\s)\$", r"\1", text)
    text = re.sub(r"\s+", " ", text).strip().rstrip("$").removeprefix("$$")
    return text.strip().removesuffix(".").removesuffix(",").removesuffix(r"\\").strip()


def is_value(text: str) -> bool:
    return len(text) <= MAX_ANSWER and _kind(text) in NUMERIC_TYPES


def _kind(text: str) -> AnswerType | None:
    if re.search(r"\\pm\b|\bto\b|\bor\b|\band\b", plain_text(normalise(text))):
        return None
    return numeric_type(normalise(text))


def _single_line(line: str, text: str) -> Found | Reject:
    if is_value(line) and not re.search(EQUALS, normalise(line)):
        return Found(line, "bare")
    if has_two_signs(normalise(line)):
        return Reject("uncertainty", "the value has a margin")
    shorter = REMARK.sub("", line)
    if shorter != line and is_value(shorter):
        return Found(clean(shorter), "bare", None, ("remark_dropped",))
    if re.search(EQUALS, normalise(line)):
        return _chain([line], text)
    words = plain_text(line).split()
    if len(words) <= MAX_WORDS and all(re.fullmatch(r"[A-Za-z][a-z\-]*", word) for word in words):
        return Found(line, "bare")
    if len(split_top(line, r"[,;]\s")) > 1 and re.search(r"\d", line):
        return Reject("several_answers", "more than one value or a value with conditions")
    return Reject("explain" if WORDY.search(line) else "no_short_answer", line[:80])


def _chain(lines: list[str], text: str) -> Found | Reject:
    r"""The end of a calculation: the last line closes with `= value`, and no other line ends in a value of its own."""
    parts = [part for part in split_top(lines[-1], EQUALS)]
    if len(parts) < 2:
        return _last_line_without_equation(lines)
    values = [part for part in parts[1:] if part and is_value(part) and not INTERMEDIATE.search(part)]
    if sum(is_value(part) and unit_of(part) is not None for part in parts) > 1 and is_value(parts[0]):
        return Reject("several_answers", "one value in several units")
    if not parts[-1] or not values or parts[-1] != values[-1]:
        return Reject("no_short_answer", "the calculation does not end in a value")
    if INTERMEDIATE.search(parts[0]) and len(lines) == 1 and len(re.findall(r"=", lines[-1])) > 1:
        return Reject("several_answers", "several equations in one line")
    if len(lines) == 1 and len(parts) == 2 and not WORDY.search(plain_text(parts[0])):
        return Found(values[-1], "named", None, ())
    others = [line for line in lines[:-1] if _left(line) and _left(line) != _left(lines[-1]) and _ends_in_value(line)]
    if others:
        return Reject("several_answers", f"values of their own: {others[0][:60]}")
    return Found(values[-1], "chain", text, ("last_of_chain",))


def _last_line_without_equation(lines: list[str]) -> Reject:
    if all(is_value(line) for line in lines):
        return Reject("several_answers", f"{len(lines)} values")
    return Reject("explain" if WORDY.search(" ".join(lines)) else "no_short_answer", lines[-1][:80])


def _left(line: str) -> str:
    parts = split_top(line, EQUALS)
    return re.sub(r"\s", "", parts[0].rsplit(" ", 1)[-1]) if len(parts) > 1 else ""


def _ends_in_value(line: str) -> bool:
    return is_value(split_top(line, EQUALS)[-1])
