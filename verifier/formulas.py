"""Expressions, equations and complex numbers, decided by their values at fixed pseudo-random points.

Two analytic expressions that agree to 25 digits at several generic points are equal for every practical purpose; two
that differ at one are different. This is fast, exact about symbols, and leaves `simplify` out of it.
"""

import re
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from verifier.evaluate import context, evaluate, pseudo_random, same_value
from verifier.expressions import Node, TooLargeError, UnparsableError, UnsupportedError, operations, parse, symbols
from verifier.finding import Case, Finding, verdict_of
from verifier.latex import split_top
from verifier.numbers import Number, agree, parse_number
from verifier.quantities import compare_quantities, is_list, value_part
from verifier.types import Reason

POINTS = 5
NEEDED = 3
CONSTANTS = ("C", "c", "K", "k", "D", "A", "B", "C_1", "C_2", "c_1", "c_2", "k_1")
SIDE = r"(?<![<>!\\])=(?!=)"
NAME = re.compile(
    r"(?:\\?[A-Za-z]+(?:_(?:\{[^{}]*\}|\w))?'*|[A-Za-z]'*\s*\([^()=]*\)|\|[^|=]{1,12}\|"
    r"|\\frac\{[A-Z]{1,2}\}\{[A-Z]{1,2}\}|[A-Z]{1,2}/[A-Z]{1,2}|\\frac\{d[a-z]\}\{d[a-z]\}|dy/dx|[a-z] [a-z]+)"
)


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


def compare_expressions(case: Case) -> Finding:
    gold_text, answer_text = strip_name(case.gold), case.answer
    if re.search(SIDE, answer_text):
        same_name = left_side(case.gold) in (None, left_side(answer_text))
        answer_text = strip_name(answer_text) if same_name else answer_text
    try:
        gold = parse(gold_text)
    except UnsupportedError:
        return case.algebra(gold_text, answer_text)
    except UnparsableError as error:
        return _unreadable_gold(case, error)
    except TooLargeError as error:
        return Finding(Reason.TOO_LARGE, str(error))
    if not symbols(gold):
        return compare_closed_forms(case, gold)
    return _probe(case, gold, gold_text, answer_text)


def _unreadable_gold(case: Case, error: UnparsableError) -> Finding:
    return case.algebra(case.gold, case.answer)


def _probe(case: Case, gold: Node, gold_text: str, answer_text: str) -> Finding:
    try:
        answer = parse(answer_text)
    except UnsupportedError:
        return case.algebra(gold_text, answer_text)
    except TooLargeError as error:
        return Finding(Reason.TOO_LARGE, str(error))
    except UnparsableError as error:
        if is_list(answer_text):
            return Finding(Reason.CANDIDATES, "more than one value for a single-valued gold")
        return Finding(Reason.ANSWER_UNPARSABLE, str(error), undecided=bool(re.search(r"\w", answer_text)))
    try:
        same = equal(gold, with_same_constant(gold, answer))
    except TooLargeError as error:
        return Finding(Reason.TOO_LARGE, str(error))
    if same is None:
        return case.algebra(gold_text, answer_text)
    return verdict_of(same, match=Reason.MATCHED_SYMBOLIC)


def compare_closed_forms(case: Case, gold: Node | None = None) -> Finding:
    """Numbers without symbols, real or complex."""
    return compare_quantities(case)


def compare_complex(case: Case) -> Finding:
    """A gold with an imaginary part: `i`, or `j` where the gold writes that, is the unit."""
    gold_text, answer_text = (value_part(text) for text in (case.gold, case.answer))
    if "j" in gold_text and "i" not in gold_text.replace(r"\pi", ""):
        gold_text, answer_text = (re.sub(r"(?<![a-zA-Z\\])j(?![a-zA-Z])", "i", t) for t in (gold_text, answer_text))
    answer_text = polar(answer_text)
    gold_text = polar(gold_text)
    if is_list(answer_text) and r"\pm" not in gold_text:
        return Finding(Reason.CANDIDATES)
    try:
        gold, answer = parse_number(gold_text), parse_number(answer_text)
    except UnsupportedError:
        return case.algebra(case.gold, case.answer)
    except TooLargeError as error:
        return Finding(Reason.TOO_LARGE, str(error))
    except UnparsableError as error:
        return Finding(Reason.ANSWER_UNPARSABLE, str(error))
    return verdict_of(_agree_parts(gold, answer), match=Reason.MATCHED_NUMBER)


def _agree_parts(gold: Number, answer: Number) -> bool:
    if agree(gold, answer):
        return True
    ctx = context()
    g, a = (ctx.mpmathify(0) + v if not isinstance(v, Fraction) else ctx.mpf(v.numerator) / v.denominator
            for v in (gold.value, answer.value))  # fmt: skip
    return bool(abs(g - a) <= abs(g) * ctx.mpf(10) ** -20)


def polar(text: str) -> str:
    r"""`r\angle 30^\circ` and `r cis t` as exponentials."""
    text = re.sub(r"\\angle\s*(-?\d+(?:\.\d+)?)\s*\^\\circ", r" e^{i(\1)\\pi/180}", text)
    text = re.sub(r"\\?(?:operatorname\{cis\}|cis)\s*\(?([^()]+)\)?", r" e^{i(\1)}", text)
    return re.sub(r"e\^\{i\(([^()]*?)\^\\circ\s*\)\}", r"e^{i(\1)\\pi/180}", text)


def left_side(text: str) -> str | None:
    parts = split_top(text, SIDE)
    return re.sub(r"[\s{}]|\\(?:text|mathrm)", "", parts[0]) if len(parts) > 1 else None


def strip_name(text: str) -> str:
    """The right side of `name = value`; other texts as they are."""
    parts = split_top(text, SIDE)
    if len(parts) >= 2 and NAME.fullmatch(parts[0].strip()):
        return parts[-1]
    return text


def compare_equations(case: Case) -> Finding:
    """Up to a non-zero factor and rearrangement; `name = value` is also met by the bare value."""
    gold, answer = (split_top(text, SIDE) for text in (case.gold, case.answer))
    if len(gold) < 2:
        return compare_expressions(case)
    named = NAME.fullmatch(gold[0]) is not None
    if len(answer) == 1:
        return _value_for_name(case, gold[-1]) if named else Finding(Reason.DIFFERENT_TYPE, "no equation")
    if named and left_side(case.gold) == left_side(case.answer):
        found = _value_for_name(case, gold[-1], answer[-1])
        if found.matched:
            return found
    try:
        left, right = (_difference(parts) for parts in (gold, answer))
        same = proportional(left, right) or same_root(left, right)
    except UnsupportedError:
        return case.algebra(case.gold, case.answer)
    except TooLargeError as error:
        return Finding(Reason.TOO_LARGE, str(error))
    except UnparsableError as error:
        return Finding(Reason.ANSWER_UNPARSABLE, str(error), undecided=True)
    return verdict_of(same, match=Reason.MATCHED_SYMBOLIC)


def _value_for_name(case: Case, gold: str, answer: str | None = None) -> Finding:
    answer = case.answer if answer is None else answer
    inner = Case(gold, answer, case.answer_type, case.question, case.algebra)
    try:
        closed = not symbols(parse(gold))
    except (UnparsableError, TooLargeError):
        closed = True
    return compare_quantities(inner) if closed else compare_expressions(inner)


def _difference(parts: list[str]) -> Node:
    return Node("add", (parse(parts[0]), Node("neg", (parse(parts[-1]),))))


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
