"""The type of a gold answer, from its text and, where it helps, the question."""

import re
from collections.abc import Callable
from functools import lru_cache

from verifier.chemistry.formula_evidence import is_chemistry
from verifier.code.comparison import is_code
from verifier.code.sequences import is_sequence
from verifier.dates.moments import is_datetime
from verifier.formulas.conditions import without_condition
from verifier.formulas.expressions import parse
from verifier.formulas.left_sides import SIDE
from verifier.formulas.progressions import is_congruence
from verifier.formulas.tree import TooLargeError, UnparsableError
from verifier.latex import has_two_signs, is_enclosed, normalise, plain_text, split_top, unwrap
from verifier.numbers.money import money
from verifier.numbers.plain_numbers import literal_type
from verifier.numbers.quantities import numeric_type
from verifier.structures.intervals import is_interval
from verifier.structures.matrices import drop_name, is_matrix
from verifier.structures.members import cut, says_empty
from verifier.structures.tuples import points
from verifier.types import AnswerType
from verifier.words.booleans import truth
from verifier.words.options import options

FUNCTION_WORDS = re.compile(r"\\[a-zA-Z]+|\b(?:sin|cos|tan|log|ln|exp|sqrt)\b")
INTERVAL_CONTEXT = re.compile(
    r"\b(?:intervals?|range|domain|inequality|inequalities|(?:in|de)creasing|concave|converges?"
    r"|confidence|values of|between)\b",
    re.IGNORECASE,
)
TRUTH_VALUE = re.compile(
    r"(?:yes|no|true|false)(?:\W*$|\s*[,.;:(]|\s+-)"
    r"|(?:it|this|that|the (?:statement|claim)) is (?:not )?(?:true|false)\.?$",
    re.IGNORECASE,
)
# `B. Osmosis`, `(C) 5 m/s`; but not `E. coli`, nor the product `(a) \cdot (x)`.
OPTION_WITH_TEXT = re.compile(
    r"(?:\([A-J]\)|\([a-j]\)(?!.*\([a-j]\))|[A-J]\)|[A-J][.:])\s+(?=[A-Z\d\\$-])(?!\\(?:cdot|times|div|ast)(?![a-z]))"
)
# `P(1, 4)` is a point; `P(A, B)` is not.
POINT_NAME = re.compile(r"^[A-Z]'?\s*(?=\(\s*[-+]?[\d.]+\s*,\s*[-+]?[\d.]+\s*(?:,\s*[-+]?[\d.]+\s*)?\)$)")
TRUE_OR_FALSE = re.compile(r"\bT\s*/\s*F\b|\bT or F\b|\btrue\b.{0,20}\bfalse\b|\(T\).*\(F\)", re.IGNORECASE | re.DOTALL)
# `sp^3 hybridized`, `Fe^{3+} ions`: a name in signs, then words.
SYMBOL_AND_WORDS = re.compile(r"\\?[A-Za-z]{1,8}\d?(?:[\^_](?:\w|\{[^{}]{1,4}\}))+(?:[ -][a-z]{4,}){1,4}")
HYBRID = re.compile(r"(?:d(?:\^?\{?\d\}?)?)?sp(?:\^?\{?\d\}?)?(?:d(?:\^?\{?\d\}?)?)?")
# `one-to-one`, `two-dimensional`, `pi bond` count nothing; `twenty-one` and `two apples` do.
NUMBERED_NAME = re.compile(
    r"(?i:(?:one|two|three|four|five|six)-(?!(?:half|halves|thirds?|fourths?|fifths?|quarters?|eighths?)\b)[a-z]{2,}"
    r"|\\?pi[ -](?!rad)[a-z]{3,}).*"
)
# `4t` is four times t, not four tonnes, and `30-8p` is no price; `9.8m` with its decimal is a measurement.
COEFFICIENT = re.compile(r"(?:[-+]?[\d.]+[-+])?[-+]?\d+[a-hk-zA-Z]")
ELECTRICAL = re.compile(r".*\\angle(?![a-zA-Z]).*|.*\bcis\b.*|[-+]?\d+(?:\.\d+)?\s*[-+]\s*\d*(?:\.\d+)?\s*j")
# One number with separators; the Indian ones could be a list without a rupee beside them.
GROUPED = re.compile(
    r"[^,;]*(?<!\d)\d{1,3}(?:,\d{3})+(?![\d,])[^,;]*|(?:₹|Rs\.?|INR)\s*\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?"
    r"|€\s?\d+,\d\d|\d+,\d\d\s?(?:€|EUR|euros?)"
)
POINT_CONTEXT = re.compile(
    r"\b(?:points?|coordinates?|ordered|pairs?|vertex|vertices|intersect\w*|midpoint|cent(?:er|re)|system)\b",
    re.IGNORECASE,
)

FORMULAS = frozenset({AnswerType.EXPRESSION, AnswerType.EQUATION, AnswerType.COMPLEX})


@lru_cache(maxsize=4096)
def infer_type(gold: str, question: str | None = None) -> AnswerType:
    """The type under which answers are compared with `gold`. Never raises; what fits nothing else is a word."""
    if (kind := literal_type(gold, question)) is not None:
        return kind
    try:
        return inferred_long_way(gold, question)
    except RecursionError:
        return AnswerType.EXPRESSION  # whose comparator says that it is nested too deeply


def inferred_long_way(gold: str, question: str | None = None) -> AnswerType:
    """`infer_type` for golds that are no plain numbers; on these it comes to the same, only later."""
    text = unwrap(normalise(gold))
    plain = plain_text(text).strip()
    tests: tuple[tuple[AnswerType, Callable[[], bool]], ...] = (
        (AnswerType.BOOLEAN, lambda: _is_boolean(plain, question)),
        (AnswerType.MCQ, lambda: _is_mcq(plain, question) and not is_sequence(text, question)),
        (AnswerType.DATETIME, lambda: not has_two_signs(text) and is_datetime(text, question)),
        (AnswerType.CODE, lambda: is_code(text, question)),
        (AnswerType.MATRIX_VECTOR, lambda: is_matrix(text)),
        (AnswerType.CHEMISTRY, lambda: not money(text) and is_chemistry(text, question)),
    )
    for answer_type, applies in tests:
        if applies():
            return answer_type
    bare = without_condition(text)
    if bare != text and (kind := _structured(bare, question) or _scalar(bare, plain_text(bare))) in FORMULAS:
        return kind
    return _structured(text, question) or _scalar(text, plain)


def _is_boolean(plain: str, question: str | None) -> bool:
    """A truth value, alone or with its reason ("No, it diverges"); `T` and `F` only where the question says so."""
    if re.fullmatch(r"[TFtf]\.?", plain):
        shown = plain[0].upper() in options(question)
        return bool(question and TRUE_OR_FALSE.search(question)) and not shown
    return bool(TRUTH_VALUE.match(plain)) and truth(plain) is not None


def _is_mcq(plain: str, question: str | None) -> bool:
    if re.fullmatch(
        r"(?:(?i:option|choice)\s*:?\s*\(?[A-Ja-j]|\(?[A-J]|\([a-j])\)?[.:]?", plain
    ) or OPTION_WITH_TEXT.match(plain):
        return True
    if re.fullmatch(r"[A-J]{3,5}", plain) or (re.fullmatch(r"[A-J]{2}", plain) and options(question)):
        return list(plain) == sorted(set(plain))
    return bool(re.fullmatch(r"\(?[A-J]\)?(?:\s*(?:,|;|&|\band\b)\s*\(?[A-J]\)?)+", plain))


def _structured(text: str, question: str | None) -> AnswerType | None:
    body = POINT_NAME.sub("", drop_name(text))
    plain_set = text.startswith("{") and is_enclosed(text) and len(split_top(text[1:-1], r",")) > 1
    if says_empty(text) or plain_set or (text.startswith(r"\{") and not is_interval(text)):
        return AnswerType.SET_LIST
    if points(text):
        return AnswerType.INEQUALITY_INTERVAL if _are_intervals(text, question) else AnswerType.TUPLE_POINT
    if is_enclosed(body) and body[0] + body[-1] == "()" and len(split_top(body[1:-1], r",")) > 1:
        return _pair(text, body, question)
    if is_interval(text):
        return AnswerType.INEQUALITY_INTERVAL
    if len(split_top(text, r"\\(?:le|ge|neq)(?![a-z])|(?<![-=])>|<(?![-=]+>|-)")) > 1:
        return AnswerType.INEQUALITY_INTERVAL
    if _is_list(text):
        return AnswerType.SET_LIST
    if has_two_signs(text):
        return AnswerType.COMPLEX if _has_unit_i(text) else AnswerType.SET_LIST
    return None


def _are_intervals(text: str, question: str | None) -> bool:
    """Whether pairs in a list are intervals: by an infinite end, or because intervals were asked for."""
    return r"\infty" in text or (not text.startswith(r"\{") and _asks_for_intervals(question) and is_interval(text))


def _asks_for_intervals(question: str | None) -> bool:
    return bool(question and INTERVAL_CONTEXT.search(question) and not POINT_CONTEXT.search(question))


def _is_list(text: str) -> bool:
    parts = cut(text)
    return (
        len(parts) > 1
        and not GROUPED.fullmatch(text)
        and (_list_like(parts) or _are_named(parts) or _are_terms(text, parts))
    )


def _are_named(parts: list[str]) -> bool:
    return all(re.fullmatch(r"[A-Za-z][A-Za-z ]*[:=]\s*[-+$\\]?\d.*", plain_text(part)) for part in parts)


def _are_terms(text: str, parts: list[str]) -> bool:
    """Several names of a word or two: `protons and neutrons`; alternatives with "or" are one phrase."""
    plain = plain_text(text)
    if re.search(r"\bor\b|[.:=]", plain) or len(parts) > 12:
        return False
    words = [plain_text(part).split() for part in parts]
    return all(0 < len(each) <= 2 and all(re.fullmatch(r"[\w'+-]+", word) for word in each) for each in words)


def _pair(text: str, body: str, question: str | None) -> AnswerType:
    if r"\infty" in body:
        return AnswerType.INEQUALITY_INTERVAL
    two = len(split_top(body[1:-1], r",")) == 2
    asked = two and text == body and _asks_for_intervals(question)
    return AnswerType.INEQUALITY_INTERVAL if asked else AnswerType.TUPLE_POINT


def _list_like(parts: list[str]) -> bool:
    return all(re.search(r"\d|\\|[=^]|^[a-zA-Z]$|^[a-z]+$", part) and len(part) < 200 for part in parts) and not all(
        _is_phrase(part) for part in parts
    )


def _has_unit_i(text: str) -> bool:
    return bool(re.search(r"(?<![a-zA-Z\\])[0-9})]*\s*i(?![a-zA-Z])", text))


def _is_phrase(text: str) -> bool:
    """Words rather than symbols: two letters and more with a vowel, or capitals only, and no operator."""
    plain = FUNCTION_WORDS.sub("", plain_text(text))
    if re.search(r"[=+*/^_<>{}\\]", plain):
        return False
    words = re.findall(r"[^\W\d_]+", plain)
    return any(len(word) >= 3 and (re.search(r"[aeiouyAEIOUY]", word) or word.isupper()) for word in words)


def _scalar(text: str, plain: str) -> AnswerType:
    sides = split_top(text, SIDE)
    if (len(sides) > 1 and all(sides)) or is_congruence(text):
        return AnswerType.EQUATION
    if COEFFICIENT.fullmatch(text):
        return AnswerType.EXPRESSION
    if ELECTRICAL.fullmatch(text):
        return AnswerType.COMPLEX
    if SYMBOL_AND_WORDS.fullmatch(plain) or HYBRID.fullmatch(plain) or NUMBERED_NAME.fullmatch(plain):
        return AnswerType.WORD
    number = numeric_type(text)
    if number is not None:
        return number
    return AnswerType.WORD if _is_wordy(text, plain) else AnswerType.EXPRESSION


def _is_wordy(text: str, plain: str) -> bool:
    if _is_phrase(text) and not re.search(r"\\(?:frac|sqrt|int|sum|lim|times|cdot|div)(?![a-z])", text):
        return True
    if re.search(r"[\\^=+*/]|\d", text):
        return False
    if re.fullmatch(r"[^\W\d_]{7,}", plain):
        return True
    try:
        parse(text)
    except TooLargeError:
        return False
    except UnparsableError:
        return True
    return False
