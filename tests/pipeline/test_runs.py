"""The driver: what is whole is reused, what is partial goes on, what is wrong stops with one message."""

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pipeline import ConfigError
from pipeline.artifact import Artifact
from pipeline.errors import BudgetError, InputChangedError, OutageError, StoreError, StoreLockedError
from pipeline.executors.local import LocalExecutor
from pipeline.store import Store
from pipeline.tend import retry
from tests.pipeline.workshop import ENVIRONMENT, Workshop, digests, ids, node, run_on, statuses

CHAIN: dict[str, Any] = {
    "split": node("behave", script=["split2", "keep", "reject"]),
    "table": node("sift", needs="split"),
    "loud": node("shout", needs="table"),
    "sum": node("total", needs="loud"),
    "set": {**node("publish", needs="loud", name="toys"), "side": {"total": "sum"}},
}


def test_a_second_run_reuses_everything(shop: Workshop) -> None:
    first, second = shop.run(**CHAIN), shop.run(**CHAIN)
    assert set(statuses(first).values()) == {"ran"}
    assert set(statuses(second).values()) == {"reused"}
    assert digests(first) == digests(second)
    assert second["set"].version == first["set"].version or not second["set"].version.is_new  # type: ignore[union-attr]


def test_a_run_goes_on_from_the_shards_that_are_whole(shop: Workshop) -> None:
    first = shop.run(**CHAIN)
    artifact = first["split"].artifact
    (artifact.path / "manifest.json").unlink()
    artifact.report_path(2).unlink()
    before = artifact.shard("data", 1).stat().st_mtime_ns
    second = shop.run(**CHAIN)
    assert statuses(second)["split"] == "resumed"
    assert artifact.shard("data", 1).stat().st_mtime_ns == before
    assert digests(first) == digests(second)


def test_an_input_with_the_same_rows_in_other_shards_does_not_mix_with_what_was_begun(shop: Workshop) -> None:
    first = shop.run(**CHAIN)
    artifact = first["split"].artifact
    (artifact.path / "manifest.json").unlink()
    artifact.report_path(3).unlink()
    shutil.rmtree(first["src"].artifact.path)
    other = {"uses": "numbers", "with": {"rows": 20, "per": 7}}
    second = shop.run(src=other, **CHAIN)
    assert second["split"].artifact == artifact
    assert second["split"].manifest.num_shards == 3
    assert digests(first) == digests(second)


def test_rows_that_stay_the_same_stop_an_edit_upstream(shop: Workshop) -> None:
    shop.run(**CHAIN)
    recut = {"uses": "numbers", "with": {"rows": 20, "per": 3}}
    again = statuses(shop.run(src=recut, **CHAIN))
    assert again == {
        "src": "ran",
        "split": "reused",
        "table": "reused",
        "loud": "reused",
        "sum": "reused",
        "set": "reused",
    }


def test_only_runs_one_node_and_from_runs_what_depends_on_it(shop: Workshop) -> None:
    with pytest.raises(ConfigError, match="split: has no finished result to start from; run without --only/--from"):
        shop.run(**CHAIN, with_={"only": "table"})
    assert statuses(shop.run(**CHAIN, with_={"only": "src"})) == {"src": "ran"}
    assert statuses(shop.run(**CHAIN, with_={"start": "split"})) == dict.fromkeys(list(CHAIN), "ran")
    with pytest.raises(ConfigError, match=r"there is no node 'tabel' \(did you mean 'table'\?\); nodes: src, split"):
        shop.run(**CHAIN, with_={"only": "tabel"})


def test_several_inputs_are_read_one_after_the_other(shop: Workshop) -> None:
    more = {"uses": "behave", "needs": "src", "with": {"script": ["split2"]}}
    result = shop.run(more=more, out=node("shout", needs=["src", "more"]))["out"]
    assert result.manifest.totals.rows_in == 60


# Budgets and retry


def blot(shop: Workshop, *bad: int, **run: Any) -> dict[str, Any]:
    return node("blot", flag=shop.folder / "flag", bad=list(bad), run=run)


def test_retry_does_the_failed_shards_again_and_what_follows_sees_new_content(shop: Workshop) -> None:
    (shop.folder / "flag").touch()
    nodes = {"out": blot(shop, 7, 12, max_errors=0.2), "after": node("shout", needs="out")}
    first = shop.run(**nodes)
    assert ids(first["out"].artifact, "quarantine") == ["r0007", "r0012"]
    (shop.folder / "flag").unlink()
    assert retry(shop.recipe(**nodes), "out") == [1, 2]
    second = shop.run(**nodes)
    assert statuses(second) == {"src": "reused", "out": "resumed", "after": "ran"}
    assert second["out"].manifest.totals.kept == 20
    assert ids(second["out"].artifact, "quarantine") == []
    assert second["out"].artifact == first["out"].artifact
    assert (first["out"].artifact.path / "manifest.1.json").exists()
    assert digests(first)["out"] != digests(second)["out"]
    assert retry(shop.recipe(**nodes), "out") == []


def test_retry_after_a_budget_stopped_the_node(shop: Workshop) -> None:
    (shop.folder / "flag").touch()
    with pytest.raises(BudgetError):
        shop.run(out=blot(shop, 7))
    (shop.folder / "flag").unlink()
    assert retry(shop.recipe(out=blot(shop, 7)), "out") == [1]
    result = shop.run(out=blot(shop, 7))["out"]
    assert (result.status, result.manifest.totals.kept) == ("resumed", 20)


def test_a_second_retry_keeps_the_manifests_of_both(shop: Workshop) -> None:
    (shop.folder / "flag").touch()
    nodes = {"out": blot(shop, 7, max_errors=0.2)}
    for _ in range(2):
        shop.run(**nodes)
        assert retry(shop.recipe(**nodes), "out") == [1]
    kept = sorted(path.name for path in shop.run(**nodes)["out"].artifact.path.glob("manifest*.json"))
    assert kept == ["manifest.1.json", "manifest.2.json", "manifest.json"]


# Locks and changing inputs


def test_a_second_writer_is_refused_and_told_who_holds_the_artifact(shop: Workshop) -> None:
    recipe = shop.recipe(out=node("shout"))
    artifact = shop.run()["src"].artifact
    shutil.rmtree(artifact.path)
    with Store(recipe.store).lock(artifact, "src"), pytest.raises(StoreLockedError) as caught:
        shop.run(out=node("shout"))
    assert f"process {os.getpid()} on {socket.gethostname()} since " in str(caught.value)
    assert "wait for it, or use another --store" in str(caught.value)
    assert shop.run(out=node("shout"))["out"].status == "ran"


def test_what_is_whole_can_be_reused_while_another_process_holds_its_lock(shop: Workshop) -> None:
    artifact = shop.run()["src"].artifact
    with Store(shop.folder / "store").lock(artifact, "src"):
        assert shop.run()["src"].status == "reused"


def lines_source(path: Path, **options: Any) -> dict[str, Any]:
    return {"uses": "lines", "with": {"paths": [str(path)], **options}}


def test_an_input_that_changes_while_it_is_read_stops_the_run_and_nothing_is_kept(shop: Workshop) -> None:
    path = shop.folder / "in.txt"
    path.write_text("a\nb\n")
    with pytest.raises(InputChangedError, match="src: an input file changed while it was read"):
        shop.run(src=lines_source(path, grow=True))
    (artifact,) = Store(shop.folder / "store").artifacts()
    assert not artifact.is_complete
    assert artifact.reports() == []


def test_an_input_that_comes_back_finds_its_result_again(shop: Workshop) -> None:
    path = shop.folder / "in.txt"
    path.write_text("a\nb\n")
    first = shop.run(src=lines_source(path))
    path.write_text("a\nb\nc\n")
    second = shop.run(src=lines_source(path))
    path.write_text("a\nb\n")
    third = shop.run(src=lines_source(path))
    assert [statuses(one)["src"] for one in (first, second, third)] == ["ran", "ran", "reused"]
    assert digests(first) == digests(third) != digests(second)


def test_where_an_input_file_lies_does_not_matter(shop: Workshop) -> None:
    path = shop.folder / "in.txt"
    path.write_text("a\nb\n")
    shop.run(src=lines_source(path))
    (shop.folder / "moved").mkdir()
    path.rename(shop.folder / "moved" / "in.txt")
    assert statuses(shop.run(src=lines_source(shop.folder / "moved" / "in.txt"))) == {"src": "reused"}


# Damage


@pytest.mark.parametrize("text", ["", "{", "[]", '{"stage": 1}', '{"totals": null}'])
def test_a_damaged_manifest_is_named_with_the_way_out(shop: Workshop, text: str) -> None:
    artifact = shop.run()["src"].artifact
    (artifact.path / "manifest.json").write_text(text)
    with pytest.raises(StoreError, match=r"manifest.json is damaged .*remove .* and run again"):
        shop.run()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"index": 0}'])
def test_a_damaged_shard_report_is_named_with_the_way_out(shop: Workshop, text: str) -> None:
    artifact = shop.run()["src"].artifact
    (artifact.path / "manifest.json").unlink()
    artifact.report_path(1).write_text(text)
    with pytest.raises(StoreError, match=r"shards/00001.json is damaged .*remove .*00001.json and run again"):
        shop.run()


def test_a_shard_report_whose_counts_do_not_add_up_is_damaged(shop: Workshop) -> None:
    artifact = shop.run()["src"].artifact
    report = json.loads(artifact.report_path(1).read_text())
    artifact.report_path(1).write_text(json.dumps(report | {"kept": 0}))
    (artifact.path / "manifest.json").unlink()
    with pytest.raises(StoreError, match=r"00001.json is damaged \(it is not what was written"):
        shop.run()
    del report["check"]  # as results of earlier times have none
    artifact.report_path(1).write_text(json.dumps(report | {"kept": 0}))
    with pytest.raises(StoreError, match=r"00001.json is damaged \(.*5 rows in, 0 accounted for"):
        shop.run()


def test_a_damaged_fingerprint_is_named_with_the_way_out(shop: Workshop) -> None:
    artifact = shop.run()["src"].artifact
    (artifact.path / "manifest.json").unlink()
    (artifact.path / "fingerprint.json").write_text("{}")
    with pytest.raises(StoreError, match=r"fingerprint.json is damaged"):
        shop.run()


# Workers that die


def test_a_worker_that_is_killed_is_replaced_and_the_result_is_the_same(shop: Workshop, tmp_path: Path) -> None:
    deadly = node("deadly", at=7, marker=tmp_path / "died")
    with LocalExecutor() as pool:
        result = run_on(shop.recipe(out=deadly), pool, workers=2)
        assert (tmp_path / "died").exists()
        calm = run_on(shop.recipe(store="calm", out=deadly), pool, workers=2)
    assert digests(result) == digests(calm)


@pytest.mark.timeout(120)
def test_workers_that_keep_dying_are_an_outage_and_what_the_others_did_is_kept(shop: Workshop, tmp_path: Path) -> None:
    deadly = node("deadly", marker=tmp_path / "died", at=18, always=True)
    with LocalExecutor() as pool, pytest.raises(OutageError, match=r"keep dying.*run again with fewer --workers"):
        run_on(shop.recipe(out=deadly), pool, workers=2)
    (artifact,) = [one for one in Store(shop.folder / "store").artifacts() if one.path.parent.name == "deadly"]
    assert not artifact.is_complete
    assert 3 not in [report.index for report in artifact.reports()]


def test_a_run_without_the_driver_leaves_no_worker(shop: Workshop) -> None:
    """A pool's workers die with the process that started them."""
    path = shop.write(out=node("slow", poison=[], seconds=1.0, run={"workers": 2, "batch_rows": 1}))
    script = (
        "import os, signal, threading, time\n"
        "from pipeline.config import load_config\nfrom pipeline.session import run\n"
        "from multiprocessing import active_children\n"
        "def stop():\n"
        "    while len(active_children()) < 2:\n"
        "        time.sleep(0.05)\n"
        "    print(*[child.pid for child in active_children()], flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "if __name__ == '__main__':\n"
        "    threading.Timer(0.5, stop).start()\n"
        f"    run(load_config({str(path)!r}))\n"
    )
    (shop.folder / "driver.py").write_text(script)
    done = subprocess.run(
        [sys.executable, shop.folder / "driver.py"], env=ENVIRONMENT, capture_output=True, text=True, check=False
    )
    children = [int(pid) for pid in done.stdout.split()]
    assert len(children) == 2, done.stderr
    assert not [pid for pid in children if running(pid)]


def running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().split()[2]
    except FileNotFoundError:
        return False
    return state not in "ZX"


def test_what_killed_runs_left_half_written_is_swept_and_what_others_write_is_left_alone(shop: Workshop) -> None:
    store = shop.folder / "store"
    left = [store / name for name in (".digests.json.7.tmp", "locks/..probe.7.tmp", "runs/one/.run.json.7.tmp")]
    for path in [*left, store / "runs" / "two" / ".run.json.8.tmp"]:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    for path in left:
        os.utime(path, (0, 0))
    shop.run(**CHAIN)
    assert [path.parent.name for path in store.rglob(".*.tmp")] == ["two"]


def test_the_record_of_a_run_tells_what_it_did(shop: Workshop) -> None:
    shop.run(**CHAIN)
    with pytest.raises(BudgetError):
        shop.run(out=node("behave", script=["raise"]))
    done, failed = (json.loads(path.read_text()) for path in sorted((shop.folder / "store/runs").glob("*/run.json")))
    assert done["status"] == "done"
    assert done["result"]["nodes"]["table"]["reasons"] == {"divisible": 14}
    assert failed["status"] == "failed"
    assert failed["error"].startswith("out: 5 of 5 rows failed")
    assert list(failed["result"]["nodes"]) == ["src"]
    events = [
        json.loads(line) for line in next(iter(sorted((shop.folder / "store/runs").glob("*/events.jsonl")))).open()
    ]
    assert [event["event"] for event in events if event["node"] == "table"] == ["start", "finish"]


def test_what_a_node_made_is_found_by_its_stage_and_key(shop: Workshop) -> None:
    result = shop.run()["src"]
    assert result.artifact == Artifact(shop.folder / "store" / "artifacts" / "numbers" / result.manifest.key[:20])
