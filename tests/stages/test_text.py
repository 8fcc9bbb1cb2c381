import pytest

from stages._text import digest128, normalise_question, question_key, words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("What is $x^{2}$?", "what is x^2"),
        ("Find $\\dfrac12$.", "find \\frac{1}{2}"),
        ("x² + 1", "$x^2+1$"),
        ("$3 \\times 4$", "3 × 4"),
        ("angle of $30^\\circ$", "angle of 30°"),
        ("$a \\le b$", "a ≤ b"),
        ("costs \\$1,000", "costs $1000"),
        ("“Why” don’t we", '"why" don\'t we'),
        ("$\\text{km}\\,$", "km"),
        ("\\left( 1 \\right)", "(1)"),
        ("−5", "-5"),
        ("f^{\\prime}(x)", "f′(x)"),
        ("$y^{\\prime\\prime} = 1$", "y'' = 1"),
        ("Triangle A'B'C'", "triangle A' B' C'"),
        ("It’s Tom's, don't! Say 'yes' to the boys' idea!", "it s tom s don t say yes to the boys idea"),
        ("Is 'a' a letter?", "is a a letter"),
        ("``Why''", "why"),
        ("$2\\!\\cdot3$ is fun!", "2*3 is fun"),
        ("(10,000) of 1,234 people (1,050)", "(10000) of 1234 people (1050)"),
        ("the point $\\left(1,234\\right)$", "the point (1, 234)"),
    ],
)
def test_spellings_of_one_question_share_a_key(one: str, other: str) -> None:
    assert normalise_question(one) == normalise_question(other)
    assert question_key(one) == question_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("tan 22.5°", "tan 225°"),
        ("$x^4-x^2+1$", "$x^4+x^2+1$"),
        ("(0,3)", "0.3"),
        ("$x < 3$", "$x > 3$"),
        ("$x \\le 3$", "$x < 3$"),
        ("$x_2$", "$x^2$"),
        ("5 apples", "50 apples"),
        ("Find f'(2).", "Find f(2)."),
        ("y'' + y = 0", "y' + y = 0"),
        ("(fg)'(2)", "(fg)(2)"),
        ("$x_1' + 1$", "$x_1 + 1$"),
        ("$\\alpha'$", "$\\alpha$"),
        ("$\\overline{B}'$", "$\\overline{B}$"),
        ("What is 7!/5!?", "What is 7/5?"),
        ("How many zeros end 100!", "How many zeros end 100"),
        ("(n+1)! = 6", "(n+1) = 6"),
        ("$n!!$", "$n!$"),
        ("the point (1,234)", "the point (1234)"),
        ("the interval [-1,234)", "the interval [-1234)"),
    ],
)
def test_different_problems_keep_different_keys(one: str, other: str) -> None:
    assert question_key(one) != question_key(other)


def test_normal_form_is_a_fixed_point() -> None:
    for text in ("(fg)'(2) + (n+1)! - A'B'C' != x_1'!", "If $\\frac{a}{b} = -3.5$, what's $x^{10}$?", "  A\tB  ", ""):
        once = normalise_question(text)
        assert normalise_question(once) == once


def test_words_leave_out_drawings_and_brackets() -> None:
    assert words("Find $\\frac{1}{2}$ [asy] draw(A--B); [/asy] of it.") == ["find", "frac", "1", "2", "of", "it"]


def test_primes_and_factorials_are_words_and_apostrophes_are_none() -> None:
    assert words("It's f'(2) + 3! - (n)!!") == ["it", "s", "f", "'", "2", "+", "3", "!", "-", "n", "!", "!"]


def test_a_drawing_begun_twice_begins_the_second_time() -> None:
    assert words("one [asy] two [asy] three [/asy] four") == ["one", "asy", "two", "four"]


@pytest.mark.parametrize(
    "text",
    [
        "x^" + 100_000 * " " + "\\circ",
        "x^" + 100_000 * " " + "\\cir \\circ",
        40_000 * "[asy]" + "[/asy]",
        "f" + 100_000 * "'",
    ],
)
def test_a_long_run_of_one_thing_is_read_in_passing(text: str) -> None:
    """Where the time grows with the square of the length, some of these take minutes."""
    assert len(normalise_question(text)) <= 2 * len(text)
    assert len(words(text)) <= len(text)


def test_digest_parts_cannot_run_into_one_another() -> None:
    assert digest128("ab", "c") != digest128("a", "bc")
    assert len(digest128("a")) == 32
