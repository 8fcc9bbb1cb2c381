"""What the manifest of an export says: what its rows are, how they came about, and by what it can be made again."""

import platform
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.context import Ancestor, Context
from pipeline.files import file_digest
from pipeline.fingerprint import digest_of
from stages._checked_against import benchmarks, decontaminations, unchecked
from stages._distributions import counts
from stages._export_facts import sources
from stages._formats.rewarding import rules_of_now
from stages._statistics import rl_statistics, sft_statistics
from stages._teacher_terms import teacher_terms
from stages._view_facts import ViewFacts

FORMAT = 2
# Distributions that ask, parse, compare or write what the rows hold, those of them that are there. What decides the
# rows of one stage stands with it, among the parents.
ENVIRONMENT = ("tracemill", "polars", "pyarrow", "orjson", "sympy", "math-verify", "lxml", "transformers", "vllm")


@dataclass(frozen=True, kw_only=True)
class Written:
    """The views as they were written and their rows without texts.

    `sft` frames have the columns of `SelectedAttempt`, `finish_reason`, `trajectory` where there are marks, and like
    `rl`, whose others are those of `RlRow`, the columns `problem_id`, `source`, `licence`, `attribution` and `origin`.
    """

    facts: Mapping[str, ViewFacts]
    sft: Mapping[str, pl.LazyFrame]
    rl: Mapping[str, pl.LazyFrame]


def manifest_of(name: str, written: Written, ctx: Context) -> dict[str, Any]:
    """All but `files`, `templates` and `audit`, which are told when there are any."""
    views = {**written.sft, **written.rl}
    verifiers = _verifiers(ctx, has_attempts=bool(written.sft))
    return {
        "name": name,
        "format": FORMAT,
        "digest": _digest(written.facts, verifiers),
        "rows": {view: {split: part.rows for split, part in of.splits.items()} for view, of in written.facts.items()},
        "tokens": {view: int(rows.select(pl.sum("num_tokens")).collect().item()) for view, rows in written.sft.items()},
        "schemas": {view: facts.identity()["schema"] for view, facts in written.facts.items()},
        "sources": sources(views),
        "teachers": {view: counts(rows, "teacher") for view, rows in written.sft.items()},
        "teacher_terms": teacher_terms(ctx.lineage),
        "answer_types": {view: counts(rows, "answer_type") for view, rows in views.items()},
        "verifiers": verifiers,
        "decontaminated": decontaminations(ctx.lineage),
        "not_decontaminated": unchecked(ctx.lineage),
        "benchmarks": benchmarks(ctx.lineage),
        "funnel": [_step(ancestor) for ancestor in ctx.lineage],
        "parents": [_parent(ancestor) for ancestor in ctx.lineage],
        "environment": _environment(),
        "statistics": {
            **{view: sft_statistics(rows) for view, rows in written.sft.items()},
            **{view: rl_statistics(rows) for view, rows in written.rl.items()},
        },
    }


def files_of(folder: Path, views: Iterable[ViewFacts]) -> dict[str, dict[str, Any]]:
    """Every file of the export by its name: bytes and sha256, and of views their rows."""
    known = {name: facts for view in views for name, facts in view.files().items()}
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return {name: known.get(name) or _other(folder / name) for name in names}


def _other(path: Path) -> dict[str, Any]:
    return {"bytes": path.stat().st_size, "sha256": file_digest(path)}


def _digest(views: Mapping[str, ViewFacts], verifiers: Iterable[Mapping[str, str]]) -> str:
    policies = sorted({verifier["policy"] for verifier in verifiers})
    return digest_of({"views": {name: view.identity() for name, view in views.items()}, "policies": policies})


def _verifiers(ctx: Context, *, has_attempts: bool) -> list[dict[str, str]]:
    """By what the attempts were judged or, of prompts alone, their rewards will judge."""
    if "verdicts" not in ctx.side:
        return [] if has_attempts else [rules_of_now()]
    columns = ["verifier", "version", "policy"]
    return ctx.side["verdicts"].lazy().select(columns).unique().sort(columns).collect().to_dicts()


def _environment() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in ENVIRONMENT:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _step(ancestor: Ancestor) -> dict[str, Any]:
    return {
        "node": ancestor.node,
        "stage": ancestor.stage,
        "rows_in": ancestor.rows_in,
        "kept": ancestor.kept,
        "rows_out": ancestor.rows_out,
        "rejected": dict(sorted(ancestor.rejected.items())),
        "quarantined": ancestor.quarantined,
    }


def _parent(ancestor: Ancestor) -> dict[str, Any]:
    return {
        "node": ancestor.node,
        "stage": ancestor.stage,
        "key": ancestor.key,
        "digest": ancestor.digest,
        "version": ancestor.version,
        "code": ancestor.code,
        "packages": dict(ancestor.packages),
        "needs": list(ancestor.needs),
        "side": {role: list(names) for role, names in ancestor.side.items()},
        "config": dict(ancestor.config),
        "pins": dict(ancestor.pins),
        "given_as": list(ancestor.given_as),
    }
