from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import ConfigError
from stages.records import Attempt, FinishReason, SelectedAttempt
from stages.select_sft import SelectSft
from tests.stages.training_rows import attempt, problem, verdict
from tests.support import MemorySide, context, run_table
from verifier.types import Outcome


def select(
    tmp_path: Path, judged: list[tuple[Attempt, Outcome]], **options: Any
) -> tuple[list[SelectedAttempt], dict[str, str]]:
    attempts = [made for made, _ in judged]
    problems = [problem(name) for name in sorted({made.problem_id for made in attempts})]
    ctx = context(tmp_path, attempts=MemorySide(attempts), problems=MemorySide(problems))
    return run_table(SelectSft(**options), [verdict(made, outcome) for made, outcome in judged], ctx)


MIXED = [
    (attempt("a", 0), Outcome.CORRECT),
    (attempt("a", 1), Outcome.INCORRECT),
    (attempt("a", 2), Outcome.UNDECIDED),
    (attempt("a", 3, finish_reason=FinishReason.LENGTH), Outcome.INCORRECT),
    (attempt("a", 4, finish_reason=FinishReason.LOOP), Outcome.INCORRECT),
    (attempt("a", 5, final=" "), Outcome.INCORRECT),
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
    }


def test_the_view_of_all_keeps_wrong_and_undecided_attempts_but_none_without_an_end(tmp_path: Path) -> None:
    kept, dropped = select(tmp_path, MIXED, keep="all")
    assert [row.outcome for row in kept] == [Outcome.CORRECT, Outcome.INCORRECT, Outcome.UNDECIDED]
    assert sorted(dropped.values()) == ["looping", "no_final_text", "truncated"]


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
