from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import ConfigError
from stages.records import Problem, RlRow
from stages.select_rl import SelectRl
from tests.stages.training_rows import attempt, problem, verdict
from tests.support import MemorySide, context, run_table
from verifier.types import Outcome

OUTCOMES = {
    "easy": [Outcome.CORRECT] * 4,
    "half": [Outcome.CORRECT, Outcome.INCORRECT, Outcome.UNDECIDED],
    "hard": [Outcome.INCORRECT] * 4,
    "open": [Outcome.UNDECIDED],
    "untried": [],
}


def select(tmp_path: Path, **options: Any) -> tuple[dict[str, RlRow], dict[str, str]]:
    verdicts = [
        verdict(attempt(name, sample), outcome)
        for name, outcomes in OUTCOMES.items()
        for sample, outcome in enumerate(outcomes)
    ]
    ctx = context(tmp_path, verdicts=MemorySide(verdicts))
    kept, dropped = run_table(SelectRl(**options), [problem(name) for name in OUTCOMES], ctx)
    return {row.id: row for row in kept}, dropped


def test_pass_rates_count_decided_attempts_and_come_with_their_wilson_interval(tmp_path: Path) -> None:
    rows, _ = select(tmp_path)
    easy, half, hard = rows["easy"], rows["half"], rows["hard"]
    assert (half.num_attempts, half.pass_rate) == (2, 0.5)
    # Figures of the score interval for 4 of 4, 1 of 2 and 0 of 4.
    assert (easy.pass_rate_low, easy.pass_rate_high) == (pytest.approx(0.5101, abs=1e-4), 1.0)
    assert (half.pass_rate_low, half.pass_rate_high) == pytest.approx((0.0945, 0.9055), abs=1e-4)
    assert (hard.pass_rate_low, hard.pass_rate_high) == (0.0, pytest.approx(0.4899, abs=1e-4))


@pytest.mark.parametrize("name", ["open", "untried"])
def test_a_problem_without_a_decided_attempt_has_no_pass_rate(tmp_path: Path, name: str) -> None:
    row = select(tmp_path)[0][name]
    assert (row.num_attempts, row.pass_rate, row.pass_rate_low, row.pass_rate_high) == (0, None, None, None)


def test_difficulty_bounds_drop_what_was_measured_and_keep_what_was_not(tmp_path: Path) -> None:
    rows, dropped = select(tmp_path, min_pass_rate=0.1, max_pass_rate=0.9)
    assert sorted(rows) == ["half", "open", "untried"]
    assert dropped == {"easy": "too_easy", "hard": "too_hard"}


def test_works_without_verdicts(tmp_path: Path) -> None:
    (row,), _ = run_table(SelectRl(), [problem("a")], context(tmp_path))
    assert row.pass_rate is None
    assert row.data_source == "tracemill/pages"
    assert row.prompt[0].content.startswith("What is a plus 2?\n\n")
    assert row.answer == "4"
    assert row.provenance.problem_id == "a"


def splits(tmp_path: Path, problems: list[Problem], share: float) -> dict[str, str]:
    rows, _ = run_table(SelectRl(validation_share=share), problems, context(tmp_path))
    return {row.id: row.split for row in rows}


def test_the_split_is_drawn_by_content_in_the_share_asked_for(tmp_path: Path) -> None:
    drawn = splits(tmp_path, [problem(str(number)) for number in range(1000)], 0.2)
    assert 160 <= sum(split == "validation" for split in drawn.values()) <= 240


def test_copies_of_a_question_stay_on_one_side(tmp_path: Path) -> None:
    copies = [problem(f"{number}-{copy}", content_key=str(number)) for number in range(50) for copy in range(3)]
    drawn = splits(tmp_path, copies, 0.5)
    assert all(len({drawn[f"{number}-{copy}"] for copy in range(3)}) == 1 for number in range(50))


def test_clusters_that_share_a_question_stay_on_one_side(tmp_path: Path) -> None:
    """One problem of each pair asks what another one of a different cluster asks: rescue may bring them together."""
    pairs = [(number, side) for number in range(40) for side in "ab"]
    problems = [
        replace(problem(f"{number}{side}"), content_key=f"question-{number}", cluster=f"{side}-{number}")
        for number, side in pairs
    ]
    drawn = splits(tmp_path, problems, 0.5)
    assert all(drawn[f"{number}a"] == drawn[f"{number}b"] for number in range(40))
    assert set(drawn.values()) == {"train", "validation"}


def test_a_larger_share_only_adds_to_the_validation_split(tmp_path: Path) -> None:
    problems = [problem(str(number)) for number in range(200)]
    small, large = splits(tmp_path, problems, 0.1), splits(tmp_path, problems, 0.3)
    assert {name for name, split in small.items() if split == "validation"} <= {
        name for name, split in large.items() if split == "validation"
    }


@pytest.mark.parametrize("bounds", [(-0.1, None), (None, 90), (0.9, 0.1)])
def test_bounds_between_which_no_pass_rate_lies_are_refused(bounds: tuple[float | None, float | None]) -> None:
    low, high = bounds
    with pytest.raises(ConfigError, match=f"min_pass_rate is {low}, max_pass_rate {high}"):
        SelectRl(min_pass_rate=low, max_pass_rate=high)


@pytest.mark.parametrize("share", [-0.1, 1.0])
def test_a_share_outside_zero_to_one_is_refused(share: float) -> None:
    with pytest.raises(ConfigError, match="validation_share"):
        SelectRl(validation_share=share)


def test_bands_and_only_say_the_same_as_for_sft_and_leave_what_was_not_measured(tmp_path: Path) -> None:
    bands = {"hard": (0.0, 0.25), "medium": (0.25, 0.75), "easy": (0.75, 1.0)}
    rows, dropped = select(tmp_path, bands=bands, only=["medium"])
    assert {row.id: row.difficulty for row in rows.values()} == {"half": "medium", "open": None, "untried": None}
    assert dropped == {"easy": "other_difficulty", "hard": "other_difficulty"}


def test_by_interval_a_bound_drops_only_what_surely_lies_beyond_it(tmp_path: Path) -> None:
    # 4 of 4 reaches down to 0.51 and 0 of 4 up to 0.49.
    _, dropped = select(tmp_path, min_pass_rate=0.1, max_pass_rate=0.9, by="interval")
    assert dropped == {}
    _, dropped = select(tmp_path, min_pass_rate=0.495, max_pass_rate=0.505, by="interval")
    assert dropped == {"easy": "too_easy", "hard": "too_hard"}


def test_unsampled_problems_leave_where_asked_and_others_need_enough_attempts(tmp_path: Path) -> None:
    rows, dropped = select(tmp_path, unsampled="drop", min_attempts=3)
    assert sorted(rows) == ["easy", "hard"]
    assert dropped == {"half": "few_attempts", "open": "unsampled", "untried": "unsampled"}
    rows, _ = select(tmp_path, min_attempts=3)
    assert sorted(rows) == ["easy", "hard", "open", "untried"]


def test_a_cap_holds_for_prompts_too(tmp_path: Path) -> None:
    problems = [problem(str(number), source="ab"[number % 2]) for number in range(20)]
    rows, dropped = run_table(SelectRl(per_source={"a": 3}), problems, context(tmp_path))
    assert [sum(row.provenance.source == source for row in rows) for source in "ab"] == [3, 10]
    assert set(dropped.values()) == {"over_source"}


def test_a_row_carries_the_bare_question_beside_its_prompt(tmp_path: Path) -> None:
    (row,), _ = run_table(SelectRl(), [problem("a", difficulty="school")], context(tmp_path))
    assert row.question == "What is a plus 2?"
    assert row.difficulty is None  # that of a source is no band of ours


def test_fewer_problems_have_the_splits_they_have_among_all(tmp_path: Path) -> None:
    """`bridge` asks what both others ask, so among all three they are one; alone the other two draw for themselves."""

    def trio(name: str) -> list[Problem]:
        one = problem(f"{name}1", cluster=f"{name}-x", content_key=f"{name}-q")
        bridge = problem(f"{name}2", cluster=f"{name}-y", content_key=f"{name}-q")
        return [one, bridge, problem(f"{name}3", cluster=f"{name}-y", content_key=f"{name}-r")]

    every = [one for number in range(40) for one in trio(str(number))]
    all_rows, _ = run_table(SelectRl(validation_share=0.5), every, context(tmp_path))
    fewer = [one for one in every if not one.id.endswith("2")]
    ctx = context(tmp_path, splits=MemorySide(all_rows))
    rows, _ = run_table(SelectRl(validation_share=0.5), fewer, ctx)
    alone, _ = run_table(SelectRl(validation_share=0.5), fewer, context(tmp_path))
    expected = {row.id: row.split for row in all_rows}
    assert all(row.split == expected[row.id] for row in rows)
    assert any(row.split != expected[row.id] for row in alone)


def test_splits_that_contradict_themselves_are_refused_in_any_order(tmp_path: Path) -> None:
    (row,), _ = run_table(SelectRl(validation_share=0), [problem("a")], context(tmp_path))
    twice = [row, replace(row, id="b", split="validation")]
    for given in (twice, twice[::-1]):
        with pytest.raises(ConfigError, match=r"1 clusters have problems in several splits .*first: key of a"):
            run_table(SelectRl(), [problem("a")], context(tmp_path, splits=MemorySide(given)))
