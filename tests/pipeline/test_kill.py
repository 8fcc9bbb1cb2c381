"""A run killed again and again ends with the artifacts of one that was left alone, and pays for nothing twice."""

import os
import random
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from pipeline.config import load_config
from pipeline.look import survey_of
from pipeline.versions import versions
from tests.pipeline.workshop import ENVIRONMENT, ROOT, Workshop, command, journalled, lines, node, tracemill

KILLS = 20


def recipe(shop: Workshop, store: str) -> Path:
    """Sources, an expensive stream, rows, a slow batch stage, a table, a folder that is published."""
    script = {"right": 0.4, "wrong": 0.3, "truncated": 0.1, "looping": 0.1, "empty": 0.1, "delay_s": 0.03}
    teacher = {"name": "toy", "backend": "scripted", "script": script}
    bill = shop.folder / f"{store}.bill"
    path = shop.write(
        file=f"{store}.yaml",
        store=store,
        src={"uses": "sums", "with": {"count": 80, "per": 8}},
        attempts=node("billed_distil", teacher=teacher, samples=3, log=bill, run={"max_in_flight": 4}),
        finals=node("finals", needs="attempts"),
        slow=node("slow", needs="finals", poison=[], seconds=0.03),
        table=node("sift", needs="slow", every=3),
        set=node("publish", needs="table", name="sums"),
    )
    path.write_text(path.read_text().replace("- tests.toystages", "- tests.toystages\n- tests.toydistil"))
    return path


def content(path: Path) -> dict[str, Any]:
    """The digest of each node and version."""
    loaded = load_config(path)
    _, found = survey_of(loaded)
    nodes = {name: one.artifact.manifest().digest for name, one in found.items() if one}
    return nodes | {version.path.name: version.manifest()["digest"] for version in versions(loaded.exports / "sums")}


def progress(store: Path) -> int:
    """Journal lines and whole shards: their number only ever grows."""
    answers = sum(path.read_bytes().count(b"\n") for path in (store / "journal").rglob("*.jsonl"))
    return answers + len(list((store / "artifacts").glob("*/*/shards/*.json")))


def run_until(path: Path, store: Path, goal: int, jitter_s: float) -> bool:
    """Starts a run, kills its process group a moment after it got as far as `goal`; False if it ended before."""
    started = subprocess.Popen(
        command("run", path, "--quiet"),
        cwd=ROOT,
        env=ENVIRONMENT,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + 60
    while started.poll() is None and progress(store) < goal and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(jitter_s)
    alive = started.poll() is None
    if alive:
        os.killpg(started.pid, signal.SIGKILL)
    _, said = started.communicate(timeout=30)
    assert alive or started.returncode == 0, said.decode()
    return alive


@pytest.mark.timeout(300)
def test_twenty_kills_change_nothing_and_no_durable_answer_is_bought_twice(shop: Workshop) -> None:
    calm, stormy = recipe(shop, "calm"), recipe(shop, "stormy")
    done = tracemill("run", calm, "--quiet")
    assert done.returncode == 0, done.stderr
    store, bill = shop.folder / "stormy", shop.folder / "stormy.bill"
    whole = progress(shop.folder / "calm")
    draw, kills, again = random.Random(7), 0, []
    for index in range(KILLS):
        # Over the whole duration; a jitter of up to 0.1 s may also let a kill fall on start or end.
        durable, asked = journalled(store), len(lines(bill))
        kills += run_until(stormy, store, whole * index // KILLS, draw.uniform(0, 0.1))
        again += [key for key in lines(bill)[asked:] if key in durable]
    durable, asked = journalled(store), len(lines(bill))
    done = tracemill("run", stormy, "--quiet")
    assert done.returncode == 0, done.stderr
    again += [key for key in lines(bill)[asked:] if key in durable]
    assert again == []
    assert content(stormy) == content(calm)
    assert kills >= KILLS - 2
    leftovers = [path for path in store.rglob("*") if path.name.endswith(".tmp") or path.parent.name == "scratch"]
    assert leftovers == []
