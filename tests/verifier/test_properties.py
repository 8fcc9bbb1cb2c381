"""What holds for every number: an answer equals itself however it is spelled, and no other."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.verifier.pairs import outcome_of
from verifier.classify import infer_type
from verifier.latex import normalise
from verifier.route import matches_itself

integers = st.integers(-(10**12), 10**12)
decimals = st.decimals(-(10**6), 10**6, allow_nan=False, places=3)
fractions = st.fractions(max_denominator=10**6)
_PIECES = (
    r"\left( \right) \frac \dfrac {1} {2} \, \; \text{cm} ² ₀ ½ − × ° √ π \le ≤ \leq $ 1 , 000 {,} x ^ _ \circ ’ \quad"
)
pieces = st.sampled_from([*_PIECES.split(), " ", "\t", "\u2009", "\u200b"])
words = st.sampled_from(["friction", "the nucleus", "mitosis", "ionic bond", "left", "kinetic energy", "codon"])


def grouped(value: int) -> str:
    return f"{value:,}"


@given(integers)
def test_integers_equal_themselves_in_every_spelling(value: int) -> None:
    for spelling in (grouped(value), f"${value}$", rf"\text{{{value}}}", f"{value}.0", f"x = {value}"):
        assert outcome_of(str(value), spelling) == "correct", spelling


@given(integers)
def test_an_integer_differs_from_its_neighbour(value: int) -> None:
    assert outcome_of(str(value), str(value + 1)) == "incorrect"


@given(decimals)
def test_decimals_are_reflexive(value: object) -> None:
    assert matches_itself(str(value), infer_type(str(value)))


@given(fractions)
def test_fractions_agree_with_every_expansion(value: Fraction) -> None:
    gold = rf"\frac{{{value.numerator}}}{{{value.denominator}}}"
    assert outcome_of(gold, f"{value.numerator * 6}/{value.denominator * 6}") == "correct"


@given(fractions.filter(lambda value: abs(value) > Fraction(1, 1000)))
def test_seven_digits_of_an_exact_gold_are_enough(value: Fraction) -> None:
    gold = f"{value.numerator}/{value.denominator}"
    assert outcome_of(gold, f"{float(value):.6e}") == "correct" or value.denominator == 1


@given(st.integers(1, 10**6), st.integers(-30, 30))
def test_powers_of_ten_are_never_confused(mantissa: int, exponent: int) -> None:
    gold = rf"{mantissa}.5 \times 10^{{{exponent}}}"
    assert outcome_of(gold, rf"{mantissa}.5e{exponent}") == "correct"
    assert outcome_of(gold, rf"{mantissa}.5e{exponent + 1}") == "incorrect"


@given(st.lists(pieces, max_size=12).map("".join))
@settings(max_examples=300)
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@given(
    st.text(r"0123456789+-*/^_(){}[]\.,xyn!|<>=& ", max_size=60), st.sampled_from(["5", "x^2", "(1,2)", "[1,2)", "B"])
)
@settings(max_examples=300)
def test_no_answer_raises(answer: str, gold: str) -> None:
    assert outcome_of(gold, answer) in ("correct", "incorrect", "undecided")


@given(words)
def test_words_ignore_case(word: str) -> None:
    assert outcome_of(word, word.upper()) == "correct"
