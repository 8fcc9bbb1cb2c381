"""What may happen to workers, scheduler and driver changes nothing that comes out."""

import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from pipeline import files
from pipeline.artifact import Artifact
from pipeline.errors import OutageError
from pipeline.executors import open_executor
from pipeline.executors.attempt import attempt
from pipeline.executors.local import LocalExecutor
from tests.pipeline.dask.clusters import SHORT_TTL, Yard, content, pid_at, said_by, site, until
from tests.pipeline.processes import descendants, gone
from tests.pipeline.workshop import ENVIRONMENT, ROOT, command, node, rows, run_on

pytest.importorskip("distributed")
pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def yard(tmp_path: Path) -> Yard:
    return Yard(tmp_path)


def expected(yard: Yard, **nodes: Any) -> dict[str, str]:
    """The digests of a calm run in this process, with all gates open."""
    for name in ("gate", "build"):
        (yard.folder / f"open-{name}").touch()
    with LocalExecutor() as local:
        run_on(yard.recipe(file="calm.yaml", store="calm", **nodes), local)
    for pattern in ("open-*", "left.*", "gate.*", "build.*"):
        for path in yard.folder.glob(pattern):
            path.unlink()
    return content(yard.folder / "calm.yaml")


def test_a_stage_goes_on_elsewhere_when_its_worker_is_killed_or_told_to_end(yard: Yard) -> None:
    nodes = {"gate": node("gate", folder=yard.folder, at=7), "out": node("build", needs="gate", folder=yard.folder)}
    calm, path = expected(yard, **nodes), yard.write(**nodes)
    with site() as cluster:
        driver = yard.drive(cluster, path)
        first = pid_at(yard.folder, "gate", driver)
        yard.knows_workers(driver, 1)
        os.kill(first, signal.SIGTERM)
        yard.knows_workers(driver, 2)
        cluster.work("--no-nanny")
        (yard.folder / "open-gate").touch()
        os.kill(pid_at(yard.folder, "build", driver), signal.SIGKILL)
        (yard.folder / "open-build").touch()
        said = said_by(driver, 0)
    assert content(path) == calm
    assert " lost, what they ran is run elsewhere)" in said
    assert not list((yard.folder / "store" / "scratch").glob("*"))


def test_a_stalled_worker_is_given_up_and_its_late_result_refused(yard: Yard) -> None:
    words, nodes = yard.folder / "words", {"gate": node("gate", folder=yard.folder, at=7)}
    path = yard.write(**nodes)
    words.write_text("before")
    with site(environment=SHORT_TTL) as cluster:
        driver = yard.drive(cluster, path)
        stalled = pid_at(yard.folder, "gate", driver)
        os.kill(stalled, signal.SIGSTOP)
        words.write_text("after")
        (yard.folder / "open-gate").touch()
        said_by(driver, 0)
        kept = {file: file.stat().st_ino for file in (yard.folder / "store" / "artifacts").rglob("*") if file.is_file()}
        os.kill(stalled, signal.SIGCONT)
        assert gone([stalled])
    assert kept == {file: file.stat().st_ino for file in kept}
    [artifact] = (yard.folder / "store" / "artifacts" / "gate").glob("*")
    assert {row["text"] for row in rows(Artifact(artifact))[5:10]} == {"after"}


def write_late(path: Path, key: str) -> str:
    """On a worker: writes in the name of a task that is not its own."""
    from distributed import get_worker

    try:
        with attempt(get_worker(), key):
            files.write_text(path, "late")
    except OutageError as error:
        return str(error)
    return "written"


def test_only_the_worker_whose_task_it_is_may_write(tmp_path: Path) -> None:
    with site(workers=1) as cluster, open_executor("dask", scheduler=cluster.address) as executor:
        client = executor.client  # type: ignore[attr-defined]
        late = client.submit(write_late, tmp_path / "late", "of-another", key="mine-1")
        own = client.submit(write_late, tmp_path / "own", "mine-2", key="mine-2")
        assert late.result() == "of-another: this attempt was given up, and nothing of it is kept"
        assert own.result() == "written"
    assert [path.name for path in tmp_path.iterdir()] == ["own"]


def test_a_shard_that_kills_its_workers_is_named(yard: Yard) -> None:
    path = yard.write(bad=node("deadly", at=7, always=True, marker=yard.folder / "died"))
    with site(environment={"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"}) as cluster:
        said = said_by(yard.drive(cluster, path), 1)
    assert "error: bad: 2 Dask workers have died one after another over shard 1, most often for lack of memory" in said


def test_a_worker_that_outgrows_its_memory_is_stopped_and_the_shard_runs_again(yard: Yard) -> None:
    nodes = {"out": node("hungry", folder=yard.folder, at=7)}
    (yard.folder / "hungry").touch()
    calm, path = expected(yard, **nodes), yard.write(**nodes)
    (yard.folder / "hungry").unlink()
    with site(workers=0) as cluster:
        cluster.work("--memory-limit", "700MB")
        said_by(yard.drive(cluster, path), 0)
    assert content(path) == calm


def test_after_the_end_of_driver_or_scheduler_workers_stop_and_the_same_command_goes_on(yard: Yard) -> None:
    nodes = {"gate": node("gate", folder=yard.folder, at=17)}
    calm, path = expected(yard, **nodes), yard.write(**nodes)
    with site() as cluster:
        for end in ("driver", "interrupt", "scheduler"):
            driver = yard.drive(cluster, path)
            at_gate = pid_at(yard.folder, "gate", driver)
            if end == "interrupt":
                os.killpg(driver.pid, signal.SIGINT)
                assert "interrupted; finished work is kept" in said_by(driver, 130)
            else:
                (driver if end == "driver" else cluster.scheduler).kill()
            until((yard.folder / f"left.{at_gate}").exists, f"the end of the work after that of the {end}")
            if end == "scheduler":
                assert "error: gate: the Dask scheduler at tcp://" in said_by(driver, 1)
            driver.communicate()
            for left in (*yard.folder.glob("gate.*"), *yard.folder.glob("left.*")):
                left.unlink()
    (yard.folder / "open-gate").touch()
    with site() as cluster:
        assert "resumed: " in said_by(yard.drive(cluster, path), 0)
    assert content(path) == calm


def test_an_interrupt_ends_a_cluster_of_this_machine(yard: Yard) -> None:
    path = yard.write(gate=node("gate", folder=yard.folder, at=7))
    words = command("run", path, "--executor", "dask", "--workers", "2")
    driver = subprocess.Popen(
        words, cwd=ROOT, env=ENVIRONMENT, start_new_session=True, stderr=subprocess.PIPE, text=True
    )
    pid_at(yard.folder, "gate", driver)
    below = descendants(driver.pid)
    os.killpg(driver.pid, signal.SIGINT)
    said = said_by(driver, 130)
    assert "dask: dashboard at http://127.0.0.1:" in said
    assert said.splitlines()[-1].startswith("interrupted; finished work is kept")
    assert gone(below)
