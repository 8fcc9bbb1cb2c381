r"""Solutions that repeat: `\frac{\pi}{4} + n\pi` and `x \equiv 3 \pmod{7}`, whatever the integer in them is called."""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from verifier.finding import Case, Finding, verdict_of
from verifier.formulas.expressions import parse
from verifier.formulas.left_sides import is_name, same_name, sides
from verifier.formulas.probing import value_at
from verifier.formulas.tree import Node, TooLargeError, UnparsableError, operations, symbols
from verifier.formulas.values import inexact, same_value
from verifier.latex import plain_text
from verifier.types import Reason

INTEGERS = frozenset({"n", "k", "m", "l", "j", "t", "N"})
# Beside pi no integer: `2\pi t` is not `-2\pi t`.
TIME = "t"
MODULUS = re.compile(
    r"(?:\\pmod\s*\{?|\\(?:bmod|mod)(?![a-z])\s*|\(\s*(?:\\(?:bmod|mod)(?![a-z])|mod(?:ulo)?(?![a-z]))\s*"
    r"|(?<![a-z\\])mod(?:ulo)?(?![a-z])\s*)\s*([^(){}]+?)\s*[)}]?$"
)


def same_progression(gold: Node, answer: Node) -> bool:
    """Whether both run through the same values, a multiple of pi apart, as an integer symbol of theirs runs."""
    if TIME in symbols(gold) | symbols(answer):
        return False
    ours, theirs = _steps(gold), _steps(answer)
    if ours is None or theirs is None or not {"pi", "degree"} & operations(gold):
        return False
    if _skips(*ours) or _skips(*theirs):
        return False
    if not any(same_value(ours[1], sign * theirs[1]) for sign in (1, -1)):
        return False
    shift = (inexact(theirs[0]) - inexact(ours[0])) / inexact(ours[1])
    return bool(abs(shift - round(shift.real)) < 1e-25)


def _skips(first: Any, step: Any) -> bool:
    r"""Whether the first value is some steps from zero: `(n-2)\pi` is a formula for one n, not a set of angles."""
    return bool(first != 0 and abs(first / step - round((first / step).real)) < 1e-25)


def _steps(node: Node) -> tuple[Any, Any] | None:
    """First value and step of what is of the first degree in one integer symbol and has no other."""
    names = symbols(node)
    if len(names) != 1 or not names <= INTEGERS:
        return None
    (name,) = names
    values = [value_at(node, {name: Fraction(index)}) for index in range(4)]
    if None in values:
        return None
    first, *rest = (inexact(value) for value in values)
    step = rest[0] - first
    regular = step != 0 and all(same_value(value - first, (at + 1) * step) for at, value in enumerate(rest))
    return (first, step) if regular and step.imag == 0 == first.imag else None


@dataclass(frozen=True, slots=True)
class Congruence:
    """`name` empty: only the class was written. Without a modulus, every value of the progression counts."""

    name: str
    residue: Fraction
    modulus: Fraction


def is_congruence(text: str) -> bool:
    """Whether the text is a class of residues; `x \\bmod 7` is the remainder of an unknown."""
    return MODULUS.search(plain_text(text)) is not None and congruence(text) is not None


def congruence(text: str) -> Congruence | None:
    r"""`x \equiv 3 \pmod{7}`, `3 mod 7`; None where `text` is no such thing."""
    text = plain_text(text).strip()
    match = MODULUS.search(text)
    parts = sides(text[: match.start()] if match else text)
    name = parts[0] if len(parts) > 1 and is_name(parts[0]) else ""
    try:
        value = parse(parts[-1])
        modulus = value_at(parse(match[1]), {}) if match else None
    except (UnparsableError, TooLargeError):
        return None
    if match is None:
        return _of_progression(name, value)
    residue = value_at(value, {})
    if not isinstance(residue, Fraction) or not isinstance(modulus, Fraction) or modulus <= 0:
        return None
    return Congruence(name, residue % modulus, modulus)


def _of_progression(name: str, value: Node) -> Congruence | None:
    """`x = 7k + 3`."""
    steps = _steps(value)
    if steps is None:
        return None
    first, step = (Fraction(round(part.real)) for part in steps)
    whole = all(same_value(part, Fraction(round(part.real))) or part == 0 for part in steps)
    return Congruence(name, first % abs(step), abs(step)) if whole and step else None


def compare_congruences(case: Case) -> Finding:
    """The same class of the same modulus."""
    gold, answer = congruence(case.gold), congruence(case.answer)
    if gold is None:
        return case.algebra(case.gold, case.answer)
    if answer is None:
        return Finding(Reason.DIFFERENT_TYPE, "no class of residues")
    if gold.name and answer.name and not same_name(gold.name, answer.name):
        return Finding(Reason.DIFFERENT_VALUE, "another name")
    same = (gold.residue, gold.modulus) == (answer.residue, answer.modulus)
    return verdict_of(same, match=Reason.MATCHED_NUMBER)
