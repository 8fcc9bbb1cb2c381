"""Numbers written in a base, `1011_2`, `0xFF`, `1A in hexadecimal`, and patterns of bits."""

import re
from dataclasses import dataclass
from fractions import Fraction

from verifier.finding import Case, Finding, verdict_of
from verifier.latex import plain_text, split_top
from verifier.types import Reason

MAX_DIGITS = 200
_COUNTED = "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
BASES = {word: base for base, word in enumerate(_COUNTED.split(), start=2)}
BASES |= {"binary": 2, "ternary": 3, "octal": 8, "decimal": 10, "hexadecimal": 16, "hex": 16}
PREFIXES = {"b": 2, "o": 8, "x": 16}
SUFFIXES = {"b": 2, "o": 8, "q": 8, "d": 10, "h": 16}
_DIGITS = r"[-+]?[0-9A-Za-z]{1,200}(?:\.[0-9A-Za-z]{1,200})?"
_NAMED = rf"(?:base[ -]?)?\(?({'|'.join(BASES)})\)?|base[ -]?(\d{{1,2}})"
SUBSCRIPTED = re.compile(
    rf"[({{]?({_DIGITS})[)}}]?_\{{?(?:base)?\(?(?:(\d{{1,2}})|({'|'.join(BASES)}))\)?\}}?", re.IGNORECASE
)
PREFIXED = re.compile(r"([-+]?)0([xXbBoO])([0-9A-Fa-f]{1,200})")
WORDED = re.compile(rf"([-+]?[0-9A-Za-z]{{1,200}}?)(?:\(|in|,)*(?:{_NAMED})(?:number|notation|form|\))*", re.IGNORECASE)
LED = re.compile(rf"(?:{_NAMED})(?:number|:)*({_DIGITS})", re.IGNORECASE)
MARKED = re.compile(rf"_|0[xXbBoO]|base|{'|'.join(BASES)}", re.IGNORECASE)
HEXADECIMAL = re.compile(r"\b(?:hex|hexadecimal|base[- ]?(?:1[1-9]|2\d|3[0-6]|eleven|twelve|sixteen))\b", re.IGNORECASE)
BINARY = re.compile(r"\b(?:binary|bits?|bytes?|two's complement|base[- ]?(?:2|two)|IEEE)\b", re.IGNORECASE)
BITS = re.compile(r"[01]+(?:[ _][01]+)*")


@dataclass(frozen=True, slots=True)
class Based:
    """`digits` are upper-case and without leading zeros."""

    value: Fraction
    base: int
    digits: str


def read_based(text: str) -> Based | None:
    """A number whose base is written beside it; None for any other text."""
    if not MARKED.search(text):
        return None
    text = re.sub(r"[\s$]|\\[,;! ]", "", plain_text(text)).removesuffix(".")
    if match := PREFIXED.fullmatch(re.sub(r"(?<=[0-9A-Fa-f])_(?=[0-9A-Fa-f]{4})", "", text)):
        return in_base(match[1] + match[3], PREFIXES[match[2].lower()])
    if match := SUBSCRIPTED.fullmatch(text):
        return in_base(match[1], int(match[2]) if match[2] else BASES[match[3].lower()])
    if match := WORDED.fullmatch(text):
        return in_base(match[1], int(match[3]) if match[3] else BASES[match[2].lower()])
    if match := LED.fullmatch(text):
        return in_base(match[3], int(match[2]) if match[2] else BASES[match[1].lower()])
    return None


def in_base(digits: str, base: int) -> Based | None:
    """The value of the digits; None where one of them is too large for the base."""
    if not 2 <= base <= 36 or len(digits) > MAX_DIGITS:
        return None
    sign, digits = ("-" if digits.startswith("-") else ""), digits.lstrip("+-").upper()
    whole, _, decimals = digits.partition(".")
    try:
        value = Fraction(int(whole + decimals, base), base ** len(decimals))
    except ValueError:
        return None
    return Based(-value if sign else value, base, sign + (digits.lstrip("0") or "0"))


def is_based(text: str, question: str | None) -> bool:
    """`a_2` and `A_{16}` are terms of sequences, `FF_{16}` is a number."""
    number = read_based(text)
    if number is None:
        return _is_hexadecimal(text) and question is not None and HEXADECIMAL.search(question) is not None
    digits = number.digits.lstrip("-")
    return (
        digits[0] in ".0123456789"
        or (number.base == 16 and (len(digits) > 1 or "(" in text))
        or PREFIXED.match(text) is not None
    )


def _is_hexadecimal(text: str) -> bool:
    return bool(re.fullmatch(r"[0-9A-F]{2,16}", text) and re.search(r"[A-F]", text))


def is_bits(text: str, question: str | None) -> bool:
    """Bits are no number where they begin with 0, stand in groups other than thousands, or the question says so."""
    if not BITS.fullmatch(text) or len(text) > MAX_DIGITS or len(text) < 2:
        return False
    groups = re.split(r"[ _]", text)
    asked = question is not None and BINARY.search(question) is not None
    if len(groups) > 1:
        sizes = {len(group) for group in groups}
        return asked or sizes <= {4, 8} or sizes == {1} or max(sizes) > 4
    return len(text) >= (4 if asked else 8) and (asked or text[0] == "0")


def compare_based(case: Case) -> Finding | None:
    """The verdict on a gold that is a number in a base or a pattern of bits; None for another gold."""
    gold = read_based(case.gold)
    if gold is None and _is_hexadecimal(case.gold):
        gold = in_base(case.gold, 16)
    if gold is not None:
        return _compare_values(gold, case.answer)
    if not BITS.fullmatch(case.gold):
        return None
    bits = re.sub(r"[ _]", "", case.gold)
    marked = read_based(case.answer)
    if marked is not None and not PREFIXED.match(case.answer):
        return verdict_of(marked.base == 2 and marked.digits == (bits.lstrip("0") or "0"))
    answer = re.sub(r"[\s_$]|\\[,;! ]", "", re.sub(r"^0b", "", plain_text(case.answer).strip()))
    padded = bits[0] != "0" and len(bits) % 8 and answer.lstrip("0") == bits
    return verdict_of(answer == bits or bool(padded))


def _compare_values(gold: Based, text: str) -> Finding:
    """The answer in the same base, which need not be written; `11 = 1011_2` may say the other value too."""
    sides = [side for side in split_top(text, "=") if side]
    marked = [number for number in map(read_based, sides) if number]
    if marked:
        same = any(number.base == gold.base for number in marked)
        agree = all(number.value == gold.value for number in marked)
        return verdict_of(same and agree, match=Reason.MATCHED_NUMBER)
    digits = re.sub(r"[\s$_,]|\\[,;! ]", "", plain_text(sides[-1] if sides else "")).strip("()")
    number = in_base(digits, gold.base)
    if number is None and SUFFIXES.get(digits[-1:].lower()) == gold.base:
        number = in_base(digits[:-1], gold.base)
    if number is None:
        return Finding(Reason.ANSWER_UNPARSABLE, f"no number in base {gold.base}")
    return verdict_of(number.value == gold.value, match=Reason.MATCHED_NUMBER)


def _is_binary(text: str) -> bool:
    return re.fullmatch(r"[01]{4,}", text) is not None


def compare_with_marked(case: Case) -> Finding | None:
    """An integer gold against an answer that writes its base; None where it writes none."""
    answer = read_based(case.answer)
    if answer is None or not re.fullmatch(r"-?\d{1,200}", case.gold):
        return None
    if answer.base == 10:
        return verdict_of(answer.value == int(case.gold), match=Reason.MATCHED_NUMBER)
    # Digits of another base answer only a question for that base.
    names = [rf"\b{name}\b" for name, base in BASES.items() if base == answer.base]
    asked = "|".join([rf"\bbase[- ]?{answer.base}\b", rf"_\{{?{answer.base}\b", *names])
    named = re.search(asked, case.question, re.IGNORECASE) is not None if case.question else _is_binary(case.gold)
    gold = in_base(case.gold, answer.base)
    return verdict_of(named and gold == answer, match=Reason.MATCHED_NUMBER)
