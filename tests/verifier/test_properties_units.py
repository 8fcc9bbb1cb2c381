"""What holds for every measure and every point in time, however they are spelled."""

from datetime import date, time
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tests.verifier.pairs import outcome_of
from verifier.classify import infer_type
from verifier.route import matches_itself
from verifier.units.unit import conversion, parse_unit

# Units of one dimension each, with names and symbols.
FAMILIES = [
    ["m", "km", "cm", "mm", "ft", "in", "mi", "meters", "inches"],
    ["s", "ms", "min", "h", "days", "weeks", "hours"],
    ["kg", "g", "mg", "lb", "oz", "tonnes", "kilograms"],
    ["m/s", "km/h", "mph", "ft/s", "cm s^{-1}", "meters per second"],
    ["J", "kJ", "eV", "kWh", "cal", "N·m", "kg m^2/s^2"],
    ["Pa", "kPa", "atm", "bar", "psi", "torr", "N/m^2"],
]
families = st.sampled_from(FAMILIES)
units = st.sampled_from([unit for family in FAMILIES for unit in family])
# Loading the registry takes longer than a single example may.
METRE = parse_unit("m")
amounts = st.integers(2, 10**6)
wrappers = st.sampled_from(
    [
        r"%s\ \text{%s}",
        r"%s\,\mathrm{%s}",
        "%s %s",
        r"%s~\text{ %s}",
        r"\left(%s\right) \text{%s}",
        r"\boxed{%s \text{ %s}}",
    ]
)


@given(amounts, units)
def test_a_measure_agrees_with_itself(amount: int, unit: str) -> None:
    gold = f"{amount} {unit}"
    assert matches_itself(gold, infer_type(gold))


@given(amounts, units, wrappers)
def test_spacing_fonts_and_wrappers_change_nothing(amount: int, unit: str, wrapper: str) -> None:
    assert outcome_of(f"{amount} {unit}", wrapper % (amount, unit)) == "correct"


@given(amounts, families.flatmap(lambda family: st.tuples(st.sampled_from(family), st.sampled_from(family))))
def test_converted_values_agree_both_ways_and_others_do_not(amount: int, pair: tuple[str, str]) -> None:
    rate = conversion(parse_unit(pair[0]), parse_unit(pair[1]))
    assert rate is not None
    exact = Fraction(amount) * rate
    one, other = f"{amount} {pair[0]}", rf"\frac{{{exact.numerator}}}{{{exact.denominator}}} \text{{ {pair[1]}}}"
    if len(other) < 60:
        assert outcome_of(one, other) == outcome_of(other, one) == "correct"
    wrong = rf"\frac{{{exact.numerator * 2}}}{{{exact.denominator}}} \text{{ {pair[1]}}}"
    assert outcome_of(one, wrong) == "incorrect"


@given(amounts, st.tuples(families, families).filter(lambda pair: pair[0] is not pair[1]), st.data())
def test_different_dimensions_never_agree(amount: int, pair: tuple[list[str], list[str]], data: st.DataObject) -> None:
    gold, answer = (data.draw(st.sampled_from(family)) for family in pair)
    assert outcome_of(f"{amount} {gold}", f"{amount} {answer}") == "incorrect"


@given(st.dates(date(1000, 1, 1), date(2999, 12, 31)), st.dates(date(1000, 1, 1), date(2999, 12, 31)))
def test_dates_agree_in_every_form_and_with_no_other_day(day: date, other: date) -> None:
    month = f"{day:%B}"
    for text in (
        f"{month} {day.day}, {day.year}",
        f"{day.day} {month[:3]}. {day.year}",
        f"{day:%A}, {day.day} {month} {day.year}",
    ):
        assert outcome_of(day.isoformat(), text) == "correct", text
        assert outcome_of(text, day.isoformat()) == "correct", text
    assert (outcome_of(day.isoformat(), other.isoformat()) == "correct") == (day == other)


@given(st.times(), st.times())
def test_times_agree_in_both_clocks(one: time, other: time) -> None:
    half = "a.m." if one.hour < 12 else "p.m."
    spoken = f"{one.hour % 12 or 12}:{one.minute:02} {half}"
    assert outcome_of(f"{one:%H:%M}", spoken) == outcome_of(spoken, rf"\text{{{one:%H:%M}}}") == "correct"
    same = (one.hour, one.minute) == (other.hour, other.minute)
    assert (outcome_of(spoken, f"{other:%H:%M}") == "correct") == same


@given(st.integers(0, 99), st.integers(1, 59))
def test_a_sum_of_units_is_its_total(hours: int, minutes: int) -> None:
    for text in (f"{hours} h {minutes} min", f"{hours} hours and {minutes} minutes", f"{hours}h{minutes}m"):
        assert outcome_of(f"{60 * hours + minutes} minutes", text) == "correct", text
        assert outcome_of(f"{60 * hours + minutes + 1} minutes", text) == "incorrect", text
