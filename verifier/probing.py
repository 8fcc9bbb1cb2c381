"""Equality of expressions and equations, decided by values at fixed pseudo-random points.

Two analytic expressions that agree to 25 digits at several generic points are equal for every practical purpose; two
that differ at one are different. This is fast, exact about symbols, and leaves `simplify` out of it.
"""

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from verifier.evaluate import context, evaluate, pseudo_random, same_value
from verifier.tree import Node, UnparsableError, UnsupportedError, operations, symbols

POINTS = 5
NEEDED = 3
CONSTANTS = ("C", "c", "K", "k", "D", "A", "B", "C_1", "C_2", "c_1", "c_2", "k_1")


def point(names: Iterable[str], index: int, *, negative: bool = False) -> dict[str, Any]:
    sign = -1 if negative else 1
    return {name: sign * pseudo_random(f"{name}@{index}") for name in names} or {"": 1}


def values(node: Node, names: set[str], *, natural_log: bool = False, negative: bool = False) -> list[Any]:
    """The node's value at each point, None where it is undefined. Raises `TooLargeError`."""
    found: list[Any] = []
    for index in range(POINTS):
        try:
            found.append(evaluate(node, point(names, index, negative=negative), natural_log=natural_log))
        except UnparsableError:
            found.append(None)
    return found


def equal(gold: Node, answer: Node) -> bool | None:
    """Whether two expressions are the same function; None where too few points are defined."""
    names = symbols(gold) | symbols(answer)
    mixed = ({"ln"} & (operations(gold) | operations(answer))) and "log" in operations(gold) | operations(answer)
    signs = [False, True] if "abs" in operations(gold) | operations(answer) and names else [False]
    for negative in signs:
        left, right = (values(node, names, natural_log=bool(mixed), negative=negative) for node in (gold, answer))
        both = [(a, b) for a, b in zip(left, right, strict=True) if a is not None and b is not None]
        if negative:
            both = [pair for pair in both if all(_is_real(value) for value in pair)]
        elif len(both) < NEEDED:
            return None
        if not all(same_value(a, b) for a, b in both):
            return False
    return True


def is_defined(node: Node) -> bool:
    """Whether the expression has a value at any of the points, be it one that cannot be computed here."""
    for index in range(POINTS):
        try:
            evaluate(node, point(symbols(node), index))
        except UnsupportedError:
            return True
        except UnparsableError:
            continue
        return True
    return False


def _is_real(value: Any) -> bool:
    return isinstance(value, Fraction) or context().im(value) == 0


def with_same_constant(gold: Node, answer: Node) -> Node:
    """The answer with its constant of integration under the gold's name, where each has exactly one of its own."""
    ours, theirs = ({name for name in symbols(node) if name in CONSTANTS} for node in (gold, answer))
    alone = ours - theirs, theirs - ours
    if len(alone[0]) == len(alone[1]) == 1 and alone[0] <= additive(gold) and alone[1] <= additive(answer):
        return _renamed(answer, alone[1].pop(), alone[0].pop())
    return answer


def additive(node: Node) -> set[str]:
    """Symbols that stand as a whole term of the outermost sum."""
    if node.op == "add":
        return additive(node.args[0]) | additive(node.args[1])
    return {node.name} if node.op == "symbol" else set()


def _renamed(node: Node, old: str, new: str) -> Node:
    name = new if node.op == "symbol" and node.name == old else node.name
    return Node(node.op, tuple(_renamed(arg, old, new) for arg in node.args), node.value, name, node.digits)


def proportional(left: Node, right: Node) -> bool:
    names = symbols(left) | symbols(right)
    pairs = zip(values(left, names), values(right, names), strict=True)
    ratios = [a / b for a, b in pairs if a is not None and b is not None and b != 0 and a != 0]
    if len(ratios) < NEEDED:
        return False
    return all(same_value(_inexact(ratio), _inexact(ratios[0])) for ratio in ratios)


def _inexact(value: Any) -> Any:
    return context().mpf(value.numerator) / value.denominator if isinstance(value, Fraction) else value


def same_root(left: Node, right: Node) -> bool:
    """Whether both say the same of a symbol that each contains to the first power: `PV = nRT`, `P = nRT/V`."""
    if symbols(left) != symbols(right):
        return False
    for name in sorted(symbols(left)):
        roots = [[_linear_root(node, name, index) for index in range(NEEDED)] for node in (left, right)]
        if None in roots[0] or None in roots[1]:
            continue
        return all(same_value(a, b) for a, b in zip(*roots, strict=True))
    return False


def _linear_root(node: Node, name: str, index: int) -> Any | None:
    """Where `node` vanishes in `name`, or in 1/`name`, the other symbols held; None if it is linear in neither."""
    others = point(symbols(node), index)
    ctx = context()
    try:
        a, b, c = (_inexact(evaluate(node, others | {name: ctx.mpf(x)})) for x in (1, 2, 4))
        slope = b - a
        if slope != 0 and same_value(c - b, 2 * slope):
            return 1 - a / slope
        inverse = (a - b) * 2
        if inverse != 0 and same_value((b - c) * 4, inverse):
            rest = a - inverse
            return -inverse / rest if rest != 0 else None
    except (UnparsableError, ZeroDivisionError):
        return None
    return None
