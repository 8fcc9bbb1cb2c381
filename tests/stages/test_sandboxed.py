"""Stages in a sandbox: what a row does to its process is that row's own trouble, wherever the stage runs."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest

from pipeline.config import load_config
from pipeline.errors import ConfigError
from pipeline.executors import Executor, open_executor
from pipeline.executors.local import LocalExecutor
from pipeline.outbox import Fault
from pipeline.runner import NodeResult
from pipeline.session import run
from pipeline.stage import Reject
from pipeline.tend import retry
from tests.pipeline.workshop import ENVIRONMENT, ROOT, Workshop, node, rows, run_on
from tests.support import context, run_batch
from tests.toysandbox.stages import Risky, WidenApart
from tests.toystages.records import Num
from tests.toystages.rows import Widen

SCRIPT = ["keep", "segfault", "split", "exit", "raise", "reject", "spin", "none", "keep", "recurse"]
DEATHS = ["segfault", "exit", "spin"]


def nums(count: int) -> list[Num]:
    return [Num(id=f"r{n}", n=n, text=f"text {n}") for n in range(count)]


def risky(folder: Path, script: list[str], *, first: list[str] | None = None) -> list[Any]:
    """One row for each word of the script, and what became of it."""
    stage = Risky(script=script, first=first or [], marks=folder, page_seconds=0.2, page_mb=100)
    return run_batch(stage, nums(len(script)), context(folder))


def test_rows_lists_and_rejects_come_back_as_process_gave_them(tmp_path: Path) -> None:
    stage = Risky(script=["keep", "split", "reject"], first=[], marks=tmp_path)
    given = nums(7)
    assert run_batch(stage, given, context(tmp_path)) == [stage.process(row) for row in given]


def test_fields_of_every_kind_come_back(tmp_path: Path) -> None:
    given = nums(7)
    assert run_batch(WidenApart(), given, context(tmp_path)) == [Widen().process(row) for row in given]


def test_a_row_that_passes_a_limit_is_rejected_and_the_others_are_kept(tmp_path: Path) -> None:
    words = ["segfault", "exit", "spin", "sleep", "eat", "recurse"]
    found = risky(tmp_path, [part for word in words for part in ("keep", word)])
    assert [row.id for row in found[::2]] == ["r0", "r2", "r4", "r6", "r8", "r10"]
    assert [(reject.reason, reject.detail.split(" (")[0]) for reject in found[1::2]] == [
        ("crashed", "ended by SIGSEGV"),
        ("crashed", "ended with exit code 3"),
        ("timeout", "more than 0.2 s of processor time"),
        ("timeout", "no end within 0.8 s"),
        ("memory", "more than 100 MB"),
        ("too_deep", "maximum recursion depth exceeded"),
    ]


def test_a_row_that_fails_once_is_kept(tmp_path: Path) -> None:
    assert [row.id for row in risky(tmp_path, DEATHS, first=DEATHS)] == ["r0", "r1", "r2"]


def test_what_process_raises_or_wrongly_returns_is_a_fault_of_the_row(tmp_path: Path) -> None:
    found = risky(tmp_path, ["raise", "none", "stranger", "surrogate", "keep"])
    assert all(isinstance(fault, Fault) for fault in found[:4])
    assert [fault.error for fault in found[:3]] == [
        "ValueError: no such page \nthe second line",
        "TypeError: the stage returned NoneType, not Num or Reject",
        "TypeError: the stage returned int, not Num or Reject",
    ]
    assert "surrogates" in found[3].error
    assert "in _raise" in found[0].traceback
    assert found[4] == nums(5)[4]


def test_text_that_utf8_cannot_hold_goes_in_and_out(tmp_path: Path) -> None:
    given = [Num(id=f"r{n}", n=n, text="a\ud800") for n in range(2)]
    kept, rejected = run_batch(Risky(script=["keep", "reject"], first=[], marks=tmp_path), given, context(tmp_path))
    assert kept == given[0]
    assert rejected == Reject("scripted", "a?")


@pytest.mark.parametrize("options", [{"page_seconds": 0.0}, {"page_mb": 0}])
def test_limits_must_be_above_zero(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=r"risky: page_seconds .* both must be above zero"):
        Risky(script=["keep"], first=[], marks=Path(), **options)


def test_a_stage_of_the_script_that_runs_is_refused() -> None:
    code = """
from dataclasses import dataclass
from pathlib import Path
from tests.support import context
from tests.toysandbox.stages import Risky

@dataclass(frozen=True, kw_only=True)
class Mine(Risky):
    pass

with Mine(script=["keep"], first=[], marks=Path()).open(context(Path())):
    pass
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, check=False
    )
    assert "ConfigError: mine is defined in the script that runs; put it into a module of its own" in done.stderr


# In the engine


def brought_up(shop: Workshop, executor: Executor, workers: int, store: str) -> NodeResult:
    options = {"page_seconds": 0.2, "page_mb": 200, "script": SCRIPT, "first": [], "marks": shop.folder}
    source = {"uses": "numbers", "with": {"rows": 20, "per": 10}}
    risky = node("risky", run={"max_errors": 0.5, "batch_rows": 7}, **options)
    path = shop.write(store=store, src=source, risky=risky)
    path.write_text(path.read_text().replace("- tests.toystages", "- tests.toystages\n- tests.toysandbox"))
    return run_on(load_config(path), executor, workers=workers)["risky"]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    return Workshop(tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="module")
def inline(shop: Workshop) -> NodeResult:
    with LocalExecutor() as executor:
        return brought_up(shop, executor, 1, "inline")


def test_the_engine_files_what_the_sandbox_tells(inline: NodeResult) -> None:
    totals = inline.manifest.totals
    assert (totals.rows_in, totals.kept, totals.rows_out, totals.quarantined) == (20, 6, 8, 4)
    assert totals.rejected == {"crashed": 4, "timeout": 2, "scripted": 2, "too_deep": 2}
    faults = {row["id"]: row for row in rows(inline.artifact, "quarantine")}
    assert faults["r0004"]["error"].startswith("ValueError: no such page")
    assert "in _raise" in faults["r0004"]["traceback"]
    assert orjson.loads(faults["r0007"]["row"])["text"] == "7"


@pytest.mark.parametrize("name", ["local", "dask"])
def test_two_workers_give_what_one_process_gives(shop: Workshop, inline: NodeResult, name: str) -> None:
    if name == "dask":
        pytest.importorskip("distributed")
    with open_executor(name, scheduler=None) as executor:
        found = brought_up(shop, executor, 2, name).manifest
    assert (found.digest, found.totals.rejected) == (inline.manifest.digest, inline.manifest.totals.rejected)


def test_retry_does_rows_again_that_were_broken_off(shop: Workshop) -> None:
    options = {"page_seconds": 0.2, "page_mb": 200, "first": [], "marks": shop.folder}
    source = {"uses": "numbers", "with": {"rows": 6, "per": 2}}
    path = shop.write(store="again", src=source, risky=node("risky", script=["keep"] * 3 + ["segfault"], **options))
    path.write_text(path.read_text().replace("- tests.toystages", "- tests.toystages\n- tests.toysandbox"))
    run(load_config(path))
    assert retry(load_config(path), "risky") == [1]
