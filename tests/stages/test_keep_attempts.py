"""Attempts follow their problems."""

from pathlib import Path

from stages.keep_attempts import KeepAttempts
from tests.stages.training_rows import attempt, problem
from tests.support import MemorySide, context, run_table


def test_attempts_at_problems_that_have_left_leave_too(tmp_path: Path) -> None:
    attempts = [attempt(name, sample) for name in ("a", "b") for sample in range(2)]
    # Rows of a side input may come twice, from two nodes.
    problems = MemorySide([problem("a"), problem("a"), problem("c")])
    kept, dropped = run_table(KeepAttempts(), attempts, context(tmp_path, problems=problems))
    assert kept == attempts[:2]
    assert dropped == {"b/small-00": "problem_dropped", "b/small-01": "problem_dropped"}
