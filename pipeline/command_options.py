"""What many commands of the engine take: the recipe, and what is set of it beside its file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline import completion

if TYPE_CHECKING:
    from pipeline.config import Recipe

Config = Annotated[Path, typer.Argument(help="The recipe, a YAML file.", show_default=False)]
NodeName = Annotated[
    str, typer.Argument(help="A node of the recipe.", show_default=False, autocompletion=completion.nodes)
]
StoreOption = Annotated[str | None, typer.Option("--store", help="Store to use instead of the recipe's.")]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        help="Override an option: NODE.OPTION=VALUE, in YAML; may be given again.",
        autocompletion=completion.overrides,
    ),
]
LimitOption = Annotated[
    int | None,
    typer.Option(min=1, help="Read at most N rows per source; what such a run made is looked at with the same."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]
Rows = Annotated[int, typer.Option("-n", "--rows", min=1, help="How many rows.")]


def recipe_of(config: Path, store: str | None, overrides: list[str] | None, limit: int | None = None) -> "Recipe":
    from pipeline.config import load_config

    return load_config(config, overrides=overrides or (), store=store, limit=limit)
