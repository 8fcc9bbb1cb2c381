"""Numbers of questions: what is one number, and which of them tell that two questions are one."""

import pytest

from stages._stated_numbers import NumberIndex, stated_numbers, without_numbers


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1,200 apples at $3.50", ["1200", "3.5"]),
        (r"$10{,}000 + 5\,000$", ["10000", "5000"]),
        ("Seventy-five years, three of them twice", ["75", "3", "2"]),
        ("half a dozen of forty two", ["1/2", "12", "42"]),
        ("version 1.2.3 in 100", ["1.2.3", "100"]),
        ("none", []),
    ],
)
def test_numbers_are_read_in_digits_and_words(text: str, numbers: list[str]) -> None:
    assert stated_numbers(text) == numbers


def test_rare_numbers_tell_more_than_common_ones() -> None:
    many = [f"{number} and 2" for number in range(1000, 5000)]
    index = NumberIndex.of([*many, "4837 and 7291", "2 and 3", "nothing"])
    rare, common, none = index.shared(["take 4837 from 7291"])[0, -3:]
    assert rare > 0.9
    assert common == none == 0
    assert index.shared(["3 of 2"])[0, -2] < rare
    assert index.shared(["4837"])[0, -3] < rare
    assert index.shared(["4837 of 7291, 999, 998 and 997"])[0, -3] < 0.7, "what no item states counts against it"


def test_nothing_is_shared_with_no_items_or_no_numbers() -> None:
    assert NumberIndex.of([]).shared(["1"]).shape == (1, 0)
    assert NumberIndex.of(["none"]).shared(["1"]).tolist() == [[0.0]]


def test_every_number_in_digits_becomes_one_sign() -> None:
    assert without_numbers("1,200 apples at $3.50, or x^2") == "N apples at $N, or x^N"
