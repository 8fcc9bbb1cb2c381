"""Which text of a response counts as its answer."""

import pytest

from verifier import AnswerType, Policy
from verifier.extract import boxed, extract

MATRIX = r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}"


def found(response: str, *, kind: AnswerType = AnswerType.INTEGER, policy: Policy | None = None) -> str | None:
    return extract(response, kind, policy or Policy())


@pytest.mark.parametrize(
    ("response", "answer"),
    [
        (r"So \boxed{42}.", "42"),
        (r"First \boxed{1}. Wait, no. Finally \boxed{2}", "2"),
        (r"\boxed{1}, \boxed{2} and \boxed{3}", "1, 2, 3"),
        (r"$\boxed{1}$ and $\boxed{2}$", "1, 2"),
        (r"\boxed{\frac{1}{2}}", r"\frac{1}{2}"),
        (r"\fbox{7}", "7"),
        (r"\boxed{after \boxed{B}}", "B"),
        (r"\boxed{ 6\ }", r" 6\ ".strip()),
        ("The final answer is 12. I hope it is correct.", "12"),
        ("The answer is: $x^2$", "x^2"),
        ("Answer: 3.5 m", "3.5 m"),
        ("**Final Answer:** 42", "42"),
        ("**Final Answer**\n\n42", "42"),
        ("Work.\n#### 72", "72"),
        ("so we get 12 and then 17.", "17"),
        ("Therefore the sum is $3 + 4 = 7$.", "3 + 4 = 7"),
        ("42", "42"),
        (r"$\boxed{2}$ or $\boxed{3}$", "2, 3"),
        (r"\boxed{2} \boxed{3}", "3"),
        ("\\boxed{2}\n\n\\boxed{3}", "3"),
        (r"$\boxed 5$", "5"),
        (r"$\boxed42$", "42"),
        (r"\framebox{5}", "5"),
        ("\x08oxed{5}", "5"),
        (r"\boxed{25}\%", r"25\%"),
        ("<think>It is \\boxed{1}</think>So \\boxed{2}", "2"),
        ("<think>a</think> b </think> The answer is 9", "9"),
        ("The answer is 5 <!-- the answer is 6 -->", "5"),
        ("The answer is 5.\n\nAnswer:", "5"),
        ("Final Answer: 5\n\n**Final Answer:**\n", "5"),
        ("**Final Answer:**\n\n$$\n5\n$$", "5"),
        ("### Final Answer\n- 5", "5"),
        ("The final answer is - 5", "- 5"),
        ("Final answer - 5", "5"),
        ("#### - 4.2 kJ", "- 4.2 kJ"),
        ("#### = 5", "5"),
        ("#### Answer\n\n5", "5"),
        (r"So it costs $\$ 1.06$.", r"\$ 1.06"),
        (r"The answer is $\$ 1.06$.", r"\$ 1.06"),
        (r"So it costs \$5 or \$6.", r"\$5 or \$6"),
        (r"The first costs \$5 and the second \$6.", r"\$6"),
        ("Ans: 5", "5"),
        ("The answer is $5$, 6, 7.", "5, 6, 7"),
        ("The answer is B. Osmosis", "B. Osmosis"),
        ("The correct answer would be 5", "5"),
        ("The answer is therefore 5, not 6.", "5"),
        ("The answer is 5 because 2 + 3 = 5.", "5"),
        ("The answer is $5$ since $2 + 3 = 5$.", "5"),
        ("The answer is $x = 3$, $y = 4$.", "x = 3, y = 4"),
        ("It is 5 sq. ft. in all. The answer is 5 sq. ft. of cloth", "5 sq. ft. of cloth"),
        ("<answer> $5$ </answer>", "5"),
        ("<answer>4</answer> or rather <answer>5</answer>", "5"),
        ("so\n\\[\nx = 5\n\\]", "x = 5"),
        ("so\n$$\\begin{aligned} x &= 2 + 3 \\\\ &= 5 \\end{aligned}$$", "5"),
        ("| step | value |\n|---|---|\n| x | 5 |", "5"),
        ("It prints\n```\n5\n```", "5"),
        ("So the sum is **5**.", "5"),
        ("so x = 5", "5"),
        ("Hence x = √2", "√2"),
        ("so we have to divide by π/2", "π/2"),
        ("It is $3$ or $5$.", "3, 5"),
        ("so it is 3 or 5", "3 or 5"),
        ("The speed is $15$ m/s.", "15 m/s"),
        ("So it costs $5 or $6.", "$5 or $6"),
        ("hidden reasoning \\boxed{4}</think> It is \\boxed{5}", "5"),
        ("a</think> The tag <think> is opened by \\boxed{6}", "6"),
    ],
)
def test_finds(response: str, answer: str) -> None:
    assert found(response) == answer


@pytest.mark.parametrize(
    "response",
    [
        "",
        "   \n ",
        r"It is \boxed{5}, no: \boxed{}",
        r"It is \boxed{5}, no: \boxed{6",
        r"\boxed{  }",
        "<think>still thinking about 42",
        r"<think>\boxed{42}",
        "<think>42</think>",
        "a</think> \\boxed{6}\n<think> \\boxed{5}",
        r"put it into \boxed form: \boxed",
        "I cannot solve this problem because it is not clear to me what is wanted",
    ],
)
def test_finds_nothing(response: str) -> None:
    assert found(response) is None


def test_tagged_reasoning_demands_the_tag() -> None:
    tagged = Policy(reasoning="tagged")
    assert found(r"\boxed{5}", policy=tagged) is None
    assert found(r"x</think>\boxed{5}", policy=tagged) == "5"


def test_plain_reasoning_reads_everything() -> None:
    assert found(r"<think>\boxed{5}", policy=Policy(reasoning="plain")) == "5"


def test_strict_extraction_wants_a_box_or_a_phrase() -> None:
    strict = Policy(extraction="strict")
    assert found("so we get 17", policy=strict) is None
    assert found("The answer is 17", policy=strict) == "17"


def test_options_and_truth_values_are_looked_for_by_type() -> None:
    assert found("Therefore option B is correct.", kind=AnswerType.MCQ) == "B"
    assert found("Hence the claim is false.", kind=AnswerType.BOOLEAN) == "Hence the claim is false."
    assert found("So it must be (C).", kind=AnswerType.MCQ) == "C"


@pytest.mark.parametrize(
    ("response", "kind", "answer"),
    [
        ("The solutions are $x=2$ and $x=-5$.", AnswerType.SET_LIST, "x=2, x=-5"),
        ("The solutions are $x=2$ and $x=-5$.", AnswerType.INTEGER, "x=-5"),
        ("Therefore y = 2x + 1.", AnswerType.EQUATION, "y = 2x + 1"),
        ("So the curve is a hyperbola.", AnswerType.WORD, "the curve is a hyperbola"),
        ("What the text describes here is, as we have seen, called **mitosis**.", AnswerType.WORD, "mitosis"),
        ("So the car moves at about 5 m/s.", AnswerType.UNITS, "about 5 m/s"),
        ("7\n\n[//]: # (The final answer is 42)", AnswerType.INTEGER, "7"),
        ("The product is H2O.", AnswerType.CHEMISTRY, "H2O"),
        ("A and B are wrong, so C", AnswerType.MCQ, "C"),
        ("(C) is correct", AnswerType.MCQ, "C"),
        ("Both A and C hold, so the answers are A and C", AnswerType.MCQ, "A and C"),
        ("Yes. The determinant is nonzero.", AnswerType.BOOLEAN, "Yes. The determinant is nonzero."),
        (
            "We compare both. Hence the claim is not true.",
            AnswerType.BOOLEAN,
            "We compare both. Hence the claim is not true.",
        ),
        ("We compare both, step by step", AnswerType.BOOLEAN, None),
        ("The derivative of f is 2x + 3.", AnswerType.EXPRESSION, "2x + 3"),
        ("The value of the integral is ln 2.", AnswerType.EXPRESSION, "ln 2"),
        ("I cannot solve for x.", AnswerType.EXPRESSION, None),
        ("Hence the line has equation y = 2x + 3.", AnswerType.EQUATION, "y = 2x + 3"),
        ("So the lines intersect at (1, 2).", AnswerType.TUPLE_POINT, "(1, 2)"),
        ("The vertex is not (1, 2).", AnswerType.TUPLE_POINT, "2"),
        ("The inequality holds when x > 3.", AnswerType.INEQUALITY_INTERVAL, "x > 3"),
        ("The domain of the function is [1, 3)", AnswerType.INEQUALITY_INTERVAL, "[1, 3)"),
        ("The roots are 1 and 2.", AnswerType.SET_LIST, "1 and 2"),
        ("The other root is 2 + 3i.", AnswerType.COMPLEX, "2 + 3i"),
        ("The matrix is [[1,2],[3,4]].", AnswerType.MATRIX_VECTOR, "[[1,2],[3,4]]"),
        (r"The matrix is \begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}.", AnswerType.MATRIX_VECTOR, MATRIX),
        ("So\n\\begin{pmatrix}\n1 & 2 \\\\\n3 & 4\n\\end{pmatrix}\n", AnswerType.MATRIX_VECTOR, MATRIX),
        ("The answer is\n\\begin{pmatrix}\n1 & 2 \\\\\n3 & 4\n\\end{pmatrix}\n", AnswerType.MATRIX_VECTOR, MATRIX),
        (f"Hence A = \\frac12 {MATRIX}^T", AnswerType.MATRIX_VECTOR, f"A = \\frac12 {MATRIX}^T"),
        (f"The inverse is {MATRIX}", AnswerType.INTEGER, MATRIX),
        (f"It cannot be {MATRIX}", AnswerType.MATRIX_VECTOR, None),
        (f"so \\det {MATRIX} = -2", AnswerType.INTEGER, "-2"),
        (f"The matrix {MATRIX} has the determinant -2.", AnswerType.INTEGER, "-2"),
        ("The sum was found by Mrs. Hilt.", AnswerType.WORD, "The sum was found by Mrs. Hilt"),
        ("The answer is Mrs. Hilt. She has more.", AnswerType.WORD, "Mrs. Hilt"),
        ("The answer is 5 ms. It takes no longer.", AnswerType.UNITS, "5 ms"),
        ("So the ratio of a to b is 3:4.", AnswerType.FRACTION, "3:4"),
        ("The train leaves at step 3: 4", AnswerType.INTEGER, "4"),
        ("So after all, it is not 42.", AnswerType.INTEGER, None),
        ("So after all, it is not $42$.", AnswerType.INTEGER, None),
        ("We think that 42 is wrong", AnswerType.INTEGER, None),
    ],
)
def test_the_last_line_is_read_by_type(response: str, kind: AnswerType, answer: str | None) -> None:
    assert found(response, kind=kind) == answer


@pytest.mark.parametrize(
    ("response", "answer"),
    [
        ("The answer is 8, as computed above.", "8"),
        ("The answer is 8 as computed above.", "8"),
        ("The answer is 8, as was to be shown.", "8"),
        ("The answer is Canberra, of course.", "Canberra"),
        ("The answer is Newton, who found it, as is well known.", "Newton"),
        ("The answer is 8, naturally.", "8"),
        ("The answer is 1,000, as shown.", "1,000"),
        ("The answer is (1, 2), of course.", "(1, 2)"),
        ("The answer is 2, 3, and 5, as claimed.", "2, 3, and 5"),
        ("The answer is x = 1, y = 2, as it must be.", "x = 1, y = 2"),
        ("The answer is Paris, France, of course.", "Paris, France"),
        ("The answer is July 4, 1776, after all.", "July 4, 1776"),
        ("The answer is N, P, As.", "N, P, As"),
        ("The answer is a king, clearly seen.", "a king, clearly seen"),
    ],
)
def test_a_remark_behind_a_comma_ends_the_answer(response: str, answer: str) -> None:
    assert found(response, kind=AnswerType.WORD) == answer


@pytest.mark.parametrize(
    "answer",
    [
        "8, as well as 9",
        "8, as is 9",
        "8, of course, or 9",
        "8, of course, and 9",
        "8, of course not",
        "8, although 9 would do",
        "8, as claimed, but it isn't",
        "2, 3, and 5",
        "Paris, France",
        "Mercury, as a liquid",
    ],
)
def test_a_remark_that_names_another_answer_or_takes_this_back_stays(answer: str) -> None:
    assert found(f"The answer is {answer}.", kind=AnswerType.WORD) == answer
    assert found(f"It says {answer}.", kind=AnswerType.WORD) == f"It says {answer}"


def test_a_last_line_in_words_ends_before_a_remark_too() -> None:
    assert found("Canberra, of course.", kind=AnswerType.WORD) == "Canberra"
    middle = "The stage is, as we saw, called mitosis"
    assert found(middle, kind=AnswerType.WORD) == middle


def test_distant_boxes_are_no_list() -> None:
    assert boxed(r"\boxed{1}, which cannot be, so \boxed{2}") == "2"
