"""The dataset as users get it: Parquet views, a manifest that proves them and a card that explains them."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import polars as pl

from pipeline.columns import declared
from pipeline.context import Context, Folder, SideInput
from pipeline.errors import ConfigError, ShardError
from pipeline.files import read_json
from pipeline.schema import schema_of
from pipeline.stage import FileStage
from stages._card import render_card
from stages._export_digest import row_digests
from stages._export_manifest import Written, files_of, manifest_of
from stages._export_plan import Plan, check_prompts, make_plan, splits_of, with_splits
from stages._export_rows import BATCH_ROWS, examples
from stages._export_threads import Threads
from stages._formats.rewarding import write_rewards
from stages._plots import draw_plots
from stages._template_check import template_facts
from stages._views import SPLITS, ViewWriter
from stages.records import Attempt, Problem, RlRow, SelectedAttempt, SftRow, TrajectoryRow, VerdictRow

SFT_VIEWS, RL_VIEWS = ("sft", "sft_all"), ("rl", "rl_all")
THREADS, WAITING = 2, 3
# It becomes a folder, a part of `NAME@v0001` and a word in the command lines of trainers.
NAME = re.compile(r"[^\W_][\w.-]*")


@dataclass(frozen=True, kw_only=True)
class ExportDataset(FileStage[SelectedAttempt]):
    """Views `sft` (the rows given), `sft_all` (side input `all`), `rl` and `rl_all`, with all that a version carries.

    Selections name attempts; their texts are read from `attempts` and `problems` while the views are written. Every
    row follows the split of its cluster in `rl_all`, which must hold the problems of all views. `verdicts` say which
    verifier and policy judged the rows; they enter the manifest, and the policy the digest. What the rows were
    decontaminated against follows from the nodes they came through: each with a side input `benchmarks` or `matches` is
    told of, with its options, the benchmarks it looked in and the sources of the rows it looked at; so are the sources
    whose rows came through no such node. `trajectories` fill that column, a `tokenizer` has its chat template tried on
    the rows, and an `audit` of the verifier goes into the manifest.

    name  -- of the dataset: `exports/<name>/vNNNN`; letters, digits, dots, dashes and underscores
    """

    publishes: ClassVar[bool] = True
    side_inputs: ClassVar[Mapping[str, Any]] = {
        "all": SelectedAttempt,
        "rl": RlRow,
        "rl_all": RlRow,
        "attempts": Attempt,
        "problems": Problem,
        "verdicts": VerdictRow,
    }
    optional_side: ClassVar[Mapping[str, Any]] = {"trajectories": TrajectoryRow, "tokenizer": Folder, "audit": Folder}

    name: str

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            raise ConfigError(f"name is {self.name!r}; give letters, digits, '.', '-' and '_', a letter or digit first")

    def build(self, rows: SideInput | None, folder: Path, ctx: Context) -> None:
        assert rows is not None
        written = _write_views(rows, folder, ctx)
        manifest = manifest_of(self.name, written, ctx)
        manifest |= _examined(folder, ctx, num_rows=sum(manifest["rows"]["sft"].values()))
        write_rewards(folder / "rewards", manifest)
        draw_plots(manifest, folder)
        (folder / "README.md").write_text(render_card(manifest), "utf-8")
        ctx.write_report(folder / "report.html")
        manifest["files"] = files_of(folder, written.facts.values())
        (folder / "manifest.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", "utf-8")


def _examined(folder: Path, ctx: Context, *, num_rows: int) -> dict[str, Any]:
    """What was found by looking at the rows of `sft`, or at the verifier, with what not every export is given."""
    found: dict[str, Any] = {}
    if "tokenizer" in ctx.side and num_rows:
        names = [step.node for step in ctx.lineage if "tokenizer" in step.given_as]
        files = sorted((folder / "sft").glob("*.parquet"))
        facts = template_facts(ctx.side["tokenizer"].folder, files, name=names[0] if names else None)
        found["templates"] = [facts]
    if "audit" in ctx.side:
        found["audit"] = read_json(ctx.side["audit"].folder / "audit.json")
    return found


def _write_views(rows: SideInput, folder: Path, ctx: Context) -> Written:
    for view in RL_VIEWS:
        check_prompts(ctx.side[view].lazy(), view)
    splits = splits_of(ctx.side["rl_all"].lazy())
    plan = make_plan(dict(zip(SFT_VIEWS, (rows, ctx.side["all"]), strict=True)), ctx.side, splits)
    if splits.is_empty() and not ctx.side["rl"].num_rows:  # then no view has a row, for each follows `rl_all`
        raise ShardError(
            f"{ctx.node}: no view has a row, and a version without rows is not made; "
            "`tracemill report` and `tracemill rejects` tell where the rows went"
        )
    with Threads(THREADS, waiting=WAITING) as threads:
        writers = {view: ViewWriter(folder, view, SftRow, threads) for view in SFT_VIEWS}
        _write_examples(plan, ctx, writers)
        for view in RL_VIEWS:
            writers[view] = ViewWriter(folder, view, RlRow, threads)
            _write_prompts(ctx.side[view], splits, writers[view])
        for writer in writers.values():
            writer.end()
        threads.finish()
    return Written(
        facts={view: writers[view].facts() for view in (*SFT_VIEWS, *RL_VIEWS)},
        sft={view: plan.view(view) for view in SFT_VIEWS},
        rl={view: _told(ctx.side[view].lazy(), splits) for view in RL_VIEWS},
    )


def _write_examples(plan: Plan, ctx: Context, writers: dict[str, ViewWriter]) -> None:
    """All views in one pass over the attempts; what several of them hold alike is put together and digested once."""
    for some in examples(plan, ctx.side["attempts"], ctx.side["problems"]):
        for view in some.views:
            writers[view].add(some.split, some.rows, some.digests)


def _write_prompts(rows: SideInput, splits: pl.DataFrame, writer: ViewWriter) -> None:
    """Rows as they were selected, but for the split, which is that of their cluster in `rl_all`."""
    names, first = schema_of(RlRow).names, 0
    drawn = _told(rows.lazy().select("split", "provenance"), splits).select("split").collect()["split"]
    for batch in rows.batches(names, BATCH_ROWS):
        frame = pl.DataFrame(batch).with_columns(drawn[first : first + batch.num_rows])
        first += batch.num_rows
        table = declared(frame.select(names).to_arrow(), RlRow)
        digests = row_digests(table)
        for split in SPLITS:
            chosen = (frame["split"] == split).arg_true()
            if chosen.len():
                writer.add(split, table.take(chosen.to_arrow()), [digests[place] for place in chosen])


def _told(rows: pl.LazyFrame, splits: pl.DataFrame) -> pl.LazyFrame:
    """`RlRow` rows with the split of their cluster and what their provenance says in columns of its own."""
    return with_splits(rows.drop("split").with_columns(pl.col("provenance").struct.unnest()), splits)
