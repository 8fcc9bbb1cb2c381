"""An answer text of one line: a value, a formula, an equation, a sentence with a value in it, or prose."""

import re
from dataclasses import replace

from stages._evidence_cues import shown
from stages._evidence_found import Found, nothing
from stages._evidence_solution import end_of_solution
from stages._evidence_texts import EQUALS, clean, count_words, is_formula, is_quantity, is_value, only_value
from stages.records import Evidence
from verifier import AnswerType, Outcome, compare, infer_type
from verifier.latex import has_two_signs, is_enclosed, normalise, plain_text, split_top
from verifier.numbers.quantities import unit_of

REMARK = re.compile(r"(?<!\\left)\s+\((?![a-e]\))(?:[^()\\]|\\(?!right)){1,300}\)\s*\.?$")
MAX_DATE = 30
STATEMENT = re.compile(r"(?:it|the|this|that|there|he|she|they|we|you|an?)\s", re.IGNORECASE)
# What a value is given for: a name, a function of something, a calculation. Other equations stay whole.
NAME = re.compile(
    r"(?:\\?[a-zA-Z]+|\\(?:text|mathrm|mathbf|bar|hat|vec|overline|"
    r"Delta)\s?\{?[^{}=]{1,30}\}?)(?:_(?:\{(?:[^{}]|\{[^{}]{0,30}\}){1,40}\}|\w))?'*\s*(?:\\left)?\s*(?:\([^=]{1,60}\))?\s*$|"
    r"\\(?:lim|cos|sin|tan|log|ln|int|sum|prod|det|max|min|arc\w+|operatorname)(?![a-z])|(?:[PE]|Var|"
    r"Pr)\s*[(\[\\]|[\d\s+*/.^(){}\\-]*(?:(?:times|cdot|frac|sqrt|div|[dt]?binom)[\d\s+*/.^(){}\\-]*)*$"
)
# Names of the unknowns of a system, or of the coordinates of a point.
UNKNOWN = re.compile(r"\\?(?:bar\{)?[xyz](?:_\{?\d\}?)?\}?")
# Of the first or the second of a kind: "\lambda_1".
INDEX = re.compile(r"_(?:\{\d\}|\d)$")
ONE_OF_TWO_UNITS = re.compile(r"\s*(?:,?\s+or\s|=)\s*", re.IGNORECASE)
DECIMAL_COMMA = re.compile(
    r"(?:\\?[^\W\d]\w{0,3}\s?=\s?)?([-−]?\d{1,3}(?:[ .]\d{3})*),(\d{1,2})\s?"
    r"([a-zA-Zµ°%€][^,;=\d]{0,12}\d?(?:/[a-zA-Z][^,;=]{0,6})?)"
)
NUMBER = re.compile(r"[-+−–]?\d[\d.,]*")
MAX_WORDS = 6
MAX_LINE = 2_000


def from_end(text: str, lines: list[str]) -> Found:
    end = end_of_solution(text, lines)
    if isinstance(end, Evidence):
        return Found(evidence=(end,))
    return Found(end.answer, end.how, text, end.evidence, end.signals)


def single_line(line: str, text: str) -> Found:
    if len(line) > MAX_LINE:
        return nothing("no_short_answer", line)
    spelled = normalise(line)
    if has_two_signs(spelled) and re.search(r"\d", line) and not re.search(r"[a-zA-Z]\s*=|\\sqrt|\\frac|\bi\b", line):
        return replace(Found(line, "bare"), evidence=(shown("uncertainty", line),))
    has_equals = re.search(EQUALS, spelled) is not None
    if value := _with_point(line) or _evaluated(line):
        return Found(value, "bare")
    if not has_equals and STATEMENT.match(line) and (value := only_value(line)):
        return Found(value, "sentence", text, (), ("only_value",))
    if not has_equals and (is_value(line) or is_quantity(line)):
        return Found(line, "bare")
    shorter = clean(REMARK.sub("", line))
    if shorter != line and (is_value(shorter) or (is_quantity(shorter) and not has_equals)):
        return Found(shorter, "bare", None, (), ("remark_dropped",))
    if not has_equals and (units := _two_units(line)):
        return Found(units[0], "bare", None, (shown("several_answers", line),))
    if has_equals and len(re.findall(EQUALS, spelled)) == 1 and not is_formula(line):
        return from_end(text, [line])
    if is_formula(line):
        return _formula(line, spelled, text, has_equals=has_equals)
    return _prose(line, text)


def _with_point(line: str) -> str | None:
    """A measured value with a decimal comma, written with a point: "m = 297,6 kg" is 297.6 kg."""
    match = DECIMAL_COMMA.fullmatch(line) if "," in line else None
    value = f"{match[1]}.{match[2]} {match[3]}".strip() if match else ""
    return value if value and is_value(value) else None


def _evaluated(line: str) -> str | None:
    """The value behind an expression that it is the value of: "-8(13); -104"."""
    parts = split_top(line, r";\s*") if ";" in line else []
    if len(parts) != 2 or not all(map(is_value, parts)) or re.fullmatch(NUMBER, parts[0].strip()):
        return None
    return parts[1] if compare(parts[1], parts[0]).outcome is Outcome.CORRECT else None


def _two_units(line: str) -> list[str] | None:
    """One value in two units, or two values: "10:3 or 3.33"."""
    parts = [part for part in ONE_OF_TWO_UNITS.split(line) if part]
    return parts if len(parts) > 1 and all(map(is_value, parts)) and re.search(r"\bor\b", line) else None


def _formula(line: str, spelled: str, text: str, *, has_equals: bool) -> Found:
    """A text that is one formula is an answer of any type; a calculation is one by its end."""
    if not has_equals or is_enclosed(line):
        parts = split_top(line, r"[,;]\s*")
        if len(parts) > 1 and all(map(is_value, parts)) and len({unit_of(part) for part in parts}) > 1:
            return Found(line, "bare", None, (shown("several_answers", line),))
        return Found(line, "bare")
    members = split_top(line, r"[,;]\s*|\\quad|\\text\{\s*(?:and|or)\s*\}|\band\b|\bor\b")
    sides = [split_top(member, EQUALS) for member in members if member]
    if len(sides) > 1 and all(len(each) == 2 for each in sides):
        names = {re.sub(r"[\s$]", "", each[0]) for each in sides}
        if len(names) > 1:
            is_one = all(map(UNKNOWN.fullmatch, names)) or len({INDEX.sub("", name) for name in names}) == 1
            signal = "named_values" if is_one else "several_answers"
            return Found(line, "bare", None, (shown(signal, line),))
        return Found(line, "bare")
    parts = split_top(line, EQUALS)
    if len(parts) == 1:  # the sign stands inside, as in the limits of a sum
        return Found(line, "bare")
    if is_value(parts[0]) and sum(is_value(part) and unit_of(part) is not None for part in parts) > 1:
        return nothing("several_answers", f"one value in several units: {line}")
    if (
        len(parts) == 2
        and re.search(r"\\to(?![a-z])|\\Rightarrow", spelled) is None
        and not (NAME.match(parts[0]) and is_value(parts[1]))
    ):
        return Found(line, "bare")
    return from_end(text, [line])


def _prose(line: str, text: str) -> Found:
    if len(line) <= MAX_DATE and line[-1].isdigit() and infer_type(line) is AnswerType.DATETIME:
        return Found(line, "bare")
    if STATEMENT.match(line) and (value := only_value(line)):
        return Found(value, "sentence", text, (), ("only_value",))
    if count_words(line) <= MAX_WORDS and not re.search(r"[=;?]|\d{2}", plain_text(line)):
        return Found(line, "bare")
    if value := only_value(line):
        return Found(value, "sentence", text, (), ("only_value",))
    if re.search(EQUALS, normalise(line)):
        return from_end(text, [line])
    if len(parts := split_top(line, r"[,;]\s|\band\b")) > 1 and sum(bool(re.search(r"\d", part)) for part in parts) > 1:
        return nothing("several_answers", line)
    return nothing("no_short_answer", line)
