import itertools
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.context import RunOptions
from pipeline.errors import ConfigError
from stages._near_bands import band_keys, recall_curve
from stages._near_links import LARGE
from stages._near_sets import Shingler
from stages._near_symbols import Kind, Lexicon, kind_of, tokens_of
from stages._text import words
from stages.dedup_near import DedupNear
from stages.records import QAPair
from stages.select_rl import SelectRl
from tests.stages.near_rows import pair, sentence
from tests.stages.training_rows import problem
from tests.support import MemorySide, context, run_table

LONG = " ".join(sentence("long", 40))


def near(rows: list[QAPair], tmp_path: Path, **options: Any) -> tuple[dict[str, QAPair], dict[str, str]]:
    kept, dropped = run_table(DedupNear(**options), rows, context(tmp_path))
    return {row.id: row for row in kept}, dropped


def changed(words: list[str], count: int, seed: object) -> str:
    """The words with `count` of them replaced, far enough apart that each takes three runs of three with it."""
    found = list(words)
    for number in range(count):
        found[3 + 5 * number] = sentence(f"{seed}-{number}", 1)[0]
    return " ".join(found)


def test_a_near_copy_leaves_and_names_the_row_that_stays(tmp_path: Path) -> None:
    rows = [pair("a", LONG), pair("b", f"{LONG} thanks", "It is 1."), pair("c", " ".join(sentence("other", 40)))]
    kept, dropped = near(rows, tmp_path)
    assert dropped == {"a": "near_duplicate"}
    assert (kept["b"].copies, kept["b"].kept_because, kept["b"].cluster) == (
        ["a"],
        "longest",
        min(rows[0].content_key, rows[1].content_key),
    )
    assert (kept["c"].copies, kept["c"].cluster) == ([], None)
    frame = DedupNear().transform(MemorySide(rows).lazy(), context(tmp_path)).sort("id").collect()
    assert frame["_reject_detail"].to_list() == ["b: longest; Jaccard 0.97", None, None]


def test_problems_that_are_the_same_but_for_all_their_numbers_share_a_cluster_and_stay(tmp_path: Path) -> None:
    put = "A car drives {} km in {} hours and then {} km in {} hours. How far does it go?"
    rows = [pair("a", put.format(120, 2, 90, 3)), pair("b", put.format(130, 4, 80, "1.5")), pair("c", "What is 2 + 3?")]
    rows.append(pair("d", "What is 4 + 5?"))
    kept, dropped = near(rows, tmp_path)
    assert not dropped
    assert kept["a"].cluster == kept["b"].cluster == min(rows[0].content_key, rows[1].content_key)
    # Too little is left of these but their numbers.
    assert kept["c"].cluster is kept["d"].cluster is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("A train goes 60 km in 2 hours", "A train goes 80 km in 2 hours"),
        ("Factor x^8 - 98x^4 + 1", "Factor x^8 + 98x^4 + 1"),
        ("Solve it for x", "Solve it for y"),
        ("Find f'(2)", "Find f(2)"),
        ("Find f'", "Find f"),
        ("What is 7!/5!", "What is 7/5"),
        (r"Find \alpha", r"Find \beta"),
        ("Find the largest of them", "Find the smallest of them"),
        ("Half of the girls and all boys came. How many boys?", "Half of the girls and all boys came. How many girls?"),
        ("The perimeter of polygon ABCDE", "The perimeter of polygon PQRST"),
        (r"Expand 2(x+1)", r"Expand 2x+1"),
        (r"Evaluate \frac{1}{2x}", r"Evaluate \frac{1}{2}x"),
        ("Where will it be?", "Where will it be, and chocolate stays on top?"),
        ("All x: ∀x (x = x)", "Some x: ∃x (x = x)"),
        ("Find x. [asy] draw((0,0)--(1,0)); [/asy]", "Find x. [asy] draw((0,0)--(2,0)); [/asy]"),
    ],
)
def test_variants_stay_and_share_a_cluster(tmp_path: Path, one: str, other: str) -> None:
    rows = [pair("a", f"{LONG} {one}"), pair("b", f"{LONG} {other}")]
    kept, dropped = near(rows, tmp_path)
    assert dropped == {}
    assert kept["a"].cluster == kept["b"].cluster == min(row.content_key for row in rows)
    assert (kept["a"].copies, kept["a"].kept_because) == ([], None)
    assert near(rows, tmp_path, keep_variants=False)[1] == {"b": "near_duplicate"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a train left", "the train left"),
        ("a train left", "a train left. Please help me with this question"),
        ("a train left Paris", "a train left"),
        ("Find the value of it", "Determine its value"),
        (r"\sin (x) + x^{2}", r"$\sin x + x^2$"),
        (r"\left( n_1 + 1 \right)", r"(n_{1}+1)"),
        (r"C^{}_{} = 12", "C = 12"),
    ],
)
def test_what_is_only_put_in_another_way_is_a_copy(tmp_path: Path, one: str, other: str) -> None:
    rows = [pair("a", f"{LONG} {one}"), pair("b", f"{LONG} {other}")]
    assert list(near(rows, tmp_path)[1].values()) == ["near_duplicate"]


def test_words_are_signs_fillers_or_content() -> None:
    kinds = {token: kind_of(token) for token in ("the", "a", "x", "7", "+", "alpha", "train", "not")}
    assert [name for name, kind in kinds.items() if kind is Kind.FILLER] == ["the", "a"]
    assert [name for name, kind in kinds.items() if kind is Kind.CONTENT] == ["train"]


def test_the_signs_of_a_question_do_not_depend_on_needless_brackets() -> None:
    for text in ("x^{12} + (y)", "{x}^{12} + y", "x^12 + {(y)}", "x ^ 12 + y {}"):
        assert tokens_of(text, Lexicon()).signs == "x ^ 12 + y\0"


@pytest.mark.parametrize(
    "text",
    [
        "Is 3.5 (or 1,000) of ½ [x] and {y}?",
        "∀x ∈ ℝ: |x|² ≥ −1 → f(x)≠0",
        "[asy] draw(1); [/asy] Find $\\left(\\frac12\\right)^{}_{}$.",
        "a_{n+1}=2^{10} \\text{ for } (n)",
        "(( )) {{}} .5 5. it's",
        "(f)'(x) = {n}!, f' of n! and $y''$",
    ],
)
def test_brackets_change_no_word(text: str) -> None:
    assert tokens_of(text, Lexicon()).words == words(text)


def test_what_is_less_alike_than_the_threshold_is_not_near(tmp_path: Path) -> None:
    rows = [pair("a", LONG), pair("b", f"{LONG} the of to in it so as by at on for but")]  # 38 runs of 50
    assert near(rows, tmp_path) == ({row.id: row for row in rows}, {})
    assert near(rows, tmp_path, threshold=0.75)[1] == {"b": "near_duplicate"}


def test_in_a_chain_nothing_leaves_for_a_row_it_is_not_near_to(tmp_path: Path) -> None:
    words = sentence("chain", 80)
    rows = [pair(f"{n}", " ".join(words[2 * n : 2 * n + 60])) for n in range(6)]
    kept, dropped = near(rows, tmp_path)
    assert len({row.cluster for row in kept.values()}) == 1
    assert len(kept) > 1
    sets = Shingler(3).read([row.question for row in rows]).runs
    for loser in dropped:
        (winner,) = [row for row in kept.values() if loser in row.copies]
        assert sets.jaccard(np.array([int(loser)]), np.array([int(winner.id)]))[0] >= 0.8


def test_rows_that_stay_because_comparisons_are_used_up_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = sentence("chain", 80)
    rows = [pair(f"{n}", " ".join(words[2 * n : 2 * n + 60])) for n in range(6)]
    found: dict[str, float] = {}
    ctx = replace(context(tmp_path), count=lambda name, amount: found.update({name: amount}))
    _, dropped = run_table(DedupNear(keep_variants=False), rows, ctx)
    assert found["rows_unsettled"] == 0
    monkeypatch.setattr("stages._near_families.COMPARED_AT_MOST", 1)
    kept, fewer = run_table(DedupNear(keep_variants=False), rows, ctx)
    assert found["rows_unsettled"] == len(kept) - 1
    assert fewer.items() < dropped.items()


def test_clusters_of_an_earlier_stage_are_merged(tmp_path: Path) -> None:
    rows = [
        pair("a", f"{LONG} and 1", cluster="k2"),
        pair("b", f"{LONG} and 2", cluster="k1"),
        pair("c", " ".join(sentence("c", 30)), cluster="k2"),
        pair("d", " ".join(sentence("d", 30)), cluster="k3"),
    ]
    kept, _ = near(rows, tmp_path)
    assert {name: row.cluster for name, row in kept.items()} == {"a": "k1", "b": "k1", "c": "k1", "d": "k3"}


@pytest.mark.parametrize("question", ["", "   ", "?!", "[asy] draw(); [/asy]"])
def test_questions_without_words_are_near_to_nothing(tmp_path: Path, question: str) -> None:
    rows = [pair("a", question), pair("b", f"{question}.."), pair("c", "Why")]
    assert near(rows, tmp_path)[1] == {}
    assert near(rows[:2], tmp_path)[1] == {}


def test_short_questions_are_compared_as_a_whole(tmp_path: Path) -> None:
    rows = [pair("a", "Why so?"), pair("b", "why so"), pair("c", "Why not"), pair("d", "Why"), pair("e", "why, so")]
    assert near(rows, tmp_path)[1] == {"b": "near_duplicate", "e": "near_duplicate"}


def test_an_empty_table_stays_empty(tmp_path: Path) -> None:
    empty = MemorySide([pair("a", "q")]).lazy().head(0)
    assert DedupNear().transform(empty, context(tmp_path)).collect().height == 0


def test_neither_the_order_of_rows_nor_the_number_of_workers_matters(tmp_path: Path) -> None:
    rng = random.Random(5)
    rows = []
    for family in range(60):
        words = sentence(family, rng.randrange(10, 50))
        for member in range(rng.randrange(1, 6)):
            text = changed(words, min(member % 3, len(words) // 5 - 1), member) + f" {rng.randrange(3)}"
            rows.append(pair(f"{family}-{member}", text, "y" * rng.randrange(4)))
    expected = near(rows, tmp_path)
    assert expected[1]
    for _ in range(3):
        rng.shuffle(rows)
        assert near(rows, tmp_path) == expected
    (tmp_path / "two").mkdir()
    two = replace(context(tmp_path / "two"), run=RunOptions(workers=2))
    kept, dropped = run_table(DedupNear(), rows, two)
    assert ({row.id: row for row in kept}, dropped) == expected


def test_the_share_of_pairs_found_is_what_the_curve_expects() -> None:
    questions = []
    for number in range(600):
        words = sentence(number, 40)
        questions += [" ".join(words), changed(words, 1 + number % 4, number)]
    sets = Shingler(3).read(questions).runs
    left = np.arange(0, len(questions), 2)
    jaccard = sets.jaccard(left, left + 1)
    assert sorted({round(float(value), 3) for value in jaccard}) == [0.52, 0.617, 0.727, 0.854]
    for bands, rows in ((25, 8), (1, 10)):
        keys = band_keys(sets, bands, rows)
        met = (keys[:, left] == keys[:, left + 1]).any(axis=0)
        for value in np.unique(jaccard):
            expected = 1 - (1 - value**rows) ** bands
            assert met[jaccard == value].mean() == pytest.approx(expected, abs=0.1)


def test_the_curve_is_that_of_the_bands() -> None:
    assert recall_curve(25, 8)[0.8] == pytest.approx(0.9899, abs=1e-4)
    assert recall_curve(1, 10)[0.8] == pytest.approx(0.107, abs=1e-3)


def test_the_run_counts_what_it_expected_to_find(tmp_path: Path) -> None:
    found: dict[str, float] = {}
    ctx = replace(context(tmp_path), count=lambda name, amount: found.update({name: amount}))
    run_table(DedupNear(), [pair("a", LONG), pair("b", f"{LONG} 1")], ctx)
    assert found["expected_recall_at_0.80"] == 0.9899
    assert (found["pairs_compared"], found["pairs_joined"]) == (1, 1)


def test_nothing_is_left_in_the_scratch_folder(tmp_path: Path) -> None:
    near([pair("a", LONG), pair("b", f"{LONG} 1")], tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_large_bucket_of_boilerplate_loses_no_pair_and_is_not_compared_throughout(tmp_path: Path) -> None:
    boilerplate = " ".join(sentence("boilerplate", 40))
    rows = [pair(f"{n:04d}", f"{boilerplate} {' '.join(sentence(n, 20))}") for n in range(20 * LARGE)]
    rows += [pair(f"{row.id}-copy", f"{row.question} thanks") for row in rows[::100]]
    found: dict[str, float] = {}
    ctx = replace(context(tmp_path), count=lambda name, amount: found.update({name: amount}))
    _, dropped = run_table(DedupNear(), rows, ctx)
    assert sorted(dropped) == [f"{n:04d}-copy" for n in range(0, 20 * LARGE, 100)]
    assert found["pairs_compared"] < 40 * len(rows)


def test_a_large_bucket_of_copies_costs_no_more_than_its_rows(tmp_path: Path) -> None:
    endings = itertools.product(("the", "of", "to", "in", "it", "so"), repeat=4)
    rows = [pair(f"{n:04d}", f"{LONG} {' '.join(ending)}") for n, ending in enumerate(endings)]
    found: dict[str, float] = {}
    ctx = replace(context(tmp_path), count=lambda name, amount: found.update({name: amount}))
    kept, dropped = run_table(DedupNear(), rows, ctx)
    assert [row.id for row in kept] == ["0000"]
    assert len(dropped) == len(rows) - 1
    assert found["pairs_compared"] < 5 * len(rows)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"threshold": 0}, "threshold is 0; it must be above 0 and at most 1"),
        ({"bands": 0}, "bands is 0; it must be at least 1"),
        ({"prefer": ["best"]}, "dedup_near: prefer has no rule 'best'"),
    ],
)
def test_options_that_make_no_sense_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        DedupNear(**options)


def test_families_end_on_one_side_of_the_split(tmp_path: Path) -> None:
    rows = [
        pair(f"{family}-{member}", f"{' '.join(sentence(family, 40))} {member}")
        for family in range(40)
        for member in range(4)
    ]
    kept, _ = near(rows, tmp_path)
    problems = [
        replace(problem(name), question=row.question, content_key=row.content_key, cluster=row.cluster)
        for name, row in kept.items()
    ]
    chosen, _ = run_table(SelectRl(validation_share=0.5), problems, context(tmp_path))
    sides = {(row.id.partition("-")[0], row.split) for row in chosen}
    assert len(sides) == 40
    assert {split for _, split in sides} == {"train", "validation"}
