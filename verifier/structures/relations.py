"""Inequalities that no interval says: orderings, several unknowns, systems. Compared relation by relation."""

import re

from verifier.finding import Case, Finding, verdict_of
from verifier.formulas.curves import factor
from verifier.formulas.expressions import parse
from verifier.formulas.tree import Node, TooLargeError, UnparsableError
from verifier.formulas.values import context, is_real
from verifier.latex import split_top
from verifier.structures.inequality_notation import FLIP, RELATION, SPELLED
from verifier.structures.matching import Compare, too_many
from verifier.structures.members import JOINT
from verifier.types import Reason

Relation = tuple[str, str, str]


def relations(text: str) -> list[Relation]:
    """`a < b \\le c` as (a, <, b) and (b, <=, c), smaller side first; empty where a part is no relation."""
    found: list[Relation] = []
    for part in filter(None, split_top(text, JOINT)):
        signs = [SPELLED.get(sign, sign) for sign in RELATION.findall(part)]
        sides = [side.strip() for side in RELATION.split(part)]
        if not signs or not all(sides):
            return []
        for left, sign, right in zip(sides, signs, sides[1:], strict=False):
            found.append((right, FLIP[sign], left) if sign[0] == ">" else (left, sign, right))
    return found


def compare_relations(case: Case, compare: Compare) -> Finding:
    """The same relations in any order, each up to a positive factor and terms moved across."""
    gold, answer = relations(case.gold), relations(case.answer)
    if not gold:
        return case.algebra(case.gold, case.answer)
    if finding := too_many(gold, answer):
        return finding
    if len(gold) != len(answer):
        return Finding(Reason.DIFFERENT_VALUE, "a different number of relations")
    rest = list(answer)
    for wanted in gold:
        found = next((each for each in rest if _same(case, wanted, each, compare)), None)
        if found is None:
            return Finding(Reason.DIFFERENT_VALUE, f"{' '.join(wanted)} is missing")
        rest.remove(found)
    return verdict_of(True, match=Reason.MATCHED_SYMBOLIC)


def _same(case: Case, gold: Relation, answer: Relation, compare: Compare) -> bool:
    if gold[1] != answer[1]:
        return False
    if re.sub(r"\s", "", "".join(gold)) == re.sub(r"\s", "", "".join(answer)):
        return True
    try:
        left, right = (Node("add", (parse(each[2]), Node("neg", (parse(each[0]),)))) for each in (gold, answer))
        return _same_sign(left, right, either=gold[1] in ("!=", "="))
    except TooLargeError:
        return False
    except UnparsableError:
        return all(compare(case, one, other).matched for one, other in zip(gold[::2], answer[::2], strict=True))


def _same_sign(left: Node, right: Node, *, either: bool) -> bool:
    """Whether one difference is the other times a constant, which is positive unless `either` will do."""
    ratio = factor(left, right)
    if ratio is None or not is_real(ratio):
        return False
    return either or bool(context().re(ratio) > 0)
