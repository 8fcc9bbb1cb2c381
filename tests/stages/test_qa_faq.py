"""Lists of titles that ask: FAQ pages, accordions, definition lists, headings, bold lines."""

import pytest

from tests.stages.qa_pages import asked

THREE = [("Is it free?", "Yes, it is."), ("Can I return it?", "Within 30 days."), ("Who made it?", "We did.")]


def thrice(item: str) -> str:
    return "".join(item.format(n=n, q=question, a=answer) for n, (question, answer) in enumerate(THREE))


@pytest.mark.parametrize(
    "item",
    [
        "<h3>{q}</h3><p>{a}</p>",
        "<p><strong>{q}</strong></p><p>{a}</p>",
        "<p><b>{q}</b><br>{a}</p>",
        "<details><summary>{q}</summary><div>{a}</div></details>",
        # WAI-ARIA, Bootstrap, W3Schools, jQuery UI
        "<div class='accordion'><h3><button aria-expanded='false' aria-controls='p{n}'>{q}<span class='icon'>+</span>"
        "</button></h3><div id='p{n}' role='region' hidden><p>{a}</p></div></div>",
        "<div class='card'><div class='card-header'><a class='btn btn-link' data-toggle='collapse' href='#c{n}'>{q}</a>"
        "</div><div id='c{n}' class='collapse'><div class='card-body'>{a}</div></div></div>",
        "<button class='accordion'>{q}</button><div class='panel'><p>{a}</p></div>",
        "<div class='faq-question'>{q}</div><div class='faq-panel'>{a}</div>",
        # Cards of two parts
        "<li><div class='top'>{q}</div><div class='text'>{a}</div></li>",
    ],
)
def test_however_the_titles_are_built(item: str) -> None:
    assert (
        asked(f"<h1>Help</h1><div class='list'>{thrice(item)}</div><div class='share'>Share: <a>Facebook</a></div>")
        == THREE
    )


def test_an_answer_ends_where_a_question_begins_that_is_marked_in_another_way() -> None:
    own = [("What is 17 times 3?", "51"), ("Who discovered radium?", "Marie Curie")]
    labelled = f"<p><b>Q:</b> {own[0][0]}</p><p><b>A:</b> {own[0][1]}</p>"
    defined = f"<dl><dt>{own[1][0]}</dt><dd>{own[1][1]}</dd></dl>"
    page = f"<h1>Quiz</h1>{thrice('<h3>{q}</h3><p>{a}</p>')}{labelled}{defined}<p>Thanks for reading.</p>"
    assert asked(page) == THREE + own


def test_definition_lists_ask_or_define() -> None:
    assert asked(f"<dl>{thrice('<dt>{q}</dt><dd>{a}</dd>')}</dl>") == THREE
    assert asked("<dl><dt>Graph</dt><dd>a set of edges</dd><dt>Factor</dt><dd>a divisor</dd></dl>") == []


def test_tasks_count_as_questions_where_a_list_is_built_for_them() -> None:
    items = [("Find the value of x if 2x = 4.", "x = 2"), ("Compute 2 + 3 times 4.", "14")]
    body = "".join(f"<details><summary>{question}</summary>{answer}</details>" for question, answer in items)
    assert asked(body) == items


def test_section_numbers_and_lines_of_links_are_left_out() -> None:
    links = "<p>Next: <a href='#b'>b</a>, Previous: <a href='#a'>a</a>, Up: <a href='#t'>t</a></p>"
    items = [(f"2.{n} {question}", answer) for n, (question, answer) in enumerate(THREE, 1)]
    body = "".join(f"{links}<h3>{question}</h3><p>{answer}</p><hr>" for question, answer in items)
    assert asked(f"<h1>FAQ</h1>{body}") == THREE


def test_the_answer_to_a_question_ends_where_questions_within_it_begin() -> None:
    inner = "".join(f"<div class='s'><h3>Why {n}?</h3><p>So {n}.</p></div>" for n in (1, 2))
    body = f"<div class='s'><h2>Which?</h2><p>This.</p>{inner}</div><div class='s'><h2>Who?</h2><p>I.</p></div>"
    assert asked(f"<h1>FAQ</h1>{body}") == [
        ("Which?", "This."),
        ("Why 1?", "So 1."),
        ("Why 2?", "So 2."),
        ("Who?", "I."),
    ]


def test_one_question_is_enough_where_the_page_says_that_it_answers_some() -> None:
    one = "<h3>Is it free?</h3><p>Yes.</p>"
    assert asked(f"<h2>Frequently asked questions</h2>{one}<h3>Shipping</h3><p>Fast.</p>") == [("Is it free?", "Yes.")]
    assert asked(f"<h2>News</h2>{one}<h3>Shipping</h3><p>Fast.</p>") == []


@pytest.mark.parametrize(
    "body",
    [
        # teasers
        "".join(f"<div><h3><a href='/{n}'>Why {n}?</a></h3><p>Summary {n}</p></div>" for n in range(5)),
        "<ul>" + "".join(f"<li><a href='/{n}'>Why {n}?</a></li>" for n in range(5)) + "</ul>",
        # a survey
        "".join(
            f"<fieldset><legend>How {n}?</legend><label><input type='radio'>a</label></fieldset>" for n in range(4)
        ),
        # menus
        "<div class='toggle'>Expand the sub menu</div><ul><li>News</li></ul>" * 4,
        # a course outline in folding panels
        "".join(f"<details><summary>Week {n}: Topics</summary>Text {n}</details>" for n in range(4)),
        # a table of contents
        "<dl><dt>Why is that?</dt><dd><dl><dt>Part 1</dt><dd>x</dd></dl></dd></dl>",
        "<h3>Have a question?</h3><p>Call us.</p><h3>Our shops</h3><p>Here.</p>",
    ],
)
def test_lists_that_answer_nothing(body: str) -> None:
    assert asked(body) == []


def test_letters_to_a_columnist() -> None:
    body = (
        "<p>DEAR ABBY: He snores. What can I do?</p><p>-- TIRED</p><p>DEAR TIRED: Buy plugs.</p>"
        "<p>DEAR ABBY: Is it bad to sing?</p><p>DEAR SINGER: No.</p><div class='bio'>Abby has written since 1990.</div>"
    )
    assert asked(body) == [("He snores. What can I do?\n-- TIRED", "Buy plugs."), ("Is it bad to sing?", "No.")]
    assert asked("<p>DEAR SIR: I write to complain.</p><p>DEAR MADAM: We are sorry.</p>") == []
