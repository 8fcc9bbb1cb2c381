"""Fleets on Dask: tasks that keep a worker process each, wherever Dask puts them."""

import asyncio
import os
import signal
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from pipeline import ConfigError, Context, OutageError
from pipeline.context import RunOptions
from pipeline.executors import open_executor
from pipeline.executors.local import LocalExecutor
from pipeline.fleet import responder_of
from tests.pipeline.conftest import Cluster
from tests.pipeline.processes import descendants, gone
from tests.pipeline.workshop import Workshop, digests, lines, node, run_on
from tests.toystages.engines import Order
from tests.toystages.streams import Question

pytestmark = pytest.mark.timeout(180)
SOURCE = {"uses": "numbers", "with": {"rows": 120, "per": 40}}


def asking(shop: Workshop, workers: int) -> dict[str, Any]:
    return node("inquire", log=shop.folder / "bill.txt", samples=3, delay_s=0.05, run={"workers": workers})


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    shop = Workshop(tmp_path_factory.mktemp("alone"))
    with LocalExecutor() as executor:
        return digests(run_on(shop.recipe(src=SOURCE, out=asking(shop, 1)), executor))


def kill_after(goal: int, bill: Path, victim: Callable[[], int]) -> None:
    """Kills a process once `goal` requests have been asked."""
    deadline = time.monotonic() + 60
    while len(lines(bill)) < goal and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(victim(), signal.SIGKILL)


def test_a_dask_worker_that_is_killed_changes_nothing(
    shop: Workshop, cluster: Cluster, expected: dict[str, str]
) -> None:
    bill = shop.folder / "bill.txt"
    killing = threading.Thread(target=kill_after, args=(100, bill, lambda: cluster.workers[0].pid))
    with open_executor("dask", scheduler=cluster.address) as executor:
        killing.start()
        results = run_on(shop.recipe(src=SOURCE, out=asking(shop, 2)), executor)
    killing.join()
    assert digests(results) == expected
    counters = results["out"].manifest.totals.counters
    assert counters["asked"] == 360
    assert 360 <= len(lines(bill)) <= 360 + 4


def test_a_dask_cluster_of_this_machine_heals_and_ends_with_its_driver(
    shop: Workshop, expected: dict[str, str]
) -> None:
    pytest.importorskip("distributed")
    bill, responders = shop.folder / "bill.txt", partial(descendants, os.getpid(), "fleet.worker")
    killing = threading.Thread(target=kill_after, args=(100, bill, lambda: responders()[0]))
    with open_executor("dask", scheduler=None) as executor:
        killing.start()
        results = run_on(shop.recipe(src=SOURCE, out=asking(shop, 2)), executor)
        killing.join()
    assert digests(results) == expected
    assert results["out"].manifest.totals.counters["restarts"] == 1
    assert gone(responders())


def test_gpus_that_no_dask_worker_offers_are_told(tmp_path: Path, cluster: Cluster) -> None:
    context = Context(node="ask", scratch=tmp_path, run=RunOptions(workers=1))

    async def run(executor: Any) -> None:
        fleet = responder_of(Order(gpus=2), context, executor)
        try:
            await fleet.start()
        finally:
            await fleet.close()

    with open_executor("dask", scheduler=cluster.address) as executor:
        executor.client.wait_for_workers(2)  # type: ignore[attr-defined]
        with pytest.raises(ConfigError, match=r'offers 2 GPUs; start some: dask worker tcp://.* --resources "GPU=2"'):
            asyncio.run(run(executor))


def test_a_failure_to_start_on_dask_says_why(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    context = Context(node="ask", scratch=tmp_path, run=RunOptions(workers=1))

    async def run(executor: Any, order: str) -> None:
        fleet = responder_of(Order(order=order), context, executor)
        try:
            await fleet.start()
            await fleet.respond(Question("7", 0))
        finally:
            await fleet.close()

    with open_executor("dask", scheduler=None) as executor:
        asyncio.run(run(executor, ""))
        with pytest.raises(OutageError, match="ask: worker 1: the teacher did not start: ValueError: prompt too long"):
            asyncio.run(run(executor, "fault"))
        with pytest.raises(OutageError, match="SIGKILL\nmemory is short"):
            asyncio.run(run(executor, "die"))
