"""Judges rows of a version again, as a reward would: what is stored must be what the verifier says of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from stages._contracts_view import View, views_of
from stages._formats.rewarding import made_with
from stages.verify import verdicts_of
from verifier import AnswerType, Outcome, Pair, Policy, Verifier


@dataclass(frozen=True, kw_only=True)
class Verified:
    """How many rows were judged again, golds against themselves and completions, and what came out otherwise."""

    golds: int = 0
    completions: int = 0
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def verify_rows(version: Path, manifest: Mapping[str, Any], rows: int, *, workers: int = 1) -> Verified:
    """`rows` of the widest view with prompts and of the widest with completions, drawn by a hash of their ids.

    Where a model had a say in the verdicts, completions that the rules alone judge otherwise are notes and no problems.
    Raises `ConfigError` where the rows followed a policy that is not known.
    """
    policy = Policy(extraction=made_with(manifest)["extraction"])
    views = {view.name: view for view in views_of(version, manifest) if view.files}
    golds = _drawn(views, ("rl_all", "rl"), ("question", "answer"), rows)
    attempts = _drawn(views, ("sft_all", "sft"), ("completion", "outcome"), rows)
    with Verifier(workers=workers, policy=policy) as verifier:
        bad_golds = list(_golds(verifier, golds))
        other = list(_attempts(verifier, attempts, _questions(views, attempts)))
    is_judged = any(one["verifier"] != "rule" for one in manifest.get("verifiers", []))
    return Verified(
        golds=golds.height,
        completions=attempts.height,
        problems=tuple(bad_golds + ([] if is_judged else other)),
        notes=tuple(other if is_judged else []),
    )


def _drawn(views: Mapping[str, View], names: tuple[str, ...], needs: tuple[str, ...], rows: int) -> pl.DataFrame:
    view = next((views[name] for name in names if name in views and set(needs) <= views[name].columns), None)
    if view is None:
        return pl.DataFrame()
    ids = view.rows().select("id").collect()
    chosen = ids.with_columns(draw=pl.col("id").hash(7)).bottom_k(rows, by="draw")["id"]
    return view.rows().filter(pl.col("id").is_in(chosen.implode())).collect(engine="streaming").sort("id")


def _questions(views: Mapping[str, View], attempts: pl.DataFrame) -> dict[str, str]:
    """The questions of attempts by problem: an example shows its question only inside the prompt."""
    view = views.get("rl_all") or views.get("rl")
    if view is None or not attempts.height or "question" not in view.columns:
        return {}
    wanted = attempts["provenance"].struct.field("problem_id").unique()
    found = view.rows().filter(pl.col("id").is_in(wanted.implode())).select("id", "question").collect()
    return dict(found.iter_rows())


def _golds(verifier: Verifier, golds: pl.DataFrame) -> Iterator[str]:
    rows = golds.to_dicts()
    pairs = [
        Pair(row["answer"], rf"\boxed{{{row['answer']}}}", row["question"], AnswerType(row["answer_type"]))
        for row in rows
    ]
    for row, verdict in zip(rows, verdicts_of(verifier, pairs), strict=True):
        if verdict.outcome is not Outcome.CORRECT:
            yield f"{row['id']}: the gold {row['answer']!r} against itself is {verdict.outcome} ({verdict.reason})"


def _attempts(verifier: Verifier, attempts: pl.DataFrame, questions: Mapping[str, str]) -> Iterator[str]:
    rows = attempts.to_dicts()
    pairs = [_pair(row, questions) for row in rows]
    for row, verdict in zip(rows, verdicts_of(verifier, pairs), strict=True):
        if verdict.outcome != row["outcome"]:
            yield f"{row['id']}: stored as {row['outcome']}, the verifier says {verdict.outcome} ({verdict.reason})"


def _pair(row: Mapping[str, Any], questions: Mapping[str, str]) -> Pair:
    question = questions.get(row["provenance"]["problem_id"])
    return Pair(row["answer"], row["completion"][-1]["content"], question, AnswerType(row["answer_type"]))
