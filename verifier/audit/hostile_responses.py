"""Whole model outputs, and questions, that are made to slow down or mislead the search for the answer."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Response:
    """A whole model output; `right`: its final answer is the gold."""

    gold: str
    text: str
    right: bool = False
    question: str | None = None


def responses() -> list[Response]:
    long, endless = 1_000_000, 10_000_000
    seven = r"\boxed{7}"
    right = [
        "x " * (endless // 2) + seven, "<think>" * 5_000 + "</think>" + seven, "</think>" * 5_000 + seven,
        "<!--" + "x" * long + "-->" + seven, r"\boxed{1} then " * 1_500 + seven, "\n" * 1_000_000 + seven,
        "$" * 19_000 + " " + seven, "\x00" * 9_000 + seven, "\ud800" * 9_000 + seven,
        "The answer is 5. " * 1_000 + "The final answer is 7", "<think>" + seven + "x" * long + "</think>" + seven,
        "{" * 19_000 + seven, "\\" * 19_000 + " " + seven, "**" * 9_000 + " Answer: 7", r"\(" * 9_000 + seven,
        "1 " * 6_000 + "\n#### 7", seven + " " * 100_000, seven * 5_000,
    ]  # fmt: skip
    wrong = [
        "x" * endless, "x " * (long // 2), " " * long, "7" * long, "answer " * 3_000, "final answer is " * 400,
        "the answer is: " * 1_300, "1 " * 6_000, r"\boxed{" * 5_000, (seven + ", ") * 2_000,
        r"\boxed{1}" + r"\text{ and }" * 40 + seven, r"\boxed{1}" + " and " * 2_000 + seven,
        r"\boxed{1}" + r"\text{  ,  and  }" * 900 + seven, r"\boxed{1}," + r"\ " * 9_000 + seven, "<!--" * 5_000,
        "<!-- " + seven, "<!-" * 6_000, "<think>" * 5_000, "<think>" * 5_000 + seven,
        seven + r" so \boxed{" + "{" * 19_000, seven + r" so \boxed{" + "\\" * 19_000, "$" * 20_000, "$1" * 9_000,
        "$$1" * 6_000, r"\(" * 9_999, r"\[" * 9_999, "####" * 5_000, "**" * 9_999, "\n" * 1_000_000, "1,111" * 4_000,
        "1,111," * 3_000, "1.5e" * 5_000, "1/1" * 6_000, "5 m/" * 5_000, "1" * 19_999 + "x",
        "the answer is $" + "1" * 19_000 + "$", "the answer is " + "1. " * 6_000, "the answer is " + "*_ " * 6_000,
        "to the problem " * 1_300, "The final answer to the question is" + " " * 19_000, "-" * 20_000, "." * 20_000,
        "1." * 9_999, "\U0001f600" * 20_000, "\ud800" * 20_000,
    ]  # fmt: skip
    typed = [
        ("B", "(A" * 9_000), ("B", "A. " * 6_000), ("B", "option " * 2_800), ("B", "answer (" * 2_500),
        ("yes", "maybe or " * 2_000), ("yes", "not " * 5_000), ("H2O", "H" * 20_000), ("5 kg", "5 m " * 5_000),
        ("12 May 2020", "12:" * 6_000), ("photosynthesis", "word " * 4_000),
    ]  # fmt: skip
    return [
        *(Response("7", text, right=True) for text in right),
        *(Response("7", text) for text in wrong),
        *(Response(gold, text) for gold, text in typed),
        *(Response(gold, "So it is 3, or maybe C", question=text) for gold in ("B", "(1,2)") for text in questions()),
    ]


def questions() -> list[str]:
    return [
        "x" * 10_000_000, "A. " * 300_000, "(A) x " * 9_000, "a) x\n" * 9_000, "A." + " " * 90_000, "solve " * 30_000,
        "interval " * 30_000, "\n" * 90_000, "A" * 90_000, "(A" * 40_000, "A. x" + " " * 90_000 + "B",
        r"\(" * 9_000 + "A)", "A) 9^{9^{9}} B) (10^9)!", "\ud800" * 9_000,
    ]  # fmt: skip
