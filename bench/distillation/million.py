"""A million prompts through the scripted teacher, which takes no time: what the engine itself costs.

    python bench/distillation/million.py [--quick]

A recipe (Parquet of problems -> `distil` with one sample -> attempts) runs as a user would run it, in a process of its
own. Beside it, in another process, a bare asyncio loop: as many tasks as the teacher has slots take one problem after
another, make the same request, have the same teacher answer it and append the same journal line, lines that arrive
together synced together. It keeps no record of what was asked, checks nothing and makes no rows. It runs before and
after the recipe, and the mean of both counts.

    scripted_requests_per_s        the stage `distil`, journal and rows on disk
    scripted_share_of_bare_loop    that as a share of the bare loop's
    scripted_resumed_rows_per_s    the same stage again, answered from the journal alone
    driver_peak_mb, driver_growth  peak of resident memory, and that as a multiple of a run over a tenth of the prompts
    journal_mb                     size of the journal
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import yaml

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import teachers
from bench.rows import problem
from pipeline.journal import request_key
from pipeline.parquet import read_rows, write_parquet
from pipeline.schema import row_values, to_table
from stages.records import Problem
from teachers import TeacherConfig
from verifier.types import AnswerType

ROOT = Path(__file__).resolve().parents[2]
PROMPTS, QUICK_PROMPTS = 1_000_000, 50_000
PER_FILE = 10_000
SLOTS = 256
TEACHER: dict[str, Any] = {"name": "scripted", "backend": "scripted"}


def sum_of_sheep(number: int) -> Problem:
    left, right = number % 9973, number // 9973
    return problem(
        f"p{number:07d}",
        f"A farmer has {left} sheep and buys {right} more; he then numbers them. What is {left} + {right}?",
        str(left + right),
        answer_type=AnswerType.INTEGER,
        solution=f"He has {left} + {right} = {left + right} sheep.",
    )


def write_problems(folder: Path, prompts: int) -> list[Path]:
    paths = []
    for first in range(0, prompts, PER_FILE):
        rows = [row_values(sum_of_sheep(number)) for number in range(first, min(first + PER_FILE, prompts))]
        paths.append(folder / f"{first:07d}.parquet")
        write_parquet(paths[-1], to_table(rows, Problem))
    return paths


# The recipe


@dataclass(frozen=True)
class Ran:
    """What a process that ended told, and the most memory it had resident."""

    told: dict[str, Any]
    peak_mb: float


def run_alone(command: Sequence[str | Path]) -> Ran:
    """Runs Python in a process of its own; raises what it wrote on standard error where it fails."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as said:
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        process = subprocess.Popen([sys.executable, *map(str, command)], stdout=out, stderr=said, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        said.seek(0)
        if process.returncode:
            raise RuntimeError(said.read().decode())
        return Ran(json.loads(out.read()), usage.ru_maxrss / 1024)


def recipe(folder: Path, paths: Sequence[Path], name: str) -> Path:
    nodes = {
        "problems": {"uses": "stored_problems", "with": {"paths": [str(path) for path in paths]}},
        "traces": {
            "uses": "distil",
            "needs": "problems",
            "with": {"teacher": TEACHER, "samples": 1},
            "run": {"max_in_flight": SLOTS},
        },
    }
    written = {
        "name": name,
        "store": str(folder / name),
        "packages": ["stages", "bench.distillation.million_stages"],
        "nodes": nodes,
    }
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump(written))
    return path


def distil(path: Path) -> Ran:
    return run_alone(["-m", "tracemill", "run", path, "--quiet", "--json"])


def forget_rows(store: Path) -> None:
    """Leaves the journal and forgets the attempts."""
    for kept in (store / "artifacts" / "distil").glob("*/*"):
        if kept.name == "manifest.json":
            kept.unlink()
        elif kept.name == "shards":
            for report in kept.iterdir():
                report.unlink()


# The bare loop


class Appender:
    """Lines to a file; those that arrive while others are synced share the next sync."""

    def __init__(self, path: Path) -> None:
        self.stream = path.open("xb", buffering=0)
        self.pending: list[tuple[bytes, asyncio.Future[None]]] = []
        self.flushing: asyncio.Task[None] | None = None

    async def append(self, line: bytes) -> None:
        done = asyncio.get_running_loop().create_future()
        self.pending.append((line, done))
        if self.flushing is None or self.flushing.done():
            self.flushing = asyncio.create_task(self._flush())
        await done

    async def _flush(self) -> None:
        while self.pending:
            batch, self.pending = self.pending, []
            await asyncio.to_thread(self._write, b"".join(line for line, _ in batch))
            for _, done in batch:
                done.set_result(None)

    def _write(self, block: bytes) -> None:
        self.stream.write(block)
        os.fdatasync(self.stream.fileno())


async def bare_loop(problems: Iterator[Problem], path: Path) -> None:
    config = TeacherConfig(**TEACHER)
    teacher, appender = teachers.load(config, slots=SLOTS), Appender(path)
    model = teacher.digest

    async def work() -> None:
        for row in problems:
            request = teachers.request(config, question=row.question, answer=row.answer, sample=0, seed=0)
            answer, payload = await teacher.respond(request), request.payload()
            line = {"key": request_key(model, payload), "request": payload, "answer": answer.payload()}
            await appender.append(orjson.dumps(line) + b"\n")

    await asyncio.gather(*(work() for _ in range(SLOTS)))


def run_bare(paths: Sequence[Path], out: Path) -> None:
    """Prints its seconds, without those of starting up."""
    problems = (row for path in paths for row in read_rows(path, Problem))
    started = time.monotonic()
    asyncio.run(bare_loop(problems, out))
    json.dump({"seconds": time.monotonic() - started}, sys.stdout)


def bare(folder: Path, paths: Sequence[Path]) -> Ran:
    out = folder / "bare.jsonl"
    ran = run_alone([__file__, "--bare", out, *paths])
    out.unlink()
    return ran


def measure(*, quick: bool = False) -> tuple[dict[str, float], list[str]]:
    prompts = QUICK_PROMPTS if quick else PROMPTS
    with tempfile.TemporaryDirectory(prefix="million-") as made:
        folder = Path(made)
        paths = write_problems(folder, prompts)
        tenth = distil(recipe(folder, paths[: max(len(paths) // 10, 1)], "tenth"))
        path = recipe(folder, paths, "whole")
        loops = [bare(folder, paths)]
        first = distil(path)
        loops.append(bare(folder, paths))
        journal = sum(file.stat().st_size for file in (folder / "whole" / "journal").rglob("*.jsonl"))
        forget_rows(folder / "whole")
        again = distil(path)
    bare_s = sum(loop.told["seconds"] for loop in loops) / len(loops)
    traces, reused = first.told["nodes"]["traces"], again.told["nodes"]["traces"]
    if traces["rows_out"] != prompts or reused["digest"] != traces["digest"]:
        raise RuntimeError(f"{prompts} prompts gave {traces['rows_out']} attempts, or others when asked again")
    figures = {
        "scripted_requests_per_s": prompts / traces["seconds"],
        "scripted_share_of_bare_loop": bare_s / traces["seconds"],
        "scripted_resumed_rows_per_s": prompts / reused["seconds"],
        "driver_peak_mb": max(first.peak_mb, again.peak_mb),
        "driver_growth": first.peak_mb / tenth.peak_mb,
        "journal_mb": journal / 1e6,
    }
    lines = [
        f"{prompts:,} prompts, {SLOTS} in flight, {traces['counters']['asked']:,.0f} answers bought",
        f"bare loop      {prompts / bare_s:>8,.0f}/s",
        f"distil         {figures['scripted_requests_per_s']:>8,.0f}/s, {first.peak_mb:,.0f} MB at most"
        f" (a tenth of the prompts: {tenth.peak_mb:,.0f} MB), journal {figures['journal_mb']:,.0f} MB",
        f"from journal   {figures['scripted_resumed_rows_per_s']:>8,.0f}/s, {again.peak_mb:,.0f} MB at most",
    ]
    return figures, lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_PROMPTS:,} prompts")
    parser.add_argument("--bare", nargs="+", type=Path, metavar="PATH", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.bare:
        run_bare(options.bare[1:], options.bare[0])
        return
    figures, lines = measure(quick=options.quick)
    print("\n".join([*lines, "", *(f"{name:<32}{value:>12,.2f}" for name, value in figures.items())]))


if __name__ == "__main__":
    main()
