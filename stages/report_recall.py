"""What one round of the recall loop came to: held-out figures, threshold curve, domains, beside the rounds before."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import polars as pl

from pipeline.context import Context, Folder, SideInput
from pipeline.errors import ConfigError, ShardError
from pipeline.stage import FileStage
from stages._recall_metrics import EXAMPLES_FILE, ModelFacts, measure, read_facts
from stages._recall_report import CURVE_IMAGE, draw_curve, render_report
from stages.records import Domain, DomainLabel, ScoredDocument

REPORT_FILE = "report.json"
DOMAINS_FILE = "domains.parquet"


@dataclass(frozen=True, kw_only=True)
class ReportRecall(FileStage[ScoredDocument]):
    """`report.json`, `report.md`, `domains.parquet`, and where matplotlib is installed `curve.png`.

    `needs` are the scored documents, the side input `model` is the classifier that scored them and `domains` their
    domains. `positives` and `negatives`, scored documents whose truth is known, give figures of their own: those of a
    site that the model learnt from are left out and counted. `previous` is the report of the round before.

    domains_shown  -- rows of each kind in the table of `report.md`
    """

    packages: ClassVar[tuple[str, ...]] = ("polars", "numpy")
    # What a plot looks like on disk depends on the fonts and versions of a machine.
    volatile: ClassVar[frozenset[str]] = frozenset({CURVE_IMAGE})
    side_inputs: ClassVar[Mapping[str, Any]] = {"model": Folder, "domains": Domain}
    optional_side: ClassVar[Mapping[str, Any]] = {
        "positives": ScoredDocument,
        "negatives": ScoredDocument,
        "previous": Folder,
    }

    domains_shown: int = 20

    def build(self, rows: SideInput | None, folder: Path, ctx: Context) -> None:
        assert rows is not None
        model = ctx.side["model"].folder
        facts = read_facts(model)
        domains = ctx.side["domains"].lazy()
        before = _previous(ctx)
        now = {
            "round": len(before) + 1,
            "model": _model(facts),
            "cross_validation": facts.held_out,
            "held_out": self._held_out(facts, model, ctx),
            "scored": _scored(rows.lazy()),
            "domains": _labels(domains),
        }
        rounds = [*before, now]
        (folder / REPORT_FILE).write_text(json.dumps({"rounds": rounds}, indent=2, ensure_ascii=False) + "\n", "utf-8")
        table = domains.drop("samples").sort("num_recalled", "num_documents", "domain", descending=[True, True, False])
        table.sink_parquet(folder / DOMAINS_FILE)
        (folder / "report.md").write_text(render_report(rounds, table.collect(), shown=self.domains_shown), "utf-8")
        draw_curve(rounds, folder / CURVE_IMAGE)

    def _held_out(self, facts: ModelFacts, model: Path, ctx: Context) -> dict[str, Any] | None:
        given = [role for role in ("positives", "negatives") if role in ctx.side]
        if not given:
            return None
        if len(given) == 1:
            raise ConfigError(
                f"{ctx.node}: side inputs positives and negatives come together; only {given[0]} is given"
            )
        learnt = set(pl.scan_parquet(model / EXAMPLES_FILE).select("domain").unique().collect()["domain"])
        found = [*_known(ctx.side["positives"], is_positive=True), *_known(ctx.side["negatives"], is_positive=False)]
        unseen = [row for row in found if row[0] not in learnt]
        if not unseen:
            raise ShardError(
                f"{ctx.node}: the model learnt from every site of positives and negatives; none is held out"
            )
        names, labels, scores = map(list, zip(*unseen, strict=True))
        taken = [score >= facts.threshold for score in scores]
        return measure(names, labels, scores, taken) | {"left_out_as_learnt": len(found) - len(unseen)}


def _known(rows: SideInput, *, is_positive: bool) -> Iterator[tuple[str, bool, float]]:
    for domain, score in rows.lazy().sort("id").select("domain", "score").collect().iter_rows():
        yield domain, is_positive, score


def _previous(ctx: Context) -> list[dict[str, Any]]:
    if "previous" not in ctx.side:
        return []
    path = ctx.side["previous"].folder / REPORT_FILE
    try:
        rounds: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["rounds"]
    except (OSError, ValueError, KeyError) as error:
        raise ShardError(
            f"{ctx.node}: previous holds no recall report ({error}); name a node of report_recall"
        ) from error
    return rounds


def _model(facts: ModelFacts) -> dict[str, Any]:
    return {
        "threshold": facts.threshold,
        "target_precision": facts.target_precision,
        "target_is_met": facts.threshold_is_met,
        "megabytes": facts.megabytes,
        "settings": facts.settings,
        "examples": facts.examples,
    }


def _scored(rows: pl.LazyFrame) -> dict[str, int]:
    counts = rows.select(pl.len().alias("documents"), pl.col("is_recalled").sum().alias("recalled")).collect()
    return {name: int(counts[name][0]) for name in counts.columns}


def _labels(domains: pl.LazyFrame) -> dict[str, dict[str, Any]]:
    """Per label: domains, their documents, those recalled, and who gave the label for which reason how often."""
    counted = domains.group_by("label").agg(pl.len(), pl.col("num_documents").sum(), pl.col("num_recalled").sum())
    table = {row[0]: row[1:] for row in counted.collect().iter_rows()}
    why = domains.group_by("label", "labelled_by", "reason").len().collect().sort("label", "labelled_by", "reason")
    return {str(label): _label(table.get(str(label), (0, 0, 0)), why.rows(), label) for label in DomainLabel}


def _label(counts: Sequence[int], why: Sequence[tuple[Any, ...]], label: DomainLabel) -> dict[str, Any]:
    reasons = [{"by": by, "reason": reason, "domains": number} for name, by, reason, number in why if name == label]
    return {"domains": counts[0], "documents": counts[1], "recalled": counts[2], "reasons": reasons}
