r"""Golds with an imaginary part: rectangular, polar, exponential, with `i` or the engineers' `j`."""

import re
from fractions import Fraction

from verifier.finding import Case, Finding, verdict_of
from verifier.formulas.expressions import parse
from verifier.formulas.left_sides import is_name, sides
from verifier.formulas.precision import agree_as_rounded
from verifier.formulas.probing import equal
from verifier.formulas.spellings import imaginary
from verifier.formulas.tree import Node, TooLargeError, UnparsableError, UnsupportedError, nodes, symbols
from verifier.latex import plain_text
from verifier.numbers.candidates import is_list
from verifier.numbers.numerals import canonical
from verifier.numbers.readings import value_part
from verifier.types import Reason
from verifier.units.unit import Unit, UnknownUnitError, parse_unit, same_dimension

CIS = re.compile(r"\\?(?:(?:operatorname|mathrm|text)\s*\{\s*cis\s*\}|cis)(?![a-z])")
_FRACTION = r"\\frac\{[^{}]*\}\{[^{}]*\}"
CIS_ARGUMENT = re.compile(CIS.pattern + rf"\s*(?:\(([^()]*)\)|\{{([^{{}}]*)\}}|({_FRACTION}|[^()+\s]+))")
UNIT_AFTER = re.compile(
    r"(?:(?<=[)\d}ij])|(?<=circ))\s*(?:\\[ ,;]|~)*\s*"
    r"(\\(?:text|mathrm|Omega)(?![a-z]).*|[a-zA-Z\\]*\\Omega.*|[A-Z][a-z]*)$"
)
UNIT_SIGN = re.compile(
    r"(?<![a-zA-Z\\])[ij](?![a-zA-Z])|\\(?:mathrm|text|mathbf)\{[ij]\}|\\(?:[ij]math|angle)(?![a-zA-Z])"
)


def is_complex(text: str) -> bool:
    """Whether `text` is a number with an imaginary unit, an angle or `cis` in it."""
    if not UNIT_SIGN.search(text) and not CIS.search(text):
        return False
    try:
        node = _tree(_value(text)[0])
    except (UnparsableError, TooLargeError):
        return False
    return not symbols(node) and any(each.op == "i" for each in nodes(node))


def compare_complex(case: Case) -> Finding:
    """By value, real and imaginary part each to the precision that the gold's decimals carry."""
    try:
        gold, gold_unit = _read(case.gold)
    except UnsupportedError:
        return case.algebra(case.gold, case.answer)
    except UnparsableError:
        return Finding(Reason.GOLD_UNPARSABLE)
    except TooLargeError as error:
        return Finding(Reason.TOO_LARGE, str(error))
    if is_list(case.answer):
        return Finding(Reason.CANDIDATES, "more than one value for a single-valued gold")
    try:
        answer, answer_unit = _read(case.answer)
        same = not symbols(answer) and _agree(gold, answer, gold_unit, answer_unit)
    except UnsupportedError:
        return case.algebra(case.gold, case.answer)
    except UnparsableError as error:
        return Finding(Reason.ANSWER_UNPARSABLE, str(error))
    except TooLargeError as error:
        return Finding(Reason.TOO_LARGE, str(error))
    return verdict_of(same, match=Reason.MATCHED_NUMBER)


def _read(text: str) -> tuple[Node, Unit | None]:
    value, unit = _value(text)
    return _tree(value), unit


def _agree(gold: Node, answer: Node, wanted: Unit | None, given: Unit | None) -> bool:
    if wanted and given:
        if not same_dimension(wanted, given):
            return False
        factor = Node("number", value=given.factor / wanted.factor)
        answer = answer if factor.value == Fraction(1) else Node("mul", (factor, answer))
    return bool(equal(gold, answer)) or agree_as_rounded(gold, answer)


def _value(text: str) -> tuple[str, Unit | None]:
    """The number in `name = number unit`, and its unit."""
    parts = sides(text)
    text = value_part(parts[-1]) if len(parts) > 1 and is_name(parts[0]) else value_part(text)
    if match := UNIT_AFTER.search(text):
        try:
            return text[: match.start()].strip(), parse_unit(plain_text(match[1]))
        except UnknownUnitError:
            return text, None
    return text, None


def _tree(text: str) -> Node:
    text = CIS_ARGUMENT.sub(lambda match: rf" e^{{i({match[1] or match[2] or match[3]})}}", text)
    return imaginary(parse(canonical(text)))
