import random

import polars as pl
import pytest

from stages._reasoning import phrase_counts
from stages._reasoning_leak import gold_first, leak_words
from stages._reasoning_repeats import repeats
from stages._reasoning_scripts import foreign_share


def counted(text: str) -> dict[str, int]:
    return {name: count for name, count in phrase_counts(pl.Series([text])).row(0, named=True).items() if count}


def test_keywords_are_whole_words_in_any_case_and_not_their_inflections() -> None:
    text = "WAIT, wait. Waiting times; he waits. However, I recheck. Rechecked. Retry! retries. Alternatively: awaits."
    found = counted(text)
    assert found["wait"] == 2
    assert found["however"] == found["recheck"] == found["retry"] == found["alternatively"] == 1


@pytest.mark.parametrize(
    ("text", "move"),
    [
        ("Alternatively, another way is to count.", "branching"),
        ("Let me try a different\napproach here.", "branching"),
        ("Perhaps I could use the sine rule.", "branching"),
        ("What if we look at x = 2?", "branching"),
        ("Let me double-check the sum.", "verification"),
        ("Just to make sure, 3 + 4 = 7.", "verification"),
        ("**Rechecking the tens:**", "verification"),
        ("Does that make sense?", "verification"),
        ("I should verify it.", "verification"),
        ("Let’s check: 2 · 3 = 6.", "verification"),
        ("Plug x back into the original equation.", "verification"),
        ("Wait, no, the sign flips.", "backtracking"),
        ("That can't be right.", "backtracking"),
        ("That doesn't make sense.", "backtracking"),
        ("I must have made a sign error.", "backtracking"),
        ("Let me start over.", "backtracking"),
        ("Oops.", "backtracking"),
    ],
)
def test_a_move_is_counted_once_by_its_words(text: str, move: str) -> None:
    assert {name: count for name, count in counted(text).items() if name not in ("alternatively", "wait")} == {move: 1}


@pytest.mark.parametrize(
    "text",
    [
        "She waits by the checkout for a second train.",
        "Substituting this back into the sum gives 4.",
        "The second way out is closed.",
        "There is no answer to give.",
        "It is noon.",
        "",
    ],
)
def test_plain_prose_makes_no_moves(text: str) -> None:
    assert counted(text) == {}


def by_definition(words: list[str]) -> tuple[float, int]:
    runs = {
        size: [tuple(words[at : at + size]) for at in range(len(words) - size + 1)] for size in range(4, len(words))
    }
    longest = max((size for size, found in runs.items() if len(set(found)) < len(found)), default=0)
    return round(1 - len(set(runs[4])) / len(runs[4]), 4) if len(words) > 4 else 0.0, longest


def test_repetition_is_what_its_definition_says_of_random_texts() -> None:
    draw = random.Random(7)
    for _ in range(400):
        words = [draw.choice("abc"[: draw.randint(1, 3)]) for _ in range(draw.randint(0, 50))]
        assert repeats(words) == by_definition(words)


def test_a_loop_repeats_nearly_all_of_itself() -> None:
    share, longest = repeats(["so", "we", "try", "again", "and"] * 50)
    assert share > 0.97
    assert longest == 245


QUESTION = "What is the area of the triangle?"


@pytest.mark.parametrize(
    ("text", "question", "is_foreign"),
    [
        ("The angle α is 30° and Δ = 5, so x ∈ ℝ and 𝑦 ≈ ½.", QUESTION, False),
        ("Let me see. 所以面积是 six.", QUESTION, True),
        ("Итак, the area is 6.", QUESTION, True),
        ("这个三角形的面积是 $ABC = \\frac{1}{2} absinC$, 其中 sin x = 1。", "三角形的面积是多少?", False),
        ("面积是六, therefore the answer is six.", "三角形的面积是多少?", True),
        ("The area is six.", "三角形的面积是多少?", True),
        ("αρα το εμβαδόν is six.", QUESTION, True),
    ],
)
def test_letters_are_foreign_where_the_question_has_no_words_in_their_script(
    text: str, question: str, is_foreign: bool
) -> None:
    assert (foreign_share(text, question) > 0) is is_foreign


def test_without_a_question_the_script_of_most_of_the_text_is_at_home() -> None:
    assert foreign_share("So the whole area of it is 六.") == 1 / 10
    assert foreign_share("所以整个三角形的面积是六") == 0.0
    assert foreign_share("x = 4") == 0.0


@pytest.mark.parametrize(
    "text",
    [
        "Hmm, but the given answer is 7, so I must have slipped.",
        "This matches the reference solution.",
        "The solution says to multiply by two.",
        "According to the answer key, it is 7.",
        "I was told the answer is 7.",
        "I know the answer should be 7 already.",
    ],
)
def test_a_trace_that_speaks_of_an_answer_it_was_given_leaks(text: str) -> None:
    assert leak_words("First I add. " + text)


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("None of the given answer choices fits.", None),
        ("The given solution has a pH of 3.", None),
        ("Maybe the intended answer is 7.", None),
        ("The given answer is Tom's, who is wrong.", "Tom says 5. The given answer is wrong by how much?"),
        ("Therefore the final answer is 7.", None),
        ("The solution is x = 4.", None),
    ],
)
def test_speaking_of_answers_as_the_question_does_is_no_leak(text: str, question: str | None) -> None:
    assert leak_words(text, question) is None


WORK = " First we add three and four, and then we look at what is left over." * 8


@pytest.mark.parametrize(
    "start", ["The answer is 7.", "**Answer:** $7$.", "So the final answer is \\boxed{7}.", "The result = \\(7\\)."]
)
def test_the_gold_before_any_work_is_a_leak(start: str) -> None:
    assert (gold_first(start + WORK, "7") or "").startswith(start[:5])


@pytest.mark.parametrize(
    "text",
    ["The answer is 7.", "The answer is 70." + WORK, "The answer is 7.5." + WORK, "There are 7 boxes." + WORK, WORK],
)
def test_other_numbers_bare_answers_and_facts_of_the_question_are_not(text: str) -> None:
    assert gold_first(text, "7") is None
