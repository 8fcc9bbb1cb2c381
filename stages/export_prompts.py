"""A version of prompts alone, for reinforcement learning on problems that no teacher was asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from pipeline.context import Context, Folder, SideInput
from pipeline.errors import ShardError
from pipeline.stage import FileStage
from stages._export_complete import check_name, complete
from stages._export_manifest import Written
from stages._export_plan import check_prompts, splits_of
from stages._export_prompts import told_prompts, write_prompts
from stages._export_threads import Threads
from stages._views import ViewWriter
from stages.records import RlRow

VIEW = "rl"


@dataclass(frozen=True, kw_only=True)
class ExportPrompts(FileStage[RlRow]):
    """View `rl`, the rows given, with all that a version carries: card, manifest, index, rewards, report.

    For attempts of teachers beside them use `export_dataset`. Rewards follow the verifier as it is installed, with its
    default policy, since no verdicts are given. What the rows were decontaminated against follows from the nodes they
    came through. An `audit` of the verifier goes into the manifest.

    name  -- of the dataset: `exports/<name>/vNNNN`; letters, digits, dots, dashes and underscores
    """

    publishes: ClassVar[bool] = True
    optional_side: ClassVar[Mapping[str, Any]] = {"audit": Folder}

    name: str

    def __post_init__(self) -> None:
        check_name(self.name)

    def build(self, rows: SideInput | None, folder: Path, ctx: Context) -> None:
        assert rows is not None
        if not rows.num_rows:
            raise ShardError(
                f"{ctx.node}: there are no prompts, and a version without rows is not made; "
                "`tracemill report` and `tracemill rejects` tell where the rows went"
            )
        check_prompts(rows.lazy(), VIEW)
        splits = splits_of(rows.lazy(), "the rows")
        with Threads() as threads:
            writer = ViewWriter(folder, VIEW, RlRow, threads)
            write_prompts(rows, splits, writer)
            writer.end()
            threads.finish()
        written = Written(facts={VIEW: writer.facts()}, sft={}, rl={VIEW: told_prompts(rows.lazy(), splits)})
        complete(self.name, written, folder, ctx)
