"""The dataset as users get it: Parquet views, a manifest that proves them and a card that explains them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from pipeline.context import Context, Folder, SideInput
from pipeline.errors import ShardError
from pipeline.stage import FileStage
from stages._export_complete import check_name, complete
from stages._export_manifest import Written
from stages._export_plan import Plan, check_prompts, make_plan, splits_of
from stages._export_prompts import told_prompts, write_prompts
from stages._export_rows import examples
from stages._export_threads import Threads
from stages._views import ViewWriter
from stages.records import Attempt, Problem, RlRow, SelectedAttempt, SftRow, TrajectoryRow, VerdictRow

SFT_VIEWS, RL_VIEWS = ("sft", "sft_all"), ("rl", "rl_all")


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
        check_name(self.name)

    def build(self, rows: SideInput | None, folder: Path, ctx: Context) -> None:
        assert rows is not None
        complete(self.name, _write_views(rows, folder, ctx), folder, ctx)


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
    with Threads() as threads:
        writers = {view: ViewWriter(folder, view, SftRow, threads) for view in SFT_VIEWS}
        _write_examples(plan, ctx, writers)
        for view in RL_VIEWS:
            writers[view] = ViewWriter(folder, view, RlRow, threads)
            write_prompts(ctx.side[view], splits, writers[view])
        for writer in writers.values():
            writer.end()
        threads.finish()
    return Written(
        facts={view: writers[view].facts() for view in (*SFT_VIEWS, *RL_VIEWS)},
        sft={view: plan.view(view) for view in SFT_VIEWS},
        rl={view: told_prompts(ctx.side[view].lazy(), splits) for view in RL_VIEWS},
    )


def _write_examples(plan: Plan, ctx: Context, writers: dict[str, ViewWriter]) -> None:
    """All views in one pass over the attempts; what several of them hold alike is put together and digested once."""
    for some in examples(plan, ctx.side["attempts"], ctx.side["problems"]):
        for view in some.views:
            writers[view].add(some.split, some.rows, some.digests)
