"""Equations: up to a factor and rearrangement; `name = value` is also met by the bare value."""

from verifier.finding import Case, Finding, verdict_of
from verifier.formulas.comparison import compare_expressions, compare_values, unreadable
from verifier.formulas.conditions import has_alternatives, without_condition, without_sentence
from verifier.formulas.curves import difference, factor, same_equation, with_constant_named
from verifier.formulas.expressions import read
from verifier.formulas.left_sides import is_name, same_name, sides
from verifier.formulas.progressions import compare_congruences, is_congruence
from verifier.formulas.spellings import alike
from verifier.formulas.tree import Node, TooLargeError, UnparsableError, UnsupportedError, symbols
from verifier.types import Reason


def compare_equations(case: Case) -> Finding:
    case = case.of(without_condition(case.gold), without_sentence(without_condition(case.answer)))
    if is_congruence(case.gold):
        return compare_congruences(case)
    if has_alternatives(case.answer) and not has_alternatives(case.gold):
        return Finding(Reason.CANDIDATES, "more than one equation")
    gold, answer = _name_first(sides(case.gold)), _name_first(sides(case.answer))
    if len(gold) < 2:
        return compare_expressions(case)
    named = is_name(gold[0])
    if len(answer) == 1:
        return compare_values(case, gold[-1], answer[0]) if named else Finding(Reason.DIFFERENT_TYPE, "no equation")
    if named and is_name(answer[0]):
        found = compare_values(case, gold[-1], answer[-1])
        if same_name(gold[0], answer[0]) and (found.matched or not _is_symbolic(gold[-1])):
            return found
    return _compare_curves(case, gold, answer)


def _name_first(parts: list[str]) -> list[str]:
    """`42 = x` turned round."""
    if len(parts) == 2 and is_name(parts[1]) and not is_name(parts[0]):
        return parts[::-1]
    return parts


def _is_symbolic(text: str) -> bool:
    try:
        return bool(symbols(read(text)))
    except (UnparsableError, TooLargeError):
        return False


def _compare_curves(case: Case, gold_sides: list[str], answer_sides: list[str]) -> Finding:
    try:
        gold = _difference(gold_sides)
    except UnparsableError:
        return case.algebra(case.gold, case.answer)
    except TooLargeError as error:
        return Finding(Reason.TOO_LARGE, str(error))
    try:
        answer = _difference(answer_sides)
    except UnsupportedError:
        return case.algebra(case.gold, case.answer)
    except UnparsableError as error:
        return unreadable(case.answer, str(error))
    except TooLargeError as error:
        return Finding(Reason.TOO_LARGE, str(error))
    gold, answer = alike(gold, answer)
    solved = is_name(gold_sides[0]) and not _is_symbolic(gold_sides[-1])
    return verdict_of(_same(gold, answer, solved), match=Reason.MATCHED_SYMBOLIC)


def _same(gold: Node, answer: Node, solved: bool) -> bool:
    """A gold of the form `x = 4` is met by `x - 4 = 0`, but not by `2x = 8`, which is still to be solved."""
    if solved:
        return symbols(gold) == symbols(answer) and factor(gold, answer) in (1, -1)
    return same_equation(gold, with_constant_named(gold, answer))


def _difference(parts: list[str]) -> Node:
    return difference(read(parts[0]), read(parts[-1]))
