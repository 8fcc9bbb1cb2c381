"""Multiple choice becomes an open question only where nobody needs the options."""

import pytest

from stages._text import question_key
from stages.open_options import OpenOptions
from stages.records import QAPair, Rescue
from tests.limits import bounded
from tests.stages.web_rows import pair

TRAIN = "A train travels 120 miles in 3 hours. What is its speed in miles per hour?"


def process(question: str, answer_text: str) -> QAPair:
    return OpenOptions().process(pair(question=question, answer_text=answer_text))


def opened(question: str, answer_text: str) -> tuple[str, str]:
    row = process(question, answer_text)
    assert row.rescued is Rescue.OPTIONS_DROPPED, row
    return row.question, row.answer_text


def stays(question: str, answer_text: str) -> bool:
    row = process(question, answer_text)
    return row == pair(question=question, answer_text=answer_text)


@pytest.mark.parametrize(
    "options",
    [
        "(A) 30 (B) 40 (C) 50 (D) 60",
        "A) 30 B) 40 C) 50 D) 60",
        "A)30\nB)40\nC)50\nD)60\nE)None of these",
        "a. 30\nb. 40\nc. 50\nd. 60",
        "[A] 30 [B] 40 [C] 50",
        "Options: ['30', '40', '50', '60']",
        'Answer choices: ["A) 30", "B) 40", "C) 50"]',
        r"$\textbf{(A)}\ 30 \qquad\textbf{(B)}\ 40 \qquad\textbf{(C)}\ 50 \qquad\textbf{(D)}\ 60$",
        r"$\mathrm{(A) \ } 30 \qquad \mathrm{(B) \ } 40 \qquad \mathrm{(C) \ } 50$",
        r"(A) $30$ (B) $40$ (C) $50$",
        "30\n40\n50",
        "- 30\n- 40\n- 50",
    ],
)
def test_options_in_many_shapes(options: str) -> None:
    assert opened(f"{TRAIN}\n{options}", "B") == (TRAIN, "40")


@pytest.mark.parametrize("answer", ["B", "(b)", "B.", "b)", "**B**", r"$\textbf{(B)}$", r"\boxed{B}", "Answer: B",
                                    "The correct answer is (B).", "Option B", "(B) 40", "B. 40", "40",
                                    "(b) (based on the definition of speed)"])  # fmt: skip
def test_answers_in_many_shapes(answer: str) -> None:
    assert opened(f"{TRAIN}\n(A) 30 (B) 40 (C) 50 (D) 60", answer) == (TRAIN, "40")


def test_numbered_options_need_a_number_that_is_no_value() -> None:
    question = f"{TRAIN}\n(1) 30 (2) 40 (3) 50 (4) 60"
    assert opened(question, "(2)") == (TRAIN, "40")
    assert stays(question, "2")


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What is the sum of 1 and 3? (1) 2 (2) 4 (3) 5 (4) 6", "2"),
        ("What is the sum of 1 and 3? (1) 2 (2) 4 (3) 5 (4) 6", "4"),
        ("What is the sum of 1 and 3? (1) 2 (2) 4 (3) 5 (4) 6", "$2$"),
        ("How many sides does a pentagon have?\n1. 3\n2. 4\n3. 5\n4. 2", "4"),
        ("How many sides does a pentagon have?\n1. 3\n2. 4\n3. 5\n4. 2", "3."),
        ("What is the name of the vitamin in lemons?\n(A) B (B) C (C) D (D) K", "C"),
    ],
)
def test_a_value_that_is_the_label_of_another_option_picks_nothing(question: str, answer: str) -> None:
    assert stays(question, answer)


def test_a_value_that_is_no_label_of_another_option_picks_its_own() -> None:
    question = "What is the sum of 1 and 3?\n"
    assert opened(f"{question}(1) 2 (2) 4 (3) 5 (4) 6", "(2)")[1] == "4"
    assert opened(f"{question}(1) 2 (2) 3 (3) 5 (4) 4", "4")[1] == "4"
    assert opened(f"{question}(A) 2 (B) 4 (C) 5 (D) 6", "4")[1] == "4"


def test_a_solution_keeps_its_way_and_ends_in_the_value() -> None:
    question = f"{TRAIN}\n(A) 30 (B) 40 (C) 50 (D) 60"
    assert opened(question, "Speed is 120/3 = 40 miles per hour.\nAnswer: B") == (
        TRAIN,
        "Speed is 120/3 = 40 miles per hour.\n\n\\boxed{40}",
    )
    assert opened(question, "We divide, which gives 40.\n\\boxed{B}")[1] == "We divide, which gives 40.\n\n\\boxed{40}"


@pytest.mark.parametrize(
    "answer",
    ["(B) 50", "C. 40", "120/3 = 40 miles per hour.\nAnswer: C", "First 40, then we add 10 to get 50.\nAnswer: B", "E",
     "B or C", "", "It is hard to say."],
)  # fmt: skip
def test_letter_and_words_that_disagree_pick_nothing(answer: str) -> None:
    assert stays(f"{TRAIN}\n(A) 30 (B) 40 (C) 50 (D) 60", answer)


@pytest.mark.parametrize(
    "question",
    [
        "Which of the following is a prime number?\n(A) 4 (B) 7 (C) 9 (D) 12",
        "How many of the following are prime?\n(A) 1 (B) 2 (C) 3 (D) 4",
        "Which number is prime?\n(A) 4 (B) 7 (C) 9 (D) 12",
        "What is the value closest to the mass in kilograms?\n(A) 4 (B) 7 (C) 9 (D) 12",
        "What could be the value of $x$ if $x > 3$?\n(A) 1 (B) 7 (C) 2 (D) 3",
        "What is approximately 2.3 times 3?\n(A) 4 (B) 7 (C) 9 (D) 12",
        "What is not a factor of the number 60?\n(A) 4 (B) 7 (C) 10 (D) 12",
        "The sum of three and four is\n(A) 4 (B) 7 (C) 9 (D) 12",
        "How many marbles are in the jar?\n(A) 4 (B) 7 (C) 9 (D) both A and B",
        "What is the value shown in Figure 3 for $x$?\n(A) 4 (B) 7 (C) 9 (D) 12",
        "Find $x$. Find $y$ if $x + y = 9$ and $x = 2$.\n(A) 4 (B) 7 (C) 9 (D) 12",
        "A ball is dropped from rest. How long does it fall if it falls 240 m?\n(A) 4 s (B) 7 s (C) 9 s (D) 12 s",
        "What are the magnitude and direction of the force?\n(A) 4 N (B) 7 N (C) 9 N (D) 12 N",
    ],
)
def test_questions_that_need_their_options_stay(question: str) -> None:
    assert stays(question, "B")


@pytest.mark.parametrize(
    "options",
    [
        "(A) increases (B) decreases (C) stays the same",
        "(A) yes (B) no (C) only sometimes",
        "(A) about 3 (B) about 7 (C) about 9",
        "(A) 3 to 5 (B) 6 to 8 (C) 9 to 11",
        "(A) 7 (B) 7 (C) 9",
        "(A) the first one of the two (B) the longer one of these sticks (C) none",
        "(A) I only (B) I and II (C) II only",
        "(A) 3 (B) none of these (C) 9",
        "(A) 5 (B) cannot be determined (C) 9",
    ],
)
def test_options_that_are_no_answer_by_themselves_stay(options: str) -> None:
    assert stays(f"What is the value of $x$ in the equation $2x = 14$?\n{options}", "B")


def test_a_name_that_is_asked_for_opens_and_a_description_does_not() -> None:
    planets = "(A) Mars (B) Jupiter (C) Venus (D) Saturn"
    assert opened(f"On which planet is the Great Red Spot?\n{planets}", "B")[1] == "Jupiter"
    assert stays(f"What would an astronomer visit first?\n{planets}", "B")


def test_what_is_rounded_opens_only_with_its_precision() -> None:
    options = "(A) 3.4 cm (B) 7.1 cm (C) 9.8 cm"
    stem = "A square has an area of 50 square centimetres. How long is its diagonal's half"
    assert stays(f"{stem} if it weighs 2.5 kg?\n{options}", "B")
    assert opened(f"{stem}, rounded to one decimal place?\n{options}", "B")[1] == "7.1 cm"
    assert opened(f"{stem} if it weighs 2.5 kg?\n{options.replace('7.1', '7.07')}", "B")[1] == "7.07 cm"


def test_the_row_says_so_and_keeps_its_id() -> None:
    row = process(f"{TRAIN}\n(A) 30 (B) 40 (C) 50", "B")
    assert (row.id, row.rescued, row.content_key) == ("page/qa-000", Rescue.OPTIONS_DROPPED, question_key(TRAIN))
    assert OpenOptions().process(row) == row


# A second is a hundred times what the slowest of these takes, and a fraction of what the square of the length would.
@pytest.mark.parametrize(
    "unit", ["\n", " ", " \n", "\t", "(", ")", "[", "$", "_", "~", "1) ", "a. ", "(A) ", "['a", "options "]
)
@pytest.mark.parametrize("labels", ["1) ", "a. ", "(A) ", "\nA. "])
def test_many_blanks_brackets_and_labels_take_no_time(unit: str, labels: str) -> None:
    hostile, many = unit * (7_600 // 2 // len(unit)), labels * (7_600 // 2 // len(labels))
    with bounded():
        for text in (
            f"{hostile}x {many}?",
            f"What is it? {many}{hostile}x",
            f"What are the options {hostile}x? (A) 1 (B) 2 (C) 3",
        ):
            process(text, f"{hostile * 4}B")


def test_labels_may_be_indented_and_stand_behind_empty_lines() -> None:
    assert opened(f"{TRAIN}\n\n  1) 30\n\n \t 2) 40\n  3) 50", "2)")[1] == "40"
    assert stays(f"{TRAIN}\n30 1) x 2) 40 3) 50", "2)")


def test_hostile_text_is_left_alone_at_once() -> None:
    for question in ("(A) " * 1_500, "if " * 2_000 + "?\n(A) 1 (B) 2 (C) 3", "[" * 4_000, "$" * 4_000 + "(A) 1 (B) 2"):
        assert process(question, "A").rescued is None
