"""What must not be given to computer algebra: recognised from the text, before anything is parsed or evaluated."""

import re

from verifier.latex import normalise

MAX_LENGTH = 1_000
MAX_NESTING = 30
MAX_DIGIT_RUN = 120
MAX_TOWER = 2
GENERATORS = re.compile(
    r"\\operatorname\s*\{?\s*(?:zeros|ones|eye|diag|rref|hstack|vstack|norm|orthogonalize)|\\(?:zeros|ones|eye)"
)
NUMBER_POWER = re.compile(r"\^\s*\{?\s*-?\(?\d{4,}")
DOUBLE_POWER = re.compile(r"\d\s*\)?\s*\^\s*\{?\s*-?\(?\d+\s*\)?\s*\^\s*\{?\s*\d+")
FACTORIAL = re.compile(r"(\d+|\}|\))\s*(!+)")
BIG_BOUND = re.compile(r"\\(?:sum|prod)[^ ]{0,40}\^\s*\{?\s*(?:\d{5,}|\d+\s*\^)")
ANSWER_LETTERS = re.compile(r"[a-zA-Z]{25,}")


def too_large(text: str) -> str | None:
    """Why `text` is refused, None if it may be tried."""
    text = normalise(text)
    if len(text) > MAX_LENGTH:
        return f"longer than {MAX_LENGTH} characters"
    if _nesting(text) > MAX_NESTING or text.count("|") > 12 or len(re.findall(r"\\left", text)) > 20:
        return "nested too deeply"
    if re.search(rf"\d{{{MAX_DIGIT_RUN}}}", text) or ANSWER_LETTERS.search(text):
        return "an endless run of digits or letters"
    if GENERATORS.search(text):
        return "a matrix made by a command"
    if _tower(text) > MAX_TOWER or NUMBER_POWER.search(text) or DOUBLE_POWER.search(text):
        return "a tower of powers"
    if any(len(mark) > 2 or base in "})" or int(base) > 2_000 for base, mark in FACTORIAL.findall(text)):
        return "a large factorial"
    if re.search(r"\\(?:d|t)?binom\s*\{?\d{6,}", text) or BIG_BOUND.search(text):
        return "a large binomial, sum or product"
    return "a large matrix" if text.count("&") > 40 else None


def _nesting(text: str) -> int:
    depth = deepest = 0
    for character in text:
        depth += (character in "([{") - (character in ")]}")
        deepest = max(deepest, depth)
    return deepest


def _tower(text: str) -> int:
    """How deeply exponents stand inside exponents."""
    deepest, groups = 0, [False]
    for index, character in enumerate(text):
        if character == "{":
            groups.append(text[max(0, index - 2) : index].rstrip().endswith("^"))
        elif character == "}" and len(groups) > 1:
            groups.pop()
        elif character == "^":
            deepest = max(deepest, sum(groups) + 1)
    return deepest
