"""`tracemill train`: the trainer on the command line. Torch is imported when a command runs, not before."""

import dataclasses
import json
import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from trainer.errors import TrainConfigError, TrainerError

ConfigFile = Annotated[Path, typer.Argument(help="A training file, such as configs/train/demo-sft.yaml.")]
Overrides = Annotated[list[str] | None, typer.Option("--set", help="Override an option: optim.lr=1e-5.")]
Resume = Annotated[bool, typer.Option(help="Go on from the newest checkpoint of the run folder.")]
Overwrite = Annotated[bool, typer.Option(help="Delete the run in the run folder and begin again.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the summary as JSON; progress goes to standard error.")]


def register(app: typer.Typer) -> None:
    """Adds the commands to the command line."""
    train = typer.Typer(help="Train a model on an export.", no_args_is_help=True)
    train.command("sft")(sft)
    app.add_typer(train, name="train")


def sft(
    config: ConfigFile,
    overrides: Overrides = None,
    resume: Resume = False,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Supervised fine-tuning on the verified examples of an export."""
    # Threads that spin while they wait slow a step on a busy machine severalfold; torch reads this when it loads.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    from trainer.config import SftConfig
    from trainer.options import load
    from trainer.sft import SftSummary, train_sft

    progress = Console(stderr=True)
    try:
        options = load(config, SftConfig, overrides=overrides or [])
        summary: SftSummary = train_sft(options, resume=resume, overwrite=overwrite, console=progress)
    except TrainerError as error:
        typer.echo(f"error: train sft: {error}", err=True)
        raise typer.Exit(2 if isinstance(error, TrainConfigError) else 1) from None
    facts = dataclasses.asdict(summary)
    if as_json:
        typer.echo(json.dumps(facts))
        return
    table = Table(show_header=False)
    for name, value in facts.items():
        table.add_row(name.replace("_", " "), f"{value:.4f}" if isinstance(value, float) else str(value))
    Console().print(table)
