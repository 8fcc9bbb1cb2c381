"""`tracemill train` and `tracemill evaluate`. Torch is imported when a command runs, not before."""

import dataclasses
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.redaction import redacted
from pipeline.terminal import harmless
from trainer.errors import TrainConfigError, TrainerError

ConfigFile = Annotated[Path, typer.Argument(help="A training file, as in configs/train.")]
Overrides = Annotated[list[str] | None, typer.Option("--set", help="Override an option, in YAML: seed=1.")]
Resume = Annotated[bool, typer.Option(help="Go on from the newest checkpoint of the run folder.")]
Overwrite = Annotated[bool, typer.Option(help="Delete the run in the run folder and begin again.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the summary as JSON; progress goes to standard error.")]


def register(app: typer.Typer) -> None:
    """Adds the commands to the command line."""
    train = typer.Typer(help="Train a model on an export.", no_args_is_help=True)
    train.command("sft")(sft)
    train.command("rl")(rl)
    app.add_typer(train, name="train")
    app.command("evaluate")(evaluate)


def sft(
    config: ConfigFile,
    overrides: Overrides = None,
    resume: Resume = False,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Supervised fine-tuning on the verified examples of an export."""
    _train("sft", config, overrides or [], resume=resume, overwrite=overwrite, as_json=as_json)


def rl(
    config: ConfigFile,
    overrides: Overrides = None,
    resume: Resume = False,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Reinforcement learning on the prompts of an export, rewarded by its verifier."""
    _train("rl", config, overrides or [], resume=resume, overwrite=overwrite, as_json=as_json)


def _train(kind: str, config: Path, overrides: list[str], *, resume: bool, overwrite: bool, as_json: bool) -> None:
    console = Console(stderr=True)
    summary: Any
    with _running(f"train {kind}"):
        from trainer.config import SftConfig
        from trainer.options import load
        from trainer.rl_config import RlConfig

        if kind == "sft":
            from trainer.sft import train_sft

            options = load(config, SftConfig, overrides=overrides)
            summary = train_sft(options, resume=resume, overwrite=overwrite, console=console)
        else:
            from trainer.rl import train_rl

            asked = load(config, RlConfig, overrides=overrides)
            summary = train_rl(asked, resume=resume, overwrite=overwrite, console=console)
    if os.environ.get("RANK", "0") == "0":  # of several processes one tells
        _tell(dataclasses.asdict(summary), as_json=as_json)


@contextmanager
def _running(command: str) -> Iterator[None]:
    """What a user can act on ends the command with one line."""
    from teachers.threads import spin_briefly

    spin_briefly()
    try:
        yield
    except TrainerError as error:
        typer.echo(harmless(redacted(f"error: {command}: {error}")), err=True)
        raise typer.Exit(2 if isinstance(error, TrainConfigError) else 1) from None


def _tell(facts: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(facts))
        return
    table = Table(show_header=False)
    for name, value in facts.items():
        table.add_row(name.replace("_", " "), f"{value:.4f}" if isinstance(value, float) else Text(str(value)))
    Console().print(table)


def evaluate(
    config: Annotated[Path, typer.Argument(help="An evaluation file, as in configs/eval.")],
    overrides: Overrides = None,
    against: Annotated[
        Path | None, typer.Option(help="Folder of an evaluation to compare with, question by question.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Ask a model the questions of benchmarks and exports; the same command goes on where it was interrupted."""
    with _running("evaluate"):
        from trainer.evaluation import run
        from trainer.evaluation.config import EvalConfig
        from trainer.evaluation.results import tables
        from trainer.options import load

        options = load(config, EvalConfig, overrides=overrides or [])
        results = run.evaluate(options, against=against, console=Console(stderr=True))
    if as_json:
        typer.echo(json.dumps(results, default=str))
        return
    for table in tables(results):
        Console().print(table)
