"""Commands that show rows of a node: what it made, what it dropped, what failed in it."""

from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.command_options import Config, JsonOption, LimitOption, NodeName, Rows, SetOption, StoreOption, recipe_of


def _print_rows(config: Path, node: str, kind: str, rows: int, opened: tuple[Any, ...], json: bool) -> None:
    from pipeline import look
    from pipeline import show as tables

    recipe = recipe_of(config, *opened)
    found = look.rows(recipe, node, kind, rows)
    none = "" if found else look.nothing_to_show(recipe, node, kind)
    if json:
        tables.print_json(found)
        return
    totals = look.totals(recipe, node)
    if kind == "rejects":
        tables.print_reasons(totals.rejected)
    amounts = {"data": totals.rows_out, "rejects": sum(totals.rejected.values()), "quarantine": totals.quarantined}
    tables.print_records(found, none, of=amounts[kind])


def show(
    config: Config,
    node: NodeName,
    rows: Rows = 3,
    path: Annotated[bool, typer.Option("--path", help="Print where the node's result lies, and nothing else.")] = False,
    store: StoreOption = None,
    set_: SetOption = None,
    limit: LimitOption = None,
    json: JsonOption = False,
) -> None:
    """Show rows of a node, or where its folder lies."""
    from pipeline import look

    if path:
        typer.echo(look.place(recipe_of(config, store, set_, limit), node))
    else:
        _print_rows(config, node, "data", rows, (store, set_, limit), json)


def rejects(
    config: Config,
    node: NodeName,
    rows: Rows = 10,
    store: StoreOption = None,
    set_: SetOption = None,
    limit: LimitOption = None,
    json: JsonOption = False,
) -> None:
    """Show what a node dropped, counted by reason."""
    _print_rows(config, node, "rejects", rows, (store, set_, limit), json)


def quarantine(
    config: Config,
    node: NodeName,
    rows: Rows = 10,
    store: StoreOption = None,
    set_: SetOption = None,
    limit: LimitOption = None,
    json: JsonOption = False,
) -> None:
    """Show the rows that failed in a node, with their errors."""
    _print_rows(config, node, "quarantine", rows, (store, set_, limit), json)
