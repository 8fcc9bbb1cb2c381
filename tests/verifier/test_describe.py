"""What `answer-type` says about golds that are numbers."""

import pytest

from verifier.describe import describe


@pytest.mark.parametrize(
    ("gold", "kind", "understood"),
    [
        ("42", "integer", "42"),
        ("1,234,567", "integer", "1234567"),
        ("twenty-five", "integer", "25"),
        ("3.14", "decimal", "157/50, to within 0.005"),
        (r"2\sqrt{3} \approx 3.46", "decimal", "3.46410161514, or about 3.46"),
        ("2 3/4", "fraction", "11/4"),
        ("3:4", "fraction", "3 : 4"),
        (r"6.02\times10^{23}", "scientific", "602000000000000000000000, to within 5e+20"),
        ("12.5%", "percent", "25/2 percent, to within 0.05"),
        ("3‰", "percent", "3 per mille"),
        ("25 basis points", "percent", "25 basis points"),
        ("$5", "currency", "5, in USD"),
        ("75 pence", "currency", "75, in hundredths of GBP"),
        ("$4.50 per hour", "currency", "9/2, to within 0.005, in USD, per hour"),
        ("($450)", "currency", "-450, in USD"),
        ("five apples", "units", "5, in apples"),
        (r"7 \times 10^{5000}", "scientific", "7.0e+5000, to within 5.0e+4999"),
        (r"1.5 \times 10^{400}", "scientific", "1.5e+400, to within 5.0e+398"),
        (r"1.5 \times 10^{-400}", "scientific", "1.5e-400, to within 5.0e-402"),
    ],
)
def test_a_number_is_described_by_its_value(gold: str, kind: str, understood: str) -> None:
    described = describe(gold)
    assert (described["answer_type"], described["understood_as"]) == (kind, understood)
    assert described["matches_itself"]
    assert described["decided_by"] == "rules"
