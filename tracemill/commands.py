"""Commands that belong to no single room: `doctor` and `init`."""

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    for command in (doctor, init):
        app.command()(command)


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
