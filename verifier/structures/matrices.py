"""Matrices and vectors: the same shape, and cell by cell by their own rules."""

import re

from verifier.finding import Case, Finding
from verifier.latex import is_enclosed, plain_text, split_top
from verifier.structures.arrays import GRID, IDENTITY, ZERO, Array, bracketed, identity, read_array
from verifier.structures.matching import Compare, in_order
from verifier.structures.members import SIDE, cut, members, without_prose
from verifier.structures.unit_vectors import UNITS, plain_units, summands
from verifier.types import Reason
from verifier.units.unit import UnknownUnitError, parse_unit

NAME = re.compile(r"[^=,]{1,30}")
COLUMN = re.compile(r"\\[dt]?binom\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
PLAIN_UNIT = re.compile(r"(?<![a-zA-Z\\])[ijk](?![a-zA-Z])")
DETERMINANT = re.compile(r"\\begin\{[vV]matrix\}")
_BARE_UNIT = r"(?<=[)\]])\s*[A-Za-zµΩ]{1,8}(?:(?:[/^*-]|\s*\\cdot\s*)[A-Za-z0-9^/-]{1,8})*"
UNIT_AFTER = re.compile(
    rf"(?<=[)\]}}{UNITS}a-z])\s*((?:\\(?:text|mathrm)\s*\{{)[^{{}}]+\}}[^\s]{{0,12}}|{_BARE_UNIT})$"
)


def drop_name(text: str) -> str:
    """`(p,q,r)=(6,31,-1)`, `v = (1,2)` and `A^{-1} = \\ldots` without the left side."""
    parts = split_top(text, SIDE)
    named = all(is_enclosed(part) or NAME.fullmatch(part) or GRID.fullmatch(part) for part in parts[:-1])
    return parts[-1] if len(parts) > 1 and named else text


def is_matrix(text: str) -> bool:
    """Whether a gold is a vector or matrix by its notation alone; a pair in brackets may be many things."""
    body, _ = with_unit(drop_name(text.strip()))
    if DETERMINANT.search(body):
        return False
    spelled = _marked_units(body, at_least=2)
    found = read_array(spelled)
    if found is None or not found.flat or spelled != body or bracketed(body) != body:
        return found is not None
    # A list in round brackets is a vector where it is multiplied or added; f(1, 2) is the value of a function.
    return len(summands(body)) > 1 or not (is_enclosed(body) or body[0].isalpha())


def _marked_units(text: str, *, at_least: int) -> str:
    """Plain `2i + 3j` as a vector where it names enough of i, j and k: one alone may be a symbol."""
    if len(set(PLAIN_UNIT.findall(text))) < at_least:
        return text
    return plain_units(bracketed(text))


def with_unit(text: str) -> tuple[str, str]:
    """The array and the unit behind it, which every cell has."""
    match = UNIT_AFTER.search(text)
    if match is None:
        return text, ""
    try:
        parse_unit(match[1])
    except UnknownUnitError:
        return text, ""
    return text[: match.start()].strip(), plain_text(match[1]).strip()


def vector_or_matrix(text: str) -> Array | None:
    """An answer as an array; the gold being one, a bare list and plain unit vectors are read as vectors too."""
    text = drop_name(without_prose(text)).strip()
    if DETERMINANT.search(text):
        return None
    body, unit = with_unit(text)
    found = read_array(body) or read_array(_marked_units(body, at_least=1))
    if found is None and not text.startswith(r"\{") and len(cut(body)) > 1:
        found = Array((tuple(member.value for member in members(body)),), flat=True)
    return found.each(lambda cell: f"{cell} {unit}") if found and unit else found


def compare_matrices(case: Case, compare: Compare) -> Finding:
    gold, answer = vector_or_matrix(case.gold), vector_or_matrix(case.answer)
    if gold is None:
        return case.algebra(case.gold, case.answer)
    answer = answer or _standard(case.answer, gold)
    if answer is None:
        return Finding(Reason.DIFFERENT_TYPE, "no matrix or vector")
    if gold.is_vector and answer.is_vector and (gold.flat or answer.flat):
        return in_order(case, *_spatial(gold, answer), compare)
    if gold.shape != answer.shape:
        return Finding(Reason.DIFFERENT_VALUE, "a different shape")
    return in_order(case, gold.cells, answer.cells, compare)


def _spatial(gold: Array, answer: Array) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A vector written by i and j alone has no third component."""
    left, right = gold.cells, answer.cells
    if gold.plane and len(right) == 3:
        left = (*left, "0")
    if answer.plane and len(left) == 3:
        right = (*right, "0")
    return left, right


def _standard(text: str, gold: Array) -> Array | None:
    r"""What may stand for a matrix: `2I_3` and the zero matrix, sized by the gold if they are not, `\binom{1}{2}`."""
    text = drop_name(text).strip()
    size = len(gold.rows)
    if zero := ZERO.fullmatch(text):
        shape = (int(zero[1]), int(zero[2])) if zero[1] else (size, len(gold.rows[0]))
        return Array((("0",) * shape[1],) * shape[0])
    if column := COLUMN.fullmatch(text):
        return Array(((column[1],), (column[2],)))
    match = re.fullmatch(rf"(.*?)\s*(?:\\cdot)?\s*({IDENTITY.pattern})", text)
    if match is None:
        return None
    unit = identity(int(match[3]) if match[3] else size)
    factor = {"": "1", "-": "-1"}.get(match[1], match[1])
    return unit.each(lambda cell: factor if cell == "1" else cell)
