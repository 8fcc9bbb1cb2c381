"""What holds for every formula, number in a base and literal: it equals itself however it is typeset, and no other."""

from hypothesis import assume, given
from hypothesis import strategies as st

from tests.verifier.pairs import outcome_of
from verifier.chemistry.elements import SYMBOLS
from verifier.classify import infer_type
from verifier.route import decide, matches_itself
from verifier.types import AnswerType

counts = st.integers(2, 30)
atoms = st.tuples(st.sampled_from(SYMBOLS[:90]), st.one_of(st.just(1), counts))
formulas = st.lists(atoms, min_size=1, max_size=5)
charges = st.integers(-4, 4).filter(bool)
digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
literals = st.recursive(
    st.one_of(st.integers(-99, 99), st.booleans(), st.none(), st.text("abc xyz", max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text("ab", max_size=2), inner, max_size=3)),
    max_leaves=6,
)


def plain(formula: list[tuple[str, int]]) -> str:
    return "".join(symbol + (str(count) if count > 1 else "") for symbol, count in formula)


def typeset(formula: list[tuple[str, int]]) -> str:
    return "".join(rf"\mathrm{{{symbol}}}" + (f"_{{{count}}}" if count > 1 else "") for symbol, count in formula)


def chemical(gold: str, answer: str) -> str:
    return str(decide(gold, answer, answer_type=AnswerType.CHEMISTRY).outcome)


def in_base(value: int, base: int) -> str:
    return (in_base(value // base, base) if value >= base else "") + digits[value % base]


@given(formulas, charges)
def test_a_formula_equals_itself_typeset(formula: list[tuple[str, int]], charge: int) -> None:
    power = f"{abs(charge)}{'+' if charge > 0 else '-'}"
    assert chemical(plain(formula), typeset(formula)) == "correct"
    assert chemical(f"{plain(formula)}^{power}", rf"\ce{{{typeset(formula)}^{{{power}}}}}") == "correct"


@given(formulas, charges)
def test_a_charge_is_never_lost(formula: list[tuple[str, int]], charge: int) -> None:
    sign = "+" if charge > 0 else "-"
    assert chemical(f"{plain(formula)}^{{{abs(charge)}{sign}}}", plain(formula)) == "incorrect"


@given(formulas, counts)
def test_another_index_is_another_formula(formula: list[tuple[str, int]], count: int) -> None:
    symbol, before = formula[0]
    assume(count != before)
    assert chemical(plain(formula), plain([(symbol, count), *formula[1:]])) == "incorrect"


@given(st.lists(formulas, min_size=2, max_size=4))
def test_the_order_of_reactants_is_free(species: list[list[tuple[str, int]]]) -> None:
    left, right = species[:-1], species[-1]
    gold = " + ".join(map(plain, left)) + " -> " + plain(right)
    answer = " + ".join(map(typeset, reversed(left))) + r" \longrightarrow " + typeset(right)
    assert chemical(gold, answer) == "correct"


@given(st.integers(0, 10**9), st.integers(2, 16))
def test_a_number_equals_itself_in_its_base_only(value: int, base: int) -> None:
    gold = f"({in_base(value, base)})_{{{base}}}"
    for spelling in (rf"{in_base(value, base)}_{base}", rf"\text{{{in_base(value, base)}}}_{{{base}}}"):
        assert decide(gold, spelling, answer_type=AnswerType.CODE).matched, spelling
    other = f"{in_base(value + 1, base)}_{{{base}}}"
    assert not decide(gold, other, answer_type=AnswerType.CODE).matched


@given(literals, literals)
def test_literals_are_equal_exactly_when_their_values_are(one: object, other: object) -> None:
    gold = repr([one, "x"])
    assert decide(gold, repr([one, "x"]).replace("'", '"'), answer_type=AnswerType.CODE).matched
    same = repr(one) == repr(other) or (one == other and not isinstance(one, bool) and not isinstance(other, bool))
    if not same:
        assert not decide(gold, repr([other, "x"]), answer_type=AnswerType.CODE).matched


@given(st.text(r"HCONa2+-^_{}()[]·→=>., \ce", max_size=40))
def test_no_answer_to_a_formula_raises(answer: str) -> None:
    assert outcome_of("H2O", answer) in ("correct", "incorrect", "undecided")


@given(st.text("pqAB01()[]{}'\"\\~!&|+^<>-=, On", max_size=40))
def test_no_answer_in_code_raises(answer: str) -> None:
    for gold in ("A AND B", "O(n^2)", "1011_2", "{'a': 1}", "max_value"):
        assert outcome_of(gold, answer) in ("correct", "incorrect", "undecided")


@given(formulas)
def test_formulas_are_golds_that_match_themselves(formula: list[tuple[str, int]]) -> None:
    text = plain(formula)
    assert matches_itself(text, infer_type(text))
