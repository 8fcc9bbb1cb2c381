from pathlib import Path

import pytest

from pipeline.stage import Reject
from stages._leak_report import parse_leak
from stages.decontaminate import Decontaminate
from stages.records import QAPair
from tests.stages.test_dedup_exact import pair
from tests.support import MemorySide, context, run_batch

FERRIS = (
    "The Ferris wheel in Paradise Park has 14 seats. Each seat can hold 6 people. How many people can ride at once?"
)
TRIG = r"Compute $\sin 60^\circ$."


def check(question: str, benchmark: list[QAPair], tmp_path: Path, ngram: int = 10) -> QAPair | Reject:
    ctx = context(tmp_path, benchmarks=MemorySide(benchmark))
    (result,) = run_batch(Decontaminate(ngram=ngram), [pair("row", question)], ctx)
    assert isinstance(result, (QAPair, Reject))
    return result


@pytest.mark.parametrize(
    "copy",
    [
        FERRIS,
        FERRIS.upper(),
        FERRIS.replace(" ", "  ").replace("?", " ?"),
        "Problem 3. " + FERRIS + " Explain.",
        FERRIS.replace("14", "20"),
    ],
)
def test_copies_are_found_and_attributed(tmp_path: Path, copy: str) -> None:
    result = check(copy, [pair("item-7", FERRIS)], tmp_path)
    assert isinstance(result, Reject)
    assert result.reason == "contaminated"
    leak = parse_leak(result.detail)
    assert (leak.benchmark, leak.item) == ("s", "item-7")
    assert "how many people" in leak.text


@pytest.mark.parametrize("copy", [r"compute $\sin 60^{\circ}$", "Compute sin 60°", "Please compute sin 60° now"])
def test_short_items_are_matched_whole(tmp_path: Path, copy: str) -> None:
    assert isinstance(check(copy, [pair("item", TRIG)], tmp_path), Reject)


def test_a_short_item_inside_a_long_question_proves_nothing(tmp_path: Path) -> None:
    long = (
        "A ladder leans on a wall. To find how high it reaches, compute sin 60° and multiply it by the length of 3 m."
    )
    assert isinstance(check(long, [pair("item", TRIG)], tmp_path), QAPair)


@pytest.mark.parametrize("other", ["Compute $\\sin 61^\\circ$.", "Compute cos 60°", "What is the mass of the Earth?"])
def test_other_questions_pass(tmp_path: Path, other: str) -> None:
    assert isinstance(check(other, [pair("item", TRIG), pair("item2", FERRIS)], tmp_path), QAPair)


def test_what_several_items_share_is_boilerplate(tmp_path: Path) -> None:
    phrase = "can be written in the form where these two are relatively prime positive integers"
    items = [pair(f"item-{n}", f"The value number {n} of this sum {phrase}") for n in range(3)]
    assert isinstance(check(f"Another thing {phrase}", items, tmp_path), QAPair)
    assert isinstance(check(f"Another thing {phrase}", items[:2], tmp_path), Reject)


def test_repeats_of_an_item_do_not_make_it_boilerplate(tmp_path: Path) -> None:
    items = [pair(f"item-{n}", FERRIS) for n in range(10)]
    assert isinstance(check(FERRIS + " Say why.", items, tmp_path), Reject)


def test_formulas_alike_in_a_few_signs_pass(tmp_path: Path) -> None:
    benchmark = [pair("item", "Let $a^2+b^2+c^2=1$. Find the largest $abc$ over all real numbers with that sum.")]
    assert isinstance(check("Prove $a^2+b^2+c^2 \\ge ab+bc+ca$ for all $a,b,c$.", benchmark, tmp_path), QAPair)


def test_answers_come_in_the_order_of_rows(tmp_path: Path) -> None:
    ctx = context(tmp_path, benchmarks=MemorySide([pair("item", FERRIS)]))
    rows = [pair("1", "Something else?"), pair("2", FERRIS), pair("3", "And more?")]
    results = run_batch(Decontaminate(), rows, ctx)
    assert [isinstance(result, Reject) for result in results] == [False, True, False]
