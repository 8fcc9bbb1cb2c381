"""What is shown and recorded of a node that runs: rates of late, cost, time left."""

import asyncio
import io
import json
from pathlib import Path

import pytest

from pipeline import meter as meters
from pipeline import watch as watches
from pipeline.bars import LiveProgress
from pipeline.config import Node
from pipeline.context import RunOptions
from pipeline.manifest import Totals
from pipeline.meter import Meter, Span, readings_of
from pipeline.progress import EventLog, PlainProgress, Together, last_told
from tests.toystages.priced import InquireDearly


class Watch:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


def tokens_per_s(lately: Span, whole: Span) -> list[str]:
    return [f"{lately.counters.get('tokens', 0) / lately.seconds:.0f} tokens/s of {whole.counters['tokens']:.0f}"]


def test_the_clock_of_a_teacher_starts_when_it_is_up() -> None:
    watch = Watch()
    meter = Meter(100, "rows", tokens_per_s, now=watch)
    watch.at += 500  # the model loads
    meter.count("tokens", 0)
    for _ in range(10):
        watch.at += 1
        meter.count("tokens", 50)
        meter.advance(1)
    assert meter.text() == "1.0 rows/s · 50 tokens/s of 500"
    assert meter.left_s() == pytest.approx(90)
    assert meter.remaining() == "1:30 left"


def test_the_time_left_is_taken_from_rows_since_the_first_one_was_done() -> None:
    watch = Watch()
    meter = Meter(61, "rows", tokens_per_s, now=watch)
    meter.count("tokens", 0)
    watch.at += 100  # all rows are long under way
    meter.count("tokens", 500)
    assert (meter.text(), meter.left_s()) == ("5 tokens/s of 500", None)
    meter.advance(1)
    watch.at += 10
    meter.advance(5)
    assert meter.text() == "30.0 rows/min · 5 tokens/s of 500"
    assert meter.left_s() == pytest.approx(110)


def test_a_burst_from_the_journal_is_forgotten_in_some_minutes() -> None:
    watch = Watch()
    meter = Meter(20_000, "rows", tokens_per_s, now=watch)
    for _ in range(10_000):
        meter.count("tokens", 50)
        meter.advance(1)
    while watch.at < 100 + 3 * meters.WINDOW_S:
        watch.at += 1
        meter.count("tokens", 50)
        meter.advance(1)
    assert meter.text() == "1.0 rows/s · 50 tokens/s of 518000"
    assert meter.left_s() == pytest.approx(20_000 - meter.done, rel=0.02)


def test_a_node_that_waits_for_its_first_answer_says_so() -> None:
    assert (Meter(10, "shards").text(), Meter(10, "shards").remaining()) == ("", "")
    meter = Meter(10, "rows", tokens_per_s)
    assert (meter.text(), meter.remaining()) == ("no answer yet", "")


def test_a_node_in_which_nothing_is_counted_is_told_of_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meters, "EVERY_S", 0.0)
    monkeypatch.setattr(watches, "EVERY_S", 0.01)
    stream, log = io.StringIO(), EventLog(tmp_path / "events.jsonl")
    told = Together([PlainProgress(stream), log])
    told.start("ask", status="running", total=3, unit="rows", readings=tokens_per_s)
    node = Node(name="ask", stage=InquireDearly(log=tmp_path / "log"), needs=(), side={}, run=RunOptions())
    with pytest.raises(TimeoutError):
        asyncio.run(asyncio.wait_for(watches.Watch(node, told, Totals()).tick(), 0.2))
    told.close()
    assert set(stream.getvalue().splitlines()) == {"ask: 0/3 rows, no answer yet"}
    assert last_told(log.path)["ask"]["text"] == "no answer yet"


def test_the_readings_of_a_stage_tell_what_all_its_gpus_cost() -> None:
    readings = readings_of(InquireDearly(log=Path("log")), workers=4)
    counters = {"tokens": 500}
    assert readings(Span(counters, 60), Span(counters, 1800)) == ["500 words", "12.50 EUR"]


def test_lines_tell_rate_cost_and_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meters, "EVERY_S", 0.0)
    stream = io.StringIO()
    progress = PlainProgress(stream)
    progress.start("ask", status="running", total=3, unit="rows", readings=tokens_per_s)
    progress.count("ask", "tokens", 40)
    progress.advance("ask", 1)
    progress.advance("ask", 1)
    said = stream.getvalue().splitlines()[-1]
    assert said.startswith("ask: 2/3 rows, 1.0 rows/s · 40 tokens/s of 40 · 0:0")
    assert said.endswith(" left")


def test_bars_tell_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    stream = io.StringIO()
    progress = LiveProgress(stream)
    progress.start("ask", status="running", total=3, unit="rows", readings=tokens_per_s)
    progress.count("ask", "tokens", 40)
    progress.advance("ask", 1)
    progress.advance("ask", 1)
    progress.bars.refresh()
    running = stream.getvalue()
    summary = {"status": "ran", "rows_in": 3, "rows_out": 6, "rejected": 0, "quarantined": 0, "seconds": 2.0}
    progress.finish("ask", summary)
    progress.close()
    assert "40 tokens/s of 40" in running
    assert "2/3" in running
    assert "left" in running
    assert "ran: 3 rows in, 6 out in 2.0 s" in stream.getvalue()


def test_the_log_of_a_run_keeps_how_far_a_node_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "events.jsonl"
    log = EventLog(path)
    log.start("ask", status="running", total=3, unit="rows", readings=tokens_per_s)
    log.advance("ask", 1)
    assert last_told(path) == {}
    monkeypatch.setattr(meters, "EVERY_S", 0.0)
    log.count("ask", "tokens", 40)
    log.count("ask", "tokens", 2)
    log.close()
    path.write_bytes(path.read_bytes() + b'{"event": "prog')
    told = last_told(path)["ask"]
    assert (told["done"], told["total"], told["counters"]) == (1, 3, {"tokens": 42})
    assert told["text"].endswith("42 tokens/s of 42")
    assert last_told(tmp_path / "none.jsonl") == {}


def test_what_happens_beside_the_nodes_is_told_to_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    plain, live, log = io.StringIO(), io.StringIO(), EventLog(tmp_path / "events.jsonl")
    told = Together([PlainProgress(plain), LiveProgress(live), log])
    told.tell("workers", "dask: workers: 2, threads: 2 (2 new)", workers=2)
    told.close()
    assert plain.getvalue() == "dask: workers: 2, threads: 2 (2 new)\n"
    assert "dask: workers: 2, threads: 2 (2 new)" in live.getvalue()
    [event] = (json.loads(line) for line in log.path.read_text().splitlines())
    assert (event["event"], event["workers"]) == ("workers", 2)
