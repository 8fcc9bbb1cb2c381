"""Expressions, equations and complex numbers."""

import re
from fractions import Fraction
from typing import Any

from verifier.agreement import agree
from verifier.candidates import is_list
from verifier.evaluate import context, real
from verifier.expressions import parse
from verifier.finding import Case, Finding, verdict_of
from verifier.latex import split_top
from verifier.numbers import Number, parse_number
from verifier.probing import equal, is_defined, proportional, same_root, with_same_constant
from verifier.quantities import compare_quantities
from verifier.readings import value_part
from verifier.tree import Node, TooLargeError, UnparsableError, UnsupportedError, symbols
from verifier.types import Reason

SIDE = r"(?<![<>!\\])=(?!=)"
NAME = re.compile(
    r"(?:\\?[A-Za-z]+(?:_(?:\{[^{}]*\}|\w))?'*|\\?[A-Za-z]{1,6}'*\s*\([^()=]*\)|\|[^|=]{1,12}\|"
    r"|\\frac\{[A-Z]{1,2}\}\{[A-Z]{1,2}\}|[A-Z]{1,2}/[A-Z]{1,2}|\\frac\{d[a-z]\}\{d[a-z]\}|dy/dx|[a-z] [a-z]+)"
)


def compare_expressions(case: Case) -> Finding:
    gold_text, answer_text = strip_name(case.gold), case.answer
    if re.search(SIDE, answer_text):
        same_name = left_side(case.gold) in (None, left_side(answer_text))
        answer_text = strip_name(answer_text) if same_name else answer_text
    try:
        gold = parse(gold_text)
    except UnparsableError:
        return case.algebra(gold_text, answer_text)
    except TooLargeError as error:
        return Finding(Reason.TOO_LARGE, str(error))
    if not symbols(gold):
        return compare_quantities(case)
    return _probe(case, gold, gold_text, answer_text)


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
    if same is None and not is_defined(answer):
        return Finding(Reason.ANSWER_UNPARSABLE, "defined nowhere")
    if same is None:
        return case.algebra(gold_text, answer_text)
    return verdict_of(same, match=Reason.MATCHED_SYMBOLIC)


def compare_complex(case: Case) -> Finding:
    """A gold with an imaginary part: `i`, or `j` where the gold writes that, is the unit."""
    gold_text, answer_text = (value_part(text) for text in (case.gold, case.answer))
    if "j" in gold_text and "i" not in gold_text.replace(r"\pi", ""):
        gold_text, answer_text = (re.sub(r"(?<![a-zA-Z\\])j(?![a-zA-Z])", "i", t) for t in (gold_text, answer_text))
    answer_text = polar(answer_text)
    gold_text = polar(gold_text)
    if is_list(answer_text):
        return Finding(Reason.CANDIDATES)
    try:
        gold, answer = parse_number(gold_text), parse_number(answer_text)
    except UnsupportedError:
        return case.algebra(case.gold, case.answer)
    except TooLargeError as error:
        return Finding(Reason.TOO_LARGE, str(error))
    except UnparsableError as error:
        return Finding(Reason.ANSWER_UNPARSABLE, str(error))
    same = agree(gold, answer) or _parts_agree(gold, answer, _decimals(gold_text), _decimals(answer_text))
    return verdict_of(same, match=Reason.MATCHED_NUMBER)


def _decimals(text: str) -> int | None:
    """The smallest number of decimals written in `text`; None where it has no decimal."""
    return min(map(len, re.findall(r"\d\.(\d+)", text)), default=None)


def _parts_agree(gold: Number, answer: Number, wanted: int | None, given: int | None) -> bool:
    """Real and imaginary part each within half a unit of the last decimal that the gold writes."""
    if wanted is None or (given is not None and given < wanted):
        return False
    ctx = context()
    difference = ctx.mpc(_inexact(gold.value)) - ctx.mpc(_inexact(answer.value))
    half = ctx.mpf(10) ** -wanted / 2 * (1 + ctx.mpf(10) ** -20)
    return bool(abs(difference.real) <= half and abs(difference.imag) <= half)


def _inexact(value: Any) -> Any:
    return real(value) if isinstance(value, Fraction) else value


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
