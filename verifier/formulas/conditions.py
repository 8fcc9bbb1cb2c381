r"""What stands around a formula: a sentence before it, a condition behind it, other candidates beside it."""

import re
from functools import lru_cache

from verifier.latex import split_top
from verifier.numbers.numerals import ungrouped

# Possessive blanks, because several optional parts in a row would try every split of a run of them.
_OPEN = r"\s*+[,;]?\s*+\(?\s*+(?:\\text\s*+\{)?\s*+[,;]?\s*+"
_SETS = r"\\mathbb\s*+\{?\s*+[ZNRQC]\s*+\}?(?:\^?\s*+\{?[+*]\}?)?|\\[ZNR](?![a-z])|[ZNR](?![a-z])"
# `, n \in \mathbb{Z}` behind an expression or an equation.
MEMBERSHIP = re.compile(
    rf"{_OPEN}(?:where|for|with)?\s*+(?:any|all|some|every)?\s*+\}}?\s*+[a-zA-Z](?:_\w)?\s*+\\in\s*+(?:{_SETS})\s*+\)?\}}?$"
)
IN_WORDS = re.compile(
    rf"(?:(?<=[\w)}}\]'])\s*+[,;]?\s*+\(?\s*+\\text\s*+\{{\s*+[,;(]?\s*+|{_OPEN})(?:where|for|with|when|if|provided|assuming)"
    r"(?![a-zA-Z])[^=]*$|\s*+[,;]?\s*+\(?\s*+(?:\\text\s*+\{\s*+)?[,(]?\s*+[a-zA-Z]\s*+(?:\\text\s*+\{\s*+)?\s*+"
    r"(?:is |being )?(?:any |an |a )?(?:arbitrary )?(?:integer|constant|real(?: number)?)\s*+\}?\)?\}?$"
)
EXCEPTION = re.compile(rf"{_OPEN}\}}?\s*+\(?([a-zA-Z])\s*+\\neq\s*+[^,;=<>]{{1,20}}$")
RELATION = re.compile(r"[<>]|\\(?:le|ge|neq|in)(?![a-z])")
SENTENCE = re.compile(
    r"^(?:\\text\s*\{\s*)?[A-Z][A-Za-z' -]{1,60}\s(?:is|are|equals|becomes)(?: given by| equal to)?\s*:?\s*\}?"
    r"\s*(?=[\s\\$\d(\w-])"
)
ALTERNATIVE = (
    r"\\text\s*\{[^{}]*(?<![a-z])(?:or|and|to|either|versus|vs|not|but)(?![a-z])[^{}]*\}|\s(?:or|and|to|versus|vs\.?)\s"
    r"|\s*[,;]\s*|\\l?or(?![a-z])|\\(?:vee|q?quad)(?![a-z])"
)

MATHS = re.compile(r"\$([^$]+)\$|\\\((.+?)\\\)")
OTHERWISE = re.compile(
    r"(?<![a-z])(?:not|never|no|or|and|but|except|un\w+|isn't|neither|nor|either|instead|opposite|negative|minus|half|twice"
    r"|times|plus|less|more|without)(?![a-z])|[\d=+*/^\\]",
    re.IGNORECASE,
)
ANGLES = re.compile(r"\\[lr]angle")


@lru_cache(maxsize=2048)
def without_condition(text: str) -> str:
    """`\\frac{\\pi}{4} + n\\pi` of `..., n \\in \\mathbb{Z}`; a text that is a relation itself stays whole."""
    for pattern in (MEMBERSHIP, IN_WORDS, EXCEPTION):
        match = pattern.search(text)
        if match is None:
            continue
        rest = text[: match.start()].strip().rstrip(",;").strip()
        known = pattern is not EXCEPTION or re.search(rf"(?<![a-zA-Z\\]){match[1]}(?![a-zA-Z])", rest)
        if rest and known and not RELATION.search(rest) and rest.count("{") == rest.count("}"):
            return rest
    return text


def without_sentence(text: str) -> str:
    r"""The formula behind "The slope is", or the only one in a sentence that denies nothing."""
    formulas = MATHS.findall(text)
    if len(formulas) == 1 and not OTHERWISE.search(MATHS.sub("", text)):
        return "".join(formulas[0])
    return SENTENCE.sub("", text, count=1)


def has_alternatives(text: str) -> bool:
    """Whether several formulas stand side by side, joined by a word, a comma or a semicolon."""
    text = ANGLES.sub(lambda match: "()"[match[0] == r"\rangle"], ungrouped(text))
    return sum(bool(re.search(r"\w", part)) for part in split_top(text, ALTERNATIVE)) > 1
