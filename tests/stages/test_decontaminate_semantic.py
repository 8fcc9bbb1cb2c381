"""Copies of benchmark items in other words: what lies near, what a model says of it, and what becomes of the row."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipeline.errors import ConfigError, ShardError
from stages._leak_report import parse_leak
from stages._nearness import nearness_of
from stages.decontaminate_semantic import DecontaminateSemantic
from stages.judge_matches import JudgeMatches
from stages.match_benchmarks import MatchBenchmarks
from stages.records import Likeness, MatchedPair, QAPair
from tests.stages.asking import Overheard, saying
from tests.stages.benchmark_matches import REWORDED, WHEEL, match, matched, said
from tests.stages.embedded import needs_model
from tests.stages.test_dedup_exact import pair
from tests.support import MemorySide, context, run_table


def decided(matches: Sequence[MatchedPair], tmp_path: Path, **options: Any) -> tuple[list[QAPair], dict[str, str]]:
    rows = [pair(one.id, one.question) for one in matches]
    return run_table(DecontaminateSemantic(**options), rows, context(tmp_path, matches=MemorySide(matches)))


@needs_model
def test_without_a_model_the_threshold_decides_and_the_reject_names_item_and_text(tmp_path: Path) -> None:
    rows = [matched("a", match(cosine=0.97)), matched("b", match(cosine=0.8)), matched("c")]
    rows.append(matched("d", match("item-1", 0.5), match("item-2", 0.8, shared=0.9)))
    kept, dropped = decided(rows, tmp_path, threshold=0.7)
    assert dropped == {"a": "contaminated", "d": "contaminated"}
    assert [(row.id, row.signals) for row in kept] == [("b", ["near_benchmark"]), ("c", [])]
    ctx = context(tmp_path, matches=MemorySide(rows))
    given = MemorySide([pair(row.id, row.question) for row in rows]).lazy()
    frame = DecontaminateSemantic(threshold=0.7).transform(given, ctx).filter(pl.col("id") == "d").collect()
    leak = parse_leak(frame["_reject_detail"][0])
    assert (leak.method, leak.benchmark, leak.item, leak.score) == ("embedding", "gsm8k", "item-2", 0.8)
    assert leak.text == f"{WHEEL} (item-2)"


def test_answers_and_numbers_that_agree_make_up_for_other_words(tmp_path: Path) -> None:
    rows = [
        matched("numbers", match(cosine=0.6, shared=0.6)),
        matched("answer", match(cosine=0.6, answer=0.6)),
        matched("both", match(cosine=0.6, shared=0.6, answer=0.6)),
    ]
    kept, dropped = decided(rows, tmp_path)
    assert {row.id for row in kept} == {"numbers", "answer"}
    assert dropped == {"both": "contaminated"}
    assert nearness_of(rows[2].matches[0]) == pytest.approx(0.6 + 0.2 * 0.6 + 0.25 * 0.6 + 0.6 * 0.36 - 0.5 * 0.5)


def test_among_many_near_items_the_same_cosine_proves_less(tmp_path: Path) -> None:
    rows = [matched("alone", match(cosine=0.9, crowd=0.6)), matched("one of many", match(cosine=0.9, crowd=0.8))]
    kept, dropped = decided(rows, tmp_path)
    assert [row.id for row in kept] == ["one of many"]
    assert dropped == {"alone": "contaminated"}


def test_an_item_without_neighbours_is_no_better_proof_for_it(tmp_path: Path) -> None:
    assert nearness_of(match(cosine=0.7, crowd=0.0)) == nearness_of(match(cosine=0.7, crowd=0.5))
    assert decided([matched("a", match(cosine=0.7, crowd=0.0))], tmp_path)[1] == {}


def test_an_item_of_few_words_is_near_to_all_of_its_kind_and_proves_nothing(tmp_path: Path) -> None:
    short = {"item_question": r"Compute $\\frac{3}{4} + 4$."}
    rows = [
        matched("kind", match(cosine=1.0, **short)),
        matched("copy", match(cosine=1.0, shared=0.9, **short)),
        matched("judged", match(cosine=1.0, **short, opinion=said(Likeness.NUMBERS_CHANGED))),
    ]
    kept, dropped = decided(rows, tmp_path)
    assert [row.id for row in kept] == ["kind"]
    assert set(dropped) == {"copy", "judged"}
    overheard = Overheard(JudgeMatches(teacher=saying("Decision: different")), context(tmp_path))
    overheard.ask(*rows)
    assert len(overheard.prompts) == 2


@pytest.mark.parametrize(
    ("opinions", "reason", "method"),
    [
        ([Likeness.SAME], "contaminated", "judge_same"),
        ([Likeness.DIFFERENT, Likeness.RENAMED], "contaminated", "judge_renamed"),
        ([Likeness.DIFFERENT, Likeness.NUMBERS_CHANGED], "contaminated", "judge_numbers_changed"),
        ([None, Likeness.DIFFERENT], "leak_undecided", "judge_unreadable"),
        ([None, Likeness.SAME], "contaminated", "judge_same"),
        ([Likeness.DIFFERENT], None, ""),
    ],
)
def test_what_the_model_said_counts(
    tmp_path: Path, opinions: list[Likeness | None], reason: str | None, method: str
) -> None:
    found = [
        match(f"item-{number}", opinion=said(one, None if one else "unreadable")) for number, one in enumerate(opinions)
    ]
    row = matched("a", *found)
    assert decided([row], tmp_path)[1] == ({"a": reason} if reason else {})
    if reason:
        given = MemorySide([pair("a", REWORDED)]).lazy()
        frame = DecontaminateSemantic().transform(given, context(tmp_path, matches=MemorySide([row]))).collect()
        assert parse_leak(frame["_reject_detail"][0]).method == method


def test_undecided_rows_stay_where_that_is_wanted_and_say_so(tmp_path: Path) -> None:
    row = matched("a", match(opinion=said(None, "truncated")))
    (kept,), dropped = decided([row], tmp_path, keep_undecided=True)
    assert dropped == {}
    assert kept.signals == ["leak_undecided"]


def test_a_row_that_was_never_compared_does_not_pass_for_clean(tmp_path: Path) -> None:
    ctx = context(tmp_path, matches=MemorySide([matched("a")]))
    with pytest.raises(ShardError, match="1 rows were not compared with the benchmarks, such as b"):
        run_table(DecontaminateSemantic(), [pair("a", WHEEL), pair("b", WHEEL)], ctx)


@pytest.mark.parametrize(
    ("make", "fact"),
    [
        (lambda: MatchBenchmarks(ask_from=0), "ask_from is 0; it must be above 0"),
        (lambda: MatchBenchmarks(top=0), "top is 0; it must be at least 1"),
        (lambda: JudgeMatches(teacher=saying("x"), ask_from=0.9, ask_below=0.9), "raise ask_below"),
        (lambda: JudgeMatches(teacher=saying("x"), style="y"), "no prompt style 'y'"),
        (lambda: DecontaminateSemantic(threshold=3), "nearness goes from 0 to 1.8"),
    ],
)
def test_options_that_cannot_be_are_refused(make: Any, fact: str) -> None:
    with pytest.raises(ValueError if "style" in fact else ConfigError, match=fact):
        make()
