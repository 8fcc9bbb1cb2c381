"""What a plan estimates: tokens, GPU-hours and price, from what was measured and from nothing else."""

from dataclasses import replace
from typing import Any

import orjson
import pytest

from pipeline import meter
from pipeline.config import load_config
from pipeline.estimates import Step
from pipeline.plan import plan
from pipeline.show_plan import print_plan
from tests.pipeline.workshop import SOURCE, Workshop, node


def inquire(shop: Workshop, *, workers: int = 1, **options: Any) -> dict[str, Any]:
    return node("inquire_dearly", run={"workers": workers}, log=shop.folder / "log", **options)


def step_of(shop: Workshop, name: str = "ask", *, recipe: str = "toy", **nodes: Any) -> Step:
    steps = plan(load_config(shop.write(name=recipe, file=f"{recipe}.yaml", **nodes)))
    return next(step for step in steps if step.node == name)


def test_a_node_that_never_ran_and_whose_model_nobody_asked_is_unknown(shop: Workshop) -> None:
    shop.run(ask=inquire(shop))
    step = step_of(shop, ask=inquire(shop, model="another"))
    assert (step.action, step.rows_in) == ("miss", 20)
    assert {step.tokens, step.seconds, step.gpu_hours, step.cost, step.measured} == {None}


def test_more_samples_take_more_of_what_was_measured(shop: Workshop) -> None:
    then = shop.run(ask=inquire(shop))["ask"].manifest.totals
    step = step_of(shop, ask=inquire(shop, samples=8))
    assert (step.rows_out, step.tokens, step.measured) == (160, 160, "earlier")
    assert step.seconds == pytest.approx(4 * then.seconds, abs=0.1)
    assert step.gpu_hours == pytest.approx(4 * then.seconds * 2 / 3600, abs=1e-3)
    assert (step.cost, step.currency) == (pytest.approx(0.16 + 3 * 4 * then.seconds * 2 / 3600, abs=1e-3), "EUR")


def test_workers_share_the_time_and_hold_as_many_gpu_hours(shop: Workshop) -> None:
    shop.run(ask=inquire(shop, delay_s=0.2))
    one, four = (step_of(shop, ask=inquire(shop, samples=4, workers=workers, delay_s=0.2)) for workers in (1, 4))
    assert one.seconds is not None
    assert four.seconds == pytest.approx(one.seconds / 4, abs=0.1)
    assert four.gpu_hours == one.gpu_hours


def test_workers_share_the_time_of_rows_too_and_take_as_many_core_hours(shop: Workshop) -> None:
    artifact = shop.run(src=SOURCE, loud=node("shout", needs="src"))["loud"].artifact
    manifest = artifact.manifest()
    artifact.commit(replace(manifest, totals=replace(manifest.totals, seconds=7200.0)))
    steps = [
        step_of(shop, "loud", src=SOURCE, loud=node("shout", needs="src", mark="?", run={"workers": workers}))
        for workers in (1, 4)
    ]
    assert [(step.seconds, step.core_hours, step.gpu_hours) for step in steps] == [(7200, 2, None), (1800, 2, None)]


def test_the_rates_of_the_same_model_are_taken_from_another_recipe(shop: Workshop) -> None:
    shop.run(ask=inquire(shop))
    step = step_of(shop, "own", recipe="other", own=inquire(shop, samples=3))
    assert (step.tokens, step.measured) == (60, "elsewhere")


def test_a_run_that_the_journal_answered_tells_tokens_but_no_time(shop: Workshop) -> None:
    def spent(reject: str) -> float | None:
        return shop.run(ask=inquire(shop, reject=reject))["ask"].manifest.totals.counters.get("asked")

    assert (spent("one"), spent("two")) == (40, None)
    for path in (shop.folder / "store/runs").glob("*"):
        if path != max((shop.folder / "store/runs").glob("*")):
            (path / "run.json").unlink()
    step = step_of(shop, ask=inquire(shop, samples=4))
    assert (step.tokens, step.seconds, step.gpu_hours, step.cost) == (80, None, None, None)


def unfinished(shop: Workshop, **nodes: Any) -> None:
    """Leaves of the node `ask` one shard of four."""
    artifact = shop.run(**nodes)["ask"].artifact
    (artifact.path / "manifest.json").unlink()
    for index in range(1, 4):
        artifact.report_path(index).unlink()


def test_of_a_node_that_runs_the_plan_tells_what_is_left(shop: Workshop) -> None:
    unfinished(shop, ask=inquire(shop))
    step = step_of(shop, ask=inquire(shop))
    assert (step.action, step.rows_in, step.rows_out, step.tokens, step.measured) == ("partial", 20, 40, 30, "so far")


def test_before_a_shard_is_whole_the_plan_goes_by_what_the_run_last_told(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meter, "EVERY_S", 0.0)
    artifact = shop.run(ask=inquire(shop))["ask"].artifact
    (artifact.path / "manifest.json").unlink()
    for index in range(len(artifact.reports())):
        artifact.report_path(index).unlink()
    log = next((shop.folder / "store/runs").glob("*/events.jsonl"))
    told = [line for line in log.read_bytes().splitlines() if b'"progress"' in line and b'"ask"' in line]
    event = orjson.loads(told[-1]) | {"done": 5, "total": 20, "seconds": 30.0, "counters": {"tokens": 10, "asked": 10}}
    log.write_bytes(orjson.dumps(event) + b"\n")
    step = step_of(shop, ask=inquire(shop))
    assert (step.tokens, step.seconds, step.gpu_hours, step.measured) == (30, 90.0, 0.05, "so far")
    assert step.rows_out is None


def test_a_run_without_rows_yet_gives_as_many_as_the_one_before_and_nodes_below_count_by_them(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meter, "EVERY_S", 0.0)
    shop.run(ask=inquire(shop), below=node("shout", needs="ask"))
    whole = {"ask": inquire(shop, samples=4), "below": node("shout", needs="ask")}
    artifact = shop.run(**whole)["ask"].artifact
    (artifact.path / "manifest.json").unlink()
    for index in range(len(artifact.reports())):
        artifact.report_path(index).unlink()
    assert [step_of(shop, name, **whole).rows_out for name in whole] == [80, 80]


def test_rows_that_nobody_can_tell_are_unknown_below_too(shop: Workshop) -> None:
    shop.run(src=SOURCE, loud=node("shout", needs="src"))
    other = node("blot", needs="src", flag=shop.folder / "flag", bad=[])
    step = step_of(shop, "loud", src=SOURCE, other=other, loud=node("shout", needs="other"))
    assert (step.rows_in, step.rows_out, step.seconds, step.core_hours) == (None, None, None, None)


def test_without_a_count_of_gpu_seconds_the_time_is_taken_as_it_was(shop: Workshop) -> None:
    artifact = shop.run(ask=inquire(shop))["ask"].artifact
    manifest = artifact.manifest()
    counters = {name: amount for name, amount in manifest.totals.counters.items() if name != "gpu_seconds"}
    artifact.commit(replace(manifest, totals=replace(manifest.totals, seconds=3600.0, counters=counters)))
    step = step_of(shop, ask=inquire(shop, samples=4, workers=2))
    assert (step.seconds, step.gpu_hours) == (7200, 8)


def test_the_table_adds_up_and_names_what_nobody_knows(shop: Workshop, capsys: pytest.CaptureFixture[str]) -> None:
    shop.run(src=SOURCE, ask=inquire(shop))
    print_plan(plan(load_config(shop.write(src=SOURCE, ask=inquire(shop)))))
    assert "nothing to do" in capsys.readouterr().out
    print_plan(plan(load_config(shop.write(src=SOURCE, ask=inquire(shop, samples=4), new=node("shout", needs="ask")))))
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split()[-7:] == ["time", "tokens", "core-hours", "GPU-hours", "cost", "disk", "measured"]
    assert next(line for line in lines if line.startswith("new")).split()[-3:] == ["unknown"] * 3  # time, cores, disk
    assert "~80 tokens" in lines[-1]
    assert "EUR" in lines[-1]
    assert lines[-1].endswith(", and what is unknown of new")
