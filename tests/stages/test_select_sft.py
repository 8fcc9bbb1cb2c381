import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.config import load_config
from pipeline.discovery import discover
from pipeline.errors import ConfigError
from pipeline.stage import REJECT_DETAIL
from stages.records import Attempt, FinishReason, SelectedAttempt, TrajectoryRow
from stages.select_sft import SelectSft
from tests.stages.training_rows import attempt, marks, problem, verdict
from tests.support import MemorySide, context, run_table
from verifier.types import Outcome

Judged = list[tuple[Attempt, Outcome]]


def select(
    tmp_path: Path,
    judged: Judged,
    *,
    sources: Mapping[str, str] | None = None,
    trajectories: Sequence[TrajectoryRow] = (),
    **options: Any,
) -> tuple[list[SelectedAttempt], dict[str, str]]:
    attempts = [made for made, _ in judged]
    names = sorted({made.problem_id for made in attempts})
    problems = [problem(name, source=(sources or {}).get(name, "pages")) for name in names]
    sides = {"attempts": MemorySide(attempts), "problems": MemorySide(problems)}
    if trajectories:
        sides["trajectories"] = MemorySide(trajectories)
    return run_table(
        SelectSft(**options), [verdict(made, outcome) for made, outcome in judged], context(tmp_path, **sides)
    )


def ids(rows: Sequence[SelectedAttempt]) -> set[str]:
    return {row.id for row in rows}


MIXED = [
    (attempt("a", 0), Outcome.CORRECT),
    (attempt("a", 1), Outcome.INCORRECT),
    (attempt("a", 2), Outcome.UNDECIDED),
    (attempt("a", 3, finish_reason=FinishReason.LENGTH), Outcome.INCORRECT),
    (attempt("a", 4, finish_reason=FinishReason.LOOP), Outcome.INCORRECT),
    (attempt("a", 5, final=" "), Outcome.INCORRECT),
    (attempt("a", 6, final="\\boxed{4}\n</think>"), Outcome.CORRECT),
    (attempt("a", 7, final="\\boxed{4}\n <think> or not"), Outcome.CORRECT),
]


def test_the_verified_view_holds_correct_attempts_only_and_counts_the_others_by_reason(tmp_path: Path) -> None:
    kept, dropped = select(tmp_path, MIXED)
    assert [row.id for row in kept] == ["a/small-00"]
    assert dropped == {
        "a/small-01": "incorrect",
        "a/small-02": "undecided",
        "a/small-03": "truncated",
        "a/small-04": "looping",
        "a/small-05": "no_final_text",
        "a/small-06": "think_tags",
        "a/small-07": "think_tags",
    }


def test_what_is_not_right_is_dropped_with_the_answer_found_and_the_gold(tmp_path: Path) -> None:
    long = "9" * 1_000
    made = {
        verdict(attempt("a", 0)): None,
        replace(verdict(attempt("a", 1), Outcome.INCORRECT), extracted="5"): "5 against 4",
        replace(verdict(attempt("a", 2), Outcome.INCORRECT), extracted=None): "no answer against 4",
        replace(verdict(attempt("a", 3), Outcome.INCORRECT), extracted=f"1\n 2{long}"): f"1 2{'9' * 53}... against 4",
        replace(verdict(attempt("b", 0), Outcome.UNDECIDED), extracted="x"): f"timeout: x against {'9' * 57}...",
    }
    attempts = [attempt("a", sample) for sample in range(4)] + [attempt("b", 0)]
    problems = MemorySide([problem("a"), problem("b", answer=long)])
    ctx = context(tmp_path, attempts=MemorySide(attempts), problems=problems)
    told = SelectSft().transform(MemorySide([*made]).lazy(), ctx).collect()
    assert dict(zip(told["id"], told[REJECT_DETAIL], strict=True)) == {row.id: detail for row, detail in made.items()}


def test_the_view_of_all_keeps_wrong_and_undecided_attempts_but_none_without_an_end(tmp_path: Path) -> None:
    kept, dropped = select(tmp_path, MIXED, keep="all")
    assert [row.outcome for row in kept] == [Outcome.CORRECT, Outcome.INCORRECT, Outcome.UNDECIDED]
    assert sorted(dropped.values()) == ["looping", "no_final_text", "think_tags", "think_tags", "truncated"]


def test_pass_rates_are_per_teacher_and_leave_the_undecided_out(tmp_path: Path) -> None:
    judged = [
        *MIXED[:3],
        (attempt("a", 0, teacher="large"), Outcome.CORRECT),
        (attempt("b", 0), Outcome.UNDECIDED),
    ]
    kept, _ = select(tmp_path, judged, keep="all")
    rates = {row.id: row.pass_rate for row in kept}
    assert rates["a/small-00"] == rates["a/small-02"] == 0.5
    assert rates["a/large-00"] == 1.0
    assert rates["b/small-00"] is None


@pytest.mark.parametrize(
    ("prefer", "chosen"), [("shortest", "a/small-02"), ("longest", "a/small-01"), ("first", "a/small-00")]
)
def test_the_quota_keeps_the_preferred_attempt_of_each_problem(tmp_path: Path, prefer: str, chosen: str) -> None:
    lengths = {0: 20, 1: 30, 2: 10}
    judged = [(attempt("a", sample, num_tokens=tokens), Outcome.CORRECT) for sample, tokens in lengths.items()]
    judged += [(attempt("a", 3, num_tokens=5), Outcome.INCORRECT), (attempt("b", 0), Outcome.CORRECT)]
    kept, dropped = select(tmp_path, judged, per_problem=1, prefer=prefer)
    assert [row.id for row in kept] == [chosen, "b/small-00"]
    assert sorted(dropped.values()) == ["incorrect", "over_quota", "over_quota"]


def test_attempts_over_the_token_limit_are_dropped_not_cut(tmp_path: Path) -> None:
    judged = [(attempt("a", 0, num_tokens=100), Outcome.CORRECT), (attempt("a", 1, num_tokens=101), Outcome.CORRECT)]
    kept, dropped = select(tmp_path, judged, max_tokens=100)
    assert [row.num_tokens for row in kept] == [100]
    assert dropped == {"a/small-01": "too_long"}


def test_a_verdict_without_its_attempt_is_a_wiring_mistake_and_says_so(tmp_path: Path) -> None:
    ctx = context(tmp_path, attempts=MemorySide([attempt("b", 0)]), problems=MemorySide([problem("a")]))
    with pytest.raises(ConfigError, match=r"side input `attempts` \(first: a/small-00\)"):
        run_table(SelectSft(), [verdict(attempt("a", 0))], ctx)


def test_a_view_without_any_filter_keeps_what_was_never_finished(tmp_path: Path) -> None:
    kept, dropped = select(tmp_path, MIXED, keep="all", unfinished="keep")
    assert (len(kept), dropped) == (8, {})


def test_what_fewer_samples_give_is_contained_in_what_more_give(tmp_path: Path) -> None:
    judged = [
        (attempt(name, sample), Outcome.INCORRECT if (sample + len(name)) % 3 == 0 else Outcome.CORRECT)
        for name in ("a", "bb", "ccc")
        for sample in range(8)
    ]
    nested = [select(tmp_path, judged, samples=count) for count in (2, 4, 8)]
    assert [len(kept) for kept, _ in nested] == [4, 8, 16]
    assert ids(nested[0][0]) < ids(nested[1][0]) < ids(nested[2][0])
    assert nested[0][1]["a/small-02"] == "later_sample"
    # The rate is that of the whole pool, so a row does not change with the number of samples taken.
    assert {row.pass_rate for row in nested[0][0] if row.problem_id == "a"} == {0.75}


def with_rates(rights: Mapping[str, int], of: int = 20) -> Judged:
    return [
        (attempt(name, sample), Outcome.CORRECT if sample < right else Outcome.INCORRECT)
        for name, right in rights.items()
        for sample in range(of)
    ]


BANDS = {"hard": (0.0, 0.25), "medium": (0.25, 0.75), "easy": (0.75, 1.0)}


def test_a_band_holds_its_lower_bound_and_the_last_one_holds_one(tmp_path: Path) -> None:
    kept, _ = select(tmp_path, with_rates({"a": 4, "b": 5, "c": 15, "d": 20}), bands=BANDS)
    assert {row.problem_id: row.difficulty for row in kept} == {"a": "hard", "b": "medium", "c": "easy", "d": "easy"}


def test_a_band_of_one_rate_takes_it_from_the_others(tmp_path: Path) -> None:
    kept, _ = select(
        tmp_path, with_rates({"a": 0, "b": 1, "c": 20}), keep="all", bands={"unsolved": (0.0, 0.0), "hard": (0.0, 0.5)}
    )
    assert {row.problem_id: row.difficulty for row in kept} == {"a": "unsolved", "b": "hard", "c": None}


def test_by_interval_a_problem_is_uncertain_unless_its_whole_interval_lies_in_a_band(tmp_path: Path) -> None:
    # 95 % intervals of 20: 10 right (0.30, 0.70), 19 right (0.76, 0.99), 16 right (0.58, 0.92).
    judged = with_rates({"a": 10, "b": 19, "c": 16})
    kept, _ = select(tmp_path, judged, bands=BANDS, by="interval")
    assert {row.problem_id: row.difficulty for row in kept} == {"a": "medium", "b": "easy", "c": "uncertain"}
    kept, dropped = select(tmp_path, judged, bands=BANDS, by="interval", only=["medium", "uncertain"])
    assert {row.problem_id for row in kept} == {"a", "c"}
    assert {name for name, reason in dropped.items() if reason == "other_difficulty"} == {
        f"b/small-{sample:02d}" for sample in range(19)
    }


def test_caps_keep_the_same_rows_whatever_the_order_and_larger_ones_more_of_them(tmp_path: Path) -> None:
    judged = with_rates({"a": 12, "b": 12, "c": 20})
    sources = {"a": "one", "b": "one", "c": "two"}
    small, dropped = select(tmp_path, judged, sources=sources, per_source={"one": 5})
    large, _ = select(tmp_path, judged, sources=sources, per_source={"one": 9})
    shuffled, _ = select(tmp_path, random.Random(1).sample(judged, len(judged)), sources=sources, per_source={"one": 5})
    assert [sum(row.source == "one" for row in rows) for rows in (small, large)] == [5, 9]
    assert sum(row.source == "two" for row in small) == 20
    assert ids(small) == ids(shuffled)
    assert ids(small) < ids(large)
    assert sum(reason == "over_source" for reason in dropped.values()) == 24 - 5
    other, _ = select(tmp_path, judged, sources=sources, per_source={"one": 5}, seed=1)
    assert ids(other) != ids(small)


def test_a_cap_on_difficulty_counts_before_one_on_sources(tmp_path: Path) -> None:
    judged = with_rates({"a": 10, "b": 20})
    kept, dropped = select(tmp_path, judged, bands=BANDS, per_difficulty={"easy": 6, "medium": 8}, per_source=10)
    assert len(kept) == 10
    reasons = list(dropped.values())
    assert (reasons.count("over_difficulty"), reasons.count("over_source")) == (14 + 2, 4)


FILTERED = {
    "repetition": ({"repetition": 0.6}, {"max_repetition": 0.5}, "repetitive"),
    "passage": ({"longest_repeat": 31}, {"max_longest_repeat": 30}, "repetitive"),
    "script": ({"foreign": 0.2}, {"max_foreign": 0.1}, "language_mix"),
    "no box": ({"num_boxes": 0}, {"min_boxes": 1}, "format"),
    "boxes": ({"num_boxes": 3}, {"max_boxes": 2}, "format"),
    "leak": ({"leak": "the given answer"}, {"leak": "reject"}, "leaked_answer"),
    "keyword": ({"alternatively": 1}, {"at_least": {"alternatively": 2}}, "few_alternatively"),
}


@pytest.mark.parametrize("name", FILTERED)
def test_each_filter_of_trajectories_has_its_reason(tmp_path: Path, name: str) -> None:
    odd, options, reason = FILTERED[name]
    plain, marked = attempt("a", 0), attempt("a", 1)
    trajectories = [marks(plain, alternatively=2), marks(marked, **odd)]
    judged = [(plain, Outcome.CORRECT), (marked, Outcome.CORRECT)]
    kept, dropped = select(tmp_path, judged, trajectories=trajectories, **options)
    assert (ids(kept), dropped) == ({plain.id}, {marked.id: reason})


def test_of_several_reasons_the_first_in_order_counts(tmp_path: Path) -> None:
    made = [attempt("a", sample, num_tokens=30 + sample) for sample in range(4)]
    odd = [marks(one, repetition=0.9, leak="the known answer") for one in made]
    cut = attempt("a", 4, finish_reason=FinishReason.LENGTH)
    judged = [(made[0], Outcome.INCORRECT), *((one, Outcome.CORRECT) for one in made[1:]), (cut, Outcome.INCORRECT)]
    options = {"samples": 4, "max_tokens": 32, "max_repetition": 0.5, "leak": "reject", "per_problem": 1}
    _, dropped = select(tmp_path, judged, trajectories=[*odd, marks(cut)], **options)
    assert list(dropped.values()) == ["incorrect", "repetitive", "repetitive", "too_long", "later_sample"]


def test_filters_of_trajectories_say_where_their_marks_come_from(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="side input `trajectories`"):
        select(tmp_path, MIXED, max_repetition=0.5)
    with pytest.raises(ConfigError, match=r"side input `trajectories` \(first: a/small-01\)"):
        select(tmp_path, MIXED[:2], max_repetition=0.5, trajectories=[marks(MIXED[0][0])])


WORDS = [f"word{number}" for number in range(400)]


def test_diverse_takes_the_shortest_and_then_what_is_least_like_those_taken(tmp_path: Path) -> None:
    first, other, third = " ".join(WORDS[:100]), " ".join(WORDS[100:220]), " ".join(WORDS[220:360])
    texts = [first, first + " and more", other, other + " besides", third, first + " again and again"]
    judged = [
        (attempt("a", sample, reasoning=text, num_tokens=len(text.split())), Outcome.CORRECT)
        for sample, text in enumerate(texts)
    ]
    judged.append((attempt("b", 0, reasoning=first), Outcome.CORRECT))
    chosen = [select(tmp_path, judged, per_problem=count, prefer="diverse")[0] for count in (1, 2, 3)]
    assert ids(chosen[0]) == {"a/small-00", "b/small-00"}
    assert ids(chosen[0]) < ids(chosen[1]) < ids(chosen[2])
    assert {row.sample for row in chosen[2] if row.problem_id == "a"} in ({0, 2, 4}, {0, 3, 4})


def test_random_ones_depend_on_ids_and_seed_alone(tmp_path: Path) -> None:
    judged = [(attempt(name, sample), Outcome.CORRECT) for name in "abcdefgh" for sample in range(8)]
    one, _ = select(tmp_path, judged, per_problem=2, prefer="random")
    again, _ = select(tmp_path, judged[::-1], per_problem=2, prefer="random")
    other, _ = select(tmp_path, judged, per_problem=2, prefer="random", seed=1)
    assert ids(one) == ids(again) != ids(other)
    assert {row.sample for row in one} != {0, 1}


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"bands": BANDS, "only": ["tough"]}, "only names 'tough'.*bands: hard, medium, easy"),
        ({"bands": BANDS, "per_difficulty": {"tough": 3}}, "per_difficulty names 'tough'"),
        ({"bands": {"low": (0.0, 0.5), "high": (0.4, 1.0)}}, "low and high overlap at 0.4"),
        ({"bands": {"odd": (0.5, 0.2)}}, r"odd is \[0.5, 0.2\]"),
        ({"bands": {"never": (0.0, 0.0)}, "by": "interval"}, "holds no interval"),
        ({"bands": {"uncertain": (0.0, 0.5)}}, "choose another name"),
        ({"per_difficulty": 3}, "without bands"),
        ({"per_source": {"pages": -1}}, "0 or more"),
        ({"at_least": {"hm": 1}}, "at_least names 'hm'.*counts: num_words, wait"),
        ({"min_boxes": 2, "max_boxes": 1}, "nothing has both"),
        ({"per_problem": 0}, "at least 1"),
        ({"samples": 0}, "at least 1"),
    ],
)
def test_options_that_cannot_be_meant_are_refused(options: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        SelectSft(**options)


def test_a_cap_on_a_source_that_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="'page', of which there is no row; sources here: pages"):
        select(tmp_path, MIXED, per_source={"page": 3})


def test_the_page_of_selection_names_every_option_and_its_examples_load(tmp_path: Path) -> None:
    page = (Path(__file__).parent.parent.parent / "docs" / "selection.md").read_text(encoding="utf-8")
    kinds = discover(["stages"])
    for name in ("select_sft", "select_rl", "mix_attempts", "subset_attempts"):
        absent = [option.name for option in fields(kinds[name]) if f"`{option.name}`" not in page]  # type: ignore[arg-type]
        assert not absent, f"{name}: {absent}"
    examples = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert len(examples) >= 3
    for example in examples:
        path = tmp_path / "example.yaml"
        path.write_text("nodes:\n" + example)
        load_config(path)
