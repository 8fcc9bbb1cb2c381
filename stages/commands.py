"""The commands of the stages. What they need is loaded when they run, so that `--help` answers at once."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.version_commands import Exports, VersionName
from stages._check_command import check
from stages._extract_kinds import KNOWN
from stages._template_command import check_template

if TYPE_CHECKING:
    from stages._extract_files import Input, Reading
    from stages._extract_run import Limits, Report
    from stages._extract_view import Tally
    from stages._formats.exporting import Exported

ROWS_SHOWN = 10
# Less is read before anybody would look at a bar.
LONG_BYTES = 3_000_000


def register(app: typer.Typer) -> None:
    app.command()(extract)
    app.command()(export)
    app.command()(check_template)
    app.command()(check)


def extract(
    paths: Annotated[
        list[str],
        typer.Argument(
            help=f"Pages, archives and texts ({KNOWN}), folders of such, or - for standard input.", show_default=False
        ),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON lines on a terminal too.")] = False,
    rows: Annotated[
        int | None,
        typer.Option("-n", "--rows", min=0, help=f"At most N pairs of a page; {ROWS_SHOWN} on a terminal, else all."),
    ] = None,
    show_all: Annotated[bool, typer.Option("--all", help="Pages without pairs too, and why.")] = False,
    full: Annotated[bool, typer.Option("--full", help="Show long questions and answers whole.")] = False,
    stats: Annotated[bool, typer.Option("--stats", help="End with a table of formulas, pairs and reasons.")] = False,
    source: Annotated[str, typer.Option(help="The name of the source in the rows.")] = "local",
    licence: Annotated[str | None, typer.Option(help="The licence of pages that do not state one.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Pages read at once.")] = 1,
    page_seconds: Annotated[float, typer.Option(min=0.1, help="Processor time for one page.")] = 10.0,
    page_mb: Annotated[int, typer.Option(min=1, help="Memory for one page.")] = 1024,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")] = False,
) -> None:
    """Question-answer pairs found in HTML, WARC or text files.

    A readable view on a terminal; where the output is piped, one JSON object a line: the columns of a pair, and `path`.
    With --all a page without pairs is a line too: `path`, `url`, `reason` and `detail`. Exit code 1 where no file could
    be read.
    """
    from stages._extract_files import Reading
    from stages._extract_run import Limits

    printer = _Printer(is_view=sys.stdout.isatty() and not as_json, rows=rows, show_all=show_all, full=full)
    limits = Limits(workers=workers, seconds=page_seconds, memory_mb=page_mb)
    tally, num_troubles = _read_all(paths, Reading(source=source, licence=licence), limits, printer, quiet=quiet)
    printer.end(tally, stats=stats)
    raise typer.Exit(1 if num_troubles and num_troubles == tally.pages else 0)


def _read_all(
    paths: list[str], reading: "Reading", limits: "Limits", printer: "_Printer", *, quiet: bool
) -> tuple["Tally", int]:
    """What all pages came to, and how many of them could not be read to their end."""
    from stages._extract_files import inputs_of
    from stages._extract_run import reports
    from stages._extract_view import Tally

    tally, num_troubles = Tally(), 0
    with ExitStack() as stack:
        inputs = inputs_of(paths, stack)
        advance = stack.enter_context(_progress(printer, inputs, quiet=quiet))
        pages = (page for given in inputs for page in reading.pages(given))
        for page, report in stack.enter_context(closing(reports(pages, limits))):
            if report:
                tally.add(report)
                num_troubles += report.is_trouble
                printer.put(report)
            advance(page.read, tally)
    return tally, num_troubles


class _Printer:
    """Where reports go: to a console, or as rows to standard output; troubles always to standard error."""

    def __init__(self, *, is_view: bool, rows: int | None, show_all: bool, full: bool) -> None:
        from rich.console import Console

        self.console: Console | None = Console(highlight=False) if is_view else None
        self.errors = Console(stderr=True, highlight=False, soft_wrap=True)
        self.rows = rows if rows is not None else ROWS_SHOWN if is_view else None
        self.show_all, self.full = show_all, full

    def put(self, report: "Report") -> None:
        from stages._extract_view import show_page, trouble

        is_shown = self.console is not None and (bool(report.pairs) or self.show_all)
        if report.is_told and not is_shown:
            self.errors.print(trouble(report), markup=False)
        if self.console is None:
            self._write_rows(report)
        elif is_shown:
            show_page(self.console, report, rows=self.rows or 0, full=self.full)

    def _write_rows(self, report: "Report") -> None:
        import orjson

        from pipeline.terminal import harmless_json

        for pair in report.pairs[: self.rows]:
            sys.stdout.write(harmless_json(orjson.dumps(pair | {"path": report.path}).decode()) + "\n")
        if self.show_all and not report.pairs:
            why = {"path": report.path, "url": report.url, "reason": report.reason, "detail": report.detail}
            sys.stdout.write(harmless_json(orjson.dumps(why).decode()) + "\n")

    def end(self, tally: "Tally", *, stats: bool) -> None:
        from stages._extract_view import show_tally

        if stats:
            show_tally(self.console or self.errors, tally)
        elif self.console or not tally.pairs:
            hint = "" if tally.pairs or self.show_all else "; --all and --stats tell why"
            (self.console or self.errors).print(f"{tally.line()}{hint}")


@contextmanager
def _progress(printer: _Printer, inputs: "list[Input]", *, quiet: bool) -> "Iterator[Callable[[int, Tally], None]]":
    """A bar below the view, or on standard error where the rows go elsewhere; only for what takes a while."""
    total = sum(given.size for given in inputs)
    console = printer.console or printer.errors
    if quiet or not console.is_terminal or total < LONG_BYTES:
        yield lambda read, tally: None
        return
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (BarColumn(), TaskProgressColumn(), TextColumn("{task.description}"), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, redirect_stdout=False) as bars:
        task = bars.add_task("", total=total)
        yield lambda read, tally: bars.update(task, advance=read, description=tally.line())


def export(
    version: VersionName,
    to: Annotated[
        str,
        typer.Option(
            help="trl, verl, openrlhf, open-instruct, nemo-rl, slime, llama-factory or axolotl.", show_default=False
        ),
    ],
    view: Annotated[str, typer.Option(help="verified, or all: the unfiltered views.")] = "verified",
    out: Annotated[Path | None, typer.Option(help="Where it goes.", show_default="EXPORTS/NAME/TRAINER/vNNNN")] = None,
    exports: Exports = Path("exports"),
    style: Annotated[
        str | None,
        typer.Option(help="Of the SFT rows, where the trainer reads both: prompt-completion or messages."),
    ] = None,
    max_tokens: Annotated[
        int | None, typer.Option(min=1, help="Leave out SFT rows of more of the teacher's tokens.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """Write a version of a data set for a trainer: data for SFT and RL, a reward file, the lines to train with."""
    from pipeline.versions import resolve
    from stages._formats.exporting import default_out, export_version

    path = resolve(version, exports=exports)
    target = out or default_out(exports, path, to)
    made = export_version(path, to, target, view=view, style=style, max_tokens=max_tokens)
    _show_export(made, as_json=as_json)


def _show_export(made: "Exported", *, as_json: bool) -> None:
    if as_json:
        import json

        typer.echo(json.dumps({"path": str(made.path), "is_new": made.is_new, **made.facts}, ensure_ascii=False))
        return
    typer.echo(f"{made.path}{'' if made.is_new else ' (there already, unchanged)'}")
    for kind, splits in made.facts["rows"].items():
        counts = ", ".join(f"{count:,} {split}" for split, count in splits.items() if count)
        typer.echo(f"  {kind}: {counts or 'no rows in this view'}")
    for kind, reasons in made.facts["left_out"].items():
        typer.echo(f"  {kind}: {sum(reasons['too_long'].values()):,} rows left out as too long")
    typer.echo("  README.md says how to train on it")
