"""`tracemill check-template`. What it needs is loaded when it runs."""

import sys
from pathlib import Path
from typing import Annotated

import typer


def check_template(
    model: Annotated[str, typer.Argument(help="A folder with a tokenizer, or the id of a model on the hub.")],
    version: Annotated[str, typer.Argument(metavar="EXPORT", help="A version's folder, NAME or NAME@vNNNN.")],
    view: Annotated[str, typer.Option(help="The view whose rows are rendered.")] = "sft",
    rows: Annotated[int, typer.Option("-n", "--rows", min=1, help="How many rows, spread over the view.")] = 500,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON on a terminal too.")] = False,
    write_template: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a minimal template, for a tokenizer without one.")
    ] = None,
    exports: Annotated[Path, typer.Option(help="Folder of the exports.")] = Path("exports"),
) -> None:
    """What a model's chat template makes of a data set: reasoning, prompt, first and last token, lengths.

    Exit code 1 where a model would be trained on something else than the rows say.
    """
    import orjson

    from pipeline.errors import ConfigError
    from pipeline.versions import resolve
    from stages._template_check import check_template as check
    from stages._template_check import load_model_tokenizer
    from teachers.template import CHATML

    files = sorted((resolve(version, exports=exports) / view).glob("*.parquet"))
    if not files:
        raise ConfigError(f"{version} has no view {view!r}")
    facts = check(load_model_tokenizer(model), files, name=model, rows=rows)
    if write_template:
        write_template.write_text(CHATML, encoding="utf-8")
    if as_json or not sys.stdout.isatty():
        typer.echo(orjson.dumps(facts, option=orjson.OPT_INDENT_2).decode())
    else:
        from rich.console import Console

        from stages._template_view import show_template

        show_template(Console(highlight=False), facts)
    raise typer.Exit(0 if facts["passed"] else 1)
