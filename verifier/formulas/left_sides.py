"""Left sides of equations: which of them merely name the value on the right, and when two name the same."""

import re
from functools import lru_cache

from verifier.formulas.expressions import read
from verifier.formulas.spellings import alike
from verifier.formulas.tree import Node, TooLargeError, UnparsableError, symbols
from verifier.latex import plain_text, split_top

SIDE = r"(?<![<>!:\\])=(?!=)|\\equiv(?![a-z])|:="
APPROXIMATE = r"\\approx(?![a-z])|\\simeq(?![a-z])|\\doteq(?![a-z])"
WORD = re.compile(r"(?:[A-Za-z][a-z]*[ -]){0,4}[A-Za-z][a-z]{2,}")
SEGMENT = re.compile(r"[A-Z]{2,3}'?|p(?:H|OH|K_?\{?[abw]?\}?)")
ANGLE = re.compile(r"m?\s*\\angle(?![a-z])\s*[A-Za-z0-9]{1,3}|m\s*\\overarc\{[A-Z]+\}")
# Squares that are names: the variance, the coefficient of determination, the statistic of a test.
SQUARE = re.compile(r"(?:\\sigma|\\chi|[sSR])(?:_\w|_\{\w+\})?\s*\^\s*\{?2\}?")
NAMED_OPERATION = re.compile(r"\\(?:lim|int|iint|oint|sum|prod|det|Pr|angle)(?![a-z])|[PEL]\s*[(\[]|m\s*\\angle|\[")
# What `y` may stand for.
FUNCTION_OF_X = re.compile(r"[fgh](?:\^\{?-1\}?)?\([a-z]\)|\\haty")


def sides(text: str) -> list[str]:
    """The sides of an equation; an approximation after the last does not count."""
    exact = split_top(text, APPROXIMATE)
    parts = split_top(exact[0], SIDE)
    if len(parts) == 1 and len(exact) == 2 and is_name(exact[0]):
        return exact
    return parts


@lru_cache(maxsize=4096)
def is_name(text: str) -> bool:
    r"""One name, f(x), |z|, a derivative, a function of names, a ratio of segments, a limit or another operation."""
    text = text.strip()
    plain = plain_text(text).strip()
    if WORD.fullmatch(plain) and re.search(r"[aeiouyAEIOUY]", plain) and not re.search(r"\\", plain):
        return True
    if SEGMENT.fullmatch(plain) or ANGLE.fullmatch(plain) or SQUARE.fullmatch(plain):
        return True
    try:
        return _names(read(text))
    except TooLargeError:
        return False
    except UnparsableError:
        return bool(NAMED_OPERATION.match(plain)) and len(split_top(plain, r"\s[-+]\s")) == 1


def _names(node: Node) -> bool:
    if node.op in ("symbol", "call", "apply"):
        return True
    if node.op in ("abs", "function"):
        return len(node.args) == 1 and bool(symbols(node)) and (_names(node.args[0]) or node.op == "function")
    if node.op == "pow":
        return _is_inverse(node)
    return node.op == "div" and all(_is_segment(arg) for arg in node.args)


def _is_inverse(node: Node) -> bool:
    """`A^{-1}` of a matrix."""
    base, exponent = node.args
    return base.op == "symbol" and base.name.isupper() and exponent.op == "neg" and exponent.args[0].value == 1


def _is_segment(node: Node) -> bool:
    """A name of capital letters, as segments of a figure have it; or one symbol."""
    if node.op == "mul":
        return all(arg.op == "symbol" and arg.name.isupper() for arg in node.args)
    return node.op == "symbol"


def same_name(left: str, right: str) -> bool:
    """Whether two left sides name the same thing: `dy/dx` and `y'`, `\\text{Area}` and `A`, `f(x)` and `y`."""
    one, other = (re.sub(r"[\s{}]", "", plain_text(text)) for text in (left, right))
    if one == other or _abbreviates(one, other) or _abbreviates(other, one):
        return True
    if "y" in (one, other) and any(FUNCTION_OF_X.fullmatch(name) for name in (one, other)):
        return True
    try:
        trees = read(left), read(right)
    except (UnparsableError, TooLargeError):
        return False
    if {tree.op for tree in trees} == {"apply", "symbol"} and trees[0].name == trees[1].name:
        return True
    one_tree, other_tree = alike(*trees)
    return one_tree == other_tree


def _abbreviates(letter: str, word: str) -> bool:
    is_word = len(word) > 3 and word.isalpha() and re.search(r"[aeiouyAEIOUY]", word)
    return len(letter) == 1 and bool(is_word) and word[0].lower() == letter.lower()
