"""When two equations say the same: up to a factor, or because each is solved by the solutions of the other."""

import math
from collections.abc import Callable, Iterator
from typing import Any

from verifier.formulas.arbitrary import CERTAIN, POSSIBLE, additive
from verifier.formulas.probing import NEEDED, POINTS, SIGNED, Point, point, points, value_at
from verifier.formulas.spellings import renamed
from verifier.formulas.tree import Node, operations, size, symbols
from verifier.formulas.values import context, inexact, same_value

STARTS = (0.7, -1.3, 3.1, -0.04)
SETTINGS = 2
MAX_ITERATIONS = 30
TINY = 1e-30
NEAR_ZERO = 1e-12
NEAR = 1e-15
MAX_SYMBOLS = 6
# Nodes of both equations; larger ones would take too long to be solved here.
MAX_SIZE = 120


def difference(left: Node, right: Node) -> Node:
    return Node("add", (left, Node("neg", (right,))))


def same_equation(gold: Node, answer: Node) -> bool:
    """Whether `gold = 0` and `answer = 0` say the same of the same symbols."""
    if symbols(gold) != symbols(answer) or not symbols(gold):
        return False
    return factor(gold, answer) is not None or _same_solutions(gold, answer) or _same_constant(gold, answer)


def factor(left: Node, right: Node) -> Any | None:
    """The constant by which `left` is a multiple of `right`; None where there is none."""
    ratios = []
    names = symbols(left) | symbols(right)
    signed = SIGNED & (operations(left) | operations(right))
    for place in (*points(names), *(points(names, negative=True) if signed else ())):
        values = [value_at(node, place, natural_log=True) for node in (left, right)]
        if None not in values and 0 not in values:
            ratios.append(inexact(values[0]) / inexact(values[1]))
        if ratios and not same_value(ratios[-1], ratios[0]):
            return None
    return ratios[0] if len(ratios) >= NEEDED else None


def _same_solutions(gold: Node, answer: Node) -> bool:
    """Whether, for each symbol, solutions of the one solve the other, the other symbols held."""
    names = sorted(symbols(gold))
    if len(names) > MAX_SYMBOLS or size(gold) + size(answer) > MAX_SIZE:
        return False
    proven = False
    for name in names:
        for setting in range(SETTINGS):
            place = point(names, setting)
            there = _all_solve(gold, answer, name, place)
            back = None if there is False else _all_solve(answer, gold, name, place)
            if there is False or back is False:
                return False
            proven = proven or (there is True and back is True)
    return proven


def _all_solve(one: Node, other: Node, name: str, place: Point) -> bool | None:
    """Whether the solutions of `one` for a symbol solve `other`; None where none was found."""
    found = None
    for root in _roots(one, name, place):
        vanishes = _vanishes(other, name, place, root)
        if vanishes is False:
            return False
        found = found or vanishes
    return found


def _vanishes(node: Node, name: str, place: Point, root: Any) -> bool | None:
    step = abs(root) / 8 if abs(root) > TINY else context().mpf(1) / 8
    here, *around = (value_at(node, {**place, name: x}, natural_log=True) for x in (root, root + step, root - step))
    spread = max((abs(inexact(value)) for value in around if value is not None), default=0)
    if here is None or spread == 0:
        return None
    return bool(abs(inexact(here)) <= spread * context().mpf(10) ** -15)


def _roots(node: Node, name: str, place: Point) -> Iterator[Any]:
    """First those near the starts; then, with these divided out, what is left of a polynomial."""
    found: list[Any] = []
    for start in STARTS:
        root = _root_near(lambda x: value_at(node, {**place, name: x}, natural_log=True), context().mpf(start))
        if root is not None:
            found.append(root)
            yield root
    if not found or not _is_polynomial(node, name):
        return
    distinct = [root for index, root in enumerate(found) if not any(abs(root - old) < NEAR for old in found[:index])]
    for start in STARTS:
        root = _root_near(lambda x: _deflated(node, name, place, x, distinct), context().mpf(start))
        if root is not None:
            distinct.append(root)
            yield root


def _is_polynomial(node: Node, name: str) -> bool:
    if name not in symbols(node) or node.op == "symbol":
        return True
    if node.op == "pow" and node.args[1].op != "number":
        return False
    return node.op in ("add", "neg", "mul", "pow") and all(_is_polynomial(arg, name) for arg in node.args)


def _deflated(node: Node, name: str, place: Point, x: Any, roots: list[Any]) -> Any | None:
    value = value_at(node, {**place, name: x}, natural_log=True)
    gaps = math.prod((x - root for root in roots), start=context().mpf(1))
    return None if value is None or gaps == 0 else inexact(value) / gaps


def _root_near(function: Callable[[Any], Any | None], start: Any) -> Any | None:
    """By the secant method; None where it does not converge."""
    before, here = start, start * 1.1
    old = function(before)
    for _ in range(MAX_ITERATIONS):
        new = function(here)
        if abs(here) < NEAR_ZERO:
            return context().mpf(0)
        if old is None or new is None:
            return None
        if new == 0 or abs(here - before) <= abs(here) * TINY:
            return here
        slope = inexact(new) - inexact(old)
        if slope == 0:
            return None
        before, old, here = here, new, here - inexact(new) * (here - before) / slope
    return None


def _same_constant(gold: Node, answer: Node) -> bool:
    """Whether one arbitrary constant, a term of its own, absorbs the difference: `x^2 - y^2 = C`, `y^2 = x^2 + C`."""
    names = additive(gold) & additive(answer)
    constant = next((name for name in sorted(names) if CERTAIN.fullmatch(name)), None)
    if constant is None:
        return False
    rest = symbols(gold) - {constant}
    levels: list[list[Any]] = [
        [_level(node, constant, point(rest, index)) for node in (gold, answer)] for index in range(POINTS)
    ]
    known = [pair for pair in levels if None not in pair]
    if len(known) < NEEDED + 1:
        return False
    steps = [(a - known[0][0], b - known[0][1]) for a, b in known[1:]]
    return all(a != 0 and same_value(b / a, steps[0][1] / steps[0][0]) for a, b in steps)


def _level(node: Node, constant: str, place: Point) -> Any | None:
    """What the constant has to be at this place, the equation being of the first degree in it."""
    values = [value_at(node, {**place, constant: context().mpf(x)}, natural_log=True) for x in (0, 1)]
    if None in values or values[0] == values[1]:
        return None
    return inexact(values[0]) / (inexact(values[0]) - inexact(values[1]))


def with_constant_named(gold: Node, answer: Node) -> Node:
    """The answer with its constant of integration under the gold's name."""
    ours, theirs = additive(gold) - symbols(answer), additive(answer) - symbols(gold)
    if len(ours) != 1 or len(theirs) != 1 or not any(CERTAIN.fullmatch(name) for name in ours | theirs):
        return answer
    both = all(CERTAIN.fullmatch(name) or POSSIBLE.fullmatch(name) for name in ours | theirs)
    return renamed(answer, {theirs.pop(): ours.pop()}) if both else answer
