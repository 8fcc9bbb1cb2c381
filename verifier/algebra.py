"""What the comparators leave over (integrals, limits, odd notation), decided by sympy. Runs in disposable workers only.

The texts are parsed without what math-verify does before: it takes letters at the end for units and lower-cases
symbols. Its comparison rounds absolutely, so numbers are compared here, and what it calls equal has to be so at points.
"""

import logging
import re
from fractions import Fraction
from typing import Any

from verifier.finding import Finding, verdict_of
from verifier.formulas.tree import TooLargeError, UnparsableError
from verifier.formulas.values import DIGITS, context
from verifier.latex import plain_text
from verifier.numbers.agreement import agree
from verifier.numbers.number import Number, parse_number
from verifier.screen import too_large
from verifier.types import Reason

IMAGINARY = re.compile(r"(?<![a-zA-Z\\])i(?![a-zA-Z])")
ENVIRONMENT = re.compile(r"\\(?:begin|end)\{[a-z*]+\}")
WORD = re.compile(r"(?<![\\a-zA-Z])[a-zA-Z]{4,}")
PRIMED = re.compile(r"[a-zA-Z]'+")
POINTS = (Fraction(7, 5), Fraction(13, 11), Fraction(5, 3))
CLOSE = 1e-9


def load() -> None:
    """Import the heavy part and fill its parser's caches once, before workers are forked."""
    logging.getLogger("math_verify").setLevel(logging.CRITICAL)
    logging.getLogger("latex2sympy2_extended").setLevel(logging.CRITICAL)
    decide_algebra(r"\int_0^1 2x\,dx", r"\sum_{k=1}^{2} k^2")


def decide_algebra(gold: str, answer: str) -> Finding:
    """Whether the two agree as mathematics. May hang or take any amount of memory: its process must be killable."""
    for text in (gold, answer):
        if reason := too_large(text):
            return Finding(Reason.TOO_LARGE, reason)
    left, right = _tree(gold), _tree(answer)
    if left is None:
        return Finding(Reason.GOLD_UNPARSABLE, "computer algebra cannot read it")
    if right is None:
        return Finding(Reason.ANSWER_UNPARSABLE, "computer algebra cannot read it", undecided=True)
    if _agree_as_numbers(gold, left, answer, right):
        return Finding(Reason.MATCHED_SYMBOLIC)
    from math_verify import verify

    same = verify(left, right, float_rounding=12, timeout_seconds=None)
    same = same and not _differ_at_points(left, right) and set(PRIMED.findall(gold)) == set(PRIMED.findall(answer))
    return verdict_of(same, match=Reason.MATCHED_SYMBOLIC)


def _tree(text: str) -> Any | None:
    """What sympy makes of `text`; None where that is nothing, or where words would become products of letters."""
    if WORD.search(plain_text(ENVIRONMENT.sub("", text))):
        return None
    from latex2sympy2_extended import NormalizationConfig, latex2sympy, normalize_latex
    from latex2sympy2_extended.latex2sympy2 import ConversionConfig

    steps = NormalizationConfig(basic_latex=True, units=False, malformed_operators=True, nits=True, boxed="none")
    try:
        return latex2sympy(
            normalize_latex(text, steps),
            is_real=IMAGINARY.search(text) is None,
            normalization_config=None,
            conversion_config=ConversionConfig(lowercase_symbols=False),
        )
    except (MemoryError, RecursionError):
        raise
    except Exception:  # noqa: BLE001 -- a syntax error is a bare Exception there
        return None


def _agree_as_numbers(gold: str, left: Any, answer: str, right: Any) -> bool:
    """By the policy of numbers: the precision of decimals as written, everything else exact."""
    wanted, given = _number(gold, left), _number(answer, right)
    if wanted is None or given is None or not agree(wanted, given):
        return False
    return wanted.ulp is not None or given.ulp is not None or not _are_apart(left, right)


def _are_apart(left: Any, right: Any) -> bool:
    r"""Whether two exact numbers differ beyond the digits in which they agree: `e^{100}` and `e^{100}+1`."""
    from sympy import Expr, Integral, Limit, Product, Sum

    if not isinstance(left, Expr) or not isinstance(right, Expr) or (left - right).has(Integral, Limit, Product, Sum):
        return False
    difference = _in_digits(left - right, DIGITS)
    # A zero that cancellation left has no digit that is right.
    return bool(difference.is_Float and difference != 0 and difference._prec > 1)


def _number(text: str, tree: Any) -> Number | None:
    try:
        return parse_number(text)
    except (UnparsableError, TooLargeError):
        value = _value(tree)
    if value is None:
        return None
    if value.is_Rational:
        return Number(Fraction(int(value.p), int(value.q)))
    real, imaginary = (context().mpf(str(part)) for part in value.as_real_imag())
    return Number(context().mpc(real, imaginary) if imaginary else real)


def _value(tree: Any) -> Any | None:
    """A finite number that `tree` stands for, exact where it is rational."""
    from sympy import Expr

    if not isinstance(tree, Expr) or tree.free_symbols:
        return None
    for reading in (tree, tree.doit()):
        if not isinstance(reading, Expr):
            return None
        value = reading if reading.is_Rational else _in_digits(reading, DIGITS)
        if value.is_number and value.is_finite and all(part.is_Number for part in value.as_real_imag()):
            return value
    return None


def _in_digits(tree: Any, digits: int) -> Any:
    """The value of an expression, not a number where it has none: sympy divides by what becomes zero on the way."""
    from sympy import nan

    try:
        return tree.evalf(digits)
    except ArithmeticError:
        return nan


def _differ_at_points(left: Any, right: Any) -> bool:
    """Whether two expressions have values, and different ones, at the same points."""
    from sympy import Expr

    if not isinstance(left, Expr) or not isinstance(right, Expr):
        return False
    names = sorted(left.free_symbols | right.free_symbols, key=str)
    for shift in range(len(POINTS)):
        place = {name: POINTS[(index + shift) % len(POINTS)] + index for index, name in enumerate(names)}
        values = [_in_digits(tree.subs(place), 20) for tree in (left, right)]
        if all(value.is_number and value.is_finite for value in values):
            return bool(abs(values[0] - values[1]) > CLOSE * max(abs(value) for value in values))
    return False
