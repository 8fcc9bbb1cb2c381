"""Every shape of stage on Dask by one flag: the same rows, little through the scheduler, plain words where it fails."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.artifact import Artifact
from pipeline.context import Context
from pipeline.errors import ConfigError
from pipeline.executors import Executor, open_executor
from pipeline.executors.attempt import Bundle, run_attempt
from pipeline.executors.local import LocalExecutor
from pipeline.inputs import StoredInput
from pipeline.shard import ShardTask, run_shard
from tests.pipeline.dask.clusters import Relay, Site, Yard, said_by, site, until
from tests.pipeline.workshop import ROOT, digests, node, run_on, tracemill
from tests.toystages.rows import Shout

pytest.importorskip("distributed")
pytestmark = pytest.mark.timeout(300)
SOURCE = {"uses": "numbers", "with": {"rows": 80, "per": 2}}


@pytest.fixture(scope="module")
def cluster() -> Iterator[Site]:
    with site() as one:
        yield one


@pytest.fixture
def yard(tmp_path: Path) -> Yard:
    return Yard(tmp_path)


def test_all_shapes_give_what_one_process_gives_and_only_tasks_and_reports_travel(yard: Yard, cluster: Site) -> None:
    nodes: dict[str, Any] = {
        "src": SOURCE,
        "long": node("heavy", option="", length=100_000),
        "split": node("behave", script=["split2", "keep", "reject", "raise"], run={"max_errors": 0.5}),
        "slow": node("slow", needs="split", poison=[3], run={"batch_rows": 3, "max_errors": 0.5}),
        "ask": node("inquire", log=yard.folder / "bill.txt", samples=1, run={"workers": 2}),
        "table": node("sift", needs="slow"),
        "sum": node("total", needs="table"),
    }
    with LocalExecutor() as local:
        expected = digests(run_on(yard.recipe(store="calm", **nodes), local))
    relay = Relay(cluster.address)
    with open_executor("dask", scheduler=relay.address) as executor:
        results = run_on(yard.recipe(**nodes), executor, workers=2)
    assert digests(results) == expected
    shards = 4 * 40 + 3
    assert relay.bytes < shards * 8_000  # of 8 MB of rows
    relay.close()


def test_a_long_option_is_sent_once_and_few_tasks_at_a_time(yard: Yard, cluster: Site) -> None:
    option = "".join(chr(33 + 7 * n * n % 90) for n in range(200)) + "".join(map(str, range(200_000)))
    relay = Relay(cluster.address)
    with open_executor("dask", scheduler=relay.address) as executor:
        stage = yard.recipe(src=SOURCE, out=node("heavy", option=option, length=2)).nodes["out"].stage
        task = _tasks(yard, stage)[0]
        packed = len(Bundle.of(run_shard, task).packed)
        assert packed > 200_000
        results = executor.map(run_shard, _tasks(yard, stage), workers=1)
        held = [_held(executor) for report in results if report.rows_in == 2]
    assert len(held) == 40
    assert max(held) <= 2 * 2 + 4  # two for each thread, what they have in common, and some that are being let go
    assert relay.bytes < 4 * packed
    relay.close()


def _held(executor: Executor) -> int:
    def count(dask_scheduler: Any) -> int:
        return len(dask_scheduler.tasks)

    return int(executor.client.run_on_scheduler(count))  # type: ignore[attr-defined]


def _tasks(yard: Yard, stage: Any) -> list[ShardTask]:
    """A task for each shard of a source of eighty rows, which is made where they are not there yet."""
    with LocalExecutor() as local:
        made = run_on(yard.recipe(src=SOURCE), local)["src"].artifact
    scratch = yard.folder / "scratch"
    scratch.mkdir(exist_ok=True)
    context = Context(node="out", scratch=scratch)
    target = Artifact(yard.folder / "artifact")
    inputs = [StoredInput("needs", (path,)) for path in made.data_files()]
    return [ShardTask(stage, target, index, source, context) for index, source in enumerate(inputs)]


def test_a_store_that_workers_do_not_see_is_named(yard: Yard, cluster: Site) -> None:
    """As by a worker that has another folder under the same path."""
    task = _tasks(yard, Shout())[0]
    bundle = Bundle.of(run_shard, task)
    Bundle.of(run_shard, task)
    with open_executor("dask", scheduler=cluster.address) as executor:
        future = executor.client.submit(run_attempt, bundle, b"")  # type: ignore[attr-defined]
        with pytest.raises(ConfigError, match=r"worker tcp://\S+ does not see the store .*all machines share"):
            future.result()


def test_what_is_not_used_up_is_called_off(yard: Yard, cluster: Site) -> None:
    with open_executor("dask", scheduler=cluster.address) as executor:
        results = executor.map(run_shard, _tasks(yard, Shout()), workers=1)
        assert next(results).rows_in == 2
        results.close()  # type: ignore[attr-defined]
        until(lambda: _held(executor) <= 3, "all but a few shards called off")
        assert [one.rows_in for one in executor.map(run_shard, _tasks(yard, Shout()), workers=1)] == [2] * 40


# Words


def test_a_stage_that_workers_lack_or_have_otherwise_is_named(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("here", "there")]
    for number, folder in enumerate(folders):
        (folder / "mystages").mkdir(parents=True)
        text = (ROOT / "tests" / "toystages" / "sources.py").read_text()
        (folder / "mystages" / "__init__.py").write_text("")
        (folder / "mystages" / "sources.py").write_text(text + f"\nEDITION = {number}\n")
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text(
        json.dumps(
            {
                "name": "my",
                "store": str(tmp_path / "store"),
                "packages": ["mystages"],
                "exports": str(tmp_path),
                "nodes": {"src": {"uses": "numbers"}},
            }
        )
    )
    here, there = (f"{ROOT}:{folder}" for folder in folders)
    yard = Yard(tmp_path)
    with site(workers=0) as cluster:
        lacking = cluster.work("--no-nanny")
        said = said_by(yard.drive(cluster, recipe, PYTHONPATH=here), 2)
        assert "cannot import 'mystages' (No module named 'mystages'): install it on all machines" in said
        lacking.kill()
        cluster.work("--no-nanny", environment={"PYTHONPATH": there})
        said = said_by(yard.drive(cluster, recipe, PYTHONPATH=here), 2)
        assert "has other code of mystages.sources, or of what that imports, than this process" in said


def test_a_cluster_without_workers_is_waited_for_and_then_told(yard: Yard) -> None:
    with site(workers=0) as cluster:
        path = yard.write()
        said = said_by(yard.drive(cluster, path, DASK_TRACEMILL__WAIT_FOR_WORKERS="3s"), 1).splitlines()
        assert said[1] == f"dask: no workers; waits for some. Start some: dask worker {cluster.address}"
        assert said[-1].startswith("error: src: the Dask cluster at tcp://")
        assert "has had no workers for 3 s; start some: dask worker tcp://" in said[-1]
        waiting = yard.drive(cluster, path)
        cluster.work("--no-nanny")
        assert "dask: workers: 1, threads: 1 (1 new)" in said_by(waiting, 0)


def test_the_record_of_a_run_has_its_dashboard_and_its_workers_and_quiet_says_nothing(yard: Yard) -> None:
    done = tracemill("run", yard.write(), "--executor", "dask", "--workers", "2", "--quiet")
    assert (done.returncode, done.stderr) == (0, "")
    [record] = (yard.folder / "store" / "runs").iterdir()
    facts = json.loads((record / "run.json").read_text())
    assert facts["executor"] == "dask"
    assert facts["dashboard"].startswith("http://127.0.0.1:")
    events = [json.loads(line) for line in (record / "events.jsonl").read_text().splitlines()]
    assert [event["dashboard"] for event in events if event["event"] == "dashboard"] == [facts["dashboard"]]
    assert [event["workers"] for event in events if event["event"] == "workers"][-1] == 2
