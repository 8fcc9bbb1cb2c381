"""Replies as models write them: other labels, Markdown, JSON, chatter, cut-off ends."""

import hashlib

import pytest

from pipeline.stage import Reject
from stages._asking_prompts import PAIRS, REFINE, SHORT
from stages._asking_reply import Said, pairs_in

TWO = [("What is $x$?", "5"), ("Why?", "Because.")]


def read(text: str, *, is_whole: bool = True) -> list[tuple[str, str]] | Reject:
    return pairs_in(Said(text, is_whole))


@pytest.mark.parametrize(
    "text",
    [
        "QUESTION:\nWhat is $x$?\nANSWER:\n5\nEND\nQUESTION:\nWhy?\nANSWER:\nBecause.\nEND",
        "QUESTION: What is $x$?\nANSWER: 5\n\nQUESTION: Why?\nANSWER: Because.",
        "Here are the pairs:\n\n### Question 1\nWhat is $x$?\n\n### Answer 1\n5\n\n### Question 2\nWhy?\n### Answer 2\n"
        "Because.\n\nI hope this helps!",
        "1. **Question:** What is $x$?\n   **Answer:** 5\n2. **Question:** Why?\n   **Answer:** Because.",
        "Problem 1: What is $x$?\nSolution: 5\n---\nProblem 2: Why?\nSolution: Because.\n---\nLet me know.",
        "Q1: What is $x$?\nA1: 5\nQ2: Why?\nA2: Because.\n\nThese are all pairs of the page.",
        '```json\n[{"question": "What is $x$?", "answer": 5}, {"question": "Why?", "answer": "Because."}]\n```',
        '{"pairs": [{"Question": "What is $x$?", "Final answer": "5"}, {"Problem": "Why?", "Solution": "Because."}]}',
        '{"question": "What is $x$?", "answer": "5"}\n{"question": "Why?", "answer": "Because."}',
        "```\nQUESTION:\nWhat is $x$?\nANSWER:\n5\nEND\nQUESTION:\nWhy?\nANSWER:\nBecause.\nEND\n```",
    ],
)
def test_one_listing_in_many_forms(text: str) -> None:
    assert read(text) == TWO


def test_labels_of_the_page_within_a_pair_are_no_labels_of_the_reply() -> None:
    text = "QUESTION:\nProblem 3: Pick.\nA: one\nB: two\nANSWER:\nSolution: it is A: one.\nAnswer: A\nEND"
    assert read(text) == [("Problem 3: Pick.\nA: one\nB: two", "Solution: it is A: one.\nAnswer: A")]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"\frac{1}{2} \times \beta \rho", r"\frac{1}{2} \times \beta \rho"),
        (r"\\frac{1}{2} \\neq 3", r"\frac{1}{2} \neq 3"),
        (r"one\nNext \neq \nu", "one\nNext \\neq \\nu"),
        (r"a \"quoted\" word \u00e9 \upsilon", 'a "quoted" word é \\upsilon'),
    ],
)
def test_latex_in_json_survives_with_and_without_doubled_backslashes(written: str, meant: str) -> None:
    assert read('{"question": "Why?", "answer": "' + written + '"}') == [("Why?", meant)]


def test_of_a_cut_off_reply_the_whole_pairs_stay() -> None:
    whole = "QUESTION:\nWhy?\nANSWER:\nBecause.\nEND\n"
    assert read(f"{whole}QUESTION:\nHow?\nANSWER:\nWi", is_whole=False) == [("Why?", "Because.")]
    assert read(whole, is_whole=False) == [("Why?", "Because.")]
    assert read('[{"question": "Why?", "answer": "Because."}, {"question": "Ho', is_whole=False) == [TWO[1]]
    for text in ("QUESTION:\nHow?\nANSWER:\nWi", '[{"question": "How', "Let us"):
        refused = read(text, is_whole=False)
        assert isinstance(refused, Reject)
        assert refused.reason == "truncated"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("VOID", "void"),
        ("void.", "void"),
        ("The answer to both is VOID because no question has one.", "void"),
        ("The contract is void, I think, and so on.", "unparsable"),
        ("QUESTION:\nVOID\nANSWER:\nVOID", "void"),
        ("QUESTION: Why?\nANSWER: N/A", "no_pairs"),
        ('{"question": "Why?", "answer": null}', "no_pairs"),
        ("", "unparsable"),
        ("ANSWER: 5", "unparsable"),
        ('{"question": "Why?", "answer": ', "unparsable"),
    ],
)
def test_what_holds_no_pair_says_why(text: str, reason: str) -> None:
    refused = read(text)
    assert isinstance(refused, Reject)
    assert refused.reason == reason


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "text",
    [
        "QUESTION:\n" * 5000,
        "ANSWER:\nQUESTION:\n" * 3000,
        '"question": ' + "[{" * 50_000,
        '{"question": "a",' * 20_000,
        "*" * 50_000,
        "- " * 30_000,
        "\n" * 50_000 + "x",
        "(" * 50_000 + "QUESTION",
    ],
    ids=lambda text: text[:12],
)
def test_endless_replies_are_read_in_a_moment(text: str) -> None:
    assert isinstance(read(text), Reject)


def test_a_changed_word_of_a_prompt_is_a_new_style() -> None:
    digests = {
        name: hashlib.sha256(template.encode()).hexdigest()[:16]
        for name, template in {**PAIRS, **REFINE, **SHORT}.items()
    }
    assert digests == {
        "pairs-v1": "d18da49ec667967a",
        "refine-v1": "af7eba329c0e94ae",
        "short-v1": "fbd31d7f61563e94",
    }
