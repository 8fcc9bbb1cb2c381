"""What the benchmarks of formulas call recovered."""

from dataclasses import replace

import pytest

from bench.extraction.encodings import Case, faults, load_cases, mark, measure, run, table
from bench.extraction.formulas import missed
from bench.extraction.groundtruth import marked
from bench.extraction.tex import normalised

CASE = Case(
    name="two",
    file="",
    wanted=[[r"x^2=\frac{1}{2}"], [r"\sin x", r"\operatorname{sin}x"]],
    forbidden=["x2=12"],
    note="",
)
BOTH = r"First \(x^2=\frac{1}{2}\), then \(\sin x\)."


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (r"x^{2} + {y}", "x^2+y"),
        (r"\frac12", r"\frac{1}{2}"),
        (r"\left( a \right)\,\displaystyle b\quad c", "(a)bc"),
        (r"{\displaystyle A={\sqrt {s-a}}.}", r"A=\sqrt{s-a}."),
        (r"\(a\leq b\)", r"$$a \le b$$"),
        ("α − β ≥ ∞", r"\alpha-\beta\geq\infty"),
        (r"\tfrac {1}{2}", r"\dfrac{1}{2}"),
        ("a\u2062b\u200b", "ab"),
    ],
)
def test_spellings_of_one_formula_agree(one: str, other: str) -> None:
    assert normalised(one) == normalised(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (r"a\cdot b", r"a\times b"),
        (r"\frac{1}{ab}", r"\frac{1}{a}b"),
        (r"\frac1{ab}", r"\frac1ab"),
        (r"{x+1}^2", "x+1^2"),
        (r"x^{12}", "x^12"),
        (r"\sqrt{ab}", r"\sqrt{a}b"),
        (r"\{x\}", "x"),
        (r"\in t", r"\int"),
        ("x^2", "x2"),
    ],
)
def test_other_formulas_stay_others(one: str, other: str) -> None:
    assert normalised(one) not in normalised(other)
    assert normalised(one) != normalised(other)


def test_a_text_with_every_formula_once_passes() -> None:
    assert faults(CASE, BOTH) == []
    assert faults(CASE, r"x^{2} = \frac 12 and $\operatorname{sin} x$") == []


def test_a_lost_formula_is_missing() -> None:
    assert faults(CASE, r"\(x^2=\frac{1}{2}\) and sin x") == [r"missing: \sin x"]


def test_a_second_copy_is_caught_wherever_it_stands() -> None:
    copy = r"twice or out of place: x^2=\frac{1}{2}"
    assert faults(CASE, rf"\(x^2=\frac{{1}}{{2}}\) {BOTH}") == [copy]
    assert faults(CASE, rf"{BOTH} \(x^2=\frac12\)") == [copy]


def test_formulas_in_the_wrong_order_do_not_pass() -> None:
    assert faults(CASE, r"\(\sin x\), then \(x^2=\frac12\)") == [
        r"missing: \sin x",
        r"twice or out of place: \sin x",
    ]


def test_the_rendered_copy_is_caught_and_called_noise() -> None:
    found = faults(CASE, f"{BOTH} x2=12")
    assert found == ["forbidden: x2=12"]
    assert mark(found) == "noisy"
    assert mark(faults(CASE, "")) == "-"
    assert mark([]) == "ok"


def test_a_formula_within_a_longer_one_is_no_copy_of_it() -> None:
    assert faults(replace(CASE, wanted=[["a^x"], [r"a^x\ln a"]]), r"$a^x$ has the derivative $a^x\ln a$") == []


def test_every_case_can_be_passed_and_is_not_passed_by_nothing() -> None:
    cases = load_cases()
    assert len({case.name for case in cases}) == 17
    for case in cases:
        perfect = " then ".join(rf"\({spellings[0]}\)" for spellings in case.wanted)
        assert faults(case, perfect) == [], case.name
        assert len(faults(case, "")) == len(case.wanted), case.name


def test_every_page_has_its_prose_its_navigation_and_its_footer() -> None:
    for case in load_cases():
        html = case.html()
        assert html.count("<p>") >= 2, case.name
        assert 'id="footer"' in html or "<footer" in html, case.name
        assert "Home" in html or "<ul" in html, case.name


def test_figures_and_table_count_the_cases_passed() -> None:
    figures, lines = measure()
    assert set(figures) >= {"formula_fixture_share", "trafilatura_fixture_share", "resiliparse_fixture_share"}
    assert all(0 < share <= 1 for share in figures.values())
    assert len(lines) == 17 + 2
    nothing = run(lambda html: "", load_cases())
    assert table({"nothing": nothing})[-1].split() == ["passed", "0/17"]


def test_a_formula_of_a_real_page_counts_as_often_as_it_is_marked() -> None:
    marks = ["x", "x", r"\frac{a}{b}"]
    assert missed(marks, r"$x$ and \(x\) and \[\frac ab\]") == []
    assert missed(marks, r"$x$ and \[\frac ab\]") == ["x"]
    assert missed(marks, r"$x$, x and \frac{a}{b}") == ["x"]
    assert missed(marks, "") == [r"\frac ab", "x", "x"]


def test_a_formula_within_another_was_not_found() -> None:
    assert missed(["x_i", r"\sum_i x_i"], r"\(\sum_i x_i\)") == ["x_i"]


def test_a_price_before_a_formula_does_not_hide_it() -> None:
    assert missed(["n", "m"], "It costs $5 and $n$ more, $m$ at most.") == []


def test_an_environment_in_a_display_is_found_either_way() -> None:
    environment = r"\begin{align}a&=b\\[2pt]c&=d\end{align}"
    assert missed([environment], rf"\[{environment}\]") == []
    assert missed([environment], f"text {environment} text") == []


def test_alternative_texts_of_mediawiki_need_no_delimiters() -> None:
    assert missed([r"{\displaystyle X}"], r"a variable {\displaystyle X} with values") == []
    assert missed([r"{\displaystyle X}"], "a variable X with values") == ["X"]


def test_the_ground_truth_marks_formulas_in_lines_blocks_texts_and_tables() -> None:
    line = [{"t": "text", "c": r"from $a$ for $5 or \(b\)"}, {"t": "equation-inline", "c": "c"}]
    table_of_two = r"<table><tr><td>$h$</td><td>{\displaystyle i}</td></tr></table>"
    blocks = [
        {"type": "paragraph", "raw_content": "<p>$a$</p>", "content": line},
        {"type": "equation-interline", "raw_content": "", "content": {"math_content": "d=e"}},
        {"type": "code", "content": {"code_content": "$f$"}},
        {"type": "list", "content": {"items": [{"c": "$g$"}]}},
        {
            "type": "simple_table",
            "content": {"html": table_of_two},
        },
    ]
    assert list(marked(blocks)) == ["b", "a", "c", "d=e", "g", "h", r"{\displaystyle i}"]
