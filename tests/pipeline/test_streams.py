"""Stream stages and the journal: what was paid for is asked once, trouble of the machine is never a row."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipeline.errors import BudgetError, OutageError, TracemillError
from tests.limits import SOON_S
from tests.pipeline.workshop import (
    ENVIRONMENT,
    ROOT,
    Workshop,
    command,
    digests,
    ids,
    journalled,
    lines,
    node,
    rows,
    statuses,
)


def asking(shop: Workshop, **options: Any) -> dict[str, Any]:
    return node("inquire", log=shop.folder / "bill.txt", **options)


def bill(shop: Workshop) -> list[str]:
    return lines(shop.folder / "bill.txt")


HUNDRED = {"uses": "numbers", "with": {"rows": 100, "per": 25}}


def test_every_request_is_asked_once_and_journalled(shop: Workshop) -> None:
    result = shop.run(src=HUNDRED, out=asking(shop, samples=2))["out"]
    assert result.manifest.totals.rows_out == 200
    assert result.manifest.totals.counters == {"asked": 200.0, "tokens": 200.0}
    assert len(bill(shop)) == 200
    assert set(bill(shop)) == journalled(shop.folder / "store")
    assert ids(result.artifact)[:2] == ["r0000/0", "r0000/1"]


def test_equal_requests_of_different_rows_are_bought_once(shop: Workshop) -> None:
    source = {"uses": "numbers", "with": {"rows": 10}}
    same = node("behave", script=["split2"])  # texts "0" and "" + "0"... the first child of each row has no text
    result = shop.run(src=source, same=same, out=asking(shop, needs="same", samples=1, delay_s=0.01))["out"]
    assert result.manifest.totals.rows_out == 20
    assert len(bill(shop)) == len(set(bill(shop))) == 11


def test_one_changed_row_of_a_hundred_buys_its_own_requests_alone(shop: Workshop) -> None:
    (shop.folder / "in.txt").write_text("".join(f"q{n:03d}\n" for n in range(100)))
    source = {"uses": "lines", "with": {"paths": [str(shop.folder / "in.txt")]}}
    shop.run(src=source, out=asking(shop, samples=4))
    assert len(bill(shop)) == 400
    text = (shop.folder / "in.txt").read_text()
    (shop.folder / "in.txt").write_text(text.replace("q042", "q042 changed"))
    again = shop.run(src=source, out=asking(shop, samples=4))
    assert len(bill(shop)) == 404
    assert again["out"].manifest.totals.counters["reused"] == 396


def test_more_samples_buy_the_missing_ones_alone(shop: Workshop) -> None:
    shop.run(src=HUNDRED, out=asking(shop, samples=4))
    shop.run(src=HUNDRED, out=asking(shop, samples=8))
    assert len(bill(shop)) == len(set(bill(shop))) == 800
    shop.run(src=HUNDRED, out=asking(shop, samples=3))
    assert len(bill(shop)) == 800


def test_an_option_downstream_buys_nothing(shop: Workshop) -> None:
    first = shop.run(src=HUNDRED, out=asking(shop), after=node("shout", needs="out"))
    second = shop.run(src=HUNDRED, out=asking(shop), after=node("shout", needs="out", mark="?"))
    assert statuses(second) == {"src": "reused", "out": "reused", "after": "ran"}
    assert digests(first)["after"] != digests(second)["after"]
    assert len(bill(shop)) == 200


def test_another_model_has_a_journal_of_its_own(shop: Workshop) -> None:
    shop.run(src=HUNDRED, out=asking(shop))
    shop.run(src=HUNDRED, out=asking(shop, model="other"))
    assert len(set(bill(shop))) == 400


def test_without_its_journal_an_artifact_is_made_again_the_same(shop: Workshop) -> None:
    first = shop.run(out=asking(shop))
    for path in (shop.folder / "store" / "journal").rglob("*.jsonl"):
        path.unlink()
    (first["out"].artifact.path / "manifest.json").unlink()
    (first["out"].artifact.report_path(2)).unlink()
    second = shop.run(out=asking(shop))
    assert statuses(second)["out"] == "resumed"
    assert digests(first) == digests(second)
    assert len(bill(shop)) == 40 + 10


@pytest.mark.parametrize("tail", [b'{"key":"abc', b"\xff\xfe\x00", b'{"key":"zz","answer":{}}\n', b"[]\n", b"null\n"])
def test_a_line_that_a_crash_left_torn_is_dropped(shop: Workshop, tail: bytes) -> None:
    first = shop.run(out=asking(shop))
    (path,) = (shop.folder / "store" / "journal").rglob("*.jsonl")
    whole = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(whole[:-1]) + tail)
    (first["out"].artifact.path / "manifest.json").unlink()
    for index in range(4):
        first["out"].artifact.report_path(index).unlink()
    second = shop.run(out=asking(shop))
    assert digests(first) == digests(second)
    assert len(bill(shop)) == 41


# Trouble


def test_an_outage_stops_the_run_writes_no_row_and_the_next_run_goes_on(shop: Workshop) -> None:
    with pytest.raises(OutageError, match="the endpoint is gone"):
        shop.run(out=asking(shop, trouble={"7": "outage"}, samples=1, run={"restarts": 0}))
    partial = shop.folder / "store" / "artifacts" / "inquire"
    assert not list(partial.rglob("quarantine/*.parquet"))
    paid = journalled(shop.folder / "store")
    assert paid
    shop.run(out=asking(shop, samples=1))
    assert len(bill(shop)[-20:]) == 20
    asked_again = [key for key in bill(shop) if bill(shop).count(key) > 1]
    assert paid.isdisjoint(asked_again)


def test_an_outage_of_many_requests_at_once_leaves_no_noise_on_standard_error(shop: Workshop) -> None:
    trouble = {str(n): "outage" for n in range(20)}
    path = shop.write(out=asking(shop, trouble=trouble, samples=3, run={"restarts": 0}))
    script = f"import sys; from pipeline.session import run; from pipeline.config import load_config\n" \
        f"try: run(load_config({str(path)!r}))\nexcept Exception as error: print(error)"  # fmt: skip
    done = subprocess.run([sys.executable, "-c", script], env=ENVIRONMENT, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("the endpoint is gone. Mend it and run the same command again")
    assert done.stderr == ""


def test_a_teacher_that_does_not_start_is_an_outage_and_no_rows_fault(shop: Workshop) -> None:
    with pytest.raises(OutageError, match="did not start: RuntimeError: weights are missing"):
        shop.run(out=asking(shop, trouble={"start": ""}))
    assert not list((shop.folder / "store" / "artifacts" / "inquire").rglob("*.parquet"))


def test_a_request_that_fails_sets_its_row_aside(shop: Workshop) -> None:
    result = shop.run(out=node("inquire", log=shop.folder / "b", trouble={"7": "fault"}, run={"max_errors": 0.1}))[
        "out"
    ]
    assert ids(result.artifact, "quarantine") == ["r0007"]
    assert "ValueError: prompt too long" in rows(result.artifact, "quarantine")[0]["error"]
    assert result.manifest.totals.kept == 19


def test_a_failed_request_stops_a_run_without_a_budget(shop: Workshop) -> None:
    with pytest.raises(BudgetError, match="out: 1 of"):
        shop.run(out=asking(shop, trouble={"7": "fault"}))


def test_a_stream_stage_may_reject(shop: Workshop) -> None:
    result = shop.run(out=asking(shop, reject="7"))["out"]
    assert result.manifest.totals.rejected == {"unwanted": 1}


def test_questions_asked_in_turn_and_few_at_once_give_the_same_rows(shop: Workshop) -> None:
    first = shop.run(out=asking(shop, samples=3))["out"]
    again = shop.run(store="other", out=asking(shop, samples=3, run={"max_in_flight": 1}))["out"]
    in_turn = shop.run(store="third", out=asking(shop, samples=3, in_turn=True))["out"]
    assert first.manifest.digest == again.manifest.digest == in_turn.manifest.digest


def test_a_journal_that_cannot_be_written_stops_the_run(shop: Workshop) -> None:
    (shop.folder / "store").mkdir()
    (shop.folder / "store" / "journal").write_text("a file in its place")
    with pytest.raises(TracemillError, match=r"cannot write .*journal"):
        shop.run(out=asking(shop))
    assert not list((shop.folder / "store" / "artifacts" / "inquire").rglob("*.parquet"))


def test_the_journal_serves_other_recipes_of_the_store(shop: Workshop) -> None:
    shop.run(out=asking(shop))
    shop.run(name="other", src={"uses": "numbers", "with": {"rows": 20, "per": 20}}, again=asking(shop))
    assert len(bill(shop)) == 40


def test_paths_never_enter_a_key(shop: Workshop, tmp_path: Path) -> None:
    shop.run(out=asking(shop))
    moved = shop.run(out=node("inquire", log=tmp_path / "elsewhere.txt", samples=2))
    assert moved["out"].status == "reused"


# Many rows


THOUSAND = {"uses": "numbers", "with": {"rows": 1000, "per": 200}}


def chase(shop: Workshop, **options: Any) -> dict[str, Any]:
    return node("chase", log=shop.folder / "chase.txt", **options)


def chased(shop: Workshop) -> list[list[str]]:
    """Text, sample and the number in flight of every request, as they came."""
    return [line.split() for line in lines(shop.folder / "chase.txt")]


@pytest.mark.parametrize("samples", [1, 3, 20])
def test_the_responder_always_has_its_slots_full(shop: Workshop, samples: int) -> None:
    shop.run(src=THOUSAND, out=chase(shop, greedy=True, slots=8, samples=samples, wanted=samples, requests=64))
    assert lines(shop.folder / "chase.txt") == ["hungry"]  # at the very end


def test_requests_of_a_row_stay_together_and_rows_of_all_files_are_mixed(shop: Workshop) -> None:
    shop.run(src=THOUSAND, out=chase(shop, slots=4, samples=3, wanted=3, longest=0.0))
    texts = [text for text, _, _ in chased(shop)]
    assert [texts[place] == texts[place + 1] == texts[place + 2] for place in range(0, 3000, 3)].count(False) < 30
    assert len({int(text) // 200 for text in texts[:60]}) >= 3


def test_what_takes_long_is_not_left_for_the_end(shop: Workshop) -> None:
    hard = [7, 93, 55]
    shop.run(src=HUNDRED, out=chase(shop, samples=1, wanted=1, hard=hard))
    assert {int(text) for text, _, _ in chased(shop)[:3]} == set(hard)


def test_slices_are_shards_and_leave_the_content_as_it_is(shop: Workshop) -> None:
    whole = shop.run(src=THOUSAND, out=chase(shop, longest=0.0), after=node("shout", needs="out"))
    sliced = shop.run(
        store="b", src=THOUSAND, out=chase(shop, longest=0.0, requests=64), after=node("shout", needs="out")
    )
    assert (whole["out"].manifest.num_shards, sliced["out"].manifest.num_shards) == (5, 20)
    assert digests(whole)["out"] == digests(sliced)["out"]
    assert digests(whole)["after"] == digests(sliced)["after"]
    assert max(report.rows_in for report in sliced["out"].artifact.reports()) == 50


def test_a_partial_artifact_of_another_layout_is_begun_anew(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    first = shop.run(src=THOUSAND, out=chase(shop, longest=0.0))["out"]
    (first.artifact.path / "manifest.json").unlink()
    monkeypatch.setattr("pipeline.mixing.LARGEST", 100)
    second = shop.run(src=THOUSAND, out=chase(shop, longest=0.0))["out"]
    assert second.status == "resumed"
    assert second.manifest.num_shards == 10
    assert second.manifest.digest == first.manifest.digest
    assert second.manifest.totals.counters == {"reused": 2000}


def test_counters_stand_in_the_report_of_the_shard_they_were_counted_for(shop: Workshop) -> None:
    result = shop.run(src=HUNDRED, out=asking(shop, samples=3))["out"]
    assert [report.counters for report in result.artifact.reports()] == [{"asked": 75, "tokens": 75}] * 4
    seconds = [report.seconds for report in result.artifact.reports()]
    assert sum(seconds) == pytest.approx(result.manifest.totals.seconds)
    assert sum(seconds) <= result.seconds


def test_what_a_row_takes_back_is_not_bought(shop: Workshop) -> None:
    result = shop.run(src=HUNDRED, out=chase(shop, slots=6, samples=6, wanted=1, longest=0.2))["out"]
    counters = result.manifest.totals.counters
    assert counters["withdrawn"] > 100
    assert counters["asked"] + counters["withdrawn"] == 600
    assert counters["asked"] == len(journalled(shop.folder / "store"))
    assert result.manifest.totals.kept == 100


def test_a_cancellation_of_the_stages_own_is_a_fault_of_its_row(shop: Workshop) -> None:
    result = shop.run(out=chase(shop, leak="7", run={"max_errors": 0.1}))["out"]
    assert ids(result.artifact, "quarantine") == ["r0007"]
    assert result.manifest.totals.kept == 19


def test_a_teacher_that_dies_is_started_again_and_only_what_it_had_is_asked_again(shop: Workshop) -> None:
    calm = shop.run(src=HUNDRED, out=chase(shop, longest=0.01))["out"]
    texts = [text for text, *_ in chased(shop)]
    (shop.folder / "chase.txt").unlink()
    # Far from each other in the order of asking: two that are in flight together are one death.
    stormy = shop.run(store="b", src=HUNDRED, out=chase(shop, longest=0.01, deaths=[texts[60], texts[140]]))["out"]
    assert stormy.manifest.digest == calm.manifest.digest
    assert stormy.manifest.totals.counters["restarts"] == 2
    assert stormy.manifest.totals.counters["asked"] == 200
    assert 200 < len(chased(shop)) <= 200 + 2 * 4


def test_a_fault_stops_a_run_without_a_budget_at_once_and_can_be_looked_at(shop: Workshop) -> None:
    trouble = {"11": "fault"}
    with pytest.raises(BudgetError, match="out: 1 of"):
        shop.run(src=THOUSAND, out=asking(shop, trouble=trouble, samples=1, delay_s=0.01))
    place = next(
        n for n, key in enumerate(bill(shop)) if bill(shop).count(key) and key not in journalled(shop.folder / "store")
    )
    assert len(bill(shop)) < 1000
    assert len(bill(shop)) - place < 50
    (shown,) = (shop.folder / "store" / "artifacts" / "inquire").rglob("quarantine/*.parquet")
    assert pl.read_parquet(shown)["id"].to_list() == ["r0011"]
    result = shop.run(src=THOUSAND, out=asking(shop, samples=1))["out"]
    assert result.manifest.totals.kept == 1000
    assert not list(result.artifact.path.rglob("quarantine/*.parquet"))


# Signals


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 128 + signal.SIGTERM)])
def test_a_run_that_is_told_to_end_leaves_what_can_be_resumed_and_no_process(
    shop: Workshop, number: signal.Signals, code: int
) -> None:
    calm = shop.run(store="calm", src=THOUSAND, out=chase(shop, longest=0.0))["out"]
    (shop.folder / "chase.txt").unlink()
    path = shop.write(src=THOUSAND, out=chase(shop, longest=0.5))
    started = subprocess.Popen(
        command("run", path, "--quiet"), env=ENVIRONMENT, cwd=ROOT, stderr=subprocess.PIPE, start_new_session=True
    )
    while len(journalled(shop.folder / "store")) < 50:
        assert started.poll() is None
        time.sleep(0.05)
    started.send_signal(number)
    _, said = started.communicate(timeout=SOON_S)
    assert started.returncode == code
    assert b"Traceback" not in said, said.decode()
    with pytest.raises(ProcessLookupError):
        os.killpg(started.pid, 0)
    paid = journalled(shop.folder / "store")
    result = shop.run(src=THOUSAND, out=chase(shop, longest=0.0))["out"]
    assert result.manifest.digest == calm.manifest.digest
    assert result.manifest.totals.counters["reused"] == len(paid)
