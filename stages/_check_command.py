"""`tracemill check`: files against their digests, rows against what they promise, verdicts against the verifier."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.version_commands import Exports, VersionName

if TYPE_CHECKING:
    from stages._contracts_verified import Verified


def check(
    export: VersionName,
    verify: Annotated[int, typer.Option(min=0, help="Judge so many golds and completions again.")] = 0,
    exports: Exports = Path("exports"),
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """Check a version: its files, the promises of its rows, and, with --verify, its verdicts.

    Exit code 1 where something is not as it should be.
    """
    import os

    from pipeline.remote.pulling import pulled
    from pipeline.shown_bytes import bytes_bar
    from pipeline.versions import damaged, located, read_manifest
    from stages._contracts import broken_contracts
    from stages._contracts_verified import Verified, verify_rows

    place = located(export, exports=exports)
    path = pulled(place)  # of a version elsewhere its copy here, which nobody asked about
    manifest = read_manifest(path)
    with bytes_bar(path, "checking files") as advance:
        problems = damaged(path, advance=advance)
    verified = Verified()
    if not problems:  # rows of spoilt files would only be told once more
        with _spinner() as tell:
            problems = list(broken_contracts(path, manifest, tell=tell))
            if verify and not problems:  # what breaks its promises may not even be judged
                tell(f"{verify:,} rows judged again")
                verified = verify_rows(path, manifest, verify, workers=os.cpu_count() or 1)
    _print(place, manifest, [*problems, *verified.problems], verified, as_json=as_json)
    raise typer.Exit(1 if problems or verified.problems else 0)


@contextmanager
def _spinner() -> Iterator[Any]:
    """Says on a terminal's standard error what is looked at."""
    from rich.console import Console

    console = Console(stderr=True)
    with console.status("checking rows") as status:
        yield lambda doing: status.update(f"checking rows: {doing}")


def _print(place: Path, manifest: dict[str, Any], problems: list[str], verified: "Verified", *, as_json: bool) -> None:
    from pipeline.show import print_json
    from pipeline.terminal import harmless

    if as_json:
        judged = {"golds": verified.golds, "completions": verified.completions}
        print_json({"version": str(place), "problems": problems, "notes": list(verified.notes), "judged": judged})
        return
    for line in [*problems, *(f"note: {note}" for note in verified.notes)]:
        typer.echo(harmless(line))
    if not problems:
        views = ", ".join(manifest.get("rows", {})) or "it has no views"
        typer.echo(
            f"{place}: {len(manifest['files'])} files are as its manifest says; rows are as they promise ({views})"
        )
    if verified.golds or verified.completions:
        typer.echo(f"judged again: {verified.golds:,} golds, {verified.completions:,} completions")
