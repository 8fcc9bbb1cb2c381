"""Exercises, worked examples, "Q: A:" and answers that open on a click, as sites write them."""

import pytest

from stages.extract_qa import ExtractQa
from tests.stages.qa_pages import Pairs, asked, document, rules

TWO = [("What is 2 + 2?", "4"), ("Solve 3x = 9.", "x = 3")]


def twice(item: str) -> str:
    """The item for both pairs, `{n}`, `{q}` and `{a}` filled in."""
    return "".join(item.format(n=n, q=question, a=answer) for n, (question, answer) in enumerate(TWO, 1))


@pytest.mark.parametrize(
    "item",
    [
        # LibreTexts
        r"<div class='box-exercise'><p class='box-legend'>Exercise \(\PageIndex{{{n}}}\)</p><p>{q}</p>"
        "<dl><dt>Answer</dt><dd><p>{a}</p></dd></dl></div>",
        r"<div class='box-example'><h5 class='box-legend'>Example \(\PageIndex{{{n}}}\): A title</h5><p>{q}</p>"
        "<p><strong>Solution</strong></p><p>{a}</p></div>",
        # OpenStax
        "<div data-type='exercise' id='e{n}'><section><div data-type='problem'><a class='os-number'>{n}</a>"
        "<span class='os-divider'>. </span><p>{q}</p></div><details data-type='solution'><summary>Solution</summary>"
        "<p>{a}</p></details></section></div>",
        # PreTeXt
        "<article class='exercise exercise-like'><h3 class='heading'><span>Exercise</span> <span>{n}</span>"
        "<span>.</span></h3><p>{q}</p><details class='hint hint-like'><summary>Hint</summary><p>Count.</p></details>"
        "<details class='answer answer-like'><summary>Answer</summary><p>{a}</p></details></article>",
        # Sphinx
        "<div class='exercise admonition'><p class='admonition-title'>Exercise {n}</p><p>{q}</p></div>"
        "<div class='solution dropdown admonition'><p class='admonition-title'>Solution to Exercise {n}</p>"
        "<p>{a}</p></div>",
        # Lumen
        "<div class='textbox exercises'><h3>Try It {n}</h3><p>{q}</p><div class='qa-wrapper'><span class='show-answer'>"
        "Show Answer</span><div id='q{n}' class='hidden-answer' style='display: none'><p>{a}</p></div></div></div>",
        # Wikis
        "<h2><span>Problem {n}</span><span class='mw-editsection'>[edit]</span></h2><p>{q}</p>"
        "<h3><span>Solution</span><span class='mw-editsection'>[edit]</span></h3><p>{a}</p>",
        # Bootstrap
        "<p><b>{n}.</b> {q} <a data-toggle='collapse' href='#s{n}'>Show solution</a></p>"
        "<div class='collapse' id='s{n}'><p>{a}</p></div>",
        # Hand-made
        "<p>{n}. {q}</p><p><b>Answer:</b> {a}</p>",
        "<div class='row'><p>{n}. {q}</p><input type='button' value='Show' onclick='t({n})'>"
        "<div id='ans{n}' style='display:none'>{a}</div></div>",
        "<p>{n}. {q}</p><div class='spoiler'><div>Click to reveal</div><div>{a}</div></div>",
        "<h3>Question {n}</h3><div>{q}</div><div class='explanation'><b>The correct answer is:</b> {a}</div>",
        "<p>Q.{n} {q}</p><p>Ans. {a}</p>",
        "<p><b>Question {n} (5 points).</b> {q}</p><p><i>Solution</i> {a}</p>",
        "<p><u>Problem {n}:</u></p><p>{q}</p><p><u>Solution:</u></p><p>{a}</p><hr>",
        "<p>{n}) {q} [Ans. {a}]</p>",
        "<dl><dt>Problem {n}</dt><dd>{q}</dd><dt>Solution</dt><dd>{a}</dd></dl>",
        "<div class='qa-q'>{q}</div><div class='qa-a'>{a}</div>",
        "<div><div>Q</div><div>{q}</div></div><div><div>A</div><div>{a}</div></div>",
        "<p><b>Q.</b> {q}</p><p><b>A.</b> {a}</p>",
        "<p>Aufgabe {n}: {q}</p><p>Lösung: {a}</p>",
        "<p>Ejercicio {n}. {q}</p><p>Respuesta: {a}</p>",
        "<p>{n}. {q}</p><p>答案：{a}</p>",
    ],
)
def test_however_an_exercise_is_marked(item: str) -> None:
    assert asked(f"<h1>Chapter 2</h1><p>Read this first.</p>{twice(item)}<footer>x</footer>") == TWO


def test_all_questions_first_then_all_answers() -> None:
    assert asked(twice("<p>Question {n}: {q}</p>") + twice("<p>Answer {n}: {a}</p>")) == TWO


def test_choices_belong_to_the_question_and_an_explanation_to_the_answer() -> None:
    body = "<p>1. Which?</p><p>A) 3<br>B) 4</p><p>Answer: B</p><p>Explanation: 2 + 2.</p><h2>More</h2><p>text</p>"
    assert asked(body) == [("Which?\nA) 3\nB) 4", "B\nExplanation: 2 + 2.")]


def test_a_solution_after_its_result_is_one_answer_and_a_second_solution_another() -> None:
    body = "<h2>Problem</h2><p>Find x.</p><h2>Answer</h2><p>2</p><h2>Solution</h2><p>Halve it.</p>"
    assert asked(body) == [("Find x.", "2\nSolution\nHalve it.")]
    body = "<h2>Problem</h2><p>Find x.</p><h2>Solution 1</h2><p>x = 2</p><h2>Solution 2</h2><p>Guess.</p>"
    assert asked(body) == [("Find x.", "x = 2")]


def test_of_questions_without_answers_between_them_the_last_is_answered() -> None:
    body = "<p>1. Why?</p><p>2. How?</p><p>Answer: so</p><p>3. When?</p>"
    assert asked(body) == [("How?", "so")]


def test_a_heading_between_them_parts_question_and_answer() -> None:
    assert asked("<p>Problem 1: Find x.</p><h2>Theory</h2><p>Long.</p><p>Solution: none is needed.</p>") == []


def test_the_last_answer_ends_where_the_page_takes_leave() -> None:
    body = (
        f"{twice('<p><b>Q:</b> {q}</p><p><b>A:</b> {a}</p>')}<p><small>Have a question? <a href='mailto:a@b.c'>Write"
        "</a>.</small></p><div class='share'>Share: <a>Facebook</a> <a>Twitter</a></div>"
    )
    assert asked(body) == TWO
    assert asked(f"{twice('<p><b>Q:</b> {q}</p><p><b>A:</b> {a}</p>')}<hr><p>Last modified in May.</p>") == TWO


def test_a_formula_that_breaks_a_paragraph_does_not_end_the_answer() -> None:
    display = "<div class='MathJax_Display'>$$x = 2$$</div>"
    body = f"<div><p><b>Q:</b> Solve.</p><p><b>A:</b> We get {display} as it was.</p><p><b>Q:</b> b?</p></div>"
    assert asked(body) == [("Solve.", "We get\n$$x = 2$$\nas it was.")]


def test_numbers_within_an_answer_are_its_own() -> None:
    body = "<p>1. How?</p><p>Answer: (1) Peel.</p><p>(2) Cut.</p><p>2. Why?</p><p>Answer: so</p>"
    assert asked(body) == [("How?", "(1) Peel.\n(2) Cut."), ("Why?", "so")]


def test_adverts_and_share_bars_between_and_within_are_left_out() -> None:
    advert = "<div class='ad-slot'><span>Advertisement</span><p>Buy one, get one free.</p></div>"
    body = f"<h3>Problem 1</h3><p>Find x.</p>{advert}<h4>Solution</h4><p>x = 2,</p>{advert}<p>for 4 is even.</p>"
    assert asked(body) == [("Find x.", "x = 2,\nfor 4 is even.")]


@pytest.mark.parametrize("told", ["Log in to see the answer", "No answers yet.", "3 answers", "Unlock this answer now"])
def test_what_stands_in_place_of_an_answer_is_none(told: str) -> None:
    assert asked(f"<div class='question'>What is x?</div><div class='answer'>{told}</div>") == []


@pytest.mark.parametrize(
    "body",
    [
        "<h2>Our solutions</h2><p>We sell software.</p><h3>Solution</h3><p>Buy it.</p>",
        "<p>A. Smith wrote this.</p><p>Answer the call.</p><p>Solution of the crisis</p>",
        "<h2>Problem 1</h2><p>Find x.</p><p><a href='/wiki/Solution_1'>Solution</a></p><h2>Problem 2</h2><p>y?.</p>",
        "<p>Problem 1: Find x.</p><p><a href='/s1'>See solution</a></p><div>Problem 2: Find y.</div>",
        "<form><div class='question'>How old are you?</div><div class='answer'><input type='radio'> 10 "
        "<input type='radio'> 20</div></form>",
        "<div class='wp-polls'><p>Is it good?</p><div class='wp-polls-ans'><ul><li>Yes (9 Votes)</li></ul></div></div>",
        "<div class='question'>Why?</div><div class='user'>ann</div><div class='answer'>Because.</div>",
    ],
)
def test_pages_that_answer_nothing(body: str) -> None:
    assert asked(body) == []


def test_a_worked_example_is_told_without_its_strategy_and_discussion() -> None:
    body = (
        "<div class='example'><h3>Example 3: A jump</h3><p>How high is it?</p><p><b>Strategy</b></p><p>Use energy.</p>"
        "<p><b>Solution</b></p><p>2 m.</p><p><b>Discussion</b></p><p>Fine.</p></div>"
    )
    found: Pairs = [("How high is it?", "2 m.")]
    assert asked(body) == found
    assert rules(body) == {"worked_example"}


def test_exercises_without_solutions_are_counted_in_the_reject() -> None:
    result = ExtractQa().process(document("<div class='exercise'>Find x.</div><div class='exercise'>Find y.</div>"))
    assert getattr(result, "detail", "") == "2 exercises without a solution"
