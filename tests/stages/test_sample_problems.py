import random
from pathlib import Path

import pytest

from pipeline.errors import ConfigError
from stages.sample_problems import SampleProblems
from tests.stages.training_rows import problem
from tests.support import context, run_table

PROBLEMS = [problem(f"{source}-{number}", source=source) for source in ("pages", "mawps") for number in range(50)]


def drawn(stage: SampleProblems, rows: list, tmp_path: Path) -> set[str]:
    return {row.id for row in run_table(stage, rows, context(tmp_path))[0]}


def test_draws_the_count_asked_for_and_says_why_the_rest_is_dropped(tmp_path: Path) -> None:
    kept, dropped = run_table(SampleProblems(count=30), PROBLEMS, context(tmp_path))
    assert len(kept) == 30
    assert len(dropped) == 70
    assert set(dropped.values()) == {"not_sampled"}


def test_draws_per_source_and_nothing_of_other_sources(tmp_path: Path) -> None:
    kept = drawn(SampleProblems(per_source={"mawps": 7}), PROBLEMS, tmp_path)
    assert len(kept) == 7
    assert all(name.startswith("mawps") for name in kept)


def test_a_quota_larger_than_the_source_takes_all_of_it(tmp_path: Path) -> None:
    assert len(drawn(SampleProblems(per_source={"mawps": 500, "pages": 1}), PROBLEMS, tmp_path)) == 51


def test_the_draw_does_not_depend_on_the_order_of_rows(tmp_path: Path) -> None:
    shuffled = random.Random(0).sample(PROBLEMS, len(PROBLEMS))
    stage = SampleProblems(count=20, seed=3)
    assert drawn(stage, PROBLEMS, tmp_path) == drawn(stage, shuffled, tmp_path)


def test_a_new_problem_displaces_at_most_one(tmp_path: Path) -> None:
    stage = SampleProblems(count=20)
    before, after = drawn(stage, PROBLEMS, tmp_path), drawn(stage, [*PROBLEMS, problem("new")], tmp_path)
    assert len(before - after) <= 1


def test_a_larger_count_extends_the_smaller_draw_and_another_seed_differs(tmp_path: Path) -> None:
    small = drawn(SampleProblems(count=20), PROBLEMS, tmp_path)
    assert small < drawn(SampleProblems(count=40), PROBLEMS, tmp_path)
    assert small != drawn(SampleProblems(count=20, seed=1), PROBLEMS, tmp_path)


def test_the_draw_is_the_same_in_every_version(tmp_path: Path) -> None:
    golden = drawn(SampleProblems(count=3), PROBLEMS, tmp_path)
    assert golden == {"mawps-36", "mawps-40", "pages-20"}


@pytest.mark.parametrize(
    ("options", "fact"), [({"count": 0}, "count is 0"), ({"per_source": {"pages": -1}}, "per_source has -1 of pages")]
)
def test_a_number_of_problems_that_nobody_can_draw_is_refused(options: dict, fact: str) -> None:
    with pytest.raises(ConfigError, match=fact):
        SampleProblems(**options)


@pytest.mark.parametrize("options", [{}, {"count": 1, "per_source": {"pages": 1}}])
def test_exactly_one_kind_of_quota_is_wanted(options: dict) -> None:
    with pytest.raises(ConfigError, match="either `count` or `per_source`"):
        SampleProblems(**options)
