"""The engine's commands as a user types them: what they print, and what they print for scripts."""

import contextlib
import io
from pathlib import Path
from typing import Any

import orjson
import pytest
import typer
from typer.testing import CliRunner

import pipeline.commands
from pipeline import meter
from pipeline.errors import TracemillError
from pipeline.report.page import told_of
from tests.pipeline.workshop import Workshop, failed_plainly, node, tracemill

NODES: dict[str, Any] = {
    "split": node("behave", script=["split2", "keep", "reject", "raise"], run={"max_errors": 0.5}),
    "table": node("sift", needs="split"),
    "loud": node("shout", needs="table"),
    "set": node("publish", needs="loud", name="toys"),
}
APP = typer.Typer()
pipeline.commands.register(APP)


class Desk:
    """A recipe that was run, and the commands in this process."""

    def __init__(self, shop: Workshop) -> None:
        self.shop, self.path = shop, shop.write(**NODES)

    def text(self, name: str, *words: str | Path, fails: bool = False) -> str:
        """What a command prints; progress goes to standard error and is left out."""
        with contextlib.redirect_stderr(io.StringIO()):
            result = CliRunner().invoke(APP, [name, str(self.path), *map(str, words)])
        if fails:
            assert isinstance(result.exception, TracemillError)
            return str(result.exception)
        assert result.exit_code == 0, result.output
        return result.stdout

    def json(self, name: str, *words: str | Path) -> Any:
        return orjson.loads(self.text(name, *words, "--json"))


@pytest.fixture
def fresh(shop: Workshop) -> Desk:
    return Desk(shop)


@pytest.fixture
def desk(fresh: Desk) -> Desk:
    fresh.text("run", "--quiet")
    return fresh


def test_run_prints_the_funnel_and_where_the_data_set_and_the_report_lie(fresh: Desk) -> None:
    said = fresh.text("run", "--quiet")
    row = next(line for line in said.splitlines() if line.startswith("split"))
    assert row.split()[2:6] == ["20", "15", "5", "5"]
    assert "scripted 5" in row
    (made,) = (line.split() for line in said.splitlines() if line.startswith("set"))
    assert (made[1], made[3]) == ("10", "s")  # in and seconds: no row comes out of a folder
    assert "5 nodes, 0 reused" in said
    assert f"data set  {fresh.shop.folder}/store-exports/toys/v0001" in said
    page = next(line for line in said.splitlines() if line.startswith("report")).split()[1]
    assert Path(page).exists()


def test_a_trial_is_told_apart_and_the_report_is_that_of_the_last_run(fresh: Desk) -> None:
    whole = fresh.json("run")
    page, sources = Path(whole["report"]), []
    for words, trial in ((("--limit", "3"), True), ((), False)):
        said = fresh.text("run", "--quiet", *words)
        assert ("a trial by --limit: `latest` stays what it was" in said) == trial
        sources.append(told_of(page)["src"])
    assert sources[0] != sources[1] == whole["nodes"]["src"]["key"][:20]
    assert (page.parents[1] / "toys" / "latest").resolve().name == "v0001"


def test_run_prints_what_stages_counted_also_of_a_node_that_is_reused(fresh: Desk) -> None:
    """The points of a curve, by contrast, are for the report and for scripts."""
    fresh.path = fresh.shop.write(looked=node("slow", poison=[]))
    for said in (fresh.text("run", "--quiet"), fresh.text("run", "--quiet")):
        assert ["looked", "seen", "20"] in [line.split() for line in said.splitlines()]
    assert fresh.json("run")["nodes"]["looked"]["counters"].keys() == {"seen", "share_at_0.50"}


def test_run_says_where_no_row_is_left_and_how_to_see_why(fresh: Desk) -> None:
    fresh.path = fresh.shop.write(none=node("behave", script=["reject"]))
    assert f"no row is left of none: tracemill rejects {fresh.path} none" in fresh.text("run", "--quiet")
    assert "no row is left" not in Desk(fresh.shop).text("run", "--quiet")


def test_run_tells_scripts_counts_digests_and_versions(fresh: Desk) -> None:
    said = fresh.json("run")
    assert [node["status"] for node in said["nodes"].values()] == ["ran"] * 5
    split = said["nodes"]["split"]
    assert (split["rows_in"], split["kept"], split["rows_out"], split["rejected"], split["quarantined"]) == (
        20,
        10,
        15,
        5,
        5,
    )
    assert split["reasons"] == {"scripted": 5}
    assert [Path(path).name for path in said["versions"]] == ["v0001"]
    again = fresh.json("run")
    assert {node["status"] for node in again["nodes"].values()} == {"reused"}
    assert [one["digest"] for one in again["nodes"].values()] == [one["digest"] for one in said["nodes"].values()]


def test_run_tells_its_progress_in_lines_where_there_is_no_terminal(fresh: Desk) -> None:
    done = tracemill("run", fresh.path)
    assert done.returncode == 0
    assert "split: ran: 20 rows in, 15 out, 5 rejected, 5 quarantined in " in done.stderr
    assert done.stderr.splitlines()[0] == f"new store {fresh.shop.folder}/store"
    assert "new store" not in tracemill("run", fresh.path).stderr
    assert tracemill("run", fresh.path, "--quiet").stderr == ""


def test_run_limits_what_sources_read(fresh: Desk) -> None:
    assert fresh.json("run", "--limit", "7", "--set", "split.run.max_errors=1")["nodes"]["src"]["rows_out"] == 7
    assert fresh.json("run")["nodes"]["src"]["rows_out"] == 20


# Plan, status, why


def test_plan_knows_nothing_before_the_first_run(fresh: Desk) -> None:
    steps = fresh.json("plan")
    assert [(step["node"], step["action"]) for step in steps] == [(name, "miss") for name in ("src", *NODES)]
    assert {step["rows_out"] for step in steps} == {None}
    assert "unknown" in fresh.text("plan")


def test_plan_estimates_what_is_missing_from_earlier_runs(desk: Desk) -> None:
    assert {step["action"] for step in desk.json("plan")} == {"hit"}
    steps = {
        step["node"]: step for step in desk.json("plan", "--set", "split.script=[keep, split2]", "--set", "src.rows=40")
    }
    assert (steps["src"]["action"], steps["split"]["action"]) == ("miss", "miss")
    assert steps["src"]["rows_out"] == 20  # as then: a source is not asked how much there is
    assert steps["split"]["rows_out"] == 15
    assert steps["split"]["seconds"] is not None
    assert steps["split"]["bytes"] > 0


def test_status_tells_shards_and_counts(desk: Desk) -> None:
    rows = {row["node"]: row for row in desk.json("status")}
    assert rows["split"] | {"key": ""} == {
        "node": "split", "stage": "behave", "state": "complete", "key": "", "shards": 4, "rows_in": 20,
        "kept": 10, "rows_out": 15, "rejected": {"scripted": 5}, "quarantined": 5,
    }  # fmt: skip
    (desk.shop.folder / f"store/artifacts/behave/{rows['split']['key']}/manifest.json").unlink()
    (desk.shop.folder / f"store/artifacts/behave/{rows['split']['key']}/shards/00001.json").unlink()
    states = {row["node"]: row["state"] for row in desk.json("status")}
    assert (states["split"], states["table"]) == ("partial", "waiting")
    assert "partial" in desk.text("status")


def test_status_tells_what_a_run_that_goes_on_told_last(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meter, "EVERY_S", 0.0)
    desk.path = desk.shop.write(ask=node("inquire", log=desk.shop.folder / "log"))
    desk.text("run", "--quiet")
    row = next(row for row in desk.json("status") if row["node"] == "ask")
    assert "progress" not in row
    artifact = desk.shop.folder / "store/artifacts/inquire" / row["key"]
    (artifact / "manifest.json").unlink()
    (artifact / "shards/00003.json").unlink()
    told = next(row for row in desk.json("status") if row["node"] == "ask")["progress"]
    assert (told["done"], told["counters"]["asked"]) == (20, 40)
    assert "ask: 0:0" in desk.text("status")
    assert "ago 20/20 rows, " in desk.text("status")


def test_status_tells_that_a_stream_was_begun_and_what_was_answered(fresh: Desk) -> None:
    log, trouble = fresh.shop.folder / "log", {"7": "outage"}
    asking = node("inquire", log=log, samples=1, in_turn=True, trouble=trouble, run={"restarts": 0})
    fresh.path = fresh.shop.write(src={"uses": "numbers", "with": {"rows": 20, "per": 20}}, ask=asking)
    assert {row["state"] for row in fresh.json("status")} == {"missing", "waiting"}
    fresh.text("run", "--quiet", fails=True)
    row = next(row for row in fresh.json("status") if row["node"] == "ask")
    assert (row["state"], row["shards"]) == ("begun", 0)
    answered = int(row["progress"]["counters"]["asked"])
    assert answered > 0
    assert f"{answered} answers in the journal" in fresh.text("status")
    assert "ask: it was begun, and none of its shards is whole yet" in fresh.text("show", "ask", fails=True)
    assert fresh.text("why", "ask").startswith("ask is begun: its key is")


def test_why_names_the_change(desk: Desk) -> None:
    assert desk.text("why", "loud").startswith("loud is reused")
    assert "config.mark: (default) -> X" in desk.text("why", "loud", "--set", "loud.mark=X")
    assert "there is no node 'lout' (did you mean 'loud'?); nodes: src, split" in desk.text("why", "lout", fails=True)


def test_why_names_the_input_whose_rows_changed_and_why_they_did(desk: Desk) -> None:
    """As far up as the earlier results are still there."""
    changed = ("--set", "src.rows=10")
    desk.text("run", "--quiet", "--only", "src", *changed)
    desk.text("run", "--quiet", "--only", "split", *changed)
    first, against, *lines = desk.json("why", "table", *changed, "--set", "table.every=4")
    assert first.startswith("table is missing: its key is ")
    assert against.endswith("of an earlier run:")
    assert lines[0] == "config.every: (default) -> 4"
    assert lines[1].startswith("inputs.needs[0]: ")
    assert lines[1].endswith("...: the rows of split changed")
    assert lines[2].startswith("  inputs.needs[0]: ")
    assert lines[2].endswith("...: the rows of src changed")
    assert lines[3:] == ["    config.rows: (default) -> 10"]


# Rows


def test_show_rejects_and_quarantine_show_rows(desk: Desk) -> None:
    assert [row["id"] for row in desk.json("show", "split", "-n", "4")] == ["r0000/0", "r0000/1", "r0001", "r0004/0"]
    assert "r0000/0" in desk.text("show", "split")
    assert {row["reason"] for row in desk.json("rejects", "split")} == {"scripted"}
    assert "scripted" in desk.text("rejects", "split")
    assert desk.json("quarantine", "split", "-n", "1")[0]["error"] == "RuntimeError: poison 3"
    assert "poison 3" in desk.text("quarantine", "split")
    assert "loud has no rows that failed" in desk.text("quarantine", "loud")
    assert "loud rejected nothing" in desk.text("rejects", "loud")
    assert f"set gives a folder and no rows: tracemill show {desk.path} set --path" in desk.text("show", "set")


def test_rows_are_told_to_be_some_of_all(desk: Desk) -> None:
    assert "3 of 15 rows; -n 15 for all" in desk.text("show", "split")
    assert "2 of 5 rows; -n 5 for all" in desk.text("rejects", "split", "-n", "2")
    assert "-n" not in desk.text("show", "split", "-n", "15")
    assert "-n" not in desk.text("quarantine", "split")


def test_rows_that_are_out_of_date_are_not_said_to_be_none(desk: Desk) -> None:
    changed = ("--set", "src.rows=10")
    desk.text("run", "--quiet", "--only", "src", *changed)
    assert "split: its earlier result is out of date; `tracemill why" in desk.text(
        "rejects", "split", *changed, fails=True
    )
    assert "out of date" in desk.text("show", "split", "--json", *changed, fails=True)


@pytest.mark.parametrize("node", ["src", "split"])
def test_what_ran_with_another_limit_is_said_to_have(fresh: Desk, node: str) -> None:
    """`split` waits for its input, `src` itself has not run; both are the same to who looks."""
    fresh.text("run", "--quiet", "--limit", "7", "--set", "split.run.max_errors=1")
    told = fresh.text("show", node, fails=True)
    assert "the last run had limit 7 at src, now it is None: with --limit 7 this looks at it" in told
    fresh.text("run", "--quiet")
    told = fresh.text("show", node, "--limit", "5", fails=True)
    assert "the last run had no limit at src, now it is 5: without --limit this looks at it" in told
    assert "limit 5 at" not in fresh.text("show", node)


def test_rows_of_a_node_that_never_ran_are_not_said_to_be_none(fresh: Desk) -> None:
    fresh.text("run", "--quiet", "--only", "src")
    assert "split: it has not run yet; `tracemill why" in fresh.text("show", "split", fails=True)


def test_rows_are_shown_of_a_node_whose_budget_stopped_it(fresh: Desk) -> None:
    override = ("--set", "split.run.max_errors=0")
    assert "tracemill quarantine" in fresh.text("run", *override, fails=True)
    assert fresh.json("quarantine", "split", *override)[0]["id"] == "r0003"


def test_an_id_that_a_row_has_is_not_taken_for_the_beginning_of_others(fresh: Desk) -> None:
    fresh.path = fresh.shop.write(src={"uses": "numbers", "with": {"rows": 10_001, "per": 10_001}})
    fresh.text("run", "--quiet")
    assert [one["id"] for one in fresh.json("trace", "r1000")] == ["r1000"]
    assert [one["id"] for one in fresh.json("trace", "r10000")] == ["r10000"]
    assert len(fresh.json("trace", "r999")) == 10


def test_texts_are_shown_as_they_are(fresh: Desk) -> None:
    path = fresh.shop.folder / "a.txt"
    path.write_text("so \\[x^2\\] is [bold]\n")
    fresh.path = fresh.shop.write(src={"uses": "lines", "with": {"paths": [str(path)]}})
    fresh.text("run", "--quiet")
    assert "so \\[x^2\\] is [bold]" in fresh.text("show", "src")
    (row,) = fresh.json("show", "src")
    assert "so \\[x^2\\] is [bold]" in fresh.text("trace", row["id"])


def test_trace_tells_the_whole_life_of_a_row(desk: Desk) -> None:
    seen = [(one["node"], one["fate"], one["id"]) for one in desk.json("trace", "r0005")]
    assert seen == [
        ("src", "kept", "r0005"),
        ("split", "kept", "r0005"),
        ("table", "kept", "r0005"),
        ("loud", "kept", "r0005"),
        ("set", "exported", "r0005"),
    ]
    assert [one["fate"] for one in desk.json("trace", "r0002")] == ["kept", "rejected"]
    assert [one["fate"] for one in desk.json("trace", "r0003")] == ["kept", "quarantined"]
    split = [
        (one["node"], one["id"], one["fate"])
        for one in desk.json("trace", "r0008/1")
        if one["node"] in ("src", "split")
    ]
    assert split == [("src", "r0008", "kept"), ("split", "r0008/1", "kept")]
    assert "divisible" in desk.text("trace", "r0009")
    assert "no row with an id like 'zzz'" in desk.text("trace", "zzz", fails=True)


# Tending


def test_retry_says_what_it_did(desk: Desk) -> None:
    assert "4 shard(s) done again" in desk.text("retry", "split")
    assert "loud: nothing failed and nothing is undecided" in desk.text("retry", "loud")
    told = desk.json("retry", "split")
    assert (told["shards"], [*told["nodes"]]) == ([0, 1, 2, 3], ["split"])
    assert desk.json("retry", "loud") == {"shards": []}


def test_bless_refuses_what_needs_no_blessing(desk: Desk) -> None:
    assert "shout is cheap" in desk.text("bless", "loud", fails=True)


def test_gc_lists_and_removes_what_no_newest_run_uses(desk: Desk) -> None:
    assert "nothing to collect" in desk.text("gc")
    (desk.shop.folder / "store/scratch/left").mkdir(parents=True)
    desk.text("run", "--quiet", "--set", "loud.mark=X")
    listed = desk.json("gc", "--set", "loud.mark=X")
    assert [Path(one["path"]).parent.name for one in listed["folders"]] == ["publish", "shout", "scratch"]
    assert not listed["removed"]
    assert desk.json("gc", "--set", "loud.mark=X", "--yes")["removed"]
    assert not any(Path(one["path"]).exists() for one in listed["folders"])
    assert {one["status"] for one in desk.json("run", "--set", "loud.mark=X")["nodes"].values()} == {"reused"}


def test_gc_spares_what_other_recipes_of_the_store_use(desk: Desk) -> None:
    """Also where one recipe's name ends like the other's."""
    other = desk.shop.write(name="other-toy", file="other.yaml", src={"uses": "numbers", "with": {"rows": 3}})
    assert CliRunner().invoke(APP, ["run", str(other), "--quiet"]).exit_code == 0
    third = desk.shop.write(name="third", file="third.yaml", src={"uses": "numbers", "with": {"rows": 4}})
    result = CliRunner().invoke(APP, ["gc", str(third), "--json"])
    assert orjson.loads(result.stdout)["folders"] == []


def test_commands_only_look_at_a_store_that_is_not_there_yet(fresh: Desk) -> None:
    assert {row["state"] for row in fresh.json("status")} == {"missing", "waiting"}
    assert "gc" not in fresh.text("gc")
    for looks in (("show", "split"), ("show", "src"), ("show", "src", "--path"), ("rejects", "src"), ("why", "split")):
        said = fresh.text(*looks, fails=True)
        assert f"there is no store at {fresh.shop.folder / 'store'} (what a recipe names counts from" in said
    assert f"there is no store at {fresh.shop.folder / 'store'} (" in fresh.text("status")
    assert not (fresh.shop.folder / "store").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--only", "split", "--from", "table"], "--only and --from exclude each other"),
        (["--scheduler", "tcp://127.0.0.1:1"], "add --executor dask"),
        (["--executor", "dask", "--scheduler", "nowhere"], "write tcp://host:port"),
        (["--executor", "dask", "--scheduler", "udp://127.0.0.1:1"], "unknown address scheme 'udp'"),
        (["--store", "https://example.org/store"], "nothing is written to the web"),
    ],
)
def test_contradictory_flags_are_refused(fresh, arguments, words):
    assert words in fresh.text("run", *arguments, fails=True)


def test_work_of_a_run_that_never_ended_is_no_garbage(fresh):
    """A killed run leaves no result, only the keys it began with."""
    fresh.text("run", "-q")
    for path in (fresh.shop.folder / "store" / "runs").glob("*/run.json"):
        record = orjson.loads(path.read_bytes())
        path.write_bytes(orjson.dumps({name: record[name] for name in ("recipe", "path", "keys")}))
    changed = fresh.shop.write(file="changed.yaml", **{**NODES, "table": node("sift", needs="split", every=5)})
    fresh.path = changed
    assert fresh.json("gc")["folders"] == []


def test_versions_are_listed_and_checked(fresh):
    fresh.text("run", "-q")
    exports = fresh.shop.folder / "store-exports"
    listed = tracemill("versions", "toys", "--exports", exports)
    assert listed.returncode == 0, listed.stderr
    assert "toys@v0001" in listed.stdout
    holds = f"in {exports}, which holds: toys (did you mean 'toys'?)"
    failed_plainly(tracemill("versions", "tosy", "--exports", exports), 2, f"there is no data set 'tosy' {holds}")
    failed_plainly(
        tracemill("check", "tosy", "--exports", exports), 2, "tosy is neither a dataset version's folder", holds
    )
