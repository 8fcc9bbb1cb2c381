"""The short answer of a pair, its type, and the evidence against it."""

import pytest

from pipeline.stage import Reject
from stages._evidence_signals import KNOWN
from stages.mark_verifiability import MarkVerifiability
from tests.limits import bounded
from tests.stages.verifiability import kept, marked, pair, signals
from verifier import AnswerType

GSM8K = "Natalia sold 48/2 = <<48/2=24>>24 clips in May.\nAltogether 48+24 = <<48+24=72>>72 clips.\n#### 72"
CHAIN = (
    r"$$v = v_{0} + at$$" "\n" r"Solve for $t$." "\n"
    r"$$t = \frac{v - v_{0}}{a} = \frac{400\ \text{m/s}}{20\ \text{m/s}^{2}} = 20\ \text{s}$$"
)  # fmt: skip
TABLE = (
    r"\[\begin{array} {ll} {} &{8(-9)\div(-2)^{3}} \\ {\text{Multiply.}} &{-72\div (-8)} \\{\text{Divide}} &{9} "
    r"\end{array}\]"
)
COLUMN = r"\begin{pmatrix} 6 \\ -33 \end{pmatrix}"


def test_marked_by_hashes() -> None:
    row = marked("How many clips did she sell altogether?", GSM8K)
    assert (row.answer, row.answer_type, row.found_by, row.evidence) == ("72", AnswerType.INTEGER, "hashes", [])
    assert row.solution == "Natalia sold 48/2 = 24 clips in May.\nAltogether 48+24 = 72 clips."
    assert (row.id, row.licence, row.attribution, row.content_key) == ("q", "CC BY 4.0", "a", "k")
    assert (row.author, row.signals, row.cluster, row.opinion) == ("Ann", ["pii_email"], "c", None)


def test_thousands_in_a_marked_answer() -> None:
    assert marked("How much?", "#### 1,250").answer == "1250"


def test_the_last_box() -> None:
    row = marked("What is it?", r"First $\boxed{1}$ is wrong, so $x = \boxed{\frac{3}{4}}$.")
    assert (row.answer, row.answer_type) == (r"\frac{3}{4}", AnswerType.FRACTION)


@pytest.mark.parametrize(
    ("question", "text", "answer", "kind"),
    [
        ("How fast is it?", "38.9 m/s (about 87 miles per hour)", "38.9 m/s", "units"),
        ("How long is it?", r"$$1.90 \times 10^{-3}\ \text{cm}$$", r"1.90 \times 10^{-3}\ \text{cm}", "units"),
        ("At what speed does it leave?", r"$v_{0} = 4.95\ \text{m/s}$", r"4.95\ \text{m/s}", "units"),
        ("How long does it take?", CHAIN, r"20\ \text{s}", "units"),
        ("What is the dose?", "4.92×10^{–4}Sv", "4.92×10^{–4}Sv", "units"),
        ("How many seashells are left of 70 if 27 are taken?", "43.0", "43", "integer"),
        ("How many litres are 1.5 and 25.5 litres?", "27.0", "27.0", "decimal"),
        ("What fraction is submerged?", r"$91.7\%$", r"91.7\%", "percent"),
        ("What does it cost?", "$6.25", "$6.25", "currency"),
        ("What is it?", "$1 $", "1", "integer"),
        ("By what factor?", "The answer is 0.316.", "0.316", "decimal"),
        ("What is produced?", "neutron", "neutron", "word"),
        ("What is the force?", r"$5.1$  $10^2 \mathrm{~N}$", r"5.1 \times 10^2 \mathrm{N}", "units"),
        ("What is the charge?", r"so it is $\boxed{3.8e35}$ C", r"3.8 \times 10^{35}", "scientific"),
        ("Simplify.", "$4 x^{2}$", "4 x^{2}", "expression"),
        ("Find the vector.", COLUMN, COLUMN, "matrix_vector"),
        ("Find the range.", r"(-\infty,0]", r"(-\infty,0]", "inequality_interval"),
        ("Find a quadratic equation with the solutions 3 and 6.", "$x^{2}-9 x+18=0$", "x^{2}-9 x+18=0", "equation"),
        ("Compute the limit.", r"$\lim _{n \rightarrow \infty} 5 / n = 0$", "0", "integer"),
        ("What is the solution set?", "$x=-6, x=2$", "x=-6, x=2", "set_list"),
        ("Find the mass.", "Lösung: m = 210 g", "210 g", "units"),
        ("How many yards were lost?", r"The Bears lost \(105\) yards.", "105 yards", "units"),
        ("How much was the fee?", "A $16 fee was deducted from his account.", "$16", "currency"),
        ("Simplify it.", TABLE, "9", "integer"),
        ("Find the momentum.", "We get\n$p = 12$.\nThe momentum after 1.2 s is 144 N.", "144 N", "units"),
        ("What is the mass?", "m = 14,5 kg", "14.5 kg", "units"),
        ("Translate and simplify.", r"\(11 - (-19); 30\)", "30", "integer"),
        ("How far is it?", r"7 $\mathrm{10^7} \mathrm{~km}$", r"7 \times 10^7 \mathrm{km}", "units"),
        ("What is the heat capacity?", r"30 $\mathrm{J} \mathrm{~K}^{-1}$", r"30 \mathrm{J} \mathrm{K}^{-1}", "units"),
        ("Find the limit at 0.", "does not exist", "does not exist", "word"),
        ("How many pairs of 5 are there?", r"$\binom{5}{2}=10$", "10", "integer"),
        ("Find the eigenvalues.", r"$\lambda_1=2, \lambda_2=3$", r"\lambda_1=2, \lambda_2=3", "set_list"),
        ("Find a series.", r"$\sum_{n=0}^{\infty} x^{n}$", r"\sum_{n=0}^{\infty} x^{n}", "expression"),
        ("How many times brighter is it?", "25 times brighter", "25", "integer"),
        ("What was the difference?", "The difference was 45 degrees.", "45 degrees", "units"),
        ("How many yards were lost?", "Step 1. Multiply.\nThe team lost 45 yards.", "45 yards", "units"),
        ("How far apart are they?", "4.20°A", "4.20 Å", "units"),
    ],
)  # fmt: skip
def test_answers_of_every_shape(question: str, text: str, answer: str, kind: str) -> None:
    row = kept(question, text)
    assert (row.answer, row.answer_type) == (answer, AnswerType(kind))


def test_options_without_letters_get_them() -> None:
    row = marked("What is produced?\npositron\nproton\nα-particle\nneutron", "(d)")
    assert (row.answer, row.answer_type, row.found_by) == ("D", AnswerType.MCQ, "option")
    assert row.question == "What is produced?\n(A) positron\n(B) proton\n(C) α-particle\n(D) neutron"


def test_all_evidence_is_noted_with_the_words_that_show_it() -> None:
    row = marked(
        "(a) Explain Figure 3. (b) What do you think: does it move? Show that it does.", "(a) Yes. (b) It does."
    )
    found = {each.signal: each.text for each in row.evidence}
    assert {"figure_missing", "explain", "opinion", "proof", "multi_part"} <= found.keys() <= KNOWN
    assert (found["figure_missing"], found["opinion"]) == ("Figure 3", "do you think")
    assert (row.answer, row.answer_type, row.found_by) == (None, None, None)


def test_the_weightiest_evidence_comes_first() -> None:
    assert signals("Explain what is shown in Figure 3.", "It falls, since it is heavy and nothing holds it up there.")[
        :2
    ] == ["figure_missing", "explain"]


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("What is the area? [asy]draw((0,0)--(1,1));[/asy]", "5", "maybe_figure_missing"),
        ("What is the area of the square shown? [asy]draw((0,0)--(1,1));[/asy]", "5", "figure_missing"),
        ("Of 40 mA, how many are in the beam? (See Figure 8.)\nFigure 8 The ring.", "5", "maybe_figure_missing"),
        ("Use the table to find x.\n| a | b |\n| 1 | x |", "5", "maybe_figure_missing"),
        ("What does C claim in part (b)?", "5 m", "context_missing"),
        ("Click http://example.org/x and say how many there are.", "5", "hyperlink"),
        ("It shows that _____ and _____ rise.", "prices, wages", "several_answers"),
        ("Find a basis. Explain why it is one.", r"\boxed{5}", "maybe_explain"),
        ("Find the length and width of the field.", "18 m", "several_answers"),
        ("Find the values of a and b as a list.", "[1, 2]", "_"),
        ("Can you find the value of x?", "5", "maybe_yes_no"),
        ("Is M a martingale? Return 1 for yes and 0 for no.", "1", "yes_no"),
        ("The term senescence refers to", "ageing", "options_missing"),
        ("Which tissue is best suited?", "bone", "ambiguous"),
        ("Find an appropriate threshold.", "6.25", "ambiguous"),
        ("Find all masses.", "12,5 kg, 13,5 kg", "gold_unparsable"),
        ("Multiply:\n\\(-8 \\cdot 7\\)\n\\(3 \\cdot 13\\)", "\\(-56\\)\n\\(39\\)", "multi_part"),
        ("How can I convert it?", "from x import y\ndef f(a):\n    return y(a);", "no_short_answer"),
        ("如何获取认证？", "我们可以帮助您办理留服认证，确保整个流程顺利进行。", "explain"),
        ("¿Cómo puedo convertirlo?", "to_list", "explain"),
        ("Wie groß ist die Masse?", "5 kg", "_"),
        ("If he shares 72 marbles among 9, how many does each get?", "8", "_"),
        ("Of 7 cookies, how many will each friend get?", "1", "_"),
        ("How old is it?", "2.71 Gly", "unit_unknown"),
        ("Если фундамент уже готов, можно ли построить цоколь?", "Важен вид грунта.", "language"),
        ("Who was not a guest villain?", "The Joker", "options_missing"),
        ("Which of the given is true? I. It rises. II. It falls.", "II only", "options_missing"),
        ("They found a cheaper one. Should they switch to it?", "0", "yes_no"),
        ("Is unemployment increasing or decreasing?", "increasing", "yes_no"),
        ("Which is greater, $2/3$ or $3/4$?", "$3/4$", "yes_no"),
        ("Look at the chart. How many books were read?", "14", "figure_missing"),
        ("What is the area of the triangle shown?", "12", "figure_missing"),
        ("The spinner below is spun twice. What is the chance of two reds?", "1/9", "figure_missing"),
        (
            "In the diagram, $AB = 3$ and $BC = 4$. Find $AC$. [asy]draw((0,0)--(1,1));[/asy]",
            "5",
            "maybe_figure_missing",
        ),
        ("The table gives prices.\n| a | b |\n| 1 | 2 |\nWhat is their mean?", "1.5", "_"),
        ("Under the same conditions as above, how far does it go in 3 s?", "3 m", "context_missing"),
        ("What does this program print?", "12", "context_missing"),
        ("What does this program print?\nprint(3 * 4)", "12", "_"),
        ("Find the maximum of this function.", "4", "context_missing"),
        ("Use your answer to part (a) with 3 kg.", "4 N", "context_missing"),
        ("Give your answer to 2 decimal places: what is 1/3 of 5?", "1.67", "_"),
        ("Solve the equation 2x + 3 = 7.", "2", "_"),
        ("As in the situation of question 21, what is the chance?", "0.5", "context_missing"),
        ("Let $T = TNYWR$. Compute $T + 1$.", "7", "context_missing"),
        ("How many users can I add?", "5", "time_dependent"),
        ("A stock pays $5 this year and grows by 6%. What is it worth?", "88.33", "_"),
        ("Find a vector orthogonal to (1, 2).", "(2, -1)", "ambiguous"),
        ("Name a planet that has rings.", "Saturn", "ambiguous"),
        ("About how many breaths does a person take in a day?", "20000", "ambiguous"),
        ("What is the minimum time of a stretch in 1 session?", "10-30 seconds", "ambiguous"),
        ("What is the size of the image of a 3 cm hair?", "-4 cm", "ambiguous"),
        ("A survey showed that what percentage of firms report?", "80%", "ambiguous"),
        ("What is osmosis?", "diffusion", "explain"),
        ("What would now be the conclusion?", "H is rejected", "no_short_answer"),
        ("Which of 2 strings survive?", "nan", "no_answer"),
        ("Which are bounded? 1. $x$; 2. $3$; 3. $\\sin x$", "[2, 3]", "multiple_choice"),
        ("Color 1: red, Color 2: blue. Which color is warm?", "1", "multiple_choice"),
        (r"It is: $\textbf{(A)}\ \frac{1}{2}\qquad \textbf{(B)}\ \frac{1}{3}$", r"\frac{1}{3}", "multiple_choice"),
        ("Find the mean, median and mode of 1, 2, 2, 5.", "2", "several_answers"),
        ("Find the values of a and b with a + 2b = 5.", "2", "several_answers"),
        ("Find the slope of y = 2x. Find the intercept of y = x.", "2", "several_questions"),
        ("It weighs 3 kg. From this information calculate b. What is c?", "2 W", "several_questions"),
        ("Find the probability that all 3 events occur?", "0.36", "_"),
        ("Model it as a spring of 5 N/m, and find the frequency.", "2 Hz", "_"),
        ("What is P(2)? It is written as $m/n$. What is $m+n$?", "7", "_"),
        ("What is the difference between 0.78 and 0.12?", "0.66", "maybe_explain"),
        ("Find the slope.", "2", "no_data"),
    ],
)
def test_what_is_noticed(question: str, text: str, expected: str) -> None:
    found = signals(question, text)
    assert expected in found if expected != "_" else not found, found


def test_what_is_too_long_or_asks_nothing_at_all_is_no_row() -> None:
    too_long = MarkVerifiability(max_text=20).process(pair("What is it?", "x" * 30))
    assert isinstance(too_long, Reject)
    assert too_long.reason == "too_long"
    empty = MarkVerifiability().process(pair(" \n", "5"))
    assert isinstance(empty, Reject)
    assert empty.reason == "no_question"


@pytest.mark.parametrize(
    "unit", ["(", "\\(", "\\left(", "$ ", "a, ", "1.", "what is the ", "\n", " ", "(a) ", "{", "= "]
)
def test_hostile_texts_take_no_time(unit: str) -> None:
    text = (unit * 20_000)[:19_900]
    with bounded(what="patterns of quadratic cost take minutes here"):
        for question, answer in ((text, "5"), ("What is x?", text), (text, text)):
            MarkVerifiability().process(pair(question, answer))


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("A car stops. Describe its motion.", "Describe"),
        ("The sum is $x$. b) Explain what it means.", "Explain"),
        ("(a) Find $x$.\n(b) Explain what it means.", "Explain"),
        ("Explain what it means.", "Explain"),
    ],
)
def test_the_words_of_an_order_are_shown_without_what_stands_before_them(question: str, words: str) -> None:
    texts = [each.text for each in marked(question, "It slows down.").evidence if each.signal == "explain"]
    assert texts == [words]


def test_a_question_of_yes_or_no_is_shown_without_the_end_of_the_sentence_before() -> None:
    evidence = marked("A ball falls for 2 s. Does it make sense?", "It makes sense.").evidence
    assert [each.text for each in evidence if each.signal == "yes_no"] == ["Does it make sense?"]


@pytest.mark.parametrize("question", ["Which film did you like most?", "What do you enjoy most about chess?"])
def test_what_somebody_likes_is_an_opinion_before_it_changes_with_time(question: str) -> None:
    assert signals(question, "Casablanca")[0] == "opinion"


@pytest.mark.parametrize(
    "question",
    [
        "Which of these is a prime? A) 4 B) 6 C) 7 D) 9",
        "Which of these is a prime? A. 4 B. 6 C. 7 D. 9",
        "Which of these is a prime? a) 4 b) 6 c) 7 d) 9",
    ],
)
def test_options_run_together_are_shown_options(question: str) -> None:
    found = signals(question, "C")
    assert "multiple_choice" in found
    assert "options_missing" not in found


@pytest.mark.parametrize("question", ["Which law did A. B. C. Smith find?", "What is a) in f( a) b) c) d)?"])
def test_initials_and_empty_brackets_are_no_options(question: str) -> None:
    assert "options_missing" in signals(question, "C")
