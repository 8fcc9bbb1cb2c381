"""With `keep: results` rows go when nobody needs them, come back when somebody does, and nothing else is different."""

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from pipeline import look, tend
from pipeline.config import load_config
from pipeline.errors import BudgetError, ConfigError, StoreError
from pipeline.plan import plan
from pipeline.report import write_report
from pipeline.session import run
from pipeline.trace import DROPPED, trace
from pipeline.versions import versions
from tests.pipeline.test_commands import APP
from tests.pipeline.workshop import ENVIRONMENT, ROOT, Workshop, by_name, digests, lines, node, rows, statuses

CHAIN = ("src", "acted", "loud", "sifted", "louder", "last")
GONE = {"acted", "loud", "sifted", "louder"}


def chain(**changed: Any) -> dict[str, Any]:
    """Rows through stages of several shapes; `last` is what it is all for."""
    nodes = {
        "src": {"uses": "numbers", "with": {"rows": 12, "per": 4}},
        "acted": node("behave", needs="src", script=["keep", "split2", "reject", "keep"]),
        "loud": node("shout", needs="acted"),
        "sifted": node("sift", needs="loud", every=3),
        "louder": node("slow", needs="sifted", poison=[]),
        "last": node("shout", needs="louder", mark="."),
    }
    return nodes | changed


def short() -> dict[str, Any]:
    """Few files, for what is tried at every moment."""
    return {
        "src": {"uses": "numbers", "with": {"rows": 4, "per": 2}},
        "acted": node("behave", needs="src", script=["keep", "split2", "reject", "keep"]),
        "sifted": node("sift", needs="acted", every=3),
        "last": node("shout", needs="sifted"),
    }


def written(shop: Workshop, keep: str = "results", **nodes: Any) -> Path:
    path = shop.write(file=f"{keep}.yaml", store=keep, **nodes)
    path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text()) | {"keep": keep}, sort_keys=False))
    return path


def runs(path: Path, *overrides: str, **with_: Any) -> dict[str, Any]:
    return by_name(run(load_config(path, overrides=overrides), **with_))


def started(path: Path) -> list[str]:
    """The nodes that executed in the last run, in order."""
    newest = max((path.parent / path.stem / "runs").iterdir())
    events = [yaml.safe_load(line) for line in lines(newest / "events.jsonl")]
    return [event["node"] for event in events if event["event"] == "start"]


def spent(path: Path, *overrides: str) -> set[str]:
    """The nodes that have no rows any more, which their files bear out."""
    _, found = look.survey_of(load_config(path, overrides=overrides))
    artifacts = {name: one.artifact for name, one in found.items() if one}
    for artifact in artifacts.values():
        has_rows = bool(rows(artifact)) or artifact.path.joinpath("folder").exists()
        assert has_rows != artifact.is_spent or not artifact.is_complete
    return {name for name, artifact in artifacts.items() if artifact.is_spent}


def tree(path: Path) -> dict[str, int]:
    """When each file of the results was written."""
    files = [file for file in (path.parent / path.stem / "artifacts").rglob("*") if file.is_file()]
    return {str(file): file.stat().st_mtime_ns for file in files}


def test_rows_that_can_be_made_again_go_and_all_else_is_as_ever(shop: Workshop) -> None:
    log = shop.folder / "bill"
    nodes = chain(
        asked=node("inquire", needs="louder", log=log),
        dear=node("dear", needs="asked"),
        last=node("shout", needs="dear"),  # and so does what is published
        sum=node("total", needs="sifted"),
        set=node("publish", needs="last", name="toys") | {"side": {"total": "sum"}},
    )
    every, path = written(shop, "all", **nodes), written(shop, **nodes)
    whole, found = runs(every), runs(path)
    assert digests(found) == digests(whole)
    assert spent(path) == GONE
    assert spent(every) == set()
    funnels = [look.status(load_config(one)) for one in (every, path)]
    assert funnels[0] == funnels[1]
    assert look.rows(load_config(path), "acted", "rejects", 9) == look.rows(load_config(every), "acted", "rejects", 9)
    assert len(versions(load_config(path).exports / "toys")) == 1
    before = tree(path)
    assert statuses(runs(path)) == dict.fromkeys(nodes, "reused")
    assert tree(path) == before
    assert {step.action for step in plan(load_config(path))} == {"hit"}


def test_all_rows_stay_unless_asked_for_and_go_when_asked_later(shop: Workshop) -> None:
    path = shop.write(file="store.yaml", **chain())
    runs(path)
    assert spent(path) == set()
    assert statuses(runs(path, "keep=results")) == dict.fromkeys(CHAIN, "reused")
    assert spent(path) == GONE
    runs(path)
    assert spent(path) == GONE


def test_rows_that_may_be_others_the_next_time_stay(shop: Workshop) -> None:
    failed = node("behave", needs="src", script=["keep", "raise"], run={"max_errors": 1.0})
    hasty = node("hasty", needs="failed")
    path = written(shop, src=chain()["src"], failed=failed, hasty=hasty, last=node("shout", needs="hasty"))
    runs(path)
    assert spent(path) == set()


def test_a_change_below_makes_again_what_it_needs_and_no_more(shop: Workshop) -> None:
    nodes = chain(aside=node("shout", needs="acted", mark="-"))
    path, changed = written(shop, **nodes), "louder.seconds=0.001"
    first = runs(path)
    actions = {step.node: step.action for step in plan(load_config(path, overrides=[changed]))}
    again = dict.fromkeys(("acted", "loud", "sifted"), "again")
    assert actions == {"src": "hit", "louder": "miss", "last": "miss", "aside": "hit", **again}
    found = runs(path, changed)
    assert started(path) == ["acted", "loud", "sifted", "louder"]
    assert digests(found) == digests(first)
    assert statuses(found) == dict.fromkeys(nodes, "reused") | {"louder": "ran"}
    assert spent(path, changed) == GONE


def test_one_node_alone_has_its_rows_again(shop: Workshop) -> None:
    path = written(shop, **chain())
    whole = runs(written(shop, "all", **chain()))
    first = runs(path)
    found = runs(path, only="loud")
    assert statuses(found) == {"loud": "made again"}
    assert started(path) == ["acted", "loud"]
    assert rows(found["loud"].artifact) == rows(whole["loud"].artifact)
    assert spent(path) == GONE - {"loud"}
    assert digests(runs(path)) == digests(first)
    assert spent(path) == GONE


def test_a_node_that_does_once_more_what_one_above_it_did_gets_the_rows_from_there(shop: Workshop) -> None:
    twice = {
        "src": {"uses": "numbers", "with": {"rows": 12, "per": 4}},
        "once": node("slow", needs="src", poison=[]),
        "kept": node("behave", needs="once", script=["keep"]),
        "again": node("slow", needs="kept", poison=[]),
        "last": node("shout", needs="again"),
    }
    path = written(shop, **twice)
    done = runs(path)
    assert done["once"].artifact.path == done["again"].artifact.path
    assert done["again"].status == "reused"
    assert started(path) == ["src", "once", "kept", "once", "last"]
    assert spent(path) == {"once", "kept", "again"}
    assert digests(done) == digests(runs(written(shop, "all", **twice)))
    actions = {step.node: step.action for step in plan(load_config(path, overrides=["last.mark=."]))}
    assert actions == {"src": "hit", "once": "again", "kept": "hit", "again": "hit", "last": "miss"}
    assert runs(path, "last.mark=.")["last"].status == "ran"
    assert runs(path, only="again")["again"].status == "made again"


def test_a_stage_that_gives_other_rows_is_caught(shop: Workshop) -> None:
    flag = shop.folder / "flag"
    path = written(shop, **chain(acted=node("blot", needs="src", flag=flag, bad=[1, 2], run={"max_errors": 1.0})))
    first = runs(path)
    assert spent(path) == GONE
    flag.touch()
    for _ in range(2):
        with pytest.raises(StoreError, match=r"acted: blot did not give the rows again .* 2 rows failed") as caught:
            runs(path, "loud.mark=x")
    shutil.rmtree(first["acted"].artifact.path)
    assert str(first["acted"].artifact.path) in str(caught.value)
    assert runs(path)["acted"].manifest.totals.quarantined == 2


def test_rows_that_failed_when_they_were_made_again_may_be_retried(shop: Workshop) -> None:
    flag = shop.folder / "flag"
    path = written(shop, **chain(acted=node("blot", needs="src", flag=flag, bad=[1, 2])))
    first = runs(path)
    flag.touch()
    with pytest.raises(BudgetError, match="tracemill retry"):
        runs(path, "loud.mark=x")
    flag.unlink()
    assert tend.retry(load_config(path), "acted") == [0]
    assert digests(runs(path)) == digests(first)
    assert spent(path) == GONE


def test_what_looks_at_dropped_rows_says_so_and_how_they_come_back(shop: Workshop) -> None:
    path = written(shop, **chain())
    found = runs(path)
    recipe, way_out = load_config(path), f"`tracemill run {path} --only loud` makes them again"
    assert look.rows(recipe, "loud", "data", 3) == []
    assert way_out in look.nothing_to_show(recipe, "loud", "data")
    assert look.nothing_to_show(recipe, "loud", "rejects") == "loud rejected nothing"
    with pytest.raises(ConfigError, match="rows were dropped"):
        look.place(recipe, "loud")
    with pytest.raises(StoreError, match=r"rows were dropped \(keep: results\)"):
        found["loud"].artifact.data_files()
    said = CliRunner().invoke(APP, ["show", str(path), "loud"]).output
    assert "rows were dropped" in " ".join(said.split())
    fates = [(one.node, one.fate) for one in trace(recipe, "r0001/1")]
    assert fates == [("src", "kept"), *((name, DROPPED) for name in CHAIN[1:5]), ("last", "kept")]
    told = CliRunner().invoke(APP, ["trace", str(path), "r0001/1"]).output
    assert "rows dropped (keep: results): acted, loud, sifted, louder" in told
    with pytest.raises(ConfigError, match="whose rows were dropped"):
        trace(recipe, "nowhere")
    page = write_report(recipe, fresh=True).read_text()
    assert '"dropped":["acted","loud","sifted","louder"]' in page


def test_a_file_that_is_gone_without_a_word_is_damage_as_ever(shop: Workshop) -> None:
    path = written(shop, "all", **chain())
    found = runs(path)
    found["loud"].artifact.shard("data", 0).unlink()
    with pytest.raises(StoreError, match="missing; remove"):
        runs(path, "sifted.every=2")


@pytest.mark.parametrize("keep", ["some", "", 3, None, ["all"]])
def test_another_word_than_all_or_results_is_refused(shop: Workshop, keep: Any) -> None:
    path = shop.write(**chain())
    path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text()) | {"keep": keep}))
    with pytest.raises(ConfigError, match=r"keep is .*; write all or results"):
        load_config(path)


# Stopped at any moment


class Stop(BaseException):
    """As if the process were killed: nobody catches it."""


class Cut:
    """Stops at the n-th change of a file's name."""

    events = frozenset({"os.rename", "os.remove", "os.rmdir"})

    def __init__(self) -> None:
        self.left: int | None = None
        sys.addaudithook(self)

    def __call__(self, event: str, _: Any) -> None:
        if self.left is None or event not in self.events:
            return
        self.left -= 1
        if self.left < 0:
            raise Stop

    @contextmanager
    def at(self, moment: int) -> Iterator[None]:
        self.left = moment
        try:
            yield
        finally:
            self.left = None


CUT = Cut()


def cut_at_every_moment(path: Path, overrides: list[str], wanted: Mapping[str, str]) -> int:
    """Runs are stopped later and later, until one ends; each time another ends what it began. Returns how many."""
    for moment in range(1000):
        kept = path.parent / "kept"
        shutil.copytree(path.parent / path.stem, kept)
        try:
            with CUT.at(moment):
                found = runs(path, *overrides)
            assert digests(found) == wanted
            return moment
        except Stop:
            assert digests(runs(path, *overrides)) == wanted
            assert spent(path, *overrides) == {"acted", "sifted"}
        finally:
            shutil.rmtree(path.parent / path.stem)
            kept.rename(path.parent / path.stem)
    raise AssertionError("it never ends")


def test_stopped_at_any_moment_of_dropping_the_next_run_ends_it(shop: Workshop) -> None:
    path = written(shop, **short())
    wanted = digests(runs(path, "keep=all"))
    assert spent(path) == set()
    assert cut_at_every_moment(path, [], wanted) > 10


def test_stopped_at_any_moment_of_making_again_the_next_run_ends_it(shop: Workshop) -> None:
    path = written(shop, **short())
    runs(path)
    other = digests(runs(written(shop, "all", **short()), "last.mark=."))
    assert cut_at_every_moment(path, ["last.mark=."], other) > 30


KILLED = """
import os, signal, sys
from pipeline.config import load_config
from pipeline.session import run
recipe, left = load_config(sys.argv[1], overrides=sys.argv[3:]), int(sys.argv[2])
def cut(event, _):
    global left
    if event in ("os.rename", "os.remove", "os.rmdir"):
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(cut)
run(recipe)
"""


@pytest.mark.parametrize("moment", [8, 25])
def test_killed_where_it_makes_again_the_next_run_ends_it(shop: Workshop, moment: int) -> None:
    path = written(shop, **chain())
    wanted = digests(runs(path))
    order = [sys.executable, "-c", KILLED, str(path), str(moment), "louder.seconds=0.001"]
    killed = subprocess.run(order, cwd=ROOT, env=ENVIRONMENT, capture_output=True, timeout=120, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert digests(runs(path, "louder.seconds=0.001")) == wanted
    assert spent(path, "louder.seconds=0.001") == GONE
