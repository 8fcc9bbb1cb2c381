"""The course of a run, of either kind of training: its folder is opened, its rows are followed, and it is finished."""

import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console

from trainer import checkpoint
from trainer.config import SftConfig
from trainer.display import display
from trainer.log import MetricsLog
from trainer.parallel import Group
from trainer.plots import plot_run
from trainer.rl_config import RlConfig
from trainer.run import claimed, prepare

SUMMARY = "summary.json"


@contextmanager
def opened(
    config: SftConfig | RlConfig, group: Group, *, resume: bool, overwrite: bool
) -> Iterator[checkpoint.Checkpoint | None]:
    """The checkpoint to go on from, None for a beginning; the run folder is this run's alone while the block lasts."""
    run = Path(config.out)
    with ExitStack() as held:
        group.on_main(lambda: held.enter_context(claimed(run)))
        yield group.on_main(lambda: prepare(run, config, resume=resume, overwrite=overwrite))


def follow(
    rows: Iterable[dict[str, Any]],
    config: SftConfig | RlConfig,
    group: Group,
    *,
    done: int,
    total: int,
    notes: Iterable[str],
    console: Console,
) -> None:
    """Takes the steps that `rows` is made of; the first process writes each row down and shows it.

    done, total -- steps
    """
    log = MetricsLog(Path(config.out), resumed_at=done, log_to=config.log_to) if group.is_main else None
    with display(console if group.is_main else Console(quiet=True), total=total, done=done) as shown:
        for note in notes:
            shown.note(note)
        for row in rows:
            if log:
                log.write(row)
            shown.row(row)
    if log:
        log.close()


def finish(run: Path, summary: Any, model: Any, tokenizer: Any) -> None:
    """Pictures, the summary (a dataclass), and the model, whose presence says that the run is complete."""
    plot_run(run)
    (run / SUMMARY).write_text(json.dumps(asdict(summary), indent=2) + "\n", "utf-8")
    checkpoint.save_final(run, model, tokenizer)


def read_summary(run: Path) -> dict[str, Any]:
    """Of a run that is complete."""
    told: dict[str, Any] = json.loads((run / SUMMARY).read_text("utf-8"))
    return told
