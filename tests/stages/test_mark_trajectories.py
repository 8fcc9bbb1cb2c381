from pathlib import Path

import pytest

from stages.mark_trajectories import MarkTrajectories
from stages.records import Attempt, Trajectory, TrajectoryRow
from tests.stages.training_rows import attempt, problem
from tests.support import MemorySide, context, run_batch


def marks(tmp_path: Path, made: Attempt, **asked: str) -> Trajectory:
    ctx = context(tmp_path, problems=MemorySide([problem("a", **asked)])) if asked else context(tmp_path)
    (row,) = run_batch(MarkTrajectories(), [made], ctx)
    assert isinstance(row, TrajectoryRow)
    assert (row.id, row.problem_id) == (made.id, made.problem_id)
    return row.trajectory


def test_reasoning_and_final_answer_are_read_together_and_boxes_in_the_answer_alone(tmp_path: Path) -> None:
    made = attempt(
        "a", 0, reasoning="Wait, is it \\boxed{3}? Let me check.", final="However, \\boxed{4} or \\boxed{5}. Wait."
    )
    found = marks(tmp_path, made)
    assert (found.wait, found.however, found.verification, found.num_boxes) == (2, 1, 1, 2)
    assert found.num_words == 12
    assert (found.repetition, found.longest_repeat, found.foreign, found.leak) == (0.0, 0, 0.0, None)


def test_an_attempt_without_reasoning_or_words_has_marks_too(tmp_path: Path) -> None:
    found = marks(tmp_path, attempt("a", 0, reasoning=None, final=""))
    assert (found.num_words, found.repetition, found.num_boxes, found.has_code) == (0, 0.0, 0, False)


def test_a_fenced_block_of_python_is_code(tmp_path: Path) -> None:
    assert marks(tmp_path, attempt("a", 0, final="```python\nprint(4)\n```")).has_code
    assert not marks(tmp_path, attempt("a", 0, final="`python`")).has_code


def test_the_question_decides_what_is_foreign_and_what_is_a_leak(tmp_path: Path) -> None:
    made = attempt("a", 0, reasoning="Итак, the given answer is 4.", final="\\boxed{4}")
    alone = marks(tmp_path, made)
    assert alone.foreign > 0
    assert alone.leak == "the given answer is 4."
    beside = marks(tmp_path, made, question="Итак, the given answer is what?")
    assert (beside.foreign, beside.leak) == (0.0, None)


def test_a_text_that_begins_with_the_gold_leaks_where_the_problem_is_known(tmp_path: Path) -> None:
    made = attempt("a", 0, reasoning="The answer is 4. " + "Now we look for reasons why it is so. " * 20)
    assert marks(tmp_path, made).leak is None
    assert marks(tmp_path, made, answer="4").leak == "The answer is 4."


def test_an_attempt_whose_problem_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeyError, match="attempt b/small-00: the side input 'problems' has no row b"):
        marks(tmp_path, attempt("b", 0), answer="4")
