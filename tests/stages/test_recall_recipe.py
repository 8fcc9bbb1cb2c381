"""The recall loop through the engine: two rounds on the bundled seeds, and a training that is killed half-way."""

import json
import os
import signal
import subprocess
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.config import load_config
from pipeline.session import run
from tests.limits import SOON_S
from tests.pipeline.workshop import ENVIRONMENT, ROOT, Workshop, by_name, command, digests, ids, rows, statuses
from tests.stages.recall_rows import SAMPLES, TINY


def read(name: str) -> dict[str, Any]:
    return {"uses": "read_documents", "with": {"paths": [str(SAMPLES / name)], "source": name, "url_field": "url"}}


def train(*, folds: int = 3, **side: str) -> dict[str, Any]:
    settings = {name: value for name, value in asdict(TINY).items() if value is not None}
    return {
        "uses": "train_recall",
        "needs": "positives",
        "side": {"negatives": "negatives", **side},
        "with": {"settings": settings, "folds": folds},
        "run": {"workers": 2},
    }


SEEDS = {"positives": read("recall_positives.jsonl.gz"), "negatives": read("recall_negatives.jsonl.gz")}


def rounds(number: int, **side: str) -> dict[str, Any]:
    """The nodes of one round; `side` is what its training takes from the round before."""
    scores, labels, model = f"scores{number}", f"labels{number}", f"model{number}"
    shares = {"min_documents": 2, "select_share": 0.5, "reject_share": 0.2}
    previous = {"previous": f"report{number - 1}"} if number > 1 else {}
    return {
        model: train(**side),
        scores: {"uses": "score_recall", "needs": "likely", "side": {"model": model}},
        f"domains{number}": {"uses": "aggregate_domains", "needs": scores},
        labels: {"uses": "label_domains", "needs": f"domains{number}", "with": shares},
        f"report{number}": {
            "uses": "report_recall", "needs": scores, "side": {"model": model, "domains": labels, **previous},
        },
    }  # fmt: skip


def recipe(shop: Workshop, nodes: dict[str, Any], *, store: str = "store") -> Path:
    path = shop.write(file=f"{store}.yaml", store=store, src=SEEDS["positives"], **SEEDS, **nodes)
    raw = yaml.safe_load(path.read_text())
    del raw["nodes"]["src"]
    path.write_text(yaml.safe_dump(raw | {"packages": ["stages"]}, sort_keys=False))
    return path


def test_two_rounds_learn_from_the_domains_they_labelled(tmp_path: Path) -> None:
    nodes = {
        "crawl": read("recall_crawl.jsonl.gz"),
        "likely": {"uses": "prefilter", "needs": "crawl"},
        **rounds(1),
        **rounds(2, corpus="likely", scores="scores1", domains="labels1"),
        "recalled": {"uses": "keep_recalled", "needs": "likely", "side": {"scores": "scores2", "domains": "labels2"}},
    }
    path = recipe(Workshop(tmp_path), nodes)
    first = by_name(run(load_config(path)))
    labels = {row["domain"]: row["label"] for row in rows(first["labels2"].artifact)}
    assert {name for name, label in labels.items() if label == "selected"} == {
        "choices.example", "counting-probability.example", "intermediate-algebra.example", "prealgebra.example",
        "precalculus.example",
    }  # fmt: skip
    report = json.loads((first["report2"].artifact.folder / "report.json").read_text())
    learnt = [sum(row["documents"] for row in one["model"]["examples"]) for one in report["rounds"]]
    assert learnt[1] > learnt[0] == 80
    assert report["rounds"][1]["cross_validation"]["precision"] >= 0.95
    recalled = {row["url"].split("/")[2] for row in rows(first["recalled"].artifact)}
    assert recalled <= {name for name, label in labels.items() if label == "selected"}
    assert len(ids(first["recalled"].artifact)) == 50
    again = by_name(run(load_config(path)))
    assert set(statuses(again).values()) == {"reused"}


def is_training(store: Path) -> bool:
    try:
        return bool(list(store.rglob("all.txt")))
    except FileNotFoundError:  # a folder went while it was looked through
        return False


@pytest.mark.timeout(120)
def test_a_training_killed_half_way_ends_with_the_same_model(tmp_path: Path) -> None:
    shop = Workshop(tmp_path)
    nodes = {"model": train(folds=0)}
    calm, stormy = recipe(shop, nodes, store="calm"), recipe(shop, nodes, store="stormy")
    undisturbed = digests(by_name(run(load_config(calm))))
    started = subprocess.Popen(
        command("run", stormy, "--quiet"), cwd=ROOT, env=ENVIRONMENT, start_new_session=True, stdout=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 2 * SOON_S
    while not is_training(tmp_path / "stormy") and time.monotonic() < deadline:
        assert started.poll() is None, "the run ended before it could be killed"
        time.sleep(0.005)
    os.killpg(started.pid, signal.SIGKILL)
    started.wait(timeout=SOON_S)
    assert not list((tmp_path / "stormy").rglob("model.bin"))
    resumed = by_name(run(load_config(stormy)))
    assert digests(resumed) == undisturbed
    assert statuses(resumed)["positives"] == "reused"
