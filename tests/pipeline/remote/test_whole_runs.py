"""A store elsewhere gives what one on this machine gives, and its mirror may go at any time."""

import shutil
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from pipeline import look, tend
from pipeline.config import load_config
from pipeline.plan import plan
from pipeline.remote import artifact as remote_artifact
from pipeline.remote.opening import open_store
from pipeline.report import write_report
from pipeline.session import run
from pipeline.trace import trace
from pipeline.versions import versions
from tests.pipeline.remote.conftest import Elsewhere, stored_at
from tests.pipeline.workshop import Workshop, by_name, digests, lines, node, rows, statuses, tracemill


def shapes(log: Path) -> Mapping[str, Any]:
    """A stage of every shape, and a folder as an input."""
    return {
        "src": {"uses": "numbers", "with": {"rows": 12, "per": 6}},
        "acted": node("behave", needs="src", script=["keep", "split2", "reject", "keep"]),
        "batch": node("slow", needs="acted", poison=[]),
        "asked": node("inquire", needs="batch", log=log),
        "sifted": node("sift", needs="asked", every=3),
        "sum": node("total", needs="sifted"),
        "set": node("publish", needs="sifted", name="toys") | {"side": {"total": "sum"}},
    }


@pytest.fixture
def nodes(shop: Workshop) -> Mapping[str, Any]:
    return shapes(shop.folder / "bill")


def test_every_shape_gives_the_same_there_as_here(
    elsewhere: str, s3: Elsewhere, shop: Workshop, nodes: Mapping[str, Any]
) -> None:
    here = shop.run(**nodes)
    path = stored_at(elsewhere, shop, "there", **nodes)
    there = by_name(run(load_config(path)))
    assert digests(there) == digests(here)
    assert statuses(there) == dict.fromkeys(nodes, "ran")
    bill = lines(shop.folder / "bill")
    for wiped in (False, True):
        if wiped:
            s3.wipe()
        assert statuses(by_name(run(load_config(path)))) == dict.fromkeys(nodes, "reused")
    recipe = load_config(path)
    for kind in ("data", "rejects"):
        assert look.rows(recipe, "acted", kind, 100) == look.rows(shop.recipe(**nodes), "acted", kind, 100)
    assert rows(there["sifted"].artifact) == []  # nobody has opened it since the mirror went
    assert [asdict(one) for one in trace(recipe, "r0001")] == [
        asdict(one) | {"detail": one.detail} for one in trace(shop.recipe(**nodes), "r0001")
    ]
    assert lines(shop.folder / "bill") == bill
    assert len(versions(recipe.exports / "toys")) == 1


def test_what_looks_at_a_store_looks_at_one_elsewhere(s3: Elsewhere, nodes: Mapping[str, Any]) -> None:
    recipe = s3.recipe(**nodes)
    run(recipe)
    s3.wipe()
    assert {row["node"]: (row["state"], row["rows_out"]) for row in look.status(recipe)}["acted"] == ("complete", 12)
    assert [step.action for step in plan(recipe)] == ["hit"] * len(nodes)
    assert look.why(recipe, "acted") == [
        f"acted is reused: its key {look.located(recipe, 'acted').artifact.key} is in the store"
    ]
    s3.wipe()
    other = s3.recipe(**{**nodes, "sifted": node("sift", needs="asked", every=2)})
    assert look.why(other, "sifted")[-1] == "config.every: (default) -> 2"
    assert [step.measured for step in plan(other) if step.node == "sifted"] == ["earlier"]
    assert look.place(recipe, "sum").joinpath("sum.txt").read_text()
    page = write_report(recipe, fresh=True)
    assert "r0000" in page.read_text()


def test_rows_that_failed_are_looked_at_and_tried_again(s3: Elsewhere, shop: Workshop) -> None:
    flag = shop.folder / "flag"
    flag.touch()
    nodes = {"blot": node("blot", flag=flag, bad=[3, 12], run={"max_errors": 0.5})}
    first = by_name(run(s3.recipe(**nodes)))["blot"]
    assert first.manifest.totals.quarantined == 2
    s3.wipe()
    assert [row["id"] for row in look.rows(s3.recipe(**nodes), "blot", "quarantine", 9)] == ["r0003", "r0012"]
    flag.unlink()
    s3.wipe()
    assert tend.retry(s3.recipe(**nodes), "blot") == [0, 2]
    assert look.located(s3.recipe(**nodes), "blot").state == "partial"
    again = by_name(run(s3.recipe(**nodes)))["blot"]
    assert (again.status, again.manifest.totals.quarantined, again.manifest.totals.kept) == ("resumed", 0, 20)
    assert [key for key in s3.names() if "manifest.1.json" in key]
    s3.wipe()
    assert look.rows(s3.recipe(**nodes), "blot", "quarantine", 9) == []


def test_an_expensive_result_is_blessed(s3: Elsewhere, monkeypatch: pytest.MonkeyPatch) -> None:
    nodes = {"dear": node("dear")}
    run(s3.recipe(**nodes))
    s3.wipe()
    assert set(tend.bless(s3.recipe(**nodes), "dear")) == {"code", "packages"}
    s3.wipe()
    assert statuses(by_name(run(s3.recipe(**nodes))))["dear"] == "reused"


def test_what_nobody_uses_is_collected_there_too(s3: Elsewhere, monkeypatch: pytest.MonkeyPatch) -> None:
    run(s3.recipe(sifted=node("sift", every=3)))
    recipe = s3.recipe(sifted=node("sift", every=2))
    run(recipe)
    assert tend.garbage(recipe) == []  # a run elsewhere may have used it a moment ago
    monkeypatch.setattr(remote_artifact, "GRACE_S", -60.0)
    (dead,) = tend.garbage(recipe)
    assert dead.path.startswith(f"{s3.url}/artifacts/sift/")
    tend.collect(recipe, [dead])
    assert [key for key in s3.names() if "artifacts/sift" in key and dead.path.rpartition("/")[2] in key] == []
    assert not dead.artifact.path.exists()
    assert tend.garbage(recipe) == []
    assert statuses(by_name(run(recipe))) == {"src": "reused", "sifted": "reused"}


def test_the_command_line_takes_a_store_elsewhere(s3: Elsewhere, shop: Workshop) -> None:
    path = shop.write(sifted=node("sift", every=3))
    done = tracemill("run", path, "--store", s3.url, "--quiet", "--json")
    assert done.returncode == 0, done.stderr
    shutil.rmtree(s3.cache)
    told = tracemill("trace", path, "r0001", "--store", s3.url)
    assert told.returncode == 0, told.stderr
    assert "sifted" in told.stdout
    assert open_store(load_config(path, store=s3.url)).exists
