"""An endpoint that fails one request in five at random, and lets some hang: is every answer had, and had once?

    python bench/distillation/endpoint.py [--quick]

10,000 requests through a recipe's `distil`, to a real socket. Each of the server's answers is made of its own request,
so that an answer that came to another request counts as lost. Failures are 500, 502, 429 with `Retry-After`, dropped
connections, JSON and streams that break off, and silence for longer than `timeout_s`.
"""

import hashlib
import json
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import polars as pl
import yaml

from bench.parts import run_alone
from pipeline.config import load_config
from pipeline.runner import NodeResult
from pipeline.session import run
from tests.teachers.misbehaving import Answer, Behaviour, Call, Hang, Raw, Reset, Server, Status, serving

PROBLEMS, PROBLEMS_QUICK = 2_500, 250
SAMPLES = 4
TIMEOUT_S = 2.0
# Of a thousand requests 200 fail.
FAILURES: dict[str, tuple[Behaviour, int]] = {
    "500": (Status(code=500), 50),
    "502": (Status(code=502), 40),
    "429, wait 0.2 s": (Status(code=429, headers={"Retry-After": "0.2"}), 2),
    "dropped": (Reset(), 40),
    "JSON cut off": (Raw(b'{"choices": [{"message": {"content": "4'), 30),
    "stream cut off": (Answer(finish=None), 33),
    "silent": (Hang(), 5),
}


def said(question: str, seed: int) -> str:
    """What the server answers, and to this request alone."""
    return "The answer is " + hashlib.sha256(f"{question} {seed}".encode()).hexdigest()[:16]


@dataclass
class Flaky:
    """Fails a share of all calls, whatever they ask."""

    draw: random.Random
    played: Counter[str] = field(default_factory=Counter)

    def __call__(self, call: Call) -> Behaviour:
        left = self.draw.randrange(1000)
        for name, (failure, share) in FAILURES.items():
            if left < share:
                self.played[name] += 1
                return failure
            left -= share
        self.played["answered"] += 1
        question = call.asked.partition("\n")[0]
        return Answer(pieces=re.split(r"(?<= )", said(question, call.body["seed"])))


def recipe(folder: Path, server: Server, problems: int) -> Path:
    source = folder / "problems.jsonl"
    lines = [{"id": f"p{n}", "question": f"What is {n} + 1?", "answer": str(n + 1)} for n in range(problems)]
    source.write_text("".join(json.dumps(line) + "\n" for line in lines))
    teacher = {
        "name": "flaky",
        "backend": "openai",
        "model": "tiny",
        "revision": "1",
        "endpoint": {"urls": [server.url], "timeout_s": TIMEOUT_S},
    }
    nodes = {
        "problems": {"uses": "take_problems", "with": {"path": str(source)}},
        "own": {"uses": "distil", "needs": "problems", "with": {"samples": SAMPLES, "teacher": teacher}},
    }
    told = {
        "name": "flaky",
        "store": str(folder / "store"),
        "packages": ["stages", "bench.distillation.problem_stages"],
        "nodes": nodes,
    }
    path = folder / "recipe.yaml"
    path.write_text(yaml.safe_dump(told))
    return path


def journalled(store: Path) -> Iterator[dict[str, Any]]:
    for path in store.glob("journal/*/*.jsonl"):
        yield from map(json.loads, path.read_text().splitlines())


def judged(own: NodeResult, store: Path, problems: int) -> tuple[int, int]:
    """Requests without their own answer, and answers that stand twice in the journal or among the rows."""
    found = pl.read_parquet(own.artifact.data_files()).to_dicts()
    right = {row["id"] for row in found if row["final"] == said(_question(row["problem_id"]), row["seed"])}
    keys = Counter(line["key"] for line in journalled(store))
    twice = sum(keys.values()) - len(keys) + len(found) - len({row["id"] for row in found})
    return problems * SAMPLES - min(len(right), len(keys)), twice


def _question(problem_id: str) -> str:
    return f"What is {problem_id.rpartition('p')[2]} + 1?"


def measure(*, quick: bool = False) -> tuple[dict[str, float], list[str]]:
    problems = PROBLEMS_QUICK if quick else PROBLEMS
    flaky = Flaky(random.Random(7))
    with tempfile.TemporaryDirectory() as folder, serving(flaky) as server:
        store, started = Path(folder) / "store", time.monotonic()
        done = run(load_config(recipe(Path(folder), server, problems)))
        seconds = time.monotonic() - started
        own = {node.node: node for node in done.nodes}["own"]
        lost, twice = judged(own, store, problems)
    totals = own.manifest.totals
    figures = {
        "endpoint_requests": float(problems * SAMPLES),
        "endpoint_lost": float(lost),
        "endpoint_duplicated": float(twice),
        "endpoint_failed_share": 1 - flaky.played["answered"] / flaky.played.total(),
    }
    table = [
        f"{problems * SAMPLES:,} requests, sent {flaky.played.total():,} times in {seconds:.0f} s: "
        + ", ".join(f"{number:,} {name}" for name, number in flaky.played.most_common()),
        f"without an answer of their own: {lost}; answered twice: {twice}; rows set aside: {totals.quarantined}",
        "the stage counted: " + ", ".join(f"{name} {number:,.0f}" for name, number in sorted(totals.counters.items())),
    ]
    return figures, table


if __name__ == "__main__":
    run_alone(__doc__ or "", measure)
