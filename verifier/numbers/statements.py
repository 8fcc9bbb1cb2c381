r"""The values in a statement: `x = 5`, "The probability is 3/8", `\frac13 = 0.333`, "about 5", `7.1 (approx.)`."""

import re
from dataclasses import dataclass
from functools import lru_cache

from verifier.latex import is_enclosed, plain_text, split_top
from verifier.numbers.number import LITERAL
from verifier.numbers.number_words import leading

EQUALS = r"\\approx(?![a-z])|\\sim(?:eq)?(?![a-z])|\\doteq(?![a-z])|(?<![<>!\\:])=(?!=)"
CONNECTIVE = re.compile(
    r"^.*(?:\\therefore(?![a-z])|\b(?:so|thus|hence|therefore|which means|that is|i\.e\.))[\s,:]+(?=\S)"
    r"|^\\to(?![a-z])\s*",
    re.IGNORECASE,
)
_HEDGES = (
    r"about|approximately|approx\.?|roughly|around|circa|ca?\.(?=\s?\d)|exactly|precisely|nearly|almost|close\s+to|some"
    r"|(?:in\s+)?the\s+year(?:\s+of)?|in(?=\s+[12]\d{3}$)|simply|just|only|both|the|(?:it|that|this|there)'s|a\s+total\s+of|a\s+factor\s+of|an\s+average\s+of|\\approx|\\sim(?:eq)?|~|="
)
HEDGE = re.compile(rf"^(?:(?:{_HEDGES})(?![a-z])[\s,:]*)+", re.IGNORECASE)
_PLACES = (
    r"(?:\d{1,2}|one|two|three|four|five|six)\s*"
    r"(?:decimal\s+places?|decimals?|d\.?\s?p\.?|significant\s+(?:figures?|digits?)|s\.?\s?f\.?|sig\.?\s?figs?\.?)"
)
_REMARK = (
    r"(?:approx(?:\.|imately)?|rounded(?:\s+to\s+[a-z ]{1,30})?|exact(?:ly)?"
    rf"|(?:rounded\s+|correct\s+)?(?:(?:to|at)\s+)?{_PLACES}|in\s+total|altogether|or\s+so|is\s+(?:the|our|my)\s+(?:final\s+|correct\s+)?answer)"
)
REMARK = re.compile(rf"(?<=\S)(?:\s*\(\s*{_REMARK}\s*\)|(?:\s*,\s*|\s+){_REMARK})\.?$", re.IGNORECASE)
FORMULA_FIRST = re.compile(r"\$[^$]+\$\s*(?:[a-zA-Z\\%]|$)")
QUOTED = re.compile(r"\"[^\"]+\"|'[^']+'|\*[^*]+\*")
WHOLLY_DELIMITED = re.compile(r"\$(?:[^$\\]|\\.)+\$")
DELIMITER = re.compile(r"(?<!\\)\$|\\[()]")
_VERBS = (
    "is are was were be equals equal gives give gave yields yield gets get got obtains obtain finds find found "
    "obtained has have had costs cost takes take took needs need requires require pays pay paid earns earn earned "
    "makes make made weighs weigh measures measure contains contain becomes totals"
)
VERB = re.compile(
    rf"(?<=\s)(?:{'|'.join(_VERBS.split())}|will\s+be|would\s+be|comes?\s+to|amounts?\s+to"
    r"|(?:is|are|was)\s+(?:equal|approximately\s+equal|given|worth))\s+(?:to\s+|by\s+)?",
    re.IGNORECASE,
)
LABEL = re.compile(r"^(?:[A-Za-z][A-Za-z'\-]*\s){0,5}[A-Za-z][A-Za-z'\-]+\s*:\s*(?=\S)")
WORD = re.compile(r"(?<![\\a-zA-Z])[A-Za-z]{2,}(?![a-zA-Z])")
VALUE_START = re.compile(r"[-+$€£¥₹(]?\s*(?:[\d.\\√]|[A-Z]{0,3}\$)")
_SUBSCRIPT = r"(?:_(?:\{[^{}]{1,24}\}|\w))?"
_SYMBOL = rf"(?:\\[a-zA-Z]+|[A-Za-z]{{1,12}}){_SUBSCRIPT}(?:\^\{{?[*+\-]\}}?|\^\{{?\\circ\}}?|'{{1,3}})?{_SUBSCRIPT}"
_MARKED = (
    r"\\(?:bar|hat|vec|overline|widehat|tilde|dot|ddot|overrightarrow|mathcal|mathbf)\s*(?:\{[^{}]{1,24}\}|[A-Za-z])"
    + _SUBSCRIPT
)
SYMBOL = re.compile(rf"(?:\\Delta\s*|\\angle\s*|m\s?\\angle\s*)?(?:{_MARKED}|{_SYMBOL})(?:\s+{_SYMBOL})?")
SQUARED = re.compile(r"(?:R|r|\\chi)\s*\^\s*\{?2\}?(?:_\{?\w+\}?)?")
WORDS = re.compile(r"[A-Za-z][A-Za-z'\-]*(?:\s+[A-Za-z'\-]+){0,7}")
CLOSED_BY_COMMAND = re.compile(r"\\(?:int|iint|oint|sum|prod|lim)(?![a-z])")
MAX_NAME = 80


@dataclass(frozen=True, slots=True)
class Statement:
    """`values`: what is said to be equal, in writing order. `named`: a name, left out of them, stood beside them."""

    values: tuple[str, ...]
    named: bool = False


@lru_cache(maxsize=8192)
def statement(text: str) -> Statement:
    """The values without names, connectives, hedges and remarks."""
    if LITERAL.fullmatch(text):
        return Statement((text,))
    text = _undelimited(CONNECTIVE.sub("", plain_text(text)).strip())
    parts = [part for part in split_top(text, EQUALS) if part]
    named = False
    if len(parts) > 1 and is_name(parts[0]):
        parts, named = parts[1:], True
    elif len(parts) > 1 and is_name(parts[-1]):
        parts, named = parts[:-1], True
    return Statement(tuple(_bare(part) for part in parts), named)


def _undelimited(text: str) -> str:
    """Without the dollar signs around formulas in a sentence; a single one is money."""
    if WHOLLY_DELIMITED.fullmatch(text):
        return text[1:-1].strip()
    count = len(DELIMITER.findall(text))
    formulas = count and count % 2 == 0 and (not text.startswith("$") or FORMULA_FIRST.match(text))
    return DELIMITER.sub("", text) if formulas else text


def _bare(text: str) -> str:
    if QUOTED.fullmatch(text):
        text = text[1:-1]
    text = HEDGE.sub("", REMARK.sub("", _predicate(LABEL.sub("", text))))
    return REMARK.sub("", text).strip()


def _predicate(text: str) -> str:
    """What the first verb with a value after it says of a subject in words."""
    for match in VERB.finditer(text):
        rest = HEDGE.sub("", text[match.end() :])
        if WORD.search(text[: match.start()]) and (VALUE_START.match(rest) or leading(rest)):
            return rest
    return text


def is_name(text: str) -> bool:
    """One symbol, f(x), |z|, a ratio of names, `\\det(A)`, the name in words, or an integral or sum written out."""
    text = text.strip().strip("$").strip()
    if not text or len(text) > MAX_NAME:
        return False
    if SYMBOL.fullmatch(text) or SQUARED.fullmatch(text) or WORDS.fullmatch(plain_text(text)):
        return True
    if CLOSED_BY_COMMAND.match(text) or (text[0] == text[-1] == "|" and "|" not in text[1:-1]):
        return True
    return _is_applied(text) or _is_ratio(text) or (is_enclosed(text) and text[0] == "[")


def _is_applied(text: str) -> bool:
    head = re.match(rf"(?:{_MARKED}|{_SYMBOL})\s*(?=[(\[])", text)
    if head and is_enclosed(text[head.end() :]):
        return True
    function = re.match(
        r"\\(?:det|dim|ker|deg|gcd|lcm|max|min|arg|sin|cos|tan|cot|sec|csc|log|ln|Pr|operatorname\s*\{[a-z]+\})(?![a-z])\s*",
        text,
    )
    return bool(function and is_name(text[function.end() :]))


def _is_ratio(text: str) -> bool:
    sides = split_top(text, "/")
    if fraction := re.fullmatch(r"\\frac\s*\{([^{}]+)\}\s*\{([^{}]+)\}", text):
        sides = list(fraction.groups())
    return len(sides) == 2 and all(SYMBOL.fullmatch(side.strip()) for side in sides)
