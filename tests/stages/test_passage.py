"""Quotations and values looked up in a passage, and pages cut into parts."""

from collections.abc import Sequence
from itertools import pairwise

import pytest

from stages._page_blocks import Block, around, main_blocks, parts, shown
from stages._passage import Passage
from stages._stated import stated
from stages.records import Span

TEXT = """Problem 4. A car drives 120 km in 2 hours. How fast?
Solution: $v = \\frac{120}{2} = 60$ km/h, so the speed is 60 km/h.
5. What is half of $\\frac{1}{2}$?
The answer is $x = 1/4$. It cost $12,500 and 3.50 €.
x-7 = 3 and y = -8, see Figure 9 and (c) Paris."""


def at(text: str, quotation: str) -> str | None:
    place = Passage(main_blocks(text, [])).find(quotation)
    return place and text[place.span.start : place.span.end]


def value(text: str, answer: str) -> str | None:
    place = stated(answer, Passage(main_blocks(text, [])))
    return place and text[place.span.start : place.span.end]


@pytest.mark.parametrize(
    ("quotation", "found"),
    [
        ("A car drives 120 km in 2 hours. How fast?", "A car drives 120 km in 2 hours. How fast?"),
        ("a car   drives\n120km in 2 hours. how fast", "A car drives 120 km in 2 hours. How fast?"),
        ("A **car** drives 120 km in 2 long hours. How fast?", "A car drives 120 km in 2 hours. How fast?"),
        (r"What is half of \(\frac{1}{2}\)?", r"What is half of $\frac{1}{2}$?"),
        ("The answer is x = 1/4.", "The answer is $x = 1/4$."),
        (r"\frac{120}{2} = 60$ km/h, so the speed is", r"$v = \frac{120}{2} = 60$ km/h, so the speed is"),
        ("A train drives 350 miles in 9 days. How slow?", None),
        ("hours How", None),
        ("", None),
        ("$$ **", None),
    ],
)
def test_quotations_are_found_in_their_extent_whatever_their_setting(quotation: str, found: str | None) -> None:
    assert at(TEXT, quotation) == found


def test_letters_of_other_fonts_and_what_does_not_show_make_no_difference() -> None:
    text = "Find the value of \U0001d465 in\u200b this equa\u00adtion now: \U0001d465 = 5."
    assert at(text, "Find the value of x in this equation now: x = 5.") == text


def test_a_quotation_that_runs_over_lines_is_cut_line_by_line() -> None:
    text = "Menu\nWhat is\nthis thing\nFooter"
    passage = Passage(main_blocks(text, [Span(start=5, end=12), Span(start=13, end=23)]))
    place = passage.find("What is this thing")
    assert place is not None
    assert passage.cut(place.span) == "What is\nthis thing"


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ("60 km/h", "60 km/h"),
        ("60", "60"),
        ("60.0", r"\frac{120}{2}"),
        ("60 m/s", None),
        ("4", None),
        ("5", None),
        ("9", None),
        ("7", "7"),
        ("-7", None),
        ("3", "3"),
        ("8", None),
        ("-8", "-8"),
        ("12500", "$12,500"),
        (r"\frac{1}{4}", "1/4"),
        ("0.25", "1/4"),
        ("x = 0.25", "1/4"),
        ("0.2500001", None),
        (r"\dfrac12", r"\frac{1}{2}"),
        ("c", None),
        ("Paris", "Paris"),
        (r"\text{Paris}", "Paris"),
        ("60 km/h and 1/4", "1/4"),
        ("60 km/h and 1/5", None),
        ("", None),
    ],
)
def test_short_answers_are_found_by_words_or_value_and_labels_are_none(answer: str, found: str | None) -> None:
    assert value(TEXT, answer) == found


@pytest.mark.parametrize(
    ("text", "answer", "is_stated"),
    [
        ("60.", "60", True),
        ("Answer: (c).", "c", True),
        ("(a) Rome (b) Paris", "b", False),
        ("(a) Rome (b) Paris", "(b)", False),
        ("A. Rome", "A", False),
        ("A car drives.", "A", False),
        ("The field is $B = 3$ T", "B", False),
        ("1 B\n2 C", "B", True),
        ("Answer: $B$", "B", True),
        ("The key: 1 (b), 2 (c)", "B", True),
        ("(b) (as computed above)", "B", True),
        ("(4) Rome", "4", False),
        ("It is (4).", "4", True),
        ("See page 12 or chapter 3.", "12", False),
        ("2^{10}", "10", False),
        (r"\boxed{10}", "10", True),
        ("3-5", "5", True),
        ("It fell by -5", "5", False),
        ("5!", "5", False),
        ("1/2", "1", False),
        ("a ratio of 3:1", "3", False),
        ("version 1.5", "5", False),
    ],
)
def test_what_proves_little_proves_nothing(text: str, answer: str, is_stated: bool) -> None:
    assert (value(text, answer) is not None) == is_stated


def test_a_long_answer_may_lack_a_word_but_no_number() -> None:
    text = "The car needs two hours for the whole way of 120 km from door to door."
    assert value(text, text.replace("whole ", "complete ")) == text
    assert value(text, text.replace("120", "130")) is None


def test_answers_are_looked_for_behind_their_question_and_never_in_it() -> None:
    text = "It is 5. What is 5 or 6? It is 5."
    passage = Passage(main_blocks(text, []))
    asked = Span(start=9, end=24)
    place = stated("5", passage, avoid=asked)
    assert place is not None
    assert place.span.start > asked.end
    assert stated("6", passage, avoid=asked) is None


@pytest.mark.parametrize(
    ("text", "formulas"),
    [
        (r"\(a\) and \[b \\[2pt] c\] and $d$ and $$e$$", [r"\(a\)", r"\[b \\[2pt] c\]", "$d$", "$$e$$"]),
        (r"\(f(x) = \left(a\right) + \frac{1}{2}\)", [r"\(f(x) = \left(a\right) + \frac{1}{2}\)"]),
        (r"open \(a and \(b\), \[c and \[d\]", [r"\(b\)", r"\[d\]"]),
        (r"\(a" + "\n" + r"b\) \() \(\)", []),
    ],
)
def test_a_formula_ends_where_it_is_closed_and_before_another_opens(text: str, formulas: list[str]) -> None:
    passage = Passage(main_blocks(text, []))
    assert [text[span.start : span.end] for span in passage.formulas] == formulas


def test_of_thousands_of_places_those_behind_the_question_are_looked_at_first() -> None:
    text = "one two " * 5_000
    asked = Span(start=text.index("one", 20_000), end=text.index("one", 20_080))
    place = Passage(main_blocks(text, [])).find("two one", avoid=asked)
    assert place is not None
    assert asked.end <= place.span.start < asked.end + 8


@pytest.mark.timeout(3)
@pytest.mark.parametrize("piece", [r"\(a ", r"\[a ", r"\(", "$a", "$$a ", r"\\(", "\\"])
def test_formulas_that_are_never_closed_are_passed_in_a_moment(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    assert sum(span.end - span.start for span in Passage(main_blocks(text, [])).formulas) <= len(text)


@pytest.mark.timeout(10)
def test_a_page_of_formulas_is_searched_in_a_moment() -> None:
    passage = Passage(main_blocks("$x$ is\n" * 20_000, []))
    for _ in range(20):
        assert passage.find("x is") is not None


@pytest.mark.timeout(20)
@pytest.mark.parametrize("text", ["a " * 6000, "a b " * 3000, "1 " * 6000, "$1$ " * 3000, "1/2 " * 3000, "$" * 12_000])
def test_pages_made_to_be_slow_are_searched_in_a_moment(text: str) -> None:
    passage = Passage(main_blocks(text, []))
    for quotation in ("a " * 1999 + "b", "a b a c " * 500, "1 2 " * 900):
        passage.find(quotation)
    assert stated("271/828", passage) is None


# Parts


def lengths(made: Sequence[Sequence[Block]]) -> list[int]:
    return [len(shown(part)) for part in made]


def test_parts_hold_every_block_and_overlap() -> None:
    text = "\n".join(f"line {n:03d}" for n in range(100))
    made = parts(main_blocks(text, []), max_chars=100, overlap=30)
    assert max(lengths(made)) <= 100
    assert {block for part in made for block in part} == set(main_blocks(text, []))
    for one, following in pairwise(made):
        assert 0 < len([block for block in following if block in one]) <= 3
    assert all(text[block.start : block.end] == block.text for part in made for block in part)


def test_a_block_longer_than_a_part_is_cut_at_blanks_and_nothing_is_lost() -> None:
    text = "word " * 100
    made = parts(main_blocks(text, []), max_chars=52, overlap=0)
    assert max(lengths(made)) <= 52
    assert "".join(block.text for part in made for block in part).split() == text.split()
    assert lengths(parts(main_blocks("x" * 100, []), max_chars=40, overlap=10)) == [40, 40, 20]
    assert parts([], max_chars=10, overlap=0) == []


def test_the_surroundings_of_a_place_hold_it() -> None:
    text = "\n".join(f"line {n:03d}" for n in range(100))
    blocks = main_blocks(text, [])
    place = Span(start=text.index("line 050"), end=text.index("line 052"))
    around_it = shown(around(blocks, place, max_chars=100))
    assert "line 050\nline 051" in around_it
    assert "line 047" in around_it
    assert len(around_it) <= 100
    assert shown(around(blocks, None, max_chars=100)).startswith("line 000")
    assert shown(around(blocks, place, max_chars=10_000)) == text
    assert around([], None, max_chars=10) == []
