"""What holds for every structure: it equals itself in every notation, and nothing with another member, end or order."""

from fractions import Fraction

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.verifier.pairs import outcome_of
from verifier.classify import infer_type
from verifier.finding import NeedsAlgebraError
from verifier.route import decide, matches_itself

numbers = st.one_of(
    st.integers(-99, 99).map(str),
    st.fractions(-9, 9, max_denominator=9).map(lambda f: rf"\frac{{{f.numerator}}}{{{f.denominator}}}"),
    st.decimals(-99, 99, places=2).map(str),
    st.sampled_from([r"\sqrt{2}", r"\pi", "-e", r"2\sqrt{3}"]),
)
distinct = st.lists(st.integers(-99, 99), min_size=2, max_size=6, unique=True)
lists = st.lists(numbers, min_size=2, max_size=5)
rows_of_two = st.lists(st.lists(numbers, min_size=2, max_size=2), min_size=2, max_size=3)
ends = st.tuples(st.integers(-99, 98), st.integers(-99, 99)).filter(lambda pair: pair[0] < pair[1])
dressings = st.sampled_from(["{}", "${}$", r"\({}\)", r"\text{{The point is }} {}", r"\boxed{{{}}}"])
_PIECES = (
    r"( ) [ ] \{ \} \langle \rangle , ; : | = < > \le \neq \cup \in \mathbb{R} \infty - + / ^ _ \pm x i j \hat{i} 1 2"
    r" \frac{1}{2} and or \text{and} \begin{pmatrix} \end{pmatrix} & \\ all real numbers except greater than cm \dots"
)
texts = st.lists(st.sampled_from(_PIECES.split()), max_size=14).map(" ".join)


def spelled(gold: str) -> list[str]:
    """`gold` with other spacing, sizes and fractions."""
    return [
        gold.replace(", ", r",\,").replace(r"\frac", r"\dfrac"),
        gold.replace("(", r"\left(").replace(")", r"\right)") if r"\{" not in gold else gold,
        gold.replace(",", " ,  "),
    ]


@given(lists, dressings)
def test_tuples_equal_themselves_in_every_dress(values: list[str], dressing: str) -> None:
    gold = f"({', '.join(values)})"
    assert matches_itself(gold, infer_type(gold))
    for answer in [*spelled(gold), dressing.format(gold), ", ".join(values)]:
        assert outcome_of(gold, answer) == "correct", answer


@given(distinct, st.randoms(use_true_random=False))
def test_sets_have_no_order_and_tuples_have(values: list[int], random: object) -> None:
    shuffled = list(values)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    gold, answer = (", ".join(map(str, each)) for each in (values, shuffled))
    assert outcome_of(rf"\{{{gold}\}}", rf"\{{{answer}\}}") == "correct"
    assert outcome_of(f"({gold})", f"({answer})") == ("correct" if shuffled == values else "incorrect")


@given(distinct, st.integers(100, 200))
def test_no_member_may_miss_or_change(values: list[int], other: int) -> None:
    gold = ", ".join(map(str, values))
    assert outcome_of(gold, ", ".join(map(str, values[1:]))) == "incorrect"
    assert outcome_of(gold, ", ".join(map(str, [*values, other]))) == "incorrect"
    assert outcome_of(gold, ", ".join(map(str, [other, *values[1:]]))) == "incorrect"


@given(distinct)
@settings(deadline=None)  # the first unit loads the registry of units
def test_sets_agree_in_both_directions_and_in_units_of_one_dimension(values: list[int]) -> None:
    metres = ", ".join(f"{value} m" for value in values)
    centimetres = ", ".join(rf"{100 * value}\text{{ cm}}" for value in values)
    for gold, answer in ((metres, centimetres), (centimetres, metres)):
        assert outcome_of(gold, answer) == "correct"


@given(rows_of_two)
def test_matrices_equal_themselves_in_every_notation(rows: list[list[str]]) -> None:
    body = r" \\ ".join(" & ".join(row) for row in rows)
    gold = rf"\begin{{pmatrix}} {body} \end{{pmatrix}}"
    brackets = f"[{', '.join('[' + ', '.join(row) + ']' for row in rows)}]"
    for answer in (rf"A = \left[\begin{{array}}{{cc}}{body}\end{{array}}\right]", brackets):
        assert outcome_of(gold, answer) == "correct", answer


@given(st.lists(st.integers(-9, 9), min_size=4, max_size=4), st.integers(2, 9))
def test_a_scalar_may_stand_outside_of_a_matrix(cells: list[int], factor: int) -> None:
    a, b, c, d = cells
    inner = rf"\begin{{pmatrix}}{a}&{b}\\{c}&{d}\end{{pmatrix}}"
    full = [str(Fraction(cell, factor)) for cell in cells]
    gold = rf"\begin{{pmatrix}}{full[0]}&{full[1]}\\{full[2]}&{full[3]}\end{{pmatrix}}"
    assert outcome_of(gold, rf"\frac{{1}}{{{factor}}}{inner}") == "correct"
    assert outcome_of(gold, inner) == ("correct" if not any(cells) else "incorrect")


@given(st.lists(st.integers(-9, 9), min_size=3, max_size=3))
def test_vectors_by_components_and_by_unit_vectors(values: list[int]) -> None:
    assume(any(values))
    x, y, z = values
    gold = rf"\langle {x}, {y}, {z} \rangle"
    for unit in (r"\hat{%s}", r"\mathbf{%s}", r"\hat{\mathbf{%s}}"):
        answer = rf"{x}{unit % 'i'} + {y}{unit % 'j'} + {z}{unit % 'k'}".replace("+ -", "- ")
        assert outcome_of(gold, answer) == "correct", answer
        assert outcome_of(answer, gold) == "correct", answer


@given(ends, st.booleans(), st.booleans())
def test_solved_inequalities_equal_their_intervals_and_no_other(pair: tuple[int, int], left: bool, right: bool) -> None:
    low, high = pair
    interval = f"{'[' if left else '('}{low}, {high}{']' if right else ')'}"
    signs = [r"\le" if closed else "<" for closed in (left, right)]
    chain = f"{low} {signs[0]} x {signs[1]} {high}"
    assert outcome_of(chain, interval) == outcome_of(chain, rf"x \in {interval}") == "correct"
    assert outcome_of(chain, f"{'[' if not left else '('}{low}, {high}{']' if right else ')'}") == "incorrect"
    assert outcome_of(chain, chain.replace("x", "y")) == "incorrect"


@given(ends, st.integers(-99, 99))
def test_a_union_is_the_same_in_any_order_and_pieces(pair: tuple[int, int], third: int) -> None:
    low, high = pair
    assume(low < third < high)
    assert outcome_of(rf"[{low}, {high}]", rf"[{third}, {high}] \cup [{low}, {third})") == "correct"
    assert outcome_of(rf"[{low}, {high}]", rf"({third}, {high}] \cup [{low}, {third})") == "incorrect"


@given(texts, st.sampled_from(["(1, 2)", "[1, 2)", r"\{1, 2\}", "x > 3", "1, 2", r"\begin{pmatrix}1\\2\end{pmatrix}"]))
@settings(max_examples=300, deadline=500)
def test_no_text_raises(text: str, other: str) -> None:
    for gold, answer in ((text, other), (other, text), (text, text + " 1")):
        try:
            assert decide(gold, answer).outcome in ("correct", "incorrect", "undecided")
        except NeedsAlgebraError:
            continue
