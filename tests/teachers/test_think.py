import pytest

from teachers import Completion
from teachers.think import Thought, split, thought_of

NO_THINKING = "<think>\n\n</think>\n\n"
BOXED = "**Final Answer**\n\n\\[ \\boxed{4} \\]"


def said(text, *, reason="stop", **known) -> Completion:
    return Completion(text=text, finish_reason=reason, num_prompt_tokens=1, num_tokens=1, **known)


@pytest.mark.parametrize(
    ("style", "text", "wanted"),
    [
        ("auto", "<think>\nhm\n</think>\n\nFour.", Thought("hm", "Four.")),
        ("auto", "hm\n</think>\n\nFour.", Thought("hm", "Four.")),
        ("auto", "Four.", Thought(None, "Four.")),
        ("auto", "  <think>hm, and then", Thought("hm, and then", "")),
        ("auto", "<think>\n\n</think>\n\nFour.", Thought(None, "Four.")),
        ("tagged", "Four.", Thought(None, "Four.")),
        ("tagged", "<think>hm", Thought("hm", "")),
        ("prefilled", "hm</think>Four.", Thought("hm", "Four.")),
        ("prefilled", "hm, and then", Thought("hm, and then", "")),
        ("prefilled", "<think>\nhm</think>Four.", Thought("hm", "Four.")),
        ("plain", "a </think> b", Thought(None, "a </think> b")),
        ("auto", "", Thought(None, "")),
        ("prefilled", "", Thought(None, "")),
    ],
)
def test_reasoning_and_final_answer_are_taken_apart(style, text, wanted):
    assert split(text, style=style) == wanted


def test_the_last_end_tag_counts_when_the_reasoning_mentions_one():
    assert split("a </think> b </think> c", style="auto") == Thought("a </think> b", "c")


def test_who_thinks_again_and_is_cut_off_has_no_final_answer():
    assert split("<think>a</think>\nb\n<think>\nc", style="auto").final == ""
    assert split("<think>a</think>\nIt writes <think> first.", style="auto").final == "It writes <think> first."


@pytest.mark.parametrize("reason", ["stop", "length", "loop"])
def test_what_the_template_wrote_decides_without_configuration(reason):
    assert thought_of(said("hm, and", prefill="<think>\n", reason=reason), style="auto") == Thought("hm, and", "")
    assert thought_of(said("hm</think>4", prefill="<think>\n", reason=reason), style="auto") == Thought("hm", "4")
    assert thought_of(said("<think>\nhm", prefill="<think>\n", reason=reason), style="auto") == Thought("hm", "")
    assert thought_of(said("Four.", prefill=NO_THINKING, reason=reason), style="auto") == Thought(None, "Four.")
    assert thought_of(said("Four", reason=reason), style="auto") == Thought(None, "Four")


def test_reasoning_that_an_endpoint_gives_apart_stays_apart():
    for style in ("auto", "tagged", "prefilled", "plain", "heading"):
        assert thought_of(said("Four.", reasoning="hm\n"), style=style) == Thought("hm", "Four.")
    assert thought_of(said("", reasoning="hm", reason="length"), style="prefilled") == Thought("hm", "")
    assert thought_of(said("so</think>4", reasoning="hm"), style="auto") == Thought("hm\n\nso", "4")
    assert thought_of(said("Four.", reasoning=""), style="auto") == Thought(None, "Four.")


def test_a_chain_in_plain_words_ends_at_its_heading():
    assert split(f"Let me see.\n\nSo 4.\n\n{BOXED}", style="heading") == Thought("Let me see.\n\nSo 4.", BOXED)
    assert split(f"{BOXED}\n\nWait.\n\n{BOXED}", style="heading") == Thought(f"{BOXED}\n\nWait.", BOXED)
    assert split("Is it the **Final Answer**?\n\nYes, 4.", style="heading").final == "Yes, 4."
    assert split("The answer is 4.", style="heading") == Thought(None, "The answer is 4.")
    cut = said("Let me see.\n\nSo 2 + 2", reason="length")
    assert thought_of(cut, style="heading") == Thought("Let me see.\n\nSo 2 + 2", "")
