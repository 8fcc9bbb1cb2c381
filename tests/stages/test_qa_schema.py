"""schema.org questions in JSON-LD, microdata and RDFa."""

import pytest

from stages.records import QAPair
from tests.stages.qa_pages import asked, ld, pairs


def answer(text: str, **rest: object) -> dict[str, object]:
    return {"@type": "Answer", "text": text, **rest}


def one(body: str, *, head: str = "") -> QAPair:
    (pair,) = pairs(body, head=head)
    return pair


def test_a_quiz_takes_the_accepted_answer_and_never_a_choice() -> None:
    quiz = {
        "@type": "Quiz",
        "hasPart": [
            {
                "@type": "Question",
                "eduQuestionType": "Multiple choice",
                "text": "What is 2 + 2?",
                "suggestedAnswer": [answer("3"), answer("5")],
                "acceptedAnswer": answer("4"),
            },
            {"@type": "Question", "text": "What is it?", "suggestedAnswer": [answer("this"), answer("that")]},
        ],
    }
    assert asked(ld(quiz)) == [("What is 2 + 2?", "4")]


def test_flash_cards_in_a_graph_in_the_head() -> None:
    cards = [
        {"@type": "Question", "eduQuestionType": "Flashcard", "text": f"Why {n}?", "acceptedAnswer": answer(f"So {n}.")}
        for n in (1, 2)
    ]
    graph = {"@context": "https://schema.org", "@graph": [{"@type": "WebPage"}, {"@type": "Quiz", "hasPart": cards}]}
    assert asked("<p>Cards</p>", head=ld(graph)) == [("Why 1?", "So 1."), ("Why 2?", "So 2.")]


def test_what_the_page_says_of_an_answer() -> None:
    question = {
        "@type": "Question",
        "name": "Which tyre?",
        "answerCount": 2,
        "acceptedAnswer": answer("The wide one.", upvoteCount="3", author={"@type": "Person", "name": "Ann"}),
        "suggestedAnswer": answer("Any.", upvoteCount=9),
    }
    pair = one(ld({"@type": "QAPage", "mainEntity": question}))
    assert (pair.answer_text, pair.votes, pair.is_accepted, pair.author) == ("The wide one.", 3, True, "Ann")
    del question["acceptedAnswer"]
    pair = one(ld({"@type": "QAPage", "mainEntity": question}))
    assert (pair.answer_text, pair.votes, pair.is_accepted, pair.author) == ("Any.", 9, False, None)


def test_an_faq_has_no_votes_and_accepts_nothing() -> None:
    faq = {"@type": "FAQPage", "mainEntity": {"@type": "Question", "name": "Free?", "acceptedAnswer": answer("Yes.")}}
    pair = one(ld(faq))
    assert (pair.votes, pair.is_accepted, pair.author) == (None, None, None)


def test_text_that_the_page_shows_is_taken_with_its_formulas_and_its_place() -> None:
    told = "Halving both sides of the equation 2x = 4 given gives x = 2, as can be checked by putting it in."
    faq = {"@type": "Question", "name": "What is x if 2x = 4 ?", "acceptedAnswer": answer(told)}
    math = "<math><mi>x</mi><mo>=</mo><mfrac><mn>4</mn><mn>2</mn></mfrac></math>"
    shown = f"<p>Halving both sides of the equation given gives {math}, as can be checked by putting it in.</p>"
    body = f"<h1>What is x if 2x = 4 ?</h1><aside>What is x if 2x = 4 ?</aside><h2>What is x if 2x = 4 ?</h2>{shown}"
    pair = one(ld(faq) + body)
    assert pair.answer_text == (
        r"Halving both sides of the equation given gives $x = \frac{4}{2}$, as can be checked by putting it in."
    )
    assert pair.question_span is not None
    assert pair.answer_span is not None
    # Of the three places that ask, the one right before the answer.
    assert pair.answer_span.start - pair.question_span.end == 1


def test_a_comparison_is_no_tag() -> None:
    question = {
        "@type": "Question",
        "name": "Which is least if a<b and b<c ?",
        "acceptedAnswer": answer("a, for a<b<c &amp; so on"),
    }
    assert asked(ld(question)) == [("Which is least if a<b and b<c ?", "a, for a<b<c & so on")]


def test_line_breaks_and_comments_in_a_script() -> None:
    script = '{"@type": "Question", "name": "Why\n not?", "acceptedAnswer": {"text": "So\n be it."}}'
    for text in (script, f"<!-- {script} -->", f"//<![CDATA[\n{script}\n//]]>", f"{script};"):
        assert asked(f"<script type='application/ld+json'>{text}</script>") == [("Why not?", "So be it.")]


ITEM = """<div itemscope itemtype="{base}Question"><h2 itemprop="name">Is it free?</h2><p itemprop="answerCount">2</p>
<div itemprop="suggestedAnswer" itemscope itemtype="{base}Answer"><p itemprop="text">No.</p></div>
<div itemprop="acceptedAnswer" itemscope itemtype="{base}Answer"><span itemprop="upvoteCount" content="-1"></span>
<span itemprop="author" itemscope itemtype="{base}Person"><a itemprop="name">Ann Lee</a></span>
<div itemprop="text">Yes, it is.</div></div></div>"""


@pytest.mark.parametrize("base", ["https://schema.org/", "http://schema.org/", "http://www.schema.org/"])
def test_microdata(base: str) -> None:
    pair = one(ITEM.format(base=base))
    assert (pair.question, pair.answer_text, pair.extractor) == ("Is it free?", "Yes, it is.", "microdata")
    assert (pair.votes, pair.is_accepted, pair.author) == (-1, True, "Ann Lee")


def test_rdfa_lite() -> None:
    body = (
        "<div vocab='https://schema.org/' typeof='FAQPage'><div property='mainEntity' typeof='Question'>"
        "<h3 property='name'>Is it free?</h3><div property='acceptedAnswer' typeof='Answer'>"
        "<p property='text'>Yes, it is.</p></div></div></div>"
    )
    assert asked(body) == [("Is it free?", "Yes, it is.")]


def test_questions_within_a_question_keep_their_own_answers() -> None:
    inner = ITEM.format(base="https://schema.org/")
    body = (
        f"<div itemscope itemtype='https://schema.org/Question'><p itemprop='name'>Outer?</p>{inner}"
        "<div itemprop='acceptedAnswer' itemscope><p itemprop='text'>Out.</p></div></div>"
    )
    assert sorted(asked(body)) == [("Is it free?", "Yes, it is."), ("Outer?", "Out.")]
