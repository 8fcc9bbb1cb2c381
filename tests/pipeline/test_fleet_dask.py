"""Fleets on Dask: tasks that keep a worker process each, wherever Dask puts them."""

import asyncio
import os
import signal
import subprocess
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
from tests.pipeline.workshop import ENVIRONMENT, ROOT, Workshop, command, digests, journalled, lines, node, run_on
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


def test_a_killed_driver_and_a_killed_dask_worker_change_nothing(
    shop: Workshop, cluster: Cluster, expected: dict[str, str]
) -> None:
    bill, recipe = shop.folder / "bill.txt", shop.write(src=SOURCE, out=asking(shop, 2))
    options = ("--workers", "2", "--executor", "dask", "--scheduler", cluster.address, "--quiet")
    driver = subprocess.Popen(command("run", recipe, *options), cwd=ROOT, env=ENVIRONMENT)
    kill_after(50, bill, lambda: driver.pid)
    driver.wait(10)
    for dask_worker in cluster.workers:
        assert gone(descendants(dask_worker.pid))
    before, kept = len(lines(bill)), len(journalled(shop.folder / "store"))
    killing = threading.Thread(target=kill_after, args=(150, bill, lambda: cluster.workers[0].pid))
    with open_executor("dask", scheduler=cluster.address) as executor:
        killing.start()
        results = run_on(shop.recipe(src=SOURCE, out=asking(shop, 2)), executor)
    killing.join()
    assert digests(results) == expected
    assert len(set(lines(bill))) == 360
    # What has reached the disk is not asked again, nor is more than the killed Dask worker had in flight.
    assert len(lines(bill)) - before <= 360 - kept + 4


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


def test_gpus_are_those_that_a_dask_worker_offers_and_no_one_else_holds(tmp_path: Path, cluster: Cluster) -> None:
    context = Context(node="ask", scratch=tmp_path, run=RunOptions(workers=2))

    async def run(executor: Any, gpus: int) -> set[str]:
        fleet = responder_of(Order(gpus=gpus), context, executor)
        seen: set[str] = set()
        try:
            await fleet.start()
            while len(seen) < 2:
                answers = await asyncio.gather(*(fleet.respond(Question(str(n), 0)) for n in range(8)))
                seen |= {answer.text.split(" ")[1] for answer in answers}
        finally:
            await fleet.close()
        return seen

    with open_executor("dask", scheduler=cluster.address) as executor:
        executor.client.wait_for_workers(2)  # type: ignore[attr-defined]
        assert asyncio.run(run(executor, 2)) == {"toy-0,toy-1", "toy-2,toy-3"}
        with pytest.raises(ConfigError, match=r'offers 3 GPUs; start some: dask worker tcp://.* --resources "GPU=3"'):
            asyncio.run(run(executor, 3))


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
