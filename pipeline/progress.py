"""What a run tells while it runs: events to a file, and lines or live bars to a person."""

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol, TextIO

import orjson

from pipeline.errors import StoreError
from pipeline.files import storing
from pipeline.meter import Meter, Readings

TAIL = 65536  # bytes


class Progress(Protocol):
    """Told of every node by the driver. `unit` is what `advance` counts: rows or shards."""

    def start(self, node: str, *, status: str, total: int, unit: str, readings: Readings | None = None) -> None: ...

    def advance(self, node: str, amount: int) -> None: ...

    def count(self, node: str, name: str, amount: float) -> None: ...

    def tick(self, node: str) -> None:
        """Nothing was counted, and the node still runs."""

    def finish(self, node: str, summary: Mapping[str, Any]) -> None: ...

    def tell(self, event: str, line: str, **facts: Any) -> None:
        """Something beside the nodes, from any thread: an event for the log with its facts, a line for a person."""

    def close(self) -> None: ...


class EventLog:
    """One JSON line an event, flushed at once; the record of what a run did and when."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.meter = Meter(0, "rows")
        self.running = ""
        with storing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self.stream = path.open("ab", buffering=0)

    def _write(self, event: str, **facts: Any) -> None:
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        with storing(self.path):
            self.stream.write(orjson.dumps({"time": now, "event": event, **facts}) + b"\n")

    def start(self, node: str, *, status: str, total: int, unit: str, readings: Readings | None = None) -> None:
        self.meter, self.running = Meter(total, unit, readings), node
        self._write("start", node=node, status=status, total=total, unit=unit)

    def advance(self, node: str, amount: int) -> None:
        self.meter.advance(amount)
        self._tell(node)

    def count(self, node: str, name: str, amount: float) -> None:
        self.meter.count(name, amount)
        self._tell(node)

    def tick(self, node: str) -> None:
        self._tell(node)

    def _tell(self, node: str) -> None:
        """Now and then, how far it is: a line for each row or batch of tokens would drown the rest."""
        if self.meter.is_due():
            self._write_progress(node)

    def _write_progress(self, node: str) -> None:
        meter = self.meter
        facts = {"done": meter.done, "total": meter.total, "unit": meter.unit, "counters": meter.counters}
        told = {"seconds": meter.elapsed(), "text": meter.text(), "left_s": meter.left_s()}
        self._write("progress", node=node, **facts, **told)

    def finish(self, node: str, summary: Mapping[str, Any]) -> None:
        self.running = ""
        self._write("finish", node=node, **summary)

    def tell(self, event: str, line: str, **facts: Any) -> None:
        with suppress(StoreError):  # a full disk is told by what must be written
            self._write(event, **facts)

    def close(self) -> None:
        """Of a node that was broken off it says how far that had come."""
        if self.running and self.meter.has_begun:
            with suppress(StoreError):
                self._write_progress(self.running)
        self.stream.close()


def last_told(path: Path) -> dict[str, dict[str, Any]]:
    """The last `progress` event of each node near the end of an event log; of none where there is no log."""
    if not path.exists():
        return {}
    with path.open("rb") as stream:
        stream.seek(max(stream.seek(0, os.SEEK_END) - TAIL, 0))
        lines = stream.read().splitlines()
    events = {}
    for line in lines:
        with suppress(orjson.JSONDecodeError):  # the first is cut by the seek, the last where a disk was full
            event = orjson.loads(line)
            if event["event"] == "progress":
                events[event["node"]] = event
    return events


class PlainProgress:
    """Lines for logs and pipes: one every ten seconds of a long node, one at its end."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.meter = Meter(0, "rows")

    def start(self, node: str, *, status: str, total: int, unit: str, readings: Readings | None = None) -> None:
        self.meter = Meter(total, unit, readings)

    def advance(self, node: str, amount: int) -> None:
        self.meter.advance(amount)
        self._tell(node)

    def count(self, node: str, name: str, amount: float) -> None:
        self.meter.count(name, amount)
        self._tell(node)

    def tick(self, node: str) -> None:
        self._tell(node)

    def _tell(self, node: str) -> None:
        meter = self.meter
        if meter.done < meter.total and meter.is_due():
            told = " · ".join(part for part in (meter.text(), meter.remaining()) if part)
            self._line(f"{node}: {meter.done:,}/{meter.total:,} {meter.unit}" + (f", {told}" if told else ""))

    def finish(self, node: str, summary: Mapping[str, Any]) -> None:
        self._line(f"{node}: {describe(summary)}")

    def tell(self, event: str, line: str, **facts: Any) -> None:
        self._line(line)

    def _line(self, text: str) -> None:
        with suppress(OSError, ValueError):  # where nobody reads it any more, the work goes on
            self.stream.write(text + "\n")
            self.stream.flush()

    def close(self) -> None:
        pass


class Together:
    """Several progresses at once."""

    def __init__(self, members: Sequence[Progress]) -> None:
        self.members = members

    def start(self, node: str, *, status: str, total: int, unit: str, readings: Readings | None = None) -> None:
        for member in self.members:
            member.start(node, status=status, total=total, unit=unit, readings=readings)

    def advance(self, node: str, amount: int) -> None:
        for member in self.members:
            member.advance(node, amount)

    def count(self, node: str, name: str, amount: float) -> None:
        for member in self.members:
            member.count(node, name, amount)

    def tick(self, node: str) -> None:
        for member in self.members:
            member.tick(node)

    def finish(self, node: str, summary: Mapping[str, Any]) -> None:
        for member in self.members:
            member.finish(node, summary)

    def tell(self, event: str, line: str, **facts: Any) -> None:
        for member in self.members:
            member.tell(event, line, **facts)

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
    if not sys.stderr.isatty():
        return [PlainProgress(sys.stderr)]
    from pipeline.bars import LiveProgress  # rich takes a tenth of a second to load

    return [LiveProgress(sys.stderr)]
