import json
from dataclasses import replace

import pytest

from pipeline.stage import Reject
from stages.extract_qa import ExtractQa
from stages.records import Origin, QAPair
from tests.limits import bounded
from tests.stages.qa_pages import document


def pairs(body: str) -> list[QAPair]:
    result = ExtractQa().process(document(body))
    assert isinstance(result, list), result
    return result


def asked(body: str) -> list[tuple[str, str]]:
    return [(pair.question, pair.answer_text) for pair in pairs(body)]


def reason(body: str) -> str:
    result = ExtractQa().process(document(body))
    assert isinstance(result, Reject)
    return result.reason


EXERCISE = """
<div data-type="exercise" id="e1"><div data-type="problem"><span class="os-number">3</span><span>. </span>
<div class="os-problem-container"><p>How long is 1.50 km in metres?</p></div></div>
<div data-type="solution"><h4 data-type="solution-title">Solution</h4><div><p>1.50 <math><mo>×</mo><msup><mn>10</mn>
<mn>3</mn></msup></math> m</p></div></div></div>
"""


def test_textbook_exercise_without_its_number_and_label() -> None:
    assert asked(EXERCISE) == [("How long is 1.50 km in metres?", r"1.50 $\times 10^{3}$ m")]


def test_a_pair_carries_what_the_page_is() -> None:
    (pair,) = pairs(EXERCISE)
    assert (pair.id, pair.extractor, pair.origin) == ("d" * 32 + "/qa-000", "exercise", Origin.HUMAN)
    assert (pair.url, pair.licence, pair.attribution) == ("https://example.org/page", "CC BY 4.0", "Example")
    assert pair.question_span is not None
    assert pair.answer_span is not None
    assert pair.question_span.end - pair.question_span.start == len(pair.question)
    assert pair.question_span.end <= pair.answer_span.start


def test_other_names_for_exercises() -> None:
    body = "<li class='exercise'><div class='question'>2 + 2?</div><div class='answer'>Answer: 4</div></li>"
    assert asked(body) == [("2 + 2?", "4")]


def test_solution_elsewhere_under_the_exercise_s_id() -> None:
    body = (
        "<div data-type='exercise' id='x7'><div data-type='problem'>7. Find y.</div></div>"
        "<h2>Key</h2><div data-type='solution' id='x7-solution'>7. 12 m</div>"
    )
    assert asked(body) == [("Find y.", "12 m")]


def test_nested_exercises_keep_their_own_parts() -> None:
    body = (
        "<div class='exercise'><div class='problem'>Outer?</div><div class='exercise'><div class='problem'>Inner?</div>"
        "<div class='solution'>in</div></div><div class='solution'>out</div></div>"
    )
    assert sorted(asked(body)) == [("Inner?", "in"), ("Outer?", "out")]


def test_exercises_without_solutions_are_counted_in_the_reject() -> None:
    result = ExtractQa().process(document("<div class='exercise'><div class='problem'>Why?</div></div>"))
    assert result == Reject("no_qa", "1 exercises without a solution")


def test_worked_example_between_its_steps() -> None:
    body = (
        "<div data-type='example'><h3>A jump</h3><p>How high is it?</p>"
        "<p><b data-type='title'>Strategy</b> Use energy.</p>"
        "<p><b data-type='title'>Solution</b> It is 2 m.</p><p><b data-type='title'>Discussion</b> Fine.</p></div>"
    )
    assert asked(body) == [("How high is it?", "It is 2 m.")]


def ld(data: object) -> str:
    return f"<script type='application/ld+json'>{json.dumps(data)}</script>"


def test_json_ld_question_page_takes_the_accepted_answer() -> None:
    question = {
        "@type": "Question",
        "name": "Sum",
        "text": "<p>What is 2<sup>3</sup>?</p>",
        "suggestedAnswer": [{"@type": "Answer", "text": "9", "upvoteCount": 50}],
        "acceptedAnswer": {"@type": "Answer", "text": "<p>8</p>", "upvoteCount": "3"},
    }
    assert asked(ld({"@context": "https://schema.org", "@graph": [{"@type": "QAPage", "mainEntity": question}]})) == [
        ("Sum\nWhat is 2^{3}?", "8")
    ]


def test_json_ld_without_an_accepted_answer_takes_the_best_voted() -> None:
    answers = [
        {"@type": "Answer", "text": "low", "upvoteCount": 1},
        {"@type": "Answer", "text": "high", "upvoteCount": 7},
    ]
    assert asked(ld({"@type": "Question", "name": "Q", "suggestedAnswer": answers})) == [("Q", "high")]


def test_json_ld_faq_points_into_the_visible_text() -> None:
    faq = {
        "@type": "FAQPage",
        "mainEntity": [
            {"@type": "Question", "name": "Is it free?", "acceptedAnswer": {"@type": "Answer", "text": "Yes, it is."}}
        ],
    }
    (pair,) = pairs(ld(faq) + "<h2>Is it free?</h2><p>Yes, it is.</p>")
    assert pair.question_span is not None
    assert pair.answer_span is not None


@pytest.mark.parametrize(
    "script", ["{", "[" * 5000, '{"@type": "Question"}', '{"@type": 5, "name": []}', "null", "<b>"]
)
def test_bad_json_ld_yields_nothing(script: str) -> None:
    assert reason(f"<p>text</p><script type='application/ld+json'>{script}</script>") == "no_qa"


def test_script_in_json_ld_is_text_never_markup() -> None:
    answer = {"@type": "Answer", "text": "<script>alert(1)<\\/script>It is 4."}
    text = json.dumps({"@type": "Question", "name": "2+2?", "acceptedAnswer": answer}).replace("\\\\/", "\\/")
    assert asked(f"<script type='application/ld+json'>{text}</script>") == [("2+2?", "It is 4.")]


def test_microdata_thread() -> None:
    body = """
    <div itemscope itemtype="https://schema.org/Question"><h1 itemprop="name">Speed of light?</h1>
    <div itemprop="text">How fast is light?</div>
    <div itemprop="suggestedAnswer" itemscope itemtype="https://schema.org/Answer"><p itemprop="text">Slow.</p></div>
    <div itemprop="acceptedAnswer" itemscope itemtype="https://schema.org/Answer"><span itemprop="upvoteCount">9</span>
    <div itemprop="text">3.00 x 10<sup>8</sup> m/s</div></div></div>
    """
    assert asked(body) == [("How fast is light?", "3.00 x 10^{8} m/s")]


def test_labels_in_plain_text() -> None:
    body = "<div><p>Q: How many?</p><p>A: Two.</p><p>Q: And then?</p><p>A: Three.</p><p>Or four.</p></div><p>Bye</p>"
    assert asked(body) == [("How many?", "Two."), ("And then?", "Three.\nOr four.")]


def test_problem_and_solution_headings() -> None:
    body = "<h3>Problem 1</h3><p>Find x.</p><h3>Solution</h3><p>x = 3</p><h3>More</h3><p>other</p>"
    assert asked(body) == [("Find x.", "x = 3")]


def test_an_answer_label_alone_is_no_pair() -> None:
    assert reason("<p>Answer: 4</p><p>A. Smith wrote this.</p>") == "no_qa"


def test_definition_list_and_details_that_ask() -> None:
    body = "<dl><dt>Why?</dt><dd>So.</dd><dt>Term</dt><dd>no</dd></dl><details><summary>Who?</summary>Me.</details>"
    assert asked(body) == [("Why?", "So."), ("Who?", "Me.")]


def test_a_table_of_contents_answers_nothing() -> None:
    assert reason("<dl><dt>Why is that?</dt><dd><dl><dt>Part 1</dt><dd>x</dd></dl></dd></dl>") == "no_qa"


def test_html_escaped_twice_in_json_ld_is_read() -> None:
    answer = {"@type": "Answer", "text": "&lt;p&gt;It is 4.&lt;/p&gt;"}
    assert asked(ld({"@type": "Question", "name": "2+2?", "acceptedAnswer": answer})) == [("2+2?", "It is 4.")]


def test_the_same_question_comes_once() -> None:
    faq = {"@type": "Question", "name": "Why?", "acceptedAnswer": {"@type": "Answer", "text": "Because."}}
    assert len(pairs(ld(faq) + "<dl><dt>Why?</dt><dd>Because.</dd></dl>")) == 1


def test_pages_with_nothing_to_read() -> None:
    assert reason("<script>x</script>") == "no_text"
    assert reason("<div>" * 5000 + "deep") == "no_text"
    empty = ExtractQa().process(replace(document(""), html=None))
    assert isinstance(empty, Reject)
    assert empty.reason == "no_html"


def test_a_page_made_to_be_large_ends_in_time() -> None:
    body = "<p>" + "Q: a?<br>A: b<br>" * 20_000 + "</p>" + ld([{"@type": "Question", "name": "x"}] * 20_000)
    with bounded():
        ExtractQa().process(document(body))
