from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import ConfigError
from stages.records import SelectedAttempt
from stages.subset_attempts import SubsetAttempts
from tests.stages.training_rows import selected
from tests.support import MemorySide, context, run_table

POOL = [
    selected(f"p{number}", sample, cluster=f"c{number // 2}", num_tokens=10 + number)
    for number in range(50)
    for sample in range(4)
]


def subset(tmp_path: Path, rows: list[SelectedAttempt] = POOL, **options: Any) -> list[SelectedAttempt]:
    kept, dropped = run_table(SubsetAttempts(**options), rows, context(tmp_path))
    assert set(dropped.values()) <= {"not_in_subset"}
    assert len(kept) + len(dropped) == len(rows)
    return kept


@pytest.mark.parametrize(
    ("by", "counts"), [("rows", (20, 40, 80)), ("tokens", (500, 900, 2000)), ("problems", (8, 16, 32))]
)
def test_subsets_of_one_pool_are_nested_in_any_order_of_rows(tmp_path: Path, by: str, counts: tuple[int, ...]) -> None:
    nested = [subset(tmp_path, by=by, count=count) for count in counts]
    taken = [{row.id for row in rows} for rows in nested]
    assert taken[0] < taken[1] < taken[2]
    assert subset(tmp_path, POOL[::-1], by=by, count=counts[1]) == nested[1]


def test_a_count_is_met_exactly_by_rows_and_not_passed_by_tokens(tmp_path: Path) -> None:
    assert len(subset(tmp_path, count=37)) == 37
    assert 440 < sum(row.num_tokens for row in subset(tmp_path, by="tokens", count=500)) <= 500


def test_by_problems_a_cluster_is_taken_whole_with_all_its_attempts(tmp_path: Path) -> None:
    rows = subset(tmp_path, by="problems", share=0.4)
    assert len({row.problem_id for row in rows}) == 20
    assert len(rows) == 20 * 4
    assert len({row.cluster for row in rows}) == 10


def test_another_seed_is_another_draw(tmp_path: Path) -> None:
    assert subset(tmp_path, count=20) != subset(tmp_path, count=20, seed=1)


def test_the_whole_is_a_subset_and_more_than_it_is_refused(tmp_path: Path) -> None:
    assert len(subset(tmp_path, share=1.0)) == 200
    with pytest.raises(ConfigError, match="count is 201 and there are 200 rows"):
        subset(tmp_path, count=201)


@pytest.mark.parametrize("options", [{"share": 0.001}, {"by": "tokens", "count": 3}, {"by": "problems", "count": 1}])
def test_a_subset_that_would_hold_nothing_is_refused(tmp_path: Path, options: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="holds nothing, for the first in line is larger"):
        subset(tmp_path, **options)


def test_a_share_of_no_rows_is_no_rows(tmp_path: Path) -> None:
    frame = MemorySide(record=SelectedAttempt).lazy()
    assert SubsetAttempts(share=0.5).transform(frame, context(tmp_path)).collect().is_empty()


@pytest.mark.parametrize("options", [{}, {"count": 1, "share": 0.5}, {"count": 0}, {"share": 0.0}, {"share": 1.5}])
def test_a_subset_has_one_size_that_is_possible(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=r"count|share"):
        SubsetAttempts(**options)
