from typing import Any

import pytest
from lxml import etree

from bench.extraction.signs import signs_of_cnxml, signs_of_text
from bench.extraction.textbook import judge
from stages.records import Origin, QAPair

CNXML = "http://cnx.rice.edu/cnxml"
MATHML = "http://www.w3.org/1998/Math/MathML"


def element(body: str) -> Any:
    return etree.fromstring(f'<content xmlns="{CNXML}" xmlns:m="{MATHML}">{body}</content>')


def signs(body: str) -> str:
    return signs_of_cnxml(element(body), {"f1": "Figure 1"})


def pair(question: str, answer: str) -> QAPair:
    return QAPair(
        id="p/qa-000",
        question=question,
        answer_text=answer,
        question_span=None,
        answer_span=None,
        origin=Origin.HUMAN,
        extractor="exercise",
        score=1.0,
        url="",
        source="",
        licence=None,
        attribution=None,
        content_key="",
        removal_key="",
    )


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<m:math><m:mfrac><m:mn>1</m:mn><m:mn>2</m:mn></m:mfrac></m:math>", r"$\frac{1}{2}$"),
        ("<m:math><m:msup><m:mn>10</m:mn><m:mrow><m:mo>−</m:mo><m:mn>3</m:mn></m:mrow></m:msup></m:math>", "$10^{-3}$"),
        ("<m:math><m:mtext>25ºC</m:mtext></m:math>", r"$25^{\circ}\text{C}$"),
        ("<m:math><m:msubsup><m:mi>v</m:mi><m:mn>1</m:mn><m:mo>′</m:mo></m:msubsup></m:math>", "$v_{1}^{'}$"),
        ("<m:math><m:mover><m:mi>v</m:mi><m:mo>–</m:mo></m:mover></m:math>", r"$\overline{v}$"),
        ("about 10<sup>4</sup> m, or $5 ____", "about 10^{4} m, or $5 ____"),
        ('see <link target-id="f1"/>', "see Figure 1"),
        ('<list list-type="enumerated" number-style="upper-roman"><item>a</item><item>b</item></list>', "I. a\nII. b"),
    ],
)
def test_sources_and_text_with_latex_have_the_same_signs(source: str, text: str) -> None:
    assert signs(source) == signs_of_text(text)


@pytest.mark.parametrize("text", ["$10^{3}$", "$10-3$", "$10^{-30}$", "$1.0^{-3}$", "$10_{-3}$", "$10^{+3}$"])
def test_a_changed_sign_or_digit_shows(text: str) -> None:
    assert signs_of_text(text) != signs_of_text("$10^{-3}$")


def test_pairs_are_judged_one_by_one() -> None:
    root = element(
        "<exercise><problem>How far?</problem><solution>3 km</solution></exercise>"
        "<exercise><problem>How fast?</problem><solution>2 m/s</solution></exercise>"
        "<exercise><problem>Why?</problem></exercise><example>A jump. How high? Solution 1 m</example>"
    )
    result = judge([pair("How far?", "3 km"), pair("How fast?", "2"), pair("How high?", "1 m")], root, {})
    assert result.found == [("Howfar?", "3km")]
    assert result.missed == [("Howfast?", "2m/s")]
    assert result.wrong == [("Howfast?", "2")]
    assert result.num_examples == 1
