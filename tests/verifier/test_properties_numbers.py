"""What holds for all numbers: two ways to the same verdict, the gold equals itself, spelling changes nothing."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.verifier.pairs import outcome_of
from verifier.classify import infer_type, inferred_long_way
from verifier.numbers.agreement import agree
from verifier.numbers.number import Number, parse_number
from verifier.route import decide, decide_texts

digits = st.text("0123456789", min_size=1, max_size=9)
near = st.sampled_from(["0", "1", "5", "9", "49", "50", "51", "100", "999", "1000", "1234", "12350", "12300", "99995"])


@st.composite
def literals(draw: st.DrawFn) -> str:
    """Digits with sign, thousands, point, dollar or percent sign, sometimes not well formed."""
    whole = draw(st.one_of(near, digits, st.integers(0, 10**8).map("{:,}".format)))
    decimals = draw(st.one_of(st.just(""), st.just("."), near.map(".{}".format), digits.map(".{}".format)))
    sign = draw(st.sampled_from(["", "", "", "-"]))
    before, after = draw(
        st.sampled_from([("", ""), ("", ""), ("$", ""), (r"\$", ""), ("", "%"), ("", r"\%"), ("$", "%")])
    )
    whole = draw(st.sampled_from([whole, whole, whole, ""])) if decimals not in ("", ".") else whole
    return sign + before + whole + decimals + after


@given(literals(), literals())
@settings(max_examples=1000)
@example("25%", "0.2504")
@example("25%", "25.3")
@example("12.345", "12.35")
@example("12345.6", "12350")
@example("-0.0", "0")
@example("0,125", "125")
@example("0101", "101")
@example("$5", "5%")
@example("1%", "1")
def test_the_short_way_and_the_long_way_agree(gold: str, answer: str) -> None:
    assert infer_type(gold) == inferred_long_way(gold)
    kind = infer_type(gold)
    assert decide(gold, answer) == decide(gold, answer, answer_type=kind) == decide_texts(gold, answer)


@given(st.decimals(-(10**6), 10**6, allow_nan=False, places=3), st.integers(0, 5))
def test_a_decimal_agrees_within_half_a_unit_and_not_beyond(value: Decimal, more: int) -> None:
    half, step = Decimal("0.0005"), Decimal(10) ** -(4 + more)
    for sign in (1, -1):
        assert outcome_of(str(value), str(value + sign * half)) == "correct"
        assert outcome_of(str(value), str(value + sign * (half + step))) == "incorrect"


@given(st.fractions(max_denominator=500).filter(lambda value: value.denominator > 1), st.integers(4, 12))
def test_an_exact_gold_accepts_its_digits_rounded_or_cut_off(value: Fraction, places: int) -> None:
    gold = f"{value.numerator}/{value.denominator}"
    cut = int(abs(value) * 10**places)
    for mantissa, expected in ((cut, True), (round(abs(value) * 10**places), True), (cut - 1, False), (cut + 2, False)):
        if len(str(abs(mantissa))) < 5:
            continue
        answer = f"{'-' if value < 0 else ''}{mantissa // 10**places}.{mantissa % 10**places:0{places}}"
        assert (outcome_of(gold, answer) == "correct") == expected, answer


spellings = st.sampled_from(
    [
        "{}",
        " {} ",
        "${}$",
        r"\({}\)",
        r"\text{{{}}}",
        r"\left({}\right)",
        r"\boxed{{{}}}",
        "**{}**",
        "x = {}",
        r"\,{}\;",
    ]
)
golds = st.sampled_from(
    [
        "42",
        "-7",
        "3.14",
        r"\frac{2}{3}",
        r"2\frac{3}{4}",
        r"6.02\times10^{23}",
        r"25\%",
        "1,234.5",
        r"\sqrt{2}",
        r"0.\overline{3}",
    ]
)


@given(golds, spellings)
def test_wrappers_and_spacing_change_nothing(gold: str, spelling: str) -> None:
    assert outcome_of(gold, spelling.format(gold)) == "correct"
    assert outcome_of(gold, spelling.format(gold).replace(r"\frac", r"\dfrac")) == "correct"


@given(st.integers(-(10**12), 10**12), st.integers(-(10**12), 10**12))
def test_exact_values_agree_in_both_directions(left: int, right: int) -> None:
    pair = (Number(Fraction(left, 7)), Number(Fraction(right, 7)))
    assert agree(*pair) == agree(*reversed(pair)) == (left == right)


_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"


def in_words(value: int) -> str:
    if value < 20:
        return _WORDS.split()[value]
    if value < 100:
        return _TENS.split()[value // 10 - 2] + (f"-{in_words(value % 10)}" if value % 10 else "")
    for size, name in (
        (10**12, "trillion"),
        (10**9, "billion"),
        (10**6, "million"),
        (1000, "thousand"),
        (100, "hundred"),
    ):
        if value >= size:
            rest = value % size
            joint = " and " if rest and rest < 100 else " "
            return f"{in_words(value // size)} {name}{joint}{in_words(rest) if rest else ''}".strip()
    raise AssertionError


@given(st.integers(0, 10**15 - 1))
def test_number_words_are_read_as_they_are_written(value: int) -> None:
    assert parse_number(in_words(value)).value == value
    assert parse_number(f"minus {in_words(value)}").value == -value
