"""Executors: where shards run does not change what comes out."""

from pathlib import Path
from typing import Any

import pytest

from pipeline import ConfigError
from pipeline.errors import BudgetError, OutageError, ShardError
from pipeline.executors import open_executor
from pipeline.executors.local import LocalExecutor
from tests.pipeline.workshop import Workshop, digests, ids, node, run_on

NODES: dict[str, Any] = {
    "src": {"uses": "numbers", "with": {"rows": 60, "per": 10}},
    "split": node("behave", script=["split2", "keep", "reject", "raise"], run={"max_errors": 0.5}),
    "slow": node("slow", needs="split", poison=[], run={"batch_rows": 3}),
    "table": node("sift", needs="slow"),
    "wide": node("widen", needs="table"),
    "sum": node("total", needs="table"),
}


def double(value: int) -> int:
    if value == 13:
        raise ShardError("thirteen")
    return 2 * value


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    with LocalExecutor() as executor:
        return digests(run_on(Workshop(tmp_path_factory.mktemp("inline")).recipe(**NODES), executor, workers=1))


def test_two_processes_give_what_one_gives(shop: Workshop, local: LocalExecutor, expected: dict[str, str]) -> None:
    assert digests(run_on(shop.recipe(**NODES), local, workers=2)) == expected


def test_a_pool_yields_all_results_and_raises_what_a_task_raised(local: LocalExecutor) -> None:
    assert sorted(local.map(double, range(12), workers=2)) == list(range(0, 24, 2))
    with pytest.raises(ShardError, match="thirteen"):
        list(local.map(double, range(20), workers=2))
    assert sorted(local.map(double, [1, 2], workers=2)) == [2, 4]


def test_a_failure_in_a_worker_stops_the_node_and_the_pool_goes_on_to_serve(
    shop: Workshop, local: LocalExecutor
) -> None:
    failing = shop.recipe(src=NODES["src"], out=node("behave", script=["raise"]))
    with pytest.raises(BudgetError):
        run_on(failing, local, workers=2)
    assert run_on(shop.recipe(**NODES), local, workers=2)["split"].status == "ran"


def test_an_unknown_executor_is_refused() -> None:
    with pytest.raises(ConfigError, match="there is no executor 'ray'; executors: local, dask"):
        open_executor("ray", scheduler=None)


# Dask


@pytest.mark.timeout(180)
def test_a_dask_cluster_of_this_machine_gives_what_one_process_gives(
    shop: Workshop, tmp_path: Path, expected: dict[str, str]
) -> None:
    pytest.importorskip("distributed")
    with open_executor("dask", scheduler=None) as executor:
        results = run_on(shop.recipe(**NODES), executor, workers=2)
        assert digests(results) == expected
        assert len(ids(results["split"].artifact, "quarantine")) == 15
        with pytest.raises(BudgetError):
            run_on(shop.recipe(store="other", out=node("behave", script=["raise"])), executor)
        deadly = node("deadly", at=7, marker=tmp_path / "died")
        died = run_on(shop.recipe(store="third", out=deadly), executor, workers=2)
        calm = run_on(shop.recipe(store="fourth", out=deadly), executor, workers=2)
        assert digests(died) == digests(calm)


@pytest.mark.long
@pytest.mark.timeout(60)
def test_a_scheduler_that_does_not_answer_is_an_outage() -> None:
    pytest.importorskip("distributed")
    with (
        pytest.raises(OutageError, match=r"no Dask scheduler answers at tcp://127.0.0.1:9; start one"),
        open_executor("dask", scheduler="tcp://127.0.0.1:9"),
    ):
        pass
