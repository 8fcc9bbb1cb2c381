"""The bundled input of the recall loop, and the recipe that reads it."""

import gzip
import importlib
import json
import os
import sys
from pathlib import Path

import pytest

from pipeline.config import load_config
from pipeline.graph import ordered
from pipeline.session import run
from tests.pipeline.workshop import by_name, rows
from tests.stages.recall_rows import SAMPLES, read

RECIPE = SAMPLES.parent / "recall.yaml"
FILES = ("recall_positives", "recall_negatives", "recall_crawl", "debian_faq")


@pytest.mark.skipif("TRACEMILL_DATA" not in os.environ, reason="TRACEMILL_DATA is not set")
def test_the_samples_can_be_built_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(SAMPLES))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    built = importlib.import_module("recall_pages").samples(Path(os.environ["TRACEMILL_DATA"]))
    assert tuple(built) == FILES
    for name, found in built.items():
        kept = [json.loads(line) for line in gzip.decompress((SAMPLES / f"{name}.jsonl.gz").read_bytes()).splitlines()]
        assert found == kept


def test_the_samples_are_small_licensed_and_of_different_sites() -> None:
    assert sum((SAMPLES / f"{name}.jsonl.gz").stat().st_size for name in FILES) < 300_000
    sites = {name: {row.url.split("/")[2] for row in read(name)} for name in FILES}
    assert sum(map(len, sites.values())) == len(set().union(*sites.values()))
    lines = [
        line for name in FILES for line in gzip.decompress((SAMPLES / f"{name}.jsonl.gz").read_bytes()).splitlines()
    ]
    assert all(json.loads(line)["licence"] for line in lines)


def test_the_copyright_notice_stands_beside_the_pages_it_covers() -> None:
    assert any(
        "Permission is granted to make and distribute verbatim copies" in (row.html or "") for row in read("debian_faq")
    )


def test_the_recipe_is_sound() -> None:
    assert [node.name for node in ordered(load_config(RECIPE))][-1] in ("recalled", "report2")


@pytest.mark.long
def test_the_recipe_runs_and_keeps_what_teaches(tmp_path: Path) -> None:
    recipe = load_config(RECIPE, store=str(tmp_path / "store"), overrides=[f"exports={tmp_path / 'exports'}"])
    done = by_name(run(recipe))
    labels = {row["domain"]: row["label"] for row in rows(done["labels2"].artifact)}
    assert labels["openstax.org"] == "selected"
    assert labels["debian.org"] == "rejected"
    recalled = {row["url"].split("/")[2] for row in rows(done["recalled"].artifact)}
    assert {"openstax.org", "prealgebra.example"} <= recalled
    assert "debian.org" not in recalled
