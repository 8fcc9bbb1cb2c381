"""Parts become rows of their own where each can be asked alone and its answer stands under the same label."""

import pytest

from stages._text import question_key
from stages.records import QAPair, Rescue
from stages.split_parts import SplitParts
from tests.limits import bounded
from tests.stages.web_rows import pair

STEM = "A ball of mass 2.0 kg rolls on a table at 3.0 m/s."
ASKED = ("What is its momentum?", "What is its kinetic energy?")
TOLD = ("6.0 kg m/s", "9.0 J")


def split(question: str, answer_text: str) -> list[tuple[str, str, str]]:
    """Label, question and answer of each row; empty where the row goes on as it came."""
    row = pair(id="q", question=question, answer_text=answer_text)
    rows = SplitParts().process(row)
    if isinstance(rows, QAPair):
        assert rows == row
        return []
    assert all(each.rescued is Rescue.PART for each in rows)
    return [(each.id.removeprefix("q/part-"), each.question, each.answer_text) for each in rows]


@pytest.mark.parametrize(
    ("asked", "told", "labels"),
    [
        ("(a) {} (b) {}", "(a) {}\n(b) {}", "ab"),
        ("(a) {} (b) {}", "a) {}\nb) {}", "ab"),
        ("\na) {}\nb) {}", "a) {} b) {}", "ab"),
        ("\na. {}\nb. {}", "a. {}\nb. {}", "ab"),
        ("\n1. {}\n2. {}", "1. {}\n2. {}", "12"),
        ("\n(i) {}\n(ii) {}", "i) {}\nii) {}", ("i", "ii")),
        ("\nPart A: {}\nPart B: {}", "Part A: {}\nPart B: {}", "ab"),
        ("\n**Part (a)** {}\n**Part (b)** {}", "Solution:\n(a) {}\n(b) {}", "ab"),
        ("(a) {} (b) {}", "(a) {}; (b) {}", "ab"),
    ],
)
def test_labels_in_many_styles(asked: str, told: str, labels: str) -> None:
    found = split(f"{STEM} {asked.format(*ASKED)}", told.format(*TOLD))
    assert [label for label, _, _ in found] == list(labels)
    assert [question.replace("\n", " ") for _, question, _ in found] == [f"{STEM} {each}" for each in ASKED]
    assert [answer for _, _, answer in found] == list(TOLD)


def test_rows_extend_the_id_and_share_a_cluster() -> None:
    row = pair(id="q", question=f"{STEM} (a) {ASKED[0]} (b) {ASKED[1]}", answer_text="(a) 6\n(b) 9", content_key="key")
    rows = SplitParts().process(row)
    assert isinstance(rows, list)
    assert [each.id for each in rows] == ["q/part-a", "q/part-b"]
    assert {each.cluster for each in rows} == {"key"}
    assert [each.content_key for each in rows] == [question_key(each.question) for each in rows]
    assert SplitParts().process(rows[0]) == rows[0]


def test_a_part_that_completes_the_sentence_of_the_stem() -> None:
    found = split(r"What is the dose in mSv for: (a) 0.1 Gy of x rays? (b) 2.5 mGy of neutrons?", "(a) 100\n(b) 80")
    assert [question for _, question, _ in found] == [
        "What is the dose in mSv for: 0.1 Gy of x rays?",
        "What is the dose in mSv for: 2.5 mGy of neutrons?",
    ]


@pytest.mark.parametrize(
    "second",
    [
        "Using the result of part (a), find the kinetic energy.",
        "Repeat part (a) for a mass of 3.0 kg.",
        "What force stops it at this speed in 2.0 s?",
        "Discuss whether your answer is reasonable.",
        "How does this compare with 5.0 J?",
        "How long would the wagon take to pass by?",
        "What if it is 4.0 m/s?",
        "For a ball of 3.0 kg?",
        "What is its speed after that collision with 3.0 kg?",
    ],
)
def test_a_part_that_needs_an_earlier_one_gets_no_row(second: str) -> None:
    question = f"{STEM} (a) A wagon moves beside it. {ASKED[0]} (b) {second}"
    found = split(question, "(a) 6.0\n(b) 9.0")
    assert [label for label, _, _ in found] == ["a"]
    rows = SplitParts().process(pair(question=question, answer_text="(a) 6.0\n(b) 9.0"))
    assert isinstance(rows, list)
    assert rows[0].signals == ["parts_left_out"]


def test_data_of_an_earlier_part_are_missed() -> None:
    question = "(a) What is the radius of a turn taken at 30.0 m/s and banked at 75 degrees? (b) Find the acceleration."
    assert [label for label, _, _ in split(question, "(a) 24.6 m\n(b) 36.6")] == ["a"]


def test_what_may_be_assumed_and_a_caption_go_with_every_part() -> None:
    question = f"{STEM}\n(a) {ASKED[0]}\n(b) {ASKED[1]} Neglect friction.\nFigure 3 A ball (a) at rest (b) in motion."
    found = split(question, "(a) 6\n(b) 9")
    assert found[0][1] == f"{STEM}\n{ASKED[0]}\nNeglect friction.\nFigure 3 A ball (a) at rest (b) in motion."
    assert found[1][1].endswith(f"{ASKED[1]}\nNeglect friction.\nFigure 3 A ball (a) at rest (b) in motion.")


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (f"{STEM} (a) {ASKED[0]} (b) {ASKED[1]}", "(a) 6"),
        (f"{STEM} (a) {ASKED[0]} (b) {ASKED[1]}", "(a) 6\n(b) 9\n(c) 3"),
        (f"{STEM} (a) {ASKED[0]} (b) {ASKED[1]}", "(b) 9\n(a) 6"),
        (f"{STEM} (a) {ASKED[0]} (b) {ASKED[1]}", "1. 6\n2. 9"),
        (f"{STEM} (a) {ASKED[0]} (b) {ASKED[1]}", "We know p = mv. (a) 6\n(b) 9"),
        (f"{STEM} (a) {ASKED[0]} (a) {ASKED[1]}", "(a) 6\n(b) 9"),
        (f"{STEM} {ASKED[0]}", "6"),
        ("What do parts (a) and (b) of Figure 2(a) show?", "(a) 6\n(b) 9"),
        (f"{STEM} (a) {ASKED[0]} (b) {ASKED[1]}", ""),
    ],
)
def test_labels_that_do_not_match_split_nothing(question: str, answer: str) -> None:
    assert split(question, answer) == []


def test_an_empty_piece_or_one_that_points_elsewhere_gets_no_row() -> None:
    question = f"{STEM} (a) {ASKED[0]} (b) {ASKED[1]} (c) How long does it take for 6.0 m?"
    assert [label for label, _, _ in split(question, "(a)\n(b) same as (a)\n(c) 2.0 s")] == ["c"]


def test_formulas_one_a_line() -> None:
    found = split("Multiply:\n\\(-8\\cdot 7\\)\n\\(-6(-9)\\)", "\\(-56\\)\n\\(54\\)")
    assert found == [("1", "Multiply: \\(-8\\cdot 7\\)", "\\(-56\\)"), ("2", "Multiply: \\(-6(-9)\\)", "\\(54\\)")]
    assert split("Multiply:\n\\(-8\\cdot 7\\)\n\\(-6(-9)\\)", "\\(-56\\)") == []


def test_a_caption_behind_empty_lines_and_a_figure_before_the_parts() -> None:
    parts = f"(a) {ASKED[0]}\n(b) {ASKED[1]}"
    assert split(f"{STEM}\n{parts}\n\n \n  Figure 3 A ball.", "(a) 6\n(b) 9")[1][1].endswith(
        f"{ASKED[1]}\nFigure 3 A ball."
    )
    assert split(f"{STEM}\nFigure 3 A ball.\n{parts}", "(a) 6\n(b) 9")[0][1] == f"{STEM}\nFigure 3 A ball.\n{ASKED[0]}"


@pytest.mark.parametrize(
    "unit",
    ["\n", " ", "\n ", "(", ")", "(a) ", "\n(a) ", "a. ", "\nfigure 1", "\nfigure 1 x\n(a) ", "solution ", "the "],
)
def test_many_blanks_brackets_and_labels_take_no_time(unit: str) -> None:
    hostile = unit * (19_000 // len(unit))
    with bounded():
        SplitParts().process(pair(question=f"What is the{hostile}x\n(a) y\n(b) z", answer_text=f"solution{hostile}x"))
        SplitParts().process(
            pair(question=f"{STEM} (a) {ASKED[0]}{hostile}x (b) {ASKED[1]}", answer_text="(a) 6\n(b) 9")
        )


def test_hostile_text_is_left_alone_at_once() -> None:
    for text in ("(a) " * 4_000, "part " * 4_000, "figure 1\n" * 2_000, "(a) x (b) " + "y. Assume " * 1_500):
        row = pair(question=text, answer_text=text)
        assert SplitParts().process(row) is row
