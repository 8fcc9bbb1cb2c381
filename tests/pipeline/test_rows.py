"""Row, batch and source stages: no row is lost, none is invented, trouble goes where it belongs."""

import tempfile
from collections import Counter
from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import ConfigError
from pipeline.artifact import Artifact
from pipeline.errors import BudgetError, ShardError
from pipeline.executors.local import LocalExecutor
from pipeline.outbox import Outbox
from tests.pipeline.workshop import Workshop, ids, node, rows, run_on
from tests.toystages.records import Num

ACTS = ["keep", "split1", "split3", "reject", "raise"]
# What a stage should not return, and what must be said about it.
ODD = {
    "nothing": "NoneType, not Num",
    "empty": "empty list",
    "stranger": "neither keeps nor extends",
    "twins": "given twice",
    "mapping": "dict, not Num",
    "float": "n: float given, int wanted",
    "huge": "Num.n: ",
    "bytes": "text: bytes given, str wanted",
    "none": "text: NoneType given, str wanted",
    "surrogate": "surrogates",
    "bad_detail": "detail",
    "bad_reason": "reason",
}


def expected(script: list[str], count: int) -> Counter[str]:
    """How many rows of `count` are kept, rejected and quarantined, and how many come out."""
    acts = [script[n % len(script)] for n in range(count)]
    tally = Counter({"rows_in": count, "rejected": acts.count("reject"), "quarantined": acts.count("raise")})
    tally["kept"] = count - tally["rejected"] - tally["quarantined"]
    tally["rows_out"] = sum(int(act[5:]) if act.startswith("split") else act == "keep" for act in acts)
    return tally


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    script=st.lists(st.sampled_from(ACTS), min_size=1, max_size=9),
    count=st.integers(1, 60),
    cuts=st.lists(st.integers(1, 60), min_size=2, max_size=2),
    batch=st.integers(1, 40),
)
def test_every_row_is_accounted_for_and_the_digest_knows_neither_workers_nor_shards(
    local: LocalExecutor, script: list[str], count: int, cuts: list[int], batch: int
) -> None:
    digests = set()
    with tempfile.TemporaryDirectory() as folder:
        for index, (per, workers) in enumerate([(cuts[0], 1), (cuts[0], 2), (cuts[1], 2)]):
            shop = Workshop(Path(folder))
            source = {"uses": "numbers", "with": {"rows": count, "per": per}}
            behave = node("behave", script=script, run={"max_errors": 1.0, "batch_rows": batch})
            recipe = shop.recipe(store=f"store{index}", src=source, out=behave)
            result = run_on(recipe, local, workers=workers)["out"]
            totals = result.manifest.totals
            found = {name: getattr(totals, name) for name in ("rows_in", "kept", "rows_out", "quarantined")}
            assert found | {"rejected": sum(totals.rejected.values())} == expected(script, count)
            assert len(rows(result.artifact)) == totals.rows_out
            assert len(rows(result.artifact, "rejects")) == sum(totals.rejected.values())
            assert len(rows(result.artifact, "quarantine")) == totals.quarantined
            digests.add(result.manifest.digest)
    assert len(digests) == 1


@pytest.mark.parametrize("act", ODD)
def test_an_odd_result_sets_only_its_own_row_aside(shop: Workshop, act: str) -> None:
    script = ["keep"] * 10 + [act] + ["keep"] * 9
    result = shop.run(out=node("behave", script=script, run={"max_errors": 0.1}))["out"]
    (aside,) = rows(result.artifact, "quarantine")
    assert aside["id"] == "r0010"
    assert ODD[act] in aside["error"]
    assert len(ids(result.artifact)) == 19


def test_text_that_utf8_cannot_hold_is_written_with_a_mark_in_a_rejects_detail(shop: Workshop) -> None:
    result = shop.run(out=node("behave", script=["surrogate_detail"]))["out"]
    assert {row["detail"] for row in rows(result.artifact, "rejects")} == {"?"}


def test_quarantine_holds_the_row_its_error_and_where_it_was_raised(shop: Workshop) -> None:
    result = shop.run(out=node("behave", script=["keep", "raise"], run={"max_errors": 0.5}))["out"]
    aside = rows(result.artifact, "quarantine")
    assert len(aside) == 10
    assert aside[0]["error"] == "RuntimeError: poison 1"
    assert "in process" in aside[0]["traceback"]
    assert orjson.loads(aside[0]["row"]) == {"id": "r0001", "n": 1, "text": "1"}


def test_rejects_hold_the_row_with_reason_and_detail(shop: Workshop) -> None:
    result = shop.run(out=node("behave", script=["keep", "reject"]))["out"]
    dropped = rows(result.artifact, "rejects")
    assert result.manifest.totals.rejected == {"scripted": 10}
    assert dropped[0]["reason"] == "scripted"
    assert dropped[0]["detail"] == "1"
    assert orjson.loads(dropped[0]["row"])["n"] == 1


def test_one_poison_row_of_a_batch_is_set_aside_alone(shop: Workshop) -> None:
    result = shop.run(out=node("slow", poison=[7], run={"max_errors": 0.1}))["out"]
    assert ids(result.artifact, "quarantine") == ["r0007"]
    assert result.manifest.totals.kept == 19
    assert result.manifest.totals.counters["seen"] == 19


def test_a_batch_stage_that_returns_too_few_rows_fails_by_name(shop: Workshop) -> None:
    with pytest.raises(ShardError, match="out: the stage returned 4 results for 5 rows"):
        shop.run(out=node("slow", poison=[], returns="too few"))


def test_a_batch_stage_that_cannot_open_fails_by_name(shop: Workshop) -> None:
    with pytest.raises(ShardError, match="out: shard 0 failed: LookupError: no index here"):
        shop.run(out=node("slow", poison=[], returns="unopened"))


# Sources


def lines_source(shop: Workshop, *texts: str, grow: bool = False) -> dict[str, object]:
    paths = []
    for index, text in enumerate(texts):
        path = shop.folder / f"in{index}.txt"
        path.write_text(text)
        paths.append(str(path))
    return {"uses": "lines", "with": {"paths": paths, "grow": grow}}


def test_a_source_counts_what_it_drops_and_rows_that_come_twice(shop: Workshop) -> None:
    result = shop.run(src=lines_source(shop, "a 1\n\nb 2\na 3\n"))["src"]
    assert result.manifest.totals.rejected == {"duplicate_id": 1, "empty": 1}
    assert ids(result.artifact) == ["a", "b"]
    assert ids(result.artifact, "rejects") == ["a", "line-1"]


def test_a_reader_that_breaks_fails_the_node_and_names_the_shard(shop: Workshop) -> None:
    with pytest.raises(ShardError, match="src: reading 1 failed: ValueError: unreadable line"):
        shop.run(src=lines_source(shop, "a\n", "b\n!\n"))


def test_a_source_with_nothing_to_read_says_so(shop: Workshop) -> None:
    with pytest.raises(ConfigError, match="src: there is nothing to read"):
        shop.run(src=lines_source(shop))


# Error budgets


def test_by_default_one_failed_row_stops_the_node_with_the_way_out(shop: Workshop) -> None:
    with pytest.raises(BudgetError, match=r"out: 1 of 5 rows failed \(max_errors 0\).*tracemill quarantine"):
        shop.run(out=node("behave", script=["raise"] + ["keep"] * 19))


def test_a_share_of_failures_is_judged_at_the_end_of_a_small_input(shop: Workshop) -> None:
    script = ["raise"] * 5 + ["keep"] * 15
    assert shop.run(out=node("behave", script=script, run={"max_errors": 0.25}))["out"].manifest.totals.quarantined == 5
    with pytest.raises(BudgetError, match="5 of 20 rows failed"):
        shop.run(store="other", out=node("behave", script=script, run={"max_errors": 0.2}))


def test_a_share_of_failures_stops_a_large_input_once_a_thousand_rows_are_in(shop: Workshop) -> None:
    source = {"uses": "numbers", "with": {"rows": 5000, "per": 500}}
    with pytest.raises(BudgetError, match="100 of 1000 rows failed"):
        shop.run(src=source, out=node("behave", script=["raise"] + ["keep"] * 9, run={"max_errors": 0.05}))


def test_raising_the_budget_goes_on_from_the_shards_that_are_done(shop: Workshop) -> None:
    script = ["raise"] + ["keep"] * 19
    with pytest.raises(BudgetError):
        shop.run(out=node("behave", script=script))
    result = shop.run(out=node("behave", script=script, run={"max_errors": 0.1}))["out"]
    assert result.status == "resumed"
    assert result.manifest.totals.kept == 19


def test_a_shard_that_processed_fewer_rows_than_its_file_holds_is_never_committed(tmp_path):
    outbox = Outbox(Num)
    with pytest.raises(ShardError, match="3 rows in its file, 0 processed"):
        outbox.commit(Artifact(tmp_path), 0, expected=3, seconds=0.0, counters={})
    assert list(tmp_path.iterdir()) == []
