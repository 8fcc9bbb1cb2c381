"""`tracemill check-template`. What it needs is loaded when it runs."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.version_commands import Exports, VersionName


def check_template(
    model: Annotated[str, typer.Argument(help="A folder with a tokenizer, or the id of a model on the hub.")],
    version: VersionName,
    view: Annotated[str, typer.Option(help="The view whose rows are rendered.")] = "sft",
    rows: Annotated[int, typer.Option("-n", "--rows", min=1, help="How many rows, spread over the view.")] = 500,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
    write_template: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a minimal template, for a tokenizer without one.")
    ] = None,
    exports: Exports = Path("exports"),
) -> None:
    """What a model's chat template makes of a data set: reasoning, prompt, first and last token, lengths.

    Exit code 1 where a model would be trained on something else than the rows say.
    """
    from pipeline.errors import ConfigError
    from pipeline.show import open_console, print_json
    from pipeline.versions import read_manifest, resolve
    from stages._template_check import check_template as check
    from stages._template_check import load_model_tokenizer
    from stages._template_view import show_template
    from teachers.template import CHATML

    folder = resolve(version, exports=exports)
    files = sorted((folder / view).glob("*.parquet"))
    if not files:
        raise ConfigError(f"{version} has no view {view!r}; views: {', '.join(read_manifest(folder).get('rows', {}))}")
    facts = check(load_model_tokenizer(model), files, name=model, rows=rows)
    if write_template:
        write_template.write_text(CHATML, encoding="utf-8")
    print_json(facts) if as_json else show_template(open_console(), facts)
    raise typer.Exit(0 if facts["passed"] else 1)
