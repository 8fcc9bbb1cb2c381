"""Which pages show signs of a question in mathematics or science."""

import pytest

from pipeline.errors import ConfigError
from pipeline.stage import Reject
from stages.prefilter import Prefilter
from stages.records import Document
from tests.stages.recall_rows import document, read

KEPT = {
    "formula": r"We have \frac{a}{b}.",
    "formula between dollars": "Since $a_1 < 3$ it holds.",
    "sum": "That makes 48 + 24 clips.",
    "value": "So x = 7.",
    "amounts": "Tom had 3 apples. How many are left? He ate one. How much did it cost?",
    "choices": "Which is a mammal?\nA. trout\nB. whale\nC. wren\nD. newt",
    "words": "Exercise 4. Which force acts, and what energy does the body lose to it? Answer below.",
}
LEFT = {
    "news": "The council voted late on Tuesday to keep the public library open on Saturday mornings.",
    "faq": "Q: How do I reset the speaker? A: Hold the power button until the light turns white.",
    "prices": "Only $5 today, was $10! Call 555-1234 or write to us.",
    "one word": "The question of the day: who wins the cup?",
}


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT)
def test_a_page_with_signs_is_kept_as_it_is(text: str) -> None:
    row = document(text)
    assert Prefilter().process(row) is row


@pytest.mark.parametrize("text", LEFT.values(), ids=LEFT)
def test_a_page_without_signs_leaves_with_the_reason(text: str) -> None:
    left = Prefilter().process(document(text))
    assert isinstance(left, Reject)
    assert left.reason == "no_signs"


def test_counted_formulas_are_enough_and_nothing_to_read_is_said() -> None:
    assert isinstance(Prefilter().process(document("No signs here.", num_formulas=1)), Document)
    empty = Prefilter().process(document(None))
    assert isinstance(empty, Reject)
    assert empty.reason == "empty_text"


def test_a_long_text_needs_more_words_than_chance_gives_it() -> None:
    few = "The answer to that problem was a question of speed. "
    assert isinstance(Prefilter().process(document(few)), Document)
    assert isinstance(Prefilter().process(document(few + "Nothing else was said. " * 1_000)), Reject)


def test_the_bundled_seeds_are_told_apart() -> None:
    kept = [isinstance(Prefilter().process(row), Document) for row in read("recall_positives")]
    assert all(kept)
    left = [isinstance(Prefilter().process(row), Reject) for row in read("recall_negatives")]
    assert sum(left) >= 0.9 * len(left)


def test_options_that_mean_nothing_are_refused() -> None:
    with pytest.raises(ConfigError, match="both are at least 1"):
        Prefilter(words=0)


def test_html_that_nothing_has_read_leaves_with_the_stage_that_reads_it() -> None:
    left = Prefilter().process(document(None, html="<p>So x = 7.</p>"))
    assert isinstance(left, Reject)
    assert left.reason == "no_text"
    assert "html_to_text" in left.detail
