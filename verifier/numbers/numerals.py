"""Numerals in digits in one spelling: separators of thousands out, powers of ten and repeating decimals in LaTeX.

What is ambiguous stays as it is: `3,14` may be a list, `1.234` is a decimal.
"""

import re
import unicodedata
from fractions import Fraction

GROUPED = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:,\d{3})+(?![\d,])")
INDIAN = re.compile(r"(?<![\d.,])[1-9]\d?(?:,\d{2}|\{,\}\d{2})+(?:,|\{,\})\d{3}(?![\d,])")
# Blanks, apostrophes and underscores; a blank before `3/4` would be a mixed number, not a thousand.
SPACED = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:(?: \d{3})+|(?:'\d{3})+|(?:\\?_\d{3})+)(?![\d,]|\s?/)")
# Points between thousands, and the comma before decimals that only then is beyond doubt.
CONTINENTAL = re.compile(
    r"(?<![\d.,])([1-9]\d{0,2}(?:\.\d{3})+),(\d+)(?![\d.,])|(?<![\d.,])([1-9]\d{0,2}(?:\.\d{3}){2,})(?![\d.,])"
)
# TeX authors write `{,}` for a separator; before any number of digits but three it is the decimal comma.
DECIMAL_COMMA = re.compile(r"(?<![\d.,}])(\d+)\{,\}(\d+)(?![\d.,{])|(?<![\d.,])(0),(\d{3})(?![\d.,])")
E_NOTATION = re.compile(
    r"(?<![a-zA-Z\d.,])(\d+(?:\.\d*)?|\.\d+)\s?\\?[eE]\s?(?:\{\s*([-+]?\s?\d{1,4})\s*\}|\{?([-+]?)\}?(\d{1,4}))(?![\d.a-zA-Z^])"
)
TIMES_TEN = re.compile(
    r"(?<=[\d.])\s*(?:[xX*]|\\cdot|\\times|\btimes\b)\s*\{?10\}?\s*(?:\^|\*\*)\s*"
    r"(?:\{\s*([-+]?)\s*(\d+)\s*\}|\(\s*([-+]?)\s*(\d+)\s*\)|([-+]?)\s*(\d+))"
)
POWER_IN_WORDS = re.compile(
    r"\b(?:10|ten)\s+to\s+the\s+(?:power\s+(?:of\s+)?)?(minus\s+|negative\s+|-\s?)?(\d+)(?:th|st|nd|rd)?(?:\s+power)?\b",
    re.IGNORECASE,
)
STACKED = re.compile(r"\^\{(\d+)\}\s*/\s*_\{(\d+)\}")
REPEATING = re.compile(
    r"(\d*)\.(\d*)(?:\\(?:overline|bar)\s*(?:\{(\d+)\}|(\d))|\((\d+)\)|((?:\d[\u0305\u0304])+)"
    r"|\\dot\s*\{?(\d)\}?(?:(\d*)\\dot\s*\{?(\d)\}?)?)(?:\\dots)?"
)
ENDLESS = re.compile(r"(\d*)\.(\d+)\s*(\\dots|\(?\s*(?:repeating|recurring)\s*\)?)")
SURE_OF_TWO = 1_000
MAX_DIGITS = 60


def canonical(text: str) -> str:
    """`text` with every numeral in the spelling that the parser of expressions reads."""
    if not text.isascii():
        text = "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)
    text = ungrouped(text)
    text = E_NOTATION.sub(lambda m: rf"{m[1]}\times 10^{{{(m[2] or (m[3] + m[4])).replace(' ', '')}}}", text)
    text = POWER_IN_WORDS.sub(lambda m: f"10^{{{'-' if m[1] else ''}{m[2]}}}", text)
    text = TIMES_TEN.sub(lambda m: rf"\times 10^{{{''.join(part or '' for part in m.groups())}}}", text)
    return STACKED.sub(r"\\frac{\1}{\2}", text)


def ungrouped(text: str) -> str:
    """Without separators of thousands."""
    if "," not in text and " " not in text and "." not in text and "'" not in text and "_" not in text:
        return text
    text = INDIAN.sub(_digits_only, CONTINENTAL.sub(_continental, text))
    text = DECIMAL_COMMA.sub(lambda m: f"{m[1] or m[3]}.{m[2] or m[4]}", text)
    return SPACED.sub(_digits_only, GROUPED.sub(_digits_only, text))


def _digits_only(match: re.Match[str]) -> str:
    return re.sub(r"\D", "", match[0])


def _continental(match: re.Match[str]) -> str:
    whole = (match[1] or match[3]).replace(".", "")
    return f"{whole}.{match[2]}" if match[2] else whole


def repeating(text: str) -> Fraction | None:
    r"""The value of `0.\overline{3}`, `0.(3)`, `0.1\dot{6}`, `0.333...`; None for other texts, also for `3.14...`."""
    negative, text = text.startswith("-"), text.removeprefix("-").strip()
    if len(text) > MAX_DIGITS or "." not in text:
        return None
    if match := REPEATING.fullmatch(text):
        cycle = match[3] or match[4] or match[5] or re.sub(r"\D", "", match[6] or "") or _dotted(match)
        value = _periodic(match[1], match[2], cycle)
    elif match := ENDLESS.fullmatch(text):
        found = _period(match[1], match[2], short=match[3] != r"\dots")
        if found is None:
            return None
        value = found
    else:
        return None
    return -value if negative else value


def _dotted(match: re.Match[str]) -> str:
    return match[7] + (match[8] + match[9] if match[9] else "")


def _periodic(whole: str, fixed: str, cycle: str) -> Fraction:
    value = Fraction(int(whole or 0)) + Fraction(int(fixed or 0), 10 ** len(fixed))
    return value + Fraction(int(cycle), (10 ** len(cycle) - 1) * 10 ** len(fixed))


def _period(whole: str, decimals: str, *, short: bool) -> Fraction | None:
    """The shortest cycle at the end. Two rounds of it may be chance (2.718281828...) unless the fraction is simple."""
    if short and len(set(decimals)) == 1:
        return _periodic(whole, "", decimals[0])
    for length in range(1, len(decimals) // 2 + 1):
        cycle, rounds = decimals[-length:], 1
        while decimals.endswith(cycle * (rounds + 1)):
            rounds += 1
        if rounds < 2:
            continue
        fixed = decimals[: len(decimals) - rounds * length]
        value = _periodic(whole, fixed, cycle)
        if rounds > 2 or value.denominator <= SURE_OF_TWO:
            return value
    return None
