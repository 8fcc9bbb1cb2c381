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


@pytest.mark.parametrize("share", [-0.1, 1.0])
def test_a_share_outside_zero_to_one_is_refused(share: float) -> None:
    with pytest.raises(ConfigError, match="validation_share"):
        SelectRl(validation_share=share)
