"""Expressions with decimals: each decimal stands for all numbers that round to it."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

from verifier.formulas.probing import NEEDED, point, value_at
from verifier.formulas.tree import Node, nodes, rebuilt, size, symbols
from verifier.formulas.values import context, inexact
from verifier.numbers.agreement import ENOUGH_DIGITS

PLACES = 8
MAX_DECIMALS = 12
MAX_SIZE = 200
HALVES = (Fraction(1, 2), Fraction(1, 4), Fraction(1, 8))
SLACK = 1 + 1e-15


def agree_as_rounded(gold: Node, answer: Node) -> bool:
    """Whether both are equal up to the rounding of the decimals that they write, real and imaginary part each.

    The gold's decimals carry its precision; the answer's must be as fine, or have four significant digits.
    """
    if symbols(gold):
        gold, answer = _with_exact_fractions(gold), _with_exact_fractions(answer)
    wanted, given = decimals(gold), decimals(answer)
    if not 0 < len(wanted) + len(given) <= MAX_DECIMALS or size(gold) + size(answer) > MAX_SIZE:
        return False
    coarse = min((node.digits or 0 for node in wanted), default=None)
    precise = all(significant(node) >= ENOUGH_DIGITS for node in given)
    if not precise and (coarse is None or any((node.digits or 0) < coarse for node in given)):
        return False
    fine = wanted and all((node.digits or 0) >= (coarse or 0) for node in given)
    if _agree(gold, answer, bool(fine), precise and bool(given)):
        return True
    return not wanted and _agree(gold, _as_cut_off(answer), False, True)


def _with_exact_fractions(node: Node) -> Node:
    """Decimals that nobody measured: exponents as in `x^{1.5}`, halves and quarters as in `0.5mv^2`."""
    return rebuilt(node, _exact)


def _exact(node: Node) -> Node:
    if node.op == "number" and node.value in HALVES:
        return replace(node, digits=None)
    if node.op == "pow" and not symbols(node.args[1]):
        base, exponent = node.args
        return replace(node, args=(base, rebuilt(exponent, lambda each: replace(each, digits=None))))
    return node


def _agree(gold: Node, answer: Node, by_gold: bool, by_answer: bool) -> bool:
    found = [_agree_at(gold, answer, place, by_gold, by_answer) for place in _places(gold, answer)]
    known = [same for same in found if same is not None]
    return all(known) and len(known) >= (NEEDED if symbols(gold) else 1)


def _as_cut_off(node: Node) -> Node:
    """Decimals whose last digits were left out are half a unit larger than written, give or take half a unit."""
    return rebuilt(node, lambda each: _half_a_unit_up(each) if each.op == "number" and each.digits else each)


def _half_a_unit_up(decimal: Node) -> Node:
    assert decimal.value is not None
    return replace(decimal, value=decimal.value + Fraction(1, 2 * 10 ** (decimal.digits or 0)))


def decimals(node: Node) -> list[Node]:
    return [each for each in nodes(node) if each.op == "number" and each.digits]


def significant(node: Node) -> int:
    assert node.value is not None
    return len(str(int(node.value * 10 ** (node.digits or 0))).lstrip("0")) or 1


def _places(gold: Node, answer: Node) -> Iterator[dict[str, Any]]:
    """Points at which now one symbol, now another is large, so that every coefficient counts somewhere."""
    names = sorted(symbols(gold) | symbols(answer))
    if not names:
        yield dict(point((), 0))
        return
    for index in range(PLACES):
        place = dict(point(names, index))
        favoured = names[index // 2 % len(names)]
        place[favoured] = place[favoured] * 30 if index % 2 else place[favoured] / 30
        yield place


def _agree_at(gold: Node, answer: Node, place: dict[str, Any], by_gold: bool, by_answer: bool) -> bool | None:
    left, right = value_at(gold, place), value_at(answer, place)
    if left is None or right is None:
        return None
    ctx = context()
    gap = ctx.mpc(inexact(left)) - ctx.mpc(inexact(right))
    tiny = abs(inexact(left)) * ctx.mpf(10) ** -25
    rooms = [_room(gold, left, place)] * by_gold + [_room(answer, right, place)] * by_answer
    return any(abs(gap.real) <= across * SLACK + tiny and abs(gap.imag) <= up * SLACK + tiny for across, up in rooms)


def _room(node: Node, value: Any, place: dict[str, Any]) -> tuple[Any, Any]:
    """How far real and imaginary part may be off."""
    spreads = list(_spreads(node, value, place))
    return sum(abs(each.real) for each in spreads), sum(abs(each.imag) for each in spreads)


def _spreads(node: Node, value: Any, place: dict[str, Any]) -> Iterator[Any]:
    """How far the value moves with half a unit of the last digit of each decimal."""
    ctx = context()
    for index in range(len(decimals(node))):
        moved = value_at(_moved(node, index), place)
        if moved is not None:
            yield ctx.mpc(inexact(moved)) - ctx.mpc(inexact(value))


def _moved(node: Node, wanted: int) -> Node:
    """The tree with its `wanted`th decimal half a unit of its last digit larger."""
    count = -1

    def walk(each: Node) -> Node:
        nonlocal count
        if each.op == "number" and each.digits:
            count += 1
            if count == wanted:
                return _half_a_unit_up(each)
        return replace(each, args=tuple(walk(arg) for arg in each.args)) if each.args else each

    return walk(node)
