"""Comparison of formulas of logic and of Boolean algebra.

Formulas are equal when they are built alike; only the order of a conjunction, disjunction or equivalence is free. An
implication and its contrapositive, or an expression and its simplified form, say the same and are different answers.
"""

import itertools
import re

from verifier.code.logic_formula import Formula, NoFormulaError, read_logic
from verifier.finding import Case, Finding
from verifier.types import Reason

MAX_NAMES = 8
UNMISTAKABLE = re.compile(
    r"\\(?:land|wedge|lor|vee|neg|lnot|leftrightarrow|iff|forall|exists|oplus)(?![a-zA-Z])|&&|[∀∃]"
    r"|(?<![A-Za-z])(?:AND|OR|NOT|XOR|NAND|NOR|XNOR|IMPLIES|IFF)(?![A-Za-z])"
)
# `A'B + AB'`: capital letters of which some have a prime or a bar of their own.
COMPLEMENTS = re.compile(
    r"(?=[^']*[A-Z)]'|.*\\(?:overline|bar)\s*(?:\{[A-Z]\}|[A-Z]))"
    r"(?:[A-Z'+(){} ]|\\(?:overline|bar|cdot)(?![a-z]))+"
)
OPERATED = re.compile(r"[A-Za-z}]\s*(?:[-+'&|~!=<>]|\\(?:to|cdot|overline|bar|oplus)|[A-Z]|\()|[~!]|\\(?:overline|bar)")
CONTEXT = re.compile(
    r"\b(?:boolean|logic\w*|truth tables?|karnaugh|k-map|gates?|minterms?|sum of products|propositions?|contrapositive"
    r"|converse|de morgan|negation)\b",
    re.IGNORECASE,
)


# The wedge of vectors and differential forms changes its sign with the order.
WEDGE_PRODUCT = re.compile(r"\bd[a-z]\w*\s*\\wedge|\\(?:mathbf|vec|boldsymbol)")


def names(formula: Formula) -> set[str]:
    own = set() if formula.args else {formula.name}
    return own.union(*(names(arg) for arg in formula.args))


def is_logic(text: str, question: str | None) -> bool:
    complements = COMPLEMENTS.fullmatch(text) and len(set(re.findall("[A-Z]", text))) > 1
    asked = question is not None and OPERATED.search(text) is not None and CONTEXT.search(question) is not None
    if not (complements or asked or UNMISTAKABLE.search(text)) or WEDGE_PRODUCT.search(text):
        return False
    try:
        formula = read_logic(text)
    except NoFormulaError:
        return False
    return bool(formula.args)


def compare_logic(case: Case) -> Finding:
    gold = read_logic(case.gold)
    try:
        answer = read_logic(re.sub(r"^\s*[A-Za-z]{1,3}\s*=(?![=>])", "", case.answer))
    except NoFormulaError as error:
        return Finding(Reason.ANSWER_UNPARSABLE, f"no formula of logic: {error}")
    if gold.key() == answer.key():
        return Finding(Reason.MATCHED_SYMBOLIC)
    same = equivalent(gold, answer)
    return Finding(Reason.DIFFERENT_VALUE, "equivalent, but built otherwise" if same else "", undecided=same)


def equivalent(left: Formula, right: Formula) -> bool:
    """Whether both have one truth table; False also where there are too many names or quantifiers for one."""
    found = sorted((names(left) | names(right)) - {"0", "1"})
    if len(found) > MAX_NAMES:
        return False
    try:
        return all(
            _truth(left, values) == _truth(right, values)
            for row in itertools.product((False, True), repeat=len(found))
            for values in [dict(zip(found, row, strict=True)) | {"0": False, "1": True}]
        )
    except KeyError:
        return False


def _truth(formula: Formula, values: dict[str, bool]) -> bool:
    if not formula.args:
        return values[formula.name]
    if formula.op in ("forall", "exists"):
        raise KeyError(formula.op)
    args = [_truth(arg, values) for arg in formula.args]
    if formula.op == "implies":
        return not args[0] or args[-1]
    return {
        "not": lambda: not args[0],
        "and": lambda: all(args),
        "or": lambda: any(args),
        "xor": lambda: sum(args) % 2 == 1,
        "nand": lambda: not all(args),
        "nor": lambda: not any(args),
        "iff": lambda: sum(not arg for arg in args) % 2 == 0,
        "xnor": lambda: sum(not arg for arg in args) % 2 == 0,
    }[formula.op]()
