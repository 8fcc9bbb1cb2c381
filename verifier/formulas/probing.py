"""Equality of expressions, decided by values at fixed pseudo-random points.

Two analytic expressions that agree to 25 digits at several generic points are equal for every practical purpose; two
that differ at one are different. This is fast, exact about symbols, and leaves `simplify` out of it.
"""

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from verifier.formulas.evaluate import PLACE, evaluate
from verifier.formulas.tree import (
    INFINITY,
    Node,
    TooLargeError,
    UnparsableError,
    UnsupportedError,
    nodes,
    operations,
    symbols,
)
from verifier.formulas.values import Value, context, is_real, pseudo_random, same_value

# Small values, where series converge and arguments stay within domains; values around one; larger ones.
SCALES = (Fraction(1), Fraction(1, 5), Fraction(4))
POINTS = 7
WHOLE_POINTS = 10
NEEDED = 3
# Operations at one point; there are many points.
STEPS = 1_000
SERIES_TERMS = 24
SIGNED = frozenset({"abs", "floor", "ceil", "sgn", "max", "min", "mod"})
WHOLE_NAMES = frozenset({"n", "m", "k", "N", "M", "K", "j", "l", "p", "q", "r", "s", "t"})
# Beside pi in a sine the others are times and lengths, at most of which `\cos 2\pi t` is not 1.
COUNTING_NAMES = frozenset({"n", "m", "k", "N", "j", "l"})

Point = Mapping[str, Value]


def point(names: Iterable[str], index: int, *, negative: bool = False, whole: frozenset[str] = frozenset()) -> Point:
    """A value for every name: real and positive unless told otherwise, a complex one for vectors.

    negative -- at even places for all names, at odd ones for some: where all are, `|xy|` is xy
    """
    chosen: dict[str, Value] = {PLACE: index}
    for number, name in enumerate(sorted(names)):
        value = pseudo_random(f"{name}@{index}")
        if name in whole:
            chosen[name] = Fraction(int(value * 1000) % 11 + 1)
        elif name.startswith("vec:"):
            chosen[name] = context().mpc(value, pseudo_random(f"{name}@{index}/other"))
        else:
            below = negative and (index % 2 == 0 or number >> index // 2 & 1)
            chosen[name] = value * SCALES[index % 3] * (-1 if below else 1)
    return chosen


def points(names: Iterable[str], *, negative: bool = False) -> Iterator[Point]:
    return (point(names, index, negative=negative) for index in range(POINTS))


def _whole_points(names: Iterable[str], whole: set[str]) -> Iterator[Point]:
    return (point(names, index, whole=frozenset(whole)) for index in range(WHOLE_POINTS))


def value_at(node: Node, place: Point, *, natural_log: bool = False, terms: int | None = None) -> Value | None:
    """None where the value is not defined or cannot be computed here."""
    try:
        return evaluate(node, place, natural_log=natural_log, terms=terms, steps=STEPS)
    except (UnparsableError, TooLargeError):
        return None


def equal(gold: Node, answer: Node) -> bool | None:
    """Whether two expressions are the same function; None where too few points are defined."""
    comparison = _Comparison(gold, answer)
    names = comparison.names
    if not names and INFINITY not in {*nodes(gold), *nodes(answer)}:
        return comparison.agree([point((), 0)], needed=1)
    same = comparison.agree(points(names))
    if same and SIGNED & comparison.operations and not comparison.agree_where_negative():
        return False
    if not same and (whole := whole_symbols(gold) | whole_symbols(answer)):
        return comparison.agree(_whole_points(names, whole))
    return same


class _Comparison:
    def __init__(self, gold: Node, answer: Node) -> None:
        self.gold, self.answer = gold, answer
        self.names = symbols(gold) | symbols(answer)
        self.operations = operations(gold) | operations(answer)
        # Beside `ln`, `log` means the same to whoever wrote it.
        self.natural_log = {"ln", "log"} <= self.operations
        endless = [INFINITY in set(nodes(node)) for node in (gold, answer)]
        self.terms = SERIES_TERMS if all(endless) else None

    def values(self, place: Point) -> tuple[Value | None, Value | None]:
        gold = value_at(self.gold, place, natural_log=self.natural_log, terms=self.terms)
        return gold, gold if gold is None else value_at(
            self.answer, place, natural_log=self.natural_log, terms=self.terms
        )

    def agree(self, places: Iterable[Point], *, needed: int = NEEDED) -> bool | None:
        """By the points where both are real; where there are too few of them, by complex values too."""
        real = 0
        others: list[bool] = []
        for place in places:
            left, right = self.values(place)
            if left is None or right is None:
                continue
            same = same_value(left, right)
            if is_real(left) and is_real(right):
                if not same:
                    return False
                real += 1
            else:
                others.append(same)
        if real >= needed:
            return True
        return all(others) if real + len(others) >= needed else None

    def agree_where_negative(self) -> bool:
        """Whether the answer is real and equal wherever the gold is real: `|x|` is not x, nor `ln|x|` ln x."""
        for place in points(self.names, negative=True):
            left, right = self.values(place)
            if left is not None and is_real(left) and (right is None or not same_value(left, right)):
                return False
        return True


def whole_symbols(node: Node) -> set[str]:
    r"""Symbols that may stand for integers alone: n in `n!`, `(-1)^n`, `\cos n\pi` and in the bounds of a sum."""
    found: set[str] = set()
    for each in nodes(node):
        if each.op in ("factorial", "binom", "mod"):
            found |= set().union(*(symbols(arg) for arg in each.args))
        elif each.op in ("sum", "prod"):
            found |= symbols(each.args[0]) | symbols(each.args[1])
        elif each.op == "pow" and _is_negative(each.args[0]):
            found |= symbols(each.args[1]) & WHOLE_NAMES
        elif each.op == "function" and {"pi"} & operations(each.args[0]):
            found |= symbols(each.args[0]) & COUNTING_NAMES
    return found


def _is_negative(node: Node) -> bool:
    return node.op == "neg" and node.args[0].op == "number"


def is_defined(node: Node) -> bool:
    """Whether the expression has a value at any of the points, be it one that only computer algebra finds.

    Raises `TooLargeError` where all values that it has are too large.
    """
    names = symbols(node)
    too_large: TooLargeError | None = None
    for place in (*points(names), *_whole_points(names, whole_symbols(node))):
        try:
            evaluate(node, place, steps=STEPS)
        except TooLargeError as error:
            too_large = error
        except UnsupportedError:
            return True
        except UnparsableError:
            continue
        else:
            return True
    if too_large is not None:
        raise too_large
    return False
