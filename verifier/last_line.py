"""Where nothing marks the answer: the last value of the last line that says anything."""

import re
from itertools import pairwise

from verifier.asides import without_last_aside
from verifier.formulas.tree import TooLargeError, UnparsableError
from verifier.latex import split_top
from verifier.numbers.quantities import NUMERIC_TYPES
from verifier.numbers.readings import parse_quantity
from verifier.structures.arrays import GRID as MATRIX
from verifier.types import AnswerType
from verifier.units.endings import ending
from verifier.words.booleans import truth
from verifier.words.options import DENIAL, SMALL_LEADING, letters

DISPLAY = re.compile(r"\$\$(.+?)\$\$|\\\[(.+?)\\\]", re.DOTALL)
# Dollars around a formula, not before two prices: blanks inside stand at both ends or at none.
_INSIDE = r"(?:[^$\\]|\\.)+"
MATHS = re.compile(rf"\$\$(.+?)\$\$|(?<!\\)\$((?=\S){_INSIDE}(?<=\S)|\s{_INSIDE}\s)\$|\\\((.+?)\\\)|\\\[(.+?)\\\]")
NUMBER = r"[-−+]?(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+|(?=\.\d))(?:\.\d+)?(?:[eE][-+]?\d+)?"
VALUE = re.compile(
    rf"(?:\\?[$€£])?\s?{NUMBER}(?:(?:\s?(?:/|×|x|\*)\s?|:){NUMBER}(?:\^\{{?-?\d+\}}?)?)?"
    r"(?:\s?%|\s?°?(?:[a-zA-ZµΩ]{1,4}(?:[/·^]-?[a-zA-Z0-9]{1,3})*)(?=\s*$))?"
)
UNIT = re.compile(r"\s?[°%a-zA-ZµΩ][a-zA-Z0-9/·^µΩ\-]{0,11}")
OPTION = re.compile(r"(?:option|choice|answer)\s*\(?([A-J])\b|\(([A-J])\)|\b([A-J])(?=[.)]?\s*$)")
CLAUSES = re.compile(r"[,;]|\b(?:so|thus|hence|therefore)\b")
BOLD = re.compile(r"\*\*([^*]{1,200}?)\*\*(?=[.!\s]*$)")
FENCE = re.compile(r"(?:```|~~~)\w*|[-*_=]{3,}")
CONFIRMATION = re.compile(
    r"(?:this|that|it)(?: is|'s) the (?:correct|right|best|final) (?:answer|option|choice)[.!]?", re.IGNORECASE
)
# Symbols, not options: `\\Delta G`, what stands in a formula.
SYMBOLS = re.compile(r"\$[^$]*\$|\\[a-zA-Z]+\s*[A-J]\b|[A-J]\s*=")
OPENING = re.compile(
    r"\A(?:[-*•]\s+)?(?:(?:so|thus|hence|therefore|then|finally|and|we get|we have|this gives|it is|it equals),?\s+)+",
    re.IGNORECASE,
)
LONG_WORD = re.compile(
    r"(?<!\\)\b(?!(?:sin|cos|tan|cot|sec|csc|log|exp|sqrt|arc|sinh|cosh|tanh|mod|mol|and|kg|rad|deg)\b)[a-zA-Z]{3,}"
)
# What ends the prose before a formula: a long word or one of the short ones that no formula holds.
PROSE_WORD = re.compile(LONG_WORD.pattern + r"|\b(?:is|be|at|to|of|by|as|if|we|so|it|an|on)\b")
FORMULA = re.compile(r"[-+*/^=<>(\[{\\≤≥π√∞]|\d")
DENIED = re.compile(r"\b(?:not|never|neither|nor|except|wrong|incorrect|cannot)\b|n't\b", re.IGNORECASE)
# Around a value that the line takes back.
DENIAL_BEFORE = re.compile(r"(?:\bnot|n't)(?:\s+equal to)?[$\s]*$", re.IGNORECASE)
DENIAL_BEHIND = re.compile(r"[$\s]*(?:is|was)(?:n't|\s+(?:not|wrong|incorrect|false))\b", re.IGNORECASE)
CHAINED = re.compile(r"\s*(?:,|;|,?\s*\b(?:and|or)\b)\s*")
ALTERNATIVE = re.compile(r"\s*,?\s*\bor\b\s*")
LISTS = frozenset({AnswerType.SET_LIST, AnswerType.TUPLE_POINT, AnswerType.INEQUALITY_INTERVAL, AnswerType.COMPLEX})
PHRASES = frozenset({AnswerType.WORD, AnswerType.CHEMISTRY, AnswerType.CODE, AnswerType.DATETIME})
COPULA = re.compile(r"\b(?:is|are|was|were|equals|gives|get|obtain)\b:?\s+|:\s+")
# As they are written before a name: "5 ms." may end a sentence.
TITLES = ("Mr", "Mrs", "Ms", "Dr", "Prof", "St")
SENTENCE = re.compile(r"(?<=[.!?])" + "".join(rf"(?<!\b{title}\.)" for title in TITLES) + r"\s+(?=[A-Z(\\$*])")
MARKUP = "*_`#> \t"
SHORT_LINE = 60
MAX_LINE = 2_000
MAX_SENTENCE = 200


def last_value(text: str, answer_type: AnswerType) -> str | None:
    """None where the last line holds nothing of the kind."""
    if block := _last_block(text):
        return block
    lines = [line.strip() for line in text.splitlines()]
    idle = (FENCE, CONFIRMATION)
    line = next((line for line in reversed(lines) if line and not any(each.fullmatch(line) for each in idle)), "")
    line = line[-MAX_LINE:]
    if line.startswith("|") and line.endswith("|") and line.count("|") > 2:
        line = next((cell for cell in reversed(line.split("|")) if cell.strip(" -:")), "").strip()
    if answer_type is AnswerType.MCQ:
        return _option(line.strip(MARKUP))
    if answer_type is AnswerType.BOOLEAN:
        return _verdict(line.strip(MARKUP))
    return _value(line, answer_type)


def inner(maths: str) -> str:
    """Maths without its delimiters; other text as it is."""
    match = MATHS.fullmatch(maths) or DISPLAY.fullmatch(maths)
    return next(group for group in match.groups() if group).strip() if match else maths


def _last_block(text: str) -> str | None:
    """The last row of the display maths that ends the text."""
    text = text.rstrip(" \n\t.")
    for opening, closing in ((r"\[", r"\]"), ("$$", "$$")):
        if text.endswith(closing):
            body = text[: -len(closing)].rpartition(opening)[2]
            rows = [
                row.strip()
                for row in split_top(
                    re.sub(r"\\(?:begin|end)\{(?:align|aligned|gather)\*?\}", "", body), r"\\\\(?![a-z])"
                )
            ]
            matrix = r"\begin{" in body and "align" not in body
            return (
                body.strip()
                if matrix
                else next((row.replace("&", "").lstrip("= ") for row in reversed(rows) if row), None)
            )
    return None


def _option(line: str) -> str | None:
    """A small letter in brackets is as likely to be a part of the question."""
    if not SMALL_LEADING.match(line) and (picked := letters(line)):
        return ", ".join(sorted(picked))
    line = SYMBOLS.sub(" ", line)
    if DENIAL.search(CLAUSES.split(line)[-1]):
        return None
    found = list(OPTION.finditer(line))
    return next(group for group in found[-1].groups() if group) if found else None


def _verdict(line: str) -> str | None:
    """The line if it gives one truth value, else the last sentence that does."""
    sentences = [line, *reversed(SENTENCE.split(line))]
    return next((sentence for sentence in sentences if truth(sentence) is not None), None)


def _value(line: str, answer_type: AnswerType) -> str | None:
    if bold := BOLD.search(line):
        line = bold[1] if not bold[1].rstrip().endswith(":") else line
    line = line.strip(MARKUP).removesuffix(".").strip(MARKUP)
    if len(line) <= SHORT_LINE and " " not in line:
        return line or None
    if MATHS.search(line):
        return _last_maths(line, answer_type)
    if answer_type in (AnswerType.DATETIME, AnswerType.UNITS) and (measured := ending(line, answer_type)):
        return measured
    if answer_type in PHRASES:
        return _phrase(OPENING.sub("", SENTENCE.split(line)[-1]), answer_type)
    return _with_matrix(line, answer_type) if MATRIX.search(line) else _in_prose(line, answer_type)


def _with_matrix(line: str, answer_type: AnswerType) -> str | None:
    """The formula behind the last word of prose if the matrix stands there, else what the rest of the line says.

    The entries of a matrix are no values.
    """
    line = OPENING.sub("", line)
    outside = MATRIX.sub(lambda matrix: " " * len(matrix[0]), line)
    words = list(PROSE_WORD.finditer(outside))
    formula = line[words[-1].end() if words else 0 :].strip(" :,")
    if not MATRIX.search(formula) or DENIED.search(line):
        return _in_prose(outside.strip(), answer_type)
    return formula.rpartition("=")[2].strip() if answer_type in NUMERIC_TYPES else formula


def _in_prose(line: str, answer_type: AnswerType) -> str | None:
    if answer_type in NUMERIC_TYPES and len(line) <= SHORT_LINE and "=" not in line and _is_quantity(line):
        return line
    formula = OPENING.sub("", line)
    if not LONG_WORD.search(formula) and len(formula) <= MAX_SENTENCE:
        return formula.rpartition("=")[2].strip() if answer_type in NUMERIC_TYPES else formula
    if answer_type not in NUMERIC_TYPES and (ending_formula := _last_formula(line)):
        return ending_formula
    return _last_number(line)


def _is_quantity(line: str) -> bool:
    """Whether the line is a value and nothing else: `30 cents`, `USD 45`, "a profit of $200"."""
    try:
        parse_quantity(line)
    except (UnparsableError, TooLargeError):
        return False
    return True


def _phrase(sentence: str, answer_type: AnswerType) -> str | None:
    """The sentence, for the words of a phrase; what follows its verb, for what is written in signs."""
    sentence = without_last_aside(sentence) if answer_type is AnswerType.WORD else COPULA.split(sentence)[-1]
    return sentence if len(sentence) <= MAX_SENTENCE else None


def _is_denied(line: str, value: re.Match[str]) -> bool:
    return bool(DENIAL_BEFORE.search(line[: value.start()]) or DENIAL_BEHIND.match(line, value.end()))


def _last_maths(line: str, answer_type: AnswerType) -> str | None:
    """The last formula with the unit behind it; for a gold of several values with those it is listed with."""
    found = list(MATHS.finditer(line))
    if _is_denied(line, found[-1]):
        return None
    values = [inner(found[-1][0])]
    tail = line[found[-1].end() :]
    if UNIT.fullmatch(tail):
        values = [values[0] + tail]
    joint = CHAINED if answer_type in LISTS else ALTERNATIVE
    for before, after in reversed(list(pairwise(found))):
        if not joint.fullmatch(line[before.end() : after.start()]):
            break
        values.insert(0, inner(before[0]))
    return ", ".join(values)


def _last_formula(line: str) -> str | None:
    """What stands behind the last word of prose; None where that is no formula, or the line denies something."""
    words = list(PROSE_WORD.finditer(line))
    formula = line[words[-1].end() if words else 0 :].strip(" :,")
    return formula if FORMULA.search(formula) and not DENIED.search(line) else None


def _last_number(line: str) -> str | None:
    values = list(VALUE.finditer(line))
    if not values or _is_denied(line, values[-1]):
        return None
    start = values[-1].start()
    if len(values) > 1 and ALTERNATIVE.fullmatch(line[values[-2].end() : start]):
        return line[values[-2].start() :].strip()
    if start and re.match(r"[^\s(\[=:≈~*]", line[start - 1]) and values[-1][0][0] not in " \\$€£":
        return line[line.rfind(" ", 0, start) + 1 :].strip("()[],;")
    return values[-1][0].strip()
