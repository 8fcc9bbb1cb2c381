"""Commands that belong to no single room: `audit`, `doctor` and `init`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


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
    """Check the installation: versions, verifier canaries, and what each missing extra would enable."""
    from tracemill.doctor import examine, print_findings

    findings = examine()
    print_findings(findings, json=json)
    raise typer.Exit(0 if all(finding.ok or finding.optional for finding in findings) else 1)


def init(folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to put the recipe.")]) -> None:
    """Write a commented starter recipe."""
    from tracemill.starter import write_starter

    typer.echo(f"{write_starter(folder)}")
