"""Arbitrary constants: expressions that are the same family of functions, whatever their constants are called.

A family that is affine in its constants, f + C_1 g_1 + ... + C_n g_n, is known by the functions that it adds up: two
are the same if each g of the one, and the difference of the f, is a combination of the g of the other.
"""

import re
from collections.abc import Sequence
from typing import Any

from verifier.formulas.probing import point, value_at
from verifier.formulas.tree import Node, nodes, size, symbols
from verifier.formulas.values import context, inexact, same_value
from verifier.latex import plain_text

CERTAIN = re.compile(r"[Cc](?:_\d)?")
POSSIBLE = re.compile(r"[ABCDKLMPQabcdk](?:_\d)?|[CcKk]'|\\alpha|\\beta|\\lambda")
CAPITAL = re.compile(r"[ABDK](?:_\d)?")
LETTER = re.compile(r"(?<![a-zA-Z\\])[A-Z](?![a-zA-Z])")
VARIABLES = ("x", "t", r"\theta", "z", "r", "s", "u", "y", "v", "w", r"\phi")
EVIDENCE = re.compile(
    r"differential equation|general solution|anti-?derivative|indefinite|integra|\\int|'|dy/dx|\\frac\s*\{\s*d"
    r"|recurrence|arbitrary constant|∫|\bODE\b",
    re.IGNORECASE,
)
MAX_CONSTANTS = 4
MAX_SIZE = 200
SETTINGS = 2


def same_family(gold: Node, answer: Node, question: str | None) -> bool:
    """Whether the two differ in their arbitrary constants alone."""
    told = question is not None and EVIDENCE.search(plain_text(question)) is not None
    given = set(LETTER.findall(question or ""))
    ours, theirs = constants(gold, answer, told, given), constants(answer, gold, told, given)
    if not 0 < len(ours) == len(theirs) <= MAX_CONSTANTS or size(gold) + size(answer) > MAX_SIZE:
        return False
    if not told and not _look_arbitrary(gold, answer, ours, theirs):
        return False
    shared = (symbols(gold) - set(ours)) | (symbols(answer) - set(theirs))
    variable = next((name for name in VARIABLES if name in shared), None)
    if variable is None:
        return False
    return all(
        _same_span(_Family(gold, ours), _Family(answer, theirs), variable, shared, setting)
        for setting in range(SETTINGS)
    )


def constants(node: Node, other: Node, told: bool, given: set[str]) -> list[str]:
    """Names that always mean a constant of integration; others where only this side has them, or the question tells
    of constants and gives no value under that name.
    """
    others = symbols(other)
    plain = {each.name for each in nodes(node) if each.op == "symbol"}

    def is_constant(name: str) -> bool:
        if CERTAIN.fullmatch(name):
            return True
        unknown = told and CAPITAL.fullmatch(name) is not None and name[0] not in given
        return unknown or (POSSIBLE.fullmatch(name) is not None and name not in others)

    return sorted(filter(is_constant, plain))


def _look_arbitrary(gold: Node, answer: Node, ours: list[str], theirs: list[str]) -> bool:
    """The constant is a term of its own, or several are numbered."""
    if len(ours) == 1:
        return set(ours) <= additive(gold) and set(theirs) <= additive(answer)
    return any(all(CERTAIN.fullmatch(name) and "_" in name for name in names) for names in (ours, theirs))


def additive(node: Node) -> set[str]:
    """Symbols that stand as a whole term of the outermost sum."""
    if node.op == "add":
        return additive(node.args[0]) | additive(node.args[1])
    if node.op == "neg":
        return additive(node.args[0])
    return {node.name} if node.op == "symbol" else set()


class _Family:
    def __init__(self, node: Node, names: Sequence[str]) -> None:
        self.node, self.names = node, names

    def parts(self, place: dict[str, Any]) -> list[Any] | None:
        """The values of f and of every g; None where the family is not affine in its constants."""
        base = self._value(place, {})
        units = [self._value(place, {name: 1}) for name in self.names]
        doubled = [self._value(place, {name: 2}) for name in self.names]
        together = self._value(place, dict.fromkeys(self.names, 1))
        if base is None or together is None or None in units or None in doubled:
            return None
        steps = [unit - base for unit in units]
        affine = all(same_value(twice - base, 2 * step) for twice, step in zip(doubled, steps, strict=True))
        affine = affine and same_value(together - base, sum(steps)) and all(step != 0 for step in steps)
        return [base, *steps] if affine else None

    def _value(self, place: dict[str, Any], chosen: dict[str, int]) -> Any | None:
        ctx = context()
        values = {name: ctx.mpf(chosen.get(name, 0)) for name in self.names}
        value = value_at(self.node, place | values, natural_log=True)
        return None if value is None else inexact(value)


def _same_span(gold: _Family, answer: _Family, variable: str, shared: set[str], setting: int) -> bool:
    size = len(gold.names)
    rest = dict(point(shared, setting))
    rows = []
    for index in range(3 * size + 4):
        place = rest | {variable: point([variable], index)[variable]}
        left, right = gold.parts(place), answer.parts(place)
        if left is not None and right is not None:
            rows.append((left, right))
    if len(rows) < 2 * size + 2:
        return False
    ours = [left[1:] for left, _ in rows]
    theirs = [right[1:] for _, right in rows]
    gaps = [0 if same_value(left[0], right[0]) else right[0] - left[0] for left, right in rows]
    columns = [*zip(*theirs, strict=True), gaps]
    return all(_is_combination(column, ours) for column in columns) and _independent(theirs)


def _is_combination(column: Sequence[Any], rows: Sequence[Sequence[Any]]) -> bool:
    """Whether one choice of weights gives the column in every row."""
    ctx = context()
    size = len(rows[0])
    if all(value == 0 for value in column):
        return True
    try:
        weights = ctx.lu_solve(ctx.matrix([list(row) for row in rows[:size]]), ctx.matrix(list(column[:size])))
    except ZeroDivisionError:
        return False
    scale = max(abs(value) for value in column)
    rest = zip(rows[size:], column[size:], strict=True)
    return all(
        abs(sum(weight * part for weight, part in zip(weights, row, strict=True)) - value) <= scale * ctx.mpf(10) ** -20
        for row, value in rest
    )


def _independent(rows: Sequence[Sequence[Any]]) -> bool:
    ctx = context()
    size = len(rows[0])
    square = ctx.matrix([list(row) for row in rows[:size]])
    scale = max(abs(value) for row in rows[:size] for value in row) or 1
    return bool(abs(ctx.det(square)) > scale**size * ctx.mpf(10) ** -25)
