"""What a run tells while it runs: events to a file, and lines or live bars to a person."""

import sys
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TextIO

import orjson

from pipeline.files import storing

if TYPE_CHECKING:
    from rich.progress import TaskID

PLAIN_EVERY_S = 10.0


class Progress(Protocol):
    """Told of every node by the driver. `unit` is what `advance` counts: rows or shards."""

    def start(self, node: str, *, status: str, total: int, unit: str) -> None: ...

    def advance(self, node: str, amount: int) -> None: ...

    def count(self, node: str, name: str, amount: float) -> None: ...

    def finish(self, node: str, summary: Mapping[str, Any]) -> None: ...

    def close(self) -> None: ...


class EventLog:
    """One JSON line an event, flushed at once; the record of what a run did and when."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with storing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self.stream = path.open("ab", buffering=0)

    def _write(self, event: str, node: str, **facts: Any) -> None:
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        with storing(self.path):
            self.stream.write(orjson.dumps({"time": now, "event": event, "node": node, **facts}) + b"\n")

    def start(self, node: str, *, status: str, total: int, unit: str) -> None:
        self._write("start", node, status=status, total=total, unit=unit)

    def advance(self, node: str, amount: int) -> None:
        self._write("advance", node, amount=amount)

    def count(self, node: str, name: str, amount: float) -> None:
        pass  # totals stand in the shard reports; a line for each token batch would drown the rest

    def finish(self, node: str, summary: Mapping[str, Any]) -> None:
        self._write("finish", node, **summary)

    def close(self) -> None:
        self.stream.close()


class Meter:
    """Rows and counters of the running node since its start."""

    def __init__(self, total: int, unit: str) -> None:
        self.total = total
        self.unit = unit
        self.done = 0
        self.counters: dict[str, float] = {}
        self.started = time.monotonic()

    @property
    def elapsed(self) -> float:
        return max(time.monotonic() - self.started, 1e-3)

    def text(self) -> str:
        rates = [f"{amount / self.elapsed:,.0f} {name}/s" for name, amount in sorted(self.counters.items()) if amount]
        return " · ".join([f"{self.done / self.elapsed:,.1f} {self.unit}/s", *rates])

    def remaining(self) -> str:
        if not self.done or self.done >= self.total:
            return ""
        left = int(self.elapsed / self.done * (self.total - self.done))
        return f"{left // 60}:{left % 60:02d} left"


class PlainProgress:
    """Lines for logs and pipes: one every ten seconds of a long node, one at its end."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.meter = Meter(0, "rows")
        self.last = 0.0

    def start(self, node: str, *, status: str, total: int, unit: str) -> None:
        self.meter, self.last = Meter(total, unit), time.monotonic()

    def advance(self, node: str, amount: int) -> None:
        self.meter.done += amount
        if self.meter.done < self.meter.total and time.monotonic() - self.last >= PLAIN_EVERY_S:
            self.last = time.monotonic()
            meter = self.meter
            self._line(f"{node}: {meter.done}/{meter.total} {meter.unit}, {meter.text()} {meter.remaining()}".rstrip())

    def count(self, node: str, name: str, amount: float) -> None:
        self.meter.counters[name] = self.meter.counters.get(name, 0) + amount

    def finish(self, node: str, summary: Mapping[str, Any]) -> None:
        self._line(f"{node}: {describe(summary)}")

    def _line(self, text: str) -> None:
        self.stream.write(text + "\n")
        self.stream.flush()

    def close(self) -> None:
        pass


class LiveProgress:
    """Bars on a terminal, one per node, with rate and time left."""

    def __init__(self, stream: TextIO) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bars

        self.bars = Bars(
            TextColumn("{task.fields[node]:<14}", style="bold"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}", style="cyan"),
            TimeElapsedColumn(),
            TextColumn("{task.fields[left]}", style="yellow"),
            console=Console(file=stream),
        )
        self.meters: dict[str, Meter] = {}
        self.tasks: dict[str, TaskID] = {}
        self.bars.start()

    def start(self, node: str, *, status: str, total: int, unit: str) -> None:
        self.meters[node] = Meter(total, unit)
        self.tasks[node] = self.bars.add_task("", total=max(total, 1), node=node, rate=status, left="")

    def advance(self, node: str, amount: int) -> None:
        self.meters[node].done += amount
        self._draw(node)

    def count(self, node: str, name: str, amount: float) -> None:
        counters = self.meters[node].counters
        counters[name] = counters.get(name, 0) + amount
        self._draw(node)

    def _draw(self, node: str) -> None:
        meter = self.meters[node]
        self.bars.update(self.tasks[node], completed=meter.done, rate=meter.text(), left=meter.remaining())

    def finish(self, node: str, summary: Mapping[str, Any]) -> None:
        if node in self.tasks:
            total = self.bars.tasks[self.tasks[node]].total
            self.bars.update(self.tasks[node], completed=total, rate=describe(summary), left="")
        else:
            self.bars.console.print(f"{node:<14} {describe(summary)}", highlight=False)

    def close(self) -> None:
        self.bars.stop()


class Together:
    """Several progresses at once."""

    def __init__(self, members: Sequence[Progress]) -> None:
        self.members = members

    def start(self, node: str, *, status: str, total: int, unit: str) -> None:
        for member in self.members:
            member.start(node, status=status, total=total, unit=unit)

    def advance(self, node: str, amount: int) -> None:
        for member in self.members:
            member.advance(node, amount)

    def count(self, node: str, name: str, amount: float) -> None:
        for member in self.members:
            member.count(node, name, amount)

    def finish(self, node: str, summary: Mapping[str, Any]) -> None:
        for member in self.members:
            member.finish(node, summary)

    def close(self) -> None:
        for member in self.members:
            member.close()


def describe(summary: Mapping[str, Any]) -> str:
    """One line for what became of a node: `ran: 812 rows in, 640 out, 172 rejected in 3.1 s`."""
    words = [f"{summary['rows_in']:,} rows in", f"{summary['rows_out']:,} out"]
    words += [f"{summary[name]:,} {name}" for name in ("rejected", "quarantined") if summary[name]]
    took = f" in {summary['seconds']:.1f} s" if summary["status"] != "reused" else ""
    return f"{summary['status']}: {', '.join(words)}{took}"


def for_person(quiet: bool) -> list[Progress]:
    """Bars on a terminal, lines elsewhere, nothing when quiet; always on standard error."""
    if quiet:
        return []
    return [LiveProgress(sys.stderr) if sys.stderr.isatty() else PlainProgress(sys.stderr)]
