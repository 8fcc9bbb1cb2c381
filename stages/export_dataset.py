"""The dataset as users get it: Parquet views, a manifest that proves them and a card that explains them."""

import json
import platform
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pipeline.context import Ancestor, Context, SideInput
from pipeline.fingerprint import digest_of
from pipeline.stage import FileStage
from stages._card import render_card
from stages._checked_against import benchmarks, decontaminations, unchecked
from stages._views import SPLITS, ViewFacts, write_view
from stages.records import RlRow, SftRow, VerdictRow

FORMAT = 1
# Distributions that parse, compare or write what the rows hold.
ENVIRONMENT = ("polars", "pyarrow", "sympy", "math-verify", "lxml")


@dataclass(frozen=True, kw_only=True)
class ExportDataset(FileStage[SftRow]):
    """Views `sft` (verified examples) and `rl` (prompts), and `all` where the side input `all` is given.

    The side input `verdicts` says which verifier and policy judged the rows; they enter the manifest, and the policy
    the digest. An example follows the split of its cluster; one whose cluster is not in the RL view is for training.
    What the rows were decontaminated against follows from the nodes they came through: each with a side input
    `benchmarks` or `matches` is told of, with its options, the benchmarks it looked in and the sources of the rows it
    looked at; so are the sources whose rows came through no such node.

    name  -- of the dataset: `exports/<name>/vNNNN`
    """

    publishes = True
    # They tell how the rows came about; what the rows are is in the other files, and `digest` covers it.
    volatile = frozenset({"manifest.json", "README.md"})
    side_inputs = {"rl": RlRow}  # noqa: RUF012
    optional_side = {"all": SftRow, "verdicts": VerdictRow}  # noqa: RUF012

    name: str

    def build(self, rows: SideInput | None, folder: Path, ctx: Context) -> None:
        assert rows is not None
        splits = {row.provenance.cluster: row.split for row in ctx.side["rl"].rows(RlRow)}
        views = {
            "sft": write_view(folder / "sft", _follow(rows.rows(SftRow), splits), record=SftRow),
            "rl": write_view(folder / "rl", ((row.split, row) for row in ctx.side["rl"].rows(RlRow)), record=RlRow),
        }
        if "all" in ctx.side:
            views["all"] = write_view(folder / "all", _follow(ctx.side["all"].rows(SftRow), splits), record=SftRow)
        manifest = self._manifest(views, ctx)
        (folder / "manifest.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", "utf-8")
        (folder / "README.md").write_text(render_card(manifest), "utf-8")

    def _manifest(self, views: Mapping[str, ViewFacts], ctx: Context) -> dict[str, Any]:
        verifiers = _verifiers(ctx)
        identity = {
            "views": {name: view.identity() for name, view in views.items()},
            "policies": sorted({verifier["policy"] for verifier in verifiers}),
        }
        return {
            "name": self.name,
            "format": FORMAT,
            "digest": digest_of(identity),
            "rows": {name: {split: view.splits[split].rows for split in SPLITS} for name, view in views.items()},
            "tokens": {name: view.tokens for name, view in views.items() if view.record is SftRow},
            "schemas": {name: view.identity()["schema"] for name, view in views.items()},
            "files": {name: file for view in views.values() for name, file in view.files().items()},
            "sources": _sources(views),
            "teachers": {name: _counts(view.teachers) for name, view in views.items() if view.teachers},
            "answer_types": {name: _counts(view.answer_types) for name, view in views.items()},
            "verifiers": verifiers,
            "decontaminated": decontaminations(ctx.lineage),
            "not_decontaminated": unchecked(ctx.lineage),
            "benchmarks": benchmarks(ctx.lineage),
            "funnel": [_step(ancestor) for ancestor in ctx.lineage],
            "parents": [{"node": step.node, "key": step.key, "digest": step.digest} for step in ctx.lineage],
            "environment": {"python": platform.python_version()} | {name: version(name) for name in ENVIRONMENT},
        }


def _follow(rows: Iterator[SftRow], splits: Mapping[str, str]) -> Iterator[tuple[str, SftRow]]:
    for row in rows:
        yield splits.get(row.provenance.cluster, "train"), row


def _counts(counter: Counter[str]) -> dict[str, int]:
    return {str(name): count for name, count in sorted(counter.items())}


def _sources(views: Mapping[str, ViewFacts]) -> dict[str, Any]:
    """Per source: its licences and authors, and per view the rows and problems it gave."""
    table: dict[str, Any] = {}
    for source in sorted({source for view in views.values() for source in view.sources}):
        given = {name: view.sources[source] for name, view in views.items() if source in view.sources}
        table[source] = {
            "licences": sorted({licence for facts in given.values() for licence in facts.licences}),
            "attributions": sorted({author for facts in given.values() for author in facts.attributions}),
            "origins": sorted({str(origin) for facts in given.values() for origin in facts.origins}),
            "sampled_problems": given["rl"].sampled if "rl" in given else 0,
            "views": {name: {"rows": facts.rows, "problems": len(facts.problems)} for name, facts in given.items()},
        }
    return table


def _verifiers(ctx: Context) -> list[dict[str, str]]:
    if "verdicts" not in ctx.side:
        return []
    columns = ["verifier", "version", "policy"]
    return ctx.side["verdicts"].lazy().select(columns).unique().sort(columns).collect().to_dicts()


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
