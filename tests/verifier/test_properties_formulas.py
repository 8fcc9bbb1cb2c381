"""What holds for every expression, equation and complex number: spelling changes nothing, another value does."""

import contextlib

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.verifier.pairs import outcome_of
from verifier.classify import infer_type
from verifier.finding import NeedsAlgebraError
from verifier.route import decide, matches_itself
from verifier.types import AnswerType

NAMES = st.sampled_from(["x", "y", "t", "a", "b", r"\alpha", r"\theta", "x_1", "R_{0}", "v_{max}", "m"])
NUMBERS = st.integers(2, 60).map(str)
LEAVES = st.one_of(NAMES, NUMBERS)


def _combined(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(parts, parts).map(lambda pair: rf"{pair[0]} + {pair[1]}"),
        st.tuples(parts, parts).map(lambda pair: rf"\left({pair[0]}\right) \cdot \left({pair[1]}\right)"),
        st.tuples(parts, parts).map(lambda pair: rf"\frac{{{pair[0]}}}{{{pair[1]} + 7}}"),
        parts.map(lambda part: rf"\sqrt{{{part}}}"),
        parts.map(lambda part: rf"\left({part}\right)^{{2}}"),
        parts.map(lambda part: rf"\sin\left({part}\right)"),
    )


EXPRESSIONS = st.recursive(LEAVES, _combined, max_leaves=6).map(lambda text: f"{text} + z")

_PIECES = (
    r"a x^ e^ _ ' ( ) { } | [ ] & \\ = , + - ! 3 i j n! 7^ x= f( C_1 C( is where mod sin \text{or} \frac{d}{dx} "
    r"\sqrt \sum_{k=1}^{9} \prod_{k=1}^{9} \angle \int \binom{9}{ \log_ \Delta d^2y/dx^2 \pmod \bmod \in \partial "
    r"\max( \gcd \det \begin{vmatrix} \end{vmatrix} \cap \Gamma( \overline{ ^{-1} ^\circ \lfloor \rfloor \dot{ arg "
    r"Re 1.5x \operatorname{erf}"
)
FRAGMENTS = st.lists(st.sampled_from(_PIECES.split()), min_size=1, max_size=12).map(" ".join)
KINDS = st.sampled_from([None, AnswerType.EXPRESSION, AnswerType.EQUATION, AnswerType.COMPLEX])


@given(FRAGMENTS, st.sampled_from(["x^2 + C", "y = x^2", "3+4i", "n! + x"]), KINDS)
@settings(max_examples=300, deadline=None)  # the first unit loads the registry
def test_fragments_of_formulas_raise_nothing(text: str, partner: str, kind: AnswerType | None) -> None:
    for gold, answer in ((partner, text), (text, partner)):
        with contextlib.suppress(NeedsAlgebraError):
            decide(gold, answer, answer_type=kind)


@given(EXPRESSIONS)
def test_an_expression_agrees_with_itself(text: str) -> None:
    assert matches_itself(text, infer_type(text))


@given(EXPRESSIONS)
@settings(max_examples=60)
def test_spelling_changes_nothing(text: str) -> None:
    for spelling in (
        text.replace(r"\left", "").replace(r"\right", ""),
        text.replace(r"\frac", r"\dfrac"),
        text.replace(" ", r"\,"),
        text.replace(r"\cdot", r"\times"),
        f"${text}$",
        f"0 + {text}",
        f"w = {text}",
    ):
        assert outcome_of(text, spelling) == "correct", spelling


@given(EXPRESSIONS)
@settings(max_examples=60)
def test_one_more_is_another_expression(text: str) -> None:
    assert outcome_of(text, f"{text} + 1") == "incorrect"
    assert outcome_of(f"{text} + 1", text) == "incorrect"


@given(EXPRESSIONS, EXPRESSIONS)
@settings(max_examples=60)
def test_agreement_of_exact_expressions_is_symmetric(one: str, other: str) -> None:
    assert outcome_of(one, other) == outcome_of(other, one)


@given(EXPRESSIONS, st.integers(2, 9))
@settings(max_examples=40)
def test_an_equation_agrees_up_to_a_factor(text: str, factor: int) -> None:
    assert outcome_of(f"w = {text}", rf"{factor}w = {factor}\left({text}\right)") == "correct"
    assert outcome_of(f"w = {text}", rf"{factor}w = {text}") == "incorrect"


@given(st.integers(-50, 50), st.integers(1, 50))
def test_complex_numbers_in_every_form(real: int, imaginary: int) -> None:
    gold = f"{real} + {imaginary}i"
    for spelling in (
        f"{imaginary}i + {real}",
        f"{real} + j{imaginary}",
        rf"\frac{{{2 * real} + {2 * imaginary}i}}{{2}}",
    ):
        assert outcome_of(gold, spelling) == "correct", spelling
    for other in (f"{real} - {imaginary}i", f"{real} + {imaginary + 1}i", f"{real + 1} + {imaginary}i", f"{real}"):
        assert outcome_of(gold, other) == "incorrect", other
