import pytest

from teachers.think import Thought, split


@pytest.mark.parametrize(
    ("style", "text", "wanted"),
    [
        ("auto", "<think>\nhm\n</think>\n\nFour.", Thought("hm", "Four.")),
        ("auto", "hm\n</think>\n\nFour.", Thought("hm", "Four.")),
        ("auto", "Four.", Thought(None, "Four.")),
        ("auto", "  <think>hm, and then", Thought("hm, and then", "")),
        ("tagged", "Four.", Thought(None, "Four.")),
        ("tagged", "<think>hm", Thought("hm", "")),
        ("prefilled", "hm</think>Four.", Thought("hm", "Four.")),
        ("prefilled", "hm, and then", Thought("hm, and then", "")),
        ("plain", "a </think> b", Thought(None, "a </think> b")),
        ("auto", "", Thought(None, "")),
        ("prefilled", "", Thought("", "")),
    ],
)
def test_reasoning_and_final_answer_are_taken_apart(style, text, wanted):
    assert split(text, style=style) == wanted


def test_the_last_end_tag_counts_when_the_reasoning_mentions_one():
    assert split("a </think> b </think> c", style="auto") == Thought("a </think> b", "c")
