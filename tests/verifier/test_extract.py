"""Which text of a response counts as its answer."""

import pytest

from verifier import AnswerType, Policy
from verifier.extract import boxed, extract


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
        ("<think>It is \\boxed{1}</think>So \\boxed{2}", "2"),
        ("<think>a</think> b </think> The answer is 9", "9"),
        ("The answer is 5 <!-- the answer is 6 -->", "5"),
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


def test_distant_boxes_are_no_list() -> None:
    assert boxed(r"\boxed{1}, which cannot be, so \boxed{2}") == "2"
