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
    index = NumberIndex.of(["2 and 4837", "2 and 3", "2 and 3 and 5", "nothing"])
    rare, common, _, none = index.shared(["take 4837, then 2"])[0]
    assert rare == pytest.approx(1)
    assert common < 0.2
    assert none == 0
    assert index.shared(["4837 and 999 and 998"])[0, 0] < 0.7, "numbers that no item states count against it"


def test_nothing_is_shared_with_no_items_or_no_numbers() -> None:
    assert NumberIndex.of([]).shared(["1"]).shape == (1, 0)
    assert NumberIndex.of(["none"]).shared(["1"]).tolist() == [[0.0]]


def test_every_number_in_digits_becomes_one_sign() -> None:
    assert without_numbers("1,200 apples at $3.50, or x^2") == "N apples at $N, or x^N"
