"""Tables with questions and answers, flash cards, and quizzes whose right choice is marked."""

import pytest

from tests.stages.qa_pages import asked

ROWS = [("What is 2 + 2?", "4"), ("Solve 3x = 9.", "x = 3"), ("Who?", "me")]


def table(*heads: str, numbered: bool = False) -> str:
    head = "".join(f"<th>{name}</th>" for name in heads)
    rows = "".join(
        f"<tr>{f'<td>{n}</td>' if numbered else ''}<td>{question}</td><td>{answer}</td></tr>"
        for n, (question, answer) in enumerate(ROWS, 1)
    )
    return f"<table>{f'<tr>{head}</tr>' if heads else ''}{rows}</table>"


@pytest.mark.parametrize(
    "body",
    [
        table("Question", "Answer"),
        table("#", "Problem", "Solution", numbered=True),
        table("Term", "Definition"),
        table("Frage", "Antwort"),
        table(),
        "".join(
            f"<div><div class='flip-card-front'>{q}</div><div class='flip-card-back'>{a}</div></div>" for q, a in ROWS
        ),
        "".join(f"<span class='Card-term'>{q}</span><p class='Card-definition'>{a}</p>" for q, a in ROWS),
    ],
)
def test_two_columns_or_two_sides(body: str) -> None:
    assert asked(body) == ROWS


@pytest.mark.parametrize(
    "body",
    [
        "<table><tr><th>Name</th><th>Age</th></tr><tr><td>Ann</td><td>4</td></tr><tr><td>Bob</td><td>5</td></tr></table>",
        "<table><tr><th>Term</th><th>Definition</th></tr><tr><td>Atom</td><td>small</td></tr>"
        "<tr><td>Ion</td><td>charged</td></tr><tr><td>Mole</td><td>many</td></tr></table>",
        "<table><tr><td>Substitute 3 for x.</td><td>2(3)</td></tr><tr><td>Multiply 2 by 3.</td><td>6</td></tr>"
        "<tr><td>Find the sum of 6 and 1.</td><td>7</td></tr></table>",
        "<div class='front'>News</div><div class='back'>Sports</div>" * 2,
    ],
)
def test_tables_and_cards_that_do_not_ask(body: str) -> None:
    assert asked(body) == []


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (
            "<div><p>1. What is the capital?</p><ul><li>A. Rome</li><li class='correct'>B. Paris</li></ul></div>",
            ("What is the capital?\nA. Rome\nB. Paris", "Paris"),
        ),
        (
            "<p>Question 7</p><p>What is 2 + 2?</p><ol type='A'><li>3</li><li>4 ✔</li></ol>",
            ("What is 2 + 2?\nA. 3\nB. 4", "4"),
        ),
        (
            "<h3>What is 1 + 1?</h3><ul><li>2 (correct)</li><li>4</li></ul><p>Next</p>",
            ("What is 1 + 1?\n2\n4", "2"),
        ),
    ],
)
def test_the_marked_choice_is_the_answer_and_its_mark_gives_nothing_away(body: str, found: tuple[str, str]) -> None:
    assert asked(body) == [found]


def test_paragraphs_that_are_ticked_off_are_no_choices() -> None:
    assert asked("<h2>Which tyre?</h2><p>✅ It seals well and is light.</p><p>✅ It rolls.</p>") == []
