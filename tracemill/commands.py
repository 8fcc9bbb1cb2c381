"""Commands that belong to no single room: `audit`, `doctor` and `init`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from tracemill.starter import Task


def register(app: typer.Typer) -> None:
    for command in (audit, doctor, init):
        app.command()(command)


class Split(StrEnum):
    TEST = "test"
    DEVELOPMENT = "development"
    BOTH = "both"


def audit(
    split: Annotated[Split, typer.Option(help="Which labelled cases; `test` was never tuned on.")] = Split.BOTH,
    judge: Annotated[Path | None, typer.Option(help="A teacher's YAML: score that model, and the cascade too.")] = None,
    weights: Annotated[Path | None, typer.Option(help="The folder of the judge's weights, if it needs one.")] = None,
    attacks: Annotated[bool, typer.Option(help="Also try the published attack patterns.")] = True,
    json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """Measure the verifier: precision, recall and F1 by answer type, and how many attacks it lets pass."""
    from tracemill.audit import audit as measure
    from tracemill.audit import show

    splits = ["test", "development"] if split is Split.BOTH else [split.value]
    show(measure(splits=splits, judge=judge, weights=weights, with_attacks=attacks), as_json=json)


def doctor(json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False) -> None:
    """Check the installation: versions, verifier canaries, and what each missing extra would enable.

    Exit code 1 where something that is needed does not work.
    """
    from tracemill.doctor import examine, print_findings

    findings = examine()
    print_findings(findings, json=json)
    raise typer.Exit(0 if all(finding.ok or finding.optional for finding in findings) else 1)


def init(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A new folder; its name becomes the data set's.", show_default=False)
    ],
    task: Annotated[
        Task,
        typer.Option(
            help="pages: from your pages to a data set. teacher: attempts at your problems. hub: filter a data set of "
            "the hub. verify: traces that you have. train: a model on a small data set."
        ),
    ] = Task.PAGES,
    model: Annotated[
        str | None,
        typer.Option(help="pages, teacher and train: a name on the hub or a folder of weights.", show_default=False),
    ] = None,
    dataset: Annotated[
        str | None, typer.Option(help="hub: its name there, OWNER/NAME; without it bundled rows.", show_default=False)
    ] = None,
    revision: Annotated[
        str | None, typer.Option(help="Commit of --model or --dataset; by default the newest.", show_default=False)
    ] = None,
) -> None:
    """Write a commented recipe for a task, with sample inputs, so that it runs as it stands.

    Nothing is replaced that is there already. Comments marked with an arrow say what to exchange for your own.
    """
    from tracemill.starter import write_starter

    written = write_starter(folder, task, model=model, dataset=dataset, revision=revision)
    for path in written.files:
        typer.echo(path)
    typer.echo("\nnext:")
    for command in written.next:
        typer.echo(f"  {command}")
