from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import ConfigError
from pipeline.inputs import StoredInput
from pipeline.stage import Reject
from stages._leak_finder import METHODS, finder_of
from stages._leak_report import Leak, parse_leak
from stages.decontaminate import Decontaminate
from stages.records import QAPair
from tests.stages.near_rows import pair
from tests.support import MemorySide, context, run_batch

FERRIS = (
    "The Ferris wheel in Paradise Park has 14 seats. Each seat can hold 6 people. How many people can ride at once?"
)
TRIG = r"Compute $\sin 60^\circ$."
SQUARE = "What is the number of square centimeters in the area of this trapezoid? [asy]draw((0,0)--(27,0));[/asy]"


def check(question: str, benchmark: list[QAPair], tmp_path: Path, answer: str = "1", **options: Any) -> Leak | None:
    ctx = context(tmp_path, benchmarks=MemorySide(benchmark))
    (result,) = run_batch(Decontaminate(**options), [pair("row", question, answer)], ctx)
    if isinstance(result, Reject):
        assert result.reason == "contaminated"
        return parse_leak(result.detail)
    assert isinstance(result, QAPair)
    return None


@pytest.mark.parametrize(
    ("method", "copy"),
    [
        ("exact", FERRIS),
        ("exact", FERRIS.upper()),
        ("exact", FERRIS.replace(" ", "  ").replace("?", " ?")),
        ("alnum", FERRIS.replace("at once", "at-once")),
        ("ngram", "Problem 3. " + FERRIS + " Explain."),
        ("ngram", FERRIS.replace("The Ferris wheel", "A big wheel")),
        ("fuzzy", FERRIS.replace("14 seats", "14 chairs")),
        ("numbers_changed", FERRIS.replace("14", "20")),
        ("numbers_changed", FERRIS.replace("14", "twenty")),
    ],
)
def test_a_copy_is_found_and_attributed_to_method_and_item(tmp_path: Path, method: str, copy: str) -> None:
    leak = check(copy, [pair("item-7", FERRIS), pair("item-8", TRIG)], tmp_path)
    assert leak is not None
    assert (leak.method, leak.benchmark, leak.item, leak.part) == (method, "s", "item-7", "question")
    assert "how many" in leak.text


@pytest.mark.parametrize(
    "copy",
    [
        r"compute $\sin 60^{\circ}$",
        "Compute sin 60°",
        "Please compute sin 60° now",
        r"Find the value of $\sin 60^\circ$.",
        "What is sin 60°?",
    ],
)
def test_a_short_item_is_found_whole_however_it_is_asked(tmp_path: Path, copy: str) -> None:
    leak = check(copy, [pair("item", TRIG)], tmp_path)
    assert leak is not None
    assert leak.method in ("exact", "short")


def test_a_short_item_counts_in_a_long_text_where_it_is_a_sentence_of_its_own(tmp_path: Path) -> None:
    item = pair("item", r"Compute $\sin 60^\circ + \cos 30^\circ$.")
    around = "I am stuck with this exercise from my homework of last week, can you help me with it?"
    assert check(f"{around} {item.question} Thank you all.", [item], tmp_path) is not None
    inside = (
        "A ladder leans on a wall. To find how high it reaches, compute sin 60° + cos 30° and take it by 3 m of it."
    )
    assert check(inside, [item], tmp_path) is None


@pytest.mark.parametrize(
    "other",
    [
        "Compute $\\sin 61^\\circ$.",
        "Compute cos 60°",
        "What is the mass of the Earth?",
        "The wheel of a cart in the park has 14 spokes. Each spoke can hold 6 pounds. How many pounds can it carry?",
    ],
)
def test_other_questions_pass(tmp_path: Path, other: str) -> None:
    assert check(other, [pair("item", TRIG), pair("item2", FERRIS)], tmp_path) is None


@pytest.mark.parametrize(
    "other",
    [
        "Let $x$ and $y$ be real with $x+y=3$ and $x^2+y^2=7$. What is the value of $x^3-y^3$ then?",
        "Let $x$ and $y$ be real with $x+y=3$ and $x^2-y^2=7$. What is the value of $x^3+y^3$ then?",
        "Let $x$ and $y$ be real with $x+y=3$ and $\\sin x=7$. What is the value of $x^3+y^3$ then?",
    ],
)
def test_another_sign_or_function_is_another_problem(tmp_path: Path, other: str) -> None:
    item = pair("item", "Let $x$ and $y$ be real with $x+y=3$ and $x^2+y^2=7$. What is the value of $x^3+y^3$ then?")
    methods = ["ngram", "short", "fuzzy"]
    assert check(other, [item], tmp_path, methods=methods) is None
    assert check(item.question.replace("value", "size"), [item], tmp_path, methods=methods) is not None


def test_what_several_items_share_is_boilerplate(tmp_path: Path) -> None:
    phrase = "can be written in the form where these two are relatively prime positive integers"
    items = [pair(f"item-{n}", f"The value number {n} of this sum {phrase}") for n in range(3)]
    assert check(f"Another thing {phrase}", items, tmp_path) is None
    assert check(f"Another thing {phrase}", items[:2], tmp_path) is not None


def test_copies_of_an_item_in_several_benchmarks_do_not_make_it_boilerplate(tmp_path: Path) -> None:
    items = [pair(f"item-{n}", FERRIS.replace("at once", "at once" + "!" * n)) for n in range(10)]
    assert check(FERRIS + " Say why.", items, tmp_path) is not None


def test_words_that_every_item_has_do_not_make_a_copy(tmp_path: Path) -> None:
    things = ("vaccination", "devolution", "photosynthesis", "the knee joint", "a monopoly", "syncretism")
    items = [pair(f"item-{thing}", f"Which of the following statements is true about {thing}?") for thing in things]
    assert check("Which of the following statements is true about an isolation transformer?", items, tmp_path) is None


def test_formulas_alike_in_a_few_signs_pass(tmp_path: Path) -> None:
    benchmark = [pair("item", "Let $a^2+b^2+c^2=1$. Find the largest $abc$ over all real numbers with that sum.")]
    assert check("Prove $a^2+b^2+c^2 \\ge ab+bc+ca$ for all $a,b,c$.", benchmark, tmp_path) is None


def test_a_form_that_several_items_share_is_no_leak_with_other_numbers(tmp_path: Path) -> None:
    def asked(one: int, two: int) -> str:
        return f"What is the greatest common factor of the two positive whole numbers {one} and {two}?"

    items = [pair(f"item-{n}", asked(n, n + 7)) for n in (12, 30, 45)]
    assert check(asked(100, 64), items, tmp_path) is None
    leak = check(asked(100, 64), items[:1], tmp_path)
    assert leak is not None
    assert leak.method == "numbers_changed"


def test_another_drawing_under_a_short_text_is_another_problem(tmp_path: Path) -> None:
    items = [pair("item", SQUARE)]
    assert check("Look: " + SQUARE, items, tmp_path) is not None
    assert check("Look: " + SQUARE.replace("27", "31"), items, tmp_path, methods=["ngram", "short", "fuzzy"]) is None


def test_the_key_of_letters_and_digits_takes_a_sign_for_nothing(tmp_path: Path) -> None:
    item = pair("item", "Which numbers are roots of $z^4 + z^2 + 1 = 0$ here?")
    leak = check("Which numbers are roots of $z^4 - z^2 + 1 = 0$ here?", [item], tmp_path)
    assert leak is not None
    assert leak.method == "alnum"
    assert leak.text == "which numbers are roots of z ^ 4 … z ^ 2 + 1 = 0 here"
    assert leak.score == pytest.approx(15 / 16, abs=0.01)
    assert check("求 12 和 34 的和是多少请写出全过程。 abc def 99", [pair("x", "abc def, 12 34 99")], tmp_path) is None


def test_the_key_of_letters_and_digits_says_which_share_of_the_words_agrees(tmp_path: Path) -> None:
    plus, minus = pair("plus", "Solve x^2 + 5x + 6 = 0 for x"), pair("minus", "Solve x^2 - 5x + 6 = 0 for x")
    leak = check(minus.question, [plus], tmp_path)
    assert leak is not None
    assert (leak.method, leak.score, leak.text) == ("alnum", 0.92, "solve x ^ 2 … 5 x + 6 = 0 for x")
    put_in = check("Solve x^2 + 5x + 6 = -0 for x", [plus], tmp_path)
    assert put_in is not None
    assert (put_in.method, put_in.score) == ("alnum", 0.93)
    whole = check("Solve x^2 - 5x + 6 = 0 for (x)", [plus, minus], tmp_path)
    assert whole is not None
    assert (whole.item, whole.method, whole.score) == ("minus", "alnum", 1.0)
    assert check(minus.question, [plus], tmp_path, methods=["exact", "ngram", "short", "fuzzy"]) is None


def test_an_item_in_the_answer_is_found_unless_answers_are_left_out(tmp_path: Path) -> None:
    answer = f"The page goes on: {FERRIS} The answer to that is 84."
    leak = check("What comes next?", [pair("item", FERRIS)], tmp_path, answer)
    assert leak is not None
    assert (leak.part, leak.method) == ("answer", "ngram")
    assert check("What comes next?", [pair("item", FERRIS)], tmp_path, answer, answers=False) is None


def test_of_several_items_that_match_the_nearest_is_named(tmp_path: Path) -> None:
    longer = FERRIS + " The park opens at nine in the morning and closes at six."
    leak = check("Well: " + FERRIS, [pair("longer", longer), pair("same", FERRIS)], tmp_path)
    assert leak is not None
    assert (leak.item, leak.score) == ("same", 1.0)


def test_only_the_methods_named_run(tmp_path: Path) -> None:
    copy = "Well: " + FERRIS
    assert check(copy, [pair("item", FERRIS)], tmp_path, methods=["exact", "alnum"]) is None
    assert check(copy, [pair("item", FERRIS)], tmp_path, methods=["ngram"]) is not None


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"methods": ["exact", "grep"]}, r"no method 'grep'; methods: exact, alnum, "),
        ({"ngram": 0}, "at least 1"),
        ({"coverage": 0.0}, "above 0"),
        ({"similarity": 1.5}, "at most 1"),
    ],
)
def test_options_that_make_no_sense_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        Decontaminate(**options)


def test_results_come_in_the_order_of_rows(tmp_path: Path) -> None:
    ctx = context(tmp_path, benchmarks=MemorySide([pair("item", FERRIS)]))
    rows = [pair("1", "Something else?"), pair("2", FERRIS), pair("3", ""), pair("4", "And more?")]
    results = run_batch(Decontaminate(), rows, ctx)
    assert [isinstance(result, Reject) for result in results] == [False, True, False, False]


def test_a_batch_finds_what_single_rows_find(tmp_path: Path) -> None:
    ctx = context(tmp_path, benchmarks=MemorySide([pair("item", FERRIS), pair("short", TRIG)]))
    texts = [FERRIS, "", "Find sin 60°", "x", "So: " + FERRIS, "7", FERRIS.replace("14", "99"), "Compute sin 60° °"]
    rows = [pair(str(number), text) for number, text in enumerate(texts)]
    single = [run_batch(Decontaminate(), [row], ctx)[0] for row in rows]
    assert run_batch(Decontaminate(), rows, ctx) == single
    assert sum(isinstance(result, Reject) for result in single) == 5


@pytest.mark.parametrize("benchmark", [[], [pair("empty", "")], [pair("signs", "???")]])
def test_benchmarks_without_words_find_nothing(tmp_path: Path, benchmark: list[QAPair]) -> None:
    assert check(FERRIS, benchmark, tmp_path) is None


def test_stored_benchmarks_are_indexed_once_in_a_process() -> None:
    side, rules = StoredInput(role="benchmarks"), Decontaminate().rules()
    assert finder_of(rules, side) is finder_of(rules, StoredInput(role="benchmarks"))
    assert finder_of(rules, MemorySide()) is not finder_of(rules, MemorySide())


@pytest.mark.parametrize("name", ["math500", "a set: with signs", 'quoted "name"'])
def test_what_is_said_of_a_leak_reads_back(name: str) -> None:
    leak = Leak(method="ngram", benchmark=name, item=f"{name}/1", score=0.75, text="some words: 3 = 4\nand more")
    assert parse_leak(str(leak)) == leak
    assert str(leak).startswith("method=ngram benchmark=")
    with pytest.raises(ValueError, match="does not tell of a leak"):
        parse_leak("duplicate of x")


def test_a_long_text_is_cut_in_what_is_said() -> None:
    leak = Leak(method="exact", benchmark="b", item="i", score=1.0, text="word " * 500)
    assert len(str(leak)) < 500
    assert parse_leak(str(leak)).text.endswith("…")


def test_the_methods_are_all_on_unless_told_otherwise() -> None:
    assert Decontaminate().methods == [*METHODS]
