"""Numbered exercises whose answers stand elsewhere on the page."""

import pytest

from tests.stages.qa_pages import asked

ASKED = ["What is 2 + 2?", "Solve 3x = 9.", "Find the sum of 1 and 1."]
TOLD = ["4", "x = 3", "2"]
ALL = list(zip(ASKED, TOLD, strict=True))
LIST = "<ol>" + "".join(f"<li>{question}</li>" for question in ASKED) + "</ol>"
PARAGRAPHS = "".join(f"<p>{number}) {question}</p>" for number, question in enumerate(ASKED, 1))
ANSWERS = "<ol>" + "".join(f"<li>{answer}</li>" for answer in TOLD) + "</ol>"


@pytest.mark.parametrize("exercises", [LIST, PARAGRAPHS])
@pytest.mark.parametrize(
    "key",
    [
        f"<h2>Answer key</h2>{ANSWERS}",
        f"<h2>Solutions to the exercises</h2>{ANSWERS}",
        f"<p><b>Answers</b></p>{ANSWERS}",
        f"<details><summary>Answers</summary>{ANSWERS}</details><p>Bye</p>",
        f"<button>Show answers</button><div id='answers' style='display:none'>{ANSWERS}</div>",
        "<h2>Answers</h2><p>1. 4 2. x = 3 3. 2</p>",
        "<p><b>Answers:</b> 1. 4 2. x = 3 3. 2</p>",
        "<h2>Answers</h2><table><tr><td>1.</td><td>4</td><td>2.</td><td>x = 3</td><td>3.</td><td>2</td></tr></table>",
        "<h2>Answers</h2><table><tr><td>1.</td><td>4</td></tr><tr><td>2.</td><td>x = 3</td></tr>"
        "<tr><td>3.</td><td>2</td></tr></table><address>A. Author</address>",
        "<h2>Solutions</h2><h3>Exercise 1.</h3><p>4</p><h3>Exercise 2.</h3><p>x = 3</p><h3>Exercise 3.</h3><p>2</p>",
    ],
)
def test_answers_under_the_numbers_of_the_exercises(exercises: str, key: str) -> None:
    assert asked(f"<h1>Chapter</h1><h2>Exercises</h2>{exercises}{key}") == ALL


def test_a_key_may_leave_exercises_out() -> None:
    body = f"<h2>Exercises</h2>{LIST}<h2>Answers to odd-numbered exercises</h2><p>1. 4</p><p>3. 2</p>"
    assert asked(body) == [ALL[0], ALL[2]]


def test_sections_whose_numbers_start_anew() -> None:
    sections = "".join(f"<h2>2.{n} Part</h2><h3>Exercises</h3><p>1. Find {n}.</p><p>2. Why {n}?</p>" for n in (1, 2))
    key = "".join(f"<h3>Section 2.{n}</h3><p>1. is {n}</p><p>2. so {n}</p>" for n in (1, 2))
    found = [("Find 1.", "is 1"), ("Why 1?", "so 1"), ("Find 2.", "is 2"), ("Why 2?", "so 2")]
    assert asked(f"{sections}<h2>Answers</h2>{key}") == found


def test_numbers_in_a_sentence_count_nothing() -> None:
    key = "<h2>Answers</h2><p>1. Of these numbers, the digits of 2. and 3. sum to 4. So it is 12.</p><p>2. x = 3</p>"
    assert asked(f"<h2>Exercises</h2>{LIST}{key}") == [
        (ASKED[0], "Of these numbers, the digits of 2. and 3. sum to 4. So it is 12."),
        ALL[1],
    ]


@pytest.mark.parametrize(
    "body",
    [
        "<ol><li>Introduction</li><li>Methods</li></ol><h2>Solutions</h2><ol><li>Buy</li><li>Rent</li></ol>",
        "<h2>Exercises</h2><p>1. Why?</p><h2>Answers</h2><p>1. a</p><p>2. b</p><p>3. c</p><p>4. d</p>",
        "<h2>Key figures</h2><ol><li>12 % growth</li><li>3 new shops</li></ol>",
        "<h2>Problems</h2><p>1. Why?</p><p>2. How?</p><p>1. Who?</p><p>2. When?</p><h2>More</h2><p>x</p>",
        "<div class='post'><span class='author'>a</span><p>1. Why?</p><p>2. How?</p></div><div class='post'>"
        "<span class='author'>b</span><div class='answers'><p>1. so</p><p>2. thus</p></div></div>",
    ],
)
def test_lists_that_are_no_keys(body: str) -> None:
    assert asked(body) == []
