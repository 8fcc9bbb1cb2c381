import os
import re
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from lxml import html

from bench.extraction.factory import Tally, judge, measure
from bench.factory.catalogue import SEEN, pages, styles
from bench.factory.compare import canonical, same, same_question
from bench.factory.encode import ENCODINGS
from bench.factory.page import Expected, Page
from bench.factory.pairs import Pool
from bench.factory.tex import Reach, needs
from bench.factory.unseen import UNSEEN
from bench.factory.writer import Writer

needs_data = pytest.mark.skipif("TRACEMILL_DATA" not in os.environ, reason="TRACEMILL_DATA names no data to render")
STYLES = styles()
FORMULA = re.compile(r"\\\(.*?\\\)|\\\[.*?\\\]", re.DOTALL)


@pytest.fixture(scope="module")
def pool() -> Pool:
    return Pool.load(Path(os.environ["TRACEMILL_DATA"]))


def gold(page: Page) -> list[tuple[str, str]]:
    return [(pair.question, pair.answer) for pair in page.expected]


def visible(page: Page) -> str:
    """All text of a page but scripts and styles, without the marks of quoted mail."""
    tree = html.fromstring(page.html)
    for hidden in list(tree.iter("script", "style", "head")):
        hidden.clear(keep_tail=True)
    return " ".join(tree.text_content().replace("> ", "").split())


def prose(text: str, encoding: str) -> Iterator[str]:
    """What stands between the formulas; where formulas are plain HTML, scripts show without their marks."""
    for part in FORMULA.split(text):
        yield " ".join((re.sub(r"[\^_{}]", "", part) if encoding == "html" else part).split())


def test_a_third_of_the_styles_is_held_out():
    assert len(UNSEEN) * 3 >= len(STYLES) >= 18
    assert not set(SEEN) & set(UNSEEN)


@needs_data
@pytest.mark.parametrize("name", STYLES)
def test_a_page_is_the_same_in_every_run(name, pool):
    assert list(pages(STYLES[name], pool, 2)) == list(pages(STYLES[name], pool, 2))


@needs_data
@pytest.mark.parametrize("name", STYLES)
def test_every_expected_text_stands_in_its_page(name, pool):
    for page in pages(STYLES[name], pool, 6):
        shown = visible(page)
        for pair in page.expected:
            for text in (pair.question, pair.answer, *pair.also_ok):
                assert all(part in shown for part in prose(text, page.encoding))


@needs_data
@pytest.mark.parametrize("name", STYLES)
def test_every_style_has_pages_with_pairs_and_pages_without(name, pool):
    assert {bool(page.expected) for page in pages(STYLES[name], pool, 40)} == {True, False}


@needs_data
@pytest.mark.parametrize("name", STYLES)
def test_the_judge_accepts_what_the_page_shows_and_rejects_an_altered_answer(name, pool):
    for page in pages(STYLES[name], pool, 6):
        count = len(page.expected)
        assert judge(page, gold(page)).tally == Tally(count, count, count, count)
        titled = [("\n".join([*pair.titles[:1], pair.question]), pair.answer) for pair in page.expected]
        assert judge(page, titled).tally == Tally(count, count, count, count)
        altered = [(question, f"{answer} Indeed.") for question, answer in gold(page)]
        assert judge(page, altered).tally == Tally(0, count, 0, count)


@needs_data
def test_figures_are_one_for_an_extractor_that_knows_and_nought_for_one_that_finds_nothing(pool):
    known = {page.url + page.html: gold(page) for style in STYLES.values() for page in pages(style, pool, 2)}
    figures, lines = measure(count=2, extract=lambda text, url: known[url + text])
    assert set(figures.values()) == {1.0}
    assert not any(style.__name__ in line for style in UNSEEN for line in lines)
    assert set(measure(count=2, extract=lambda text, url: [])[0].values()) == {0.0}


@needs_data
def test_texts_hold_formulas_or_prices_but_never_both(pool):
    assert not any(pair.needs.formulas and pair.needs.dollars for pair in pool.pairs)
    assert {pair.id.split("/")[0] for pair in pool.pairs} == {"math", "gsm8k", "openstax"}


def page_of(*expected: Expected) -> Page:
    return Page("any", "https://a.example/", "<p>", expected, 1, "paren")


def test_a_pair_counts_once_and_a_lesser_answer_is_right_but_not_found():
    page = page_of(Expected("How many?", "Twelve, as 3 times 4.", (), ("It is 12.",)))
    best, other = ("How many?", "Twelve, as 3 times 4."), ("How many?", "It is 12.")
    assert judge(page, [best, best]).tally == Tally(1, 2, 1, 1)
    assert judge(page, [other]).tally == Tally(1, 1, 0, 1)
    assert judge(page, [best, other]).tally == Tally(2, 2, 1, 1)


@pytest.mark.parametrize(
    "text",
    [
        r"so $x^2$ is $\frac12$.",
        r"so \(x^{2}\) is \(\frac{1}{2}\) .",
        "so\n$$ x ^ 2 $$ is $\\displaystyle \\frac {1}{2}$.",
    ],
)
def test_spellings_of_a_formula_are_the_same(text):
    assert same(text, r"so \(x^2\) is \(\frac{1}{2}\).")


@pytest.mark.parametrize(
    "text", [r"so $x^3$ is $\frac12$.", "so x^2 is 1/2.", r"so $x^2$ is $-\frac12$.", r"so $x^2$ was $\frac12$."]
)
def test_other_digits_signs_and_words_are_not(text):
    assert not same(text, r"so \(x^2\) is \(\frac{1}{2}\).")


def test_prices_are_no_delimiters():
    assert same(r"He pays \$3 and $4.", "He pays $3 and $4.")
    assert not same("He pays 3 and 4.", "He pays $3 and $4.")


def test_scripts_in_prose_may_be_spelt_in_any_way():
    shown = "about 10^{-5} m"
    assert all(same(text, shown) for text in ("about 10^-5 m", "about $10^{-5}$ m", "about 10⁻⁵ m"))
    assert canonical("about 10-5 m", shown) != canonical(shown, shown)


def test_a_question_may_be_told_with_its_title_or_label():
    expected = Expected("How many apples?", "4", ("Exercise 3.", "Apples"))
    for text in ("How many apples?", "Exercise 3: How many apples?", "Apples\n\nHow many apples?"):
        assert same_question(text, expected)
    assert not same_question("Exercise 4. How many apples?", expected)
    assert not same_question("How many apples? Thanks!", expected)


@pytest.mark.parametrize(
    ("tex", "reach"),
    [
        ("x^2+1", Reach.LINEAR),
        (r"\frac{x^{10}}{2}", Reach.SIMPLE),
        (r"\frac12", Reach.ANY),
        (r"x_1^2", Reach.ANY),
        (r"\alpha", Reach.ANY),
        (r"\frac{1}{2}^2", Reach.ANY),
    ],
)
def test_reach_of_a_formula(tex, reach):
    assert needs(rf"take \({tex}\)").reach is reach


@pytest.mark.parametrize("name", ENCODINGS)
@pytest.mark.parametrize("display", [False, True])
def test_every_encoding_shows_the_formula_between_the_words(name, display):
    writer = Writer(ENCODINGS[name], Random(1), emphasis=0)
    shown = writer.inline(r"Let \[x^2+1\] be" if display else r"Let \(x^2+1\) be")
    formula = shown.removeprefix("Let ").removesuffix(" be")
    assert len(formula) == len(shown) - len("Let  be")
    if name in ("mathjax3", "mathml"):
        assert re.search(r"<msup><mi>x</mi>.*2.*</msup><mo>&#x0002B;</mo><mn>1</mn>", formula)
    elif name == "html":
        assert re.sub("</?i>", "", formula) == "x<sup>2</sup>+1"
    else:
        assert "x^2+1" in formula
