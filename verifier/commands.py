"""`tracemill verify` and `tracemill answer-type`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from verifier.audit.scores import Scores, scores_table
from verifier.case_rows import CasesError, Keys, read_rows

if TYPE_CHECKING:
    from verifier import Verdict

BATCH = 512
OWN_KEYS = ("id", "outcome", "reason", "extracted", "answer_type")


def register(app: typer.Typer) -> None:
    app.command("verify")(verify_cases)
    app.command("answer-type")(answer_type)


def verify_cases(
    cases: Annotated[str, typer.Argument(help="A JSONL file, or - for standard input.")],
    out: Annotated[Path | None, typer.Option(help="Where the verdicts go; standard output if not given.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Worker processes for what needs computer algebra.")] = 1,
    labelled: Annotated[
        bool, typer.Option(help="Score the verdicts against the key `expected` (true or false), by type.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="With --labelled: the scores as JSON on a terminal too.")
    ] = False,
    gold: Annotated[str, typer.Option(metavar="KEY", help="The key of the gold.")] = "gold",
    response: Annotated[
        str | None, typer.Option(metavar="KEY", help="The key of a whole model output.", show_default="response")
    ] = None,
    pred: Annotated[
        str | None, typer.Option(metavar="KEY", help="The key of an answer already extracted.", show_default="pred")
    ] = None,
    question: Annotated[str, typer.Option(metavar="KEY", help="The key of the question.")] = "question",
    expected: Annotated[
        str | None,
        typer.Option(metavar="KEY", help="The key of the label; implies --labelled.", show_default="expected"),
    ] = None,
) -> None:
    """Verdicts for rows of golds and answers, in order, as JSONL.

    A row has `gold` and either `response`, a whole model output, or `pred`, an answer already extracted; and, if known,
    `id`, `question` and `answer_type`. Its other keys are echoed. Rows with other keys are read with --gold KEY,
    --response KEY, --pred KEY, --question KEY and --expected KEY.
    """
    from verifier.nursery import VerifierError

    keys = _keys(gold, response, pred, question, expected or ("expected" if labelled else None))
    try:
        scores = _judge(cases, out, workers, keys)
    except CasesError as error:
        raise _usage(f"verify: {error}") from error
    except VerifierError as error:
        typer.echo(f"error: verify: {error}; `tracemill doctor` tells what is amiss", err=True)
        raise typer.Exit(1) from error
    if keys.expected:
        _show_scores(scores, as_json=as_json)


def _judge(cases: str, out: Path | None, workers: int, keys: Keys) -> Scores:
    """Writes the verdicts, to standard output where the rows bear no labels; returns the scores of those that do."""
    scores = Scores()
    with ExitStack() as stack:
        source = _source(cases, stack)
        sink = _sink(out, cases, stack) if out else None
        advance = stack.enter_context(_progress(shown=sink is not None))
        name = "standard input" if cases == "-" else cases
        for row, verdict in _verdicts(source, name, workers, keys):
            advance()
            if keys.expected:
                kind = str(row.get("type") or verdict.answer_type)
                scores.add(kind, expected=row[keys.expected], outcome=verdict.outcome)
            if sink or not keys.expected:
                (sink or sys.stdout).write(_line(row, verdict, keys))
    return scores


def _keys(gold: str, response: str | None, pred: str | None, question: str, expected: str | None) -> Keys:
    """Where one of `response` and `pred` is named, the other is not looked for."""
    if response is None and pred is None:
        return Keys(gold=gold, question=question, expected=expected)
    return Keys(gold, response, pred, question, expected)


@contextmanager
def _progress(*, shown: bool) -> Iterator[Callable[[], None]]:
    """Counts rows on a terminal while the verdicts go to a file."""
    if not (shown and sys.stderr.isatty()):
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("verifying"), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("verifying", total=None)
        yield lambda: progress.advance(task)


def _source(cases: str, stack: ExitStack) -> IO[bytes]:
    if cases == "-":
        return sys.stdin.buffer
    try:
        return stack.enter_context(Path(cases).open("rb"))
    except OSError as error:
        raise CasesError(f"{cases} cannot be read ({error.strerror}); name a JSONL file, or - for stdin") from error


def _sink(out: Path, cases: str, stack: ExitStack) -> IO[str]:
    if cases != "-" and out.exists() and out.samefile(cases):
        raise CasesError(f"{out} holds the cases; name another file with --out")
    try:
        return stack.enter_context(out.open("w", encoding="utf-8"))
    except OSError as error:
        raise CasesError(f"{out} cannot be written ({error.strerror}); name another file with --out") from error


def _usage(message: str) -> typer.Exit:
    typer.echo(f"error: {message}", err=True)
    return typer.Exit(2)


def _verdicts(source: IO[bytes], name: str, workers: int, keys: Keys) -> Iterator[tuple[dict[str, Any], Verdict]]:
    """Row by row with its verdict; holds one batch of rows at a time."""
    from verifier import Verifier

    with Verifier(workers=workers) as verifier:
        for batch in _batches(read_rows(source, name, keys)):
            verdicts = verifier.verify_many([keys.pair(row) for row in batch])
            yield from zip(batch, verdicts, strict=True)


def _batches(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Those before a row that cannot be read come first, then its `CasesError`."""
    batch: list[dict[str, Any]] = []
    try:
        for row in rows:
            batch.append(row)
            if len(batch) == BATCH:
                yield batch
                batch = []
    except CasesError:
        yield batch
        raise
    yield batch


def _line(row: Mapping[str, Any], verdict: Verdict, keys: Keys) -> str:
    """The verdict's columns, then the row's other keys as they were."""
    import orjson

    own = {
        "id": row.get("id"),
        "outcome": verdict.outcome,
        "reason": verdict.reason,
        "extracted": verdict.extracted,
        "answer_type": verdict.answer_type,
    }
    rest = {key: value for key, value in row.items() if key not in OWN_KEYS + keys.inputs}
    return orjson.dumps(own | rest).decode() + "\n"


def _show_scores(scores: Scores, *, as_json: bool) -> None:
    import orjson

    table = scores.table()
    if as_json or not sys.stdout.isatty():
        typer.echo(orjson.dumps(table, option=orjson.OPT_INDENT_2).decode())
        return
    from rich.console import Console

    Console().print(scores_table(table, title="verdicts against `expected`"))


def answer_type(
    gold: Annotated[str, typer.Argument(help="A gold answer.")],
    question: Annotated[str | None, typer.Option(help="Its question, where that decides the type.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
) -> None:
    """The inferred type of a gold answer, and how it is understood."""
    from verifier.describe import describe

    if not gold.strip():
        raise _usage("answer-type: the gold is empty; give an answer, such as 42")
    described = describe(gold, question)
    if as_json or not sys.stdout.isatty():
        import orjson

        typer.echo(orjson.dumps(described).decode())
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table(show_header=False)
    for key, value in described.items():
        shown.add_row(key, Text(str(value)))
    Console().print(shown)
