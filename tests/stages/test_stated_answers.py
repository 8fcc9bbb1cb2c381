"""Answers of pairs: what is one answer, and which of them tell that two questions are one."""

import pytest

from stages._stated_answers import AnswerIndex, stated_answer


@pytest.mark.parametrize(
    ("answer", "key"),
    [
        ("So 60 + 12 = <<60+12=72>>72.\n#### 72", "72"),
        ("72.0", "72"),
        (r"$\$72$", "72"),
        ("72 km/h", "72"),
        (r"We get $x = 72$, thus $\boxed{72}$.", "72"),
        ("#### 1,200", "1200"),
        (r"\dfrac12", "0.5"),
        (r"$-\frac{3}{4}$", "-0.75"),
        (r"90^\circ", "90"),
        ("$x^2+3x-5$", "x ^ 2 + 3x - 5"),
        (r"\left( 3, \frac{\pi}{2} \right)", r"( 3 \pi / 2 )"),
        (r"3\sqrt{2}", r"3\sqrt { 2 }"),
        ("2 + 3i", "2 + 3i"),
        ("1000x", "1000x"),
    ],
)
def test_one_answer_has_one_key_however_it_is_written(answer: str, key: str) -> None:
    assert stated_answer(answer) == key


@pytest.mark.parametrize("answer", ["", "(b)", "C", "J", "(a) 3 km (b) 5 km"])
def test_letters_of_options_and_lists_of_parts_are_no_answer(answer: str) -> None:
    assert stated_answer(answer) is None


def test_a_zero_below_the_line_is_no_number() -> None:
    assert stated_answer(r"\frac{1}{0}") == "1 / 0"


def test_a_rare_answer_tells_more_than_a_common_one() -> None:
    index = AnswerIndex.of(["2"] * 30 + ["4827", None, "7"])
    common, rare, none, unknown = index.shared(["2", "4827", None, "11"])
    assert (common > 0).tolist() == [True] * 30 + [False] * 3
    assert rare[30] == pytest.approx(1)
    assert 0 < common[0] < 0.2
    assert not none.any()
    assert not unknown.any()


def test_nothing_is_shared_where_no_item_has_an_answer() -> None:
    assert AnswerIndex.of([]).shared(["1"]).shape == (1, 0)
    assert AnswerIndex.of([None]).shared(["1", None]).tolist() == [[0.0], [0.0]]
    assert AnswerIndex.of(["1"]).shared(["1"]).tolist() == [[1.0]]
