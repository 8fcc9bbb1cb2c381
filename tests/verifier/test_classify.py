"""The type that a gold is given."""

import sys
from collections.abc import Iterator

import pytest

from verifier import AnswerType, infer_type
from verifier.numbers.number import parse_number
from verifier.numbers.quantities import unit_of
from verifier.route import matches_itself


@pytest.mark.parametrize(
    ("gold", "kind"),
    [
        ("42", "integer"), ("1,000", "integer"), ("2^{10}", "integer"), ("3.14", "decimal"),
        (r"\frac{1}{2}", "fraction"),
        ("1 1/2", "fraction"), ("3:4", "fraction"), (r"25\%", "percent"), ("$5.00", "currency"),
        (r"\$4,\!000", "currency"),
        (r"6.02\times10^{23}", "scientific"), ("10 m/s", "units"), (r"90^\circ", "units"), ("5 apples", "units"),
        (r"1.90 \times 10^{-3}\ \text{cm}", "units"), ("4t", "expression"), ("x^2+1", "expression"),
        (r"\pi r^2", "expression"), ("mgh", "expression"), ("y = 2x", "equation"), ("x > 3", "inequality_interval"),
        (r"(-\infty, 5]", "inequality_interval"), ("(1, 2]", "inequality_interval"), ("[1, 2]", "inequality_interval"),
        ("(1, 2)", "tuple_point"), (r"\{1, 2\}", "set_list"), ("1, 2, 3", "set_list"), (r"\pm 3", "set_list"),
        (r"\begin{pmatrix}1\\2\end{pmatrix}", "matrix_vector"), (r"\langle 1,2\rangle", "matrix_vector"),
        ("3i - j + 2k", "matrix_vector"), ("3+4i", "complex"), ("3+4j", "complex"), ("B", "mcq"), ("(b)", "mcq"),
        ("A, C", "mcq"), ("Yes", "boolean"), ("true", "boolean"), ("photosynthesis", "word"), ("GAT", "word"),
        ("simple harmonic motion", "word"), ("H2O", "chemistry"), ("NaCl", "chemistry"),
        ("2H2 + O2 -> 2H2O", "chemistry"),
        ("Monday", "datetime"), ("July 4, 1776", "datetime"), ("10:30", "datetime"), ("0xFF", "code"),
        ("1011_2", "code"),
        ("O(n^2)", "code"), ("[1, 2, 3]", "code"), ("", "word"),
        ("30-8p", "expression"), ("3-2i", "complex"), ("001", "integer"), ("1 000 000", "integer"),
        ("No, the series diverges.", "boolean"), ("2-methylpropane", "chemistry"), ("44 BC", "datetime"),
        (r"\left(a\right) \cdot \left(x\right) + z", "expression"), (r"(a) \sqrt{2}", "mcq"),
    ],
)  # fmt: skip
def test_type_of_gold(gold: str, kind: str) -> None:
    assert infer_type(gold) == AnswerType(kind)


def test_the_question_decides_between_point_and_interval() -> None:
    assert infer_type("(1, 2)", "On which open interval is f decreasing?") is AnswerType.INEQUALITY_INTERVAL
    assert infer_type("(1, 2)", "Find the point of intersection.") is AnswerType.TUPLE_POINT


@pytest.fixture(params=[1_000, 10_000])
def recursion_limit(request: pytest.FixtureRequest) -> Iterator[None]:
    """Python's own limit, as in the verifier's workers, and one that a library raised: torch does where it compiles."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(request.param)
    infer_type.cache_clear()
    parse_number.cache_clear()
    yield
    sys.setrecursionlimit(before)


@pytest.mark.usefixtures("recursion_limit")
@pytest.mark.parametrize("opening", ["(", r"\left(", "-(", "f(", "|", r"\sqrt{"])
def test_a_gold_that_is_nested_too_deeply_has_a_type_and_does_not_match_itself(opening: str) -> None:
    gold = opening * 600 + "1" + {"{": "}", "|": "|"}.get(opening[-1], ")") * 600
    assert not matches_itself(gold, infer_type(gold))
    assert unit_of(gold) is None
