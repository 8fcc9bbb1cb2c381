"""Who writes an artifact of a store elsewhere, what a killed driver leaves, and what a teacher was paid for."""

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline import look
from pipeline.config import load_config
from pipeline.errors import StoreError, StoreLockedError
from pipeline.remote import lease
from pipeline.remote.objects import Remote
from pipeline.remote.store import RemoteStore
from pipeline.session import run
from tests.pipeline.remote.conftest import Elsewhere
from tests.pipeline.workshop import (
    ENVIRONMENT,
    ROOT,
    Workshop,
    by_name,
    command,
    digests,
    journalled,
    lines,
    node,
    statuses,
)

WAIT_S = 120.0


@contextmanager
def another_machine(s3: Elsewhere, nodes: dict[str, Any], name: str) -> Iterator[str]:
    """One that writes the result of a node; the name of its lease."""
    recipe = s3.recipe(**nodes)
    store = RemoteStore(s3.shop.folder / "another-cache", Remote(s3.url))
    artifact = look.located(recipe, name).artifact
    with store.lock(store.artifact(artifact.path.parent.name, artifact.key), name):
        yield f"locks/{artifact.key}.json"


def test_a_second_writer_is_told_who_writes(s3: Elsewhere) -> None:
    nodes = {"acted": node("behave", script=["keep"])}
    with another_machine(s3, nodes, "src") as name:
        holder = json.loads(s3.read(name))
        with pytest.raises(StoreLockedError) as caught:
            run(s3.recipe(**nodes))
        for word in (f"process {holder['pid']} on {holder['host']} since", "last heard of", f"{s3.url}/{name}"):
            assert word in str(caught.value)
    assert statuses(by_name(run(s3.recipe(**nodes))))["src"] == "ran"
    assert not [name for name in s3.names() if name.startswith("locks/")]


def test_a_holder_that_was_not_heard_of_for_long_is_taken_for_dead(
    s3: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    nodes = {"acted": node("behave", script=["keep"])}
    name = f"locks/{look.located(s3.recipe(**nodes), 'src').artifact.key}.json"
    gone = replace(lease.Holder.me(), host="far-away", process="another boot")
    s3.write(name, lease._packed(gone))
    with pytest.raises(StoreLockedError, match="far-away"):
        run(s3.recipe(**nodes))
    with monkeypatch.context() as here:  # the clock of this machine goes wrong
        here.setattr(time, "time", lambda now=time.time: now() + 3600)
        with pytest.raises(StoreLockedError, match="far-away"):
            run(s3.recipe(**nodes))
    monkeypatch.setattr(lease, "LOST_S", -60.0)
    assert statuses(by_name(run(s3.recipe(**nodes))))["src"] == "ran"


def test_a_lease_is_renewed_and_one_that_was_taken_over_is_left_to_its_new_holder(
    s3: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "RENEW_S", 0.1)
    remote = Remote(s3.url)
    with lease.held(remote, "locks/x.json", "node 'x'"):
        deadline = time.monotonic() + WAIT_S
        while json.loads(s3.read("locks/x.json"))["beat"] < 2:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        standing = remote.standing("locks/x.json")
        assert standing is not None
        assert not remote.swap("locks/x.json", b"late", replace(standing, tag="0" * 32))
        assert not remote.create("locks/x.json", b"second")
        other = lease._packed(replace(lease.Holder.me(), host="elsewhere"))
        s3.write("locks/x.json", other)
    assert s3.read("locks/x.json") == other


def test_another_writers_manifest_stands(s3: Elsewhere) -> None:
    """Of the same rows it is as good as one's own; of others it is told."""
    done = by_name(run(s3.recipe()))["src"]
    store = RemoteStore(s3.shop.folder / "another-cache", Remote(s3.url))
    late = store.artifact("numbers", done.manifest.key)
    assert not late.path.exists()
    data = s3.read(f"artifacts/numbers/{late.key}/manifest.json")
    s3.remove(f"artifacts/numbers/{late.key}/manifest.json")
    assert not late.is_complete  # it looks before the other is done
    s3.write(f"artifacts/numbers/{late.key}/manifest.json", data)
    late.commit(replace(done.manifest, environment={}))
    assert s3.read(f"artifacts/numbers/{late.key}/manifest.json") == data
    other = RemoteStore(s3.shop.folder / "third-cache", Remote(s3.url)).artifact("numbers", late.key)
    s3.remove(f"artifacts/numbers/{late.key}/manifest.json")
    assert not other.is_complete
    s3.write(f"artifacts/numbers/{late.key}/manifest.json", data)
    with pytest.raises(StoreError, match="another writer has finished it with other rows"):
        other.commit(replace(done.manifest, digest="0" * 64))


def started(path: Path) -> "subprocess.Popen[bytes]":
    pipes = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    return subprocess.Popen(command("run", path, "--quiet"), cwd=ROOT, env=ENVIRONMENT, **pipes)  # type: ignore[call-overload, no-any-return]


def killed(s3: Elsewhere, path: Path, word: str, number: int) -> None:
    """Runs a recipe until so many objects have a name with this word, and kills it."""
    driver, deadline = started(path), time.monotonic() + WAIT_S
    while len([name for name in s3.names() if word in name]) < number:
        assert driver.poll() is None, driver.communicate()[1].decode()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    driver.send_signal(signal.SIGKILL)
    driver.communicate(timeout=WAIT_S)


def test_another_machine_goes_on_where_a_driver_was_killed(s3: Elsewhere, shop: Workshop) -> None:
    nodes = {
        "src": {"uses": "numbers", "with": {"rows": 16, "per": 2}},
        "slow": node("slow", poison=[], seconds=0.3),
        "sifted": node("sift", needs="slow"),
    }
    path = s3.file(**nodes)
    killed(s3, path, "artifacts/slow/", 6)
    assert [name for name in s3.names() if name.startswith("locks/")]
    s3.wipe()
    done = by_name(run(load_config(path)))
    assert statuses(done) == {"src": "reused", "slow": "resumed", "sifted": "ran"}
    fast = nodes | {"slow": node("slow", poison=[])}
    assert digests(done)["sifted"] == digests(shop.run(**fast))["sifted"]
    assert not [name for name in s3.names() if name.startswith("locks/")]


def asking(shop: Workshop, **options: Any) -> dict[str, Any]:
    return {"asked": node("inquire", log=shop.folder / "bill", **options)}


def test_what_was_answered_is_not_asked_again_on_another_machine(
    s3: Elsewhere, shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.journal.SEGMENT_BYTES", 500)
    run(s3.recipe(**asking(shop)))
    segments = [name for name in s3.names() if name.startswith("journal/")]
    assert len(segments) >= 2
    s3.wipe()
    done = by_name(run(s3.recipe(**asking(shop, samples=3))))["asked"]
    bill = lines(shop.folder / "bill")
    assert (len(bill), len(set(bill))) == (60, 60)
    assert done.manifest.totals.counters["reused"] == 40


def test_what_a_killed_run_was_answered_is_not_asked_again(s3: Elsewhere, shop: Workshop) -> None:
    """Its lines are on this machine's disk; the next run takes them to the store."""
    path = s3.file(**asking(shop, delay_s=0.2))
    driver, deadline = started(path), time.monotonic() + WAIT_S
    mirror = load_config(path).store
    while len(journalled(mirror)) < 9:
        assert driver.poll() is None, driver.communicate()[1].decode()
        assert time.monotonic() < deadline
        time.sleep(0.02)
    driver.kill()
    driver.communicate(timeout=WAIT_S)
    durable = journalled(mirror)
    before = len(lines(shop.folder / "bill"))
    run(load_config(path))
    assert durable.isdisjoint(lines(shop.folder / "bill")[before:])
    sent = b"".join(s3.read(name) for name in s3.names() if name.startswith("journal/"))
    assert all(key.encode() in sent for key in durable)
    s3.wipe()
    run(s3.recipe(**asking(shop, delay_s=0.3)))  # another result, of the same questions
    assert len(set(lines(shop.folder / "bill"))) == 40
    assert len(lines(shop.folder / "bill")) <= before + 40 - len(durable)
