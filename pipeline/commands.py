"""The engine's commands. Each loads what it needs when it runs, so that `--help` answers at once."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from pipeline import completion, version_commands
from pipeline.command_options import Config, JsonOption, LimitOption, NodeName, SetOption, StoreOption, recipe_of
from pipeline.row_commands import quarantine, rejects, show


def register(app: typer.Typer) -> None:
    """Adds the engine's commands to an application."""
    for one in (run, plan, status, why, show, rejects, quarantine, retry, bless, trace, gc, report):
        app.command()(one)
    version_commands.register(app)


def run(
    config: Config,
    store: StoreOption = None,
    set_: SetOption = None,
    only: Annotated[str | None, typer.Option(help="Run this node alone.", autocompletion=completion.nodes)] = None,
    from_: Annotated[
        str | None,
        typer.Option("--from", help="Run this node and what depends on it.", autocompletion=completion.nodes),
    ] = None,
    limit: LimitOption = None,
    executor: Annotated[str, typer.Option(help="local or dask.")] = "local",
    workers: Annotated[int | None, typer.Option(min=1, help="Processes per node; overrides the recipe.")] = None,
    scheduler: Annotated[str | None, typer.Option(help="Address of a Dask scheduler, tcp://host:port.")] = None,
    keep: Annotated[
        str | None,
        typer.Option(help="all, or results: drop rows that nobody needs and that can be made again."),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")] = False,
    json: JsonOption = False,
) -> None:
    """Run a recipe: reuse what is whole, resume what is partial, run what is missing."""
    from pipeline import show as tables
    from pipeline.report import write_report
    from pipeline.session import run as run_recipe

    recipe = recipe_of(config, store, [*(set_ or ()), *([f"keep={keep}"] if keep is not None else ())], limit)
    result = run_recipe(
        recipe, only=only, start=from_, executor=executor, workers=workers, scheduler=scheduler, quiet=quiet or json
    )
    made_of = {node.node: node.artifact.path.name for node in result.nodes}
    page = write_report(recipe, fresh=any(node.status != "reused" for node in result.nodes), made_of=made_of)
    if json:
        tables.print_json(result.to_json() | {"report": str(page)})
    else:
        tables.print_funnel(result)
        published = [node.version for node in result.nodes if node.version]
        tables.print_places(published, page, is_trial=limit is not None)


def plan(
    config: Config,
    store: StoreOption = None,
    set_: SetOption = None,
    limit: LimitOption = None,
    json: JsonOption = False,
) -> None:
    """Say what a run would do, and what it would cost by the rates of earlier runs."""
    from pipeline.plan import plan as plan_recipe
    from pipeline.show import print_json
    from pipeline.show_plan import print_plan

    steps = plan_recipe(recipe_of(config, store, set_, limit))
    print_json([step.to_json() for step in steps]) if json else print_plan(steps)


def status(
    config: Config,
    store: StoreOption = None,
    set_: SetOption = None,
    limit: LimitOption = None,
    json: JsonOption = False,
) -> None:
    """Show how far each node has come."""
    from pipeline import show as tables
    from pipeline.look import no_store
    from pipeline.look import status as look_status
    from pipeline.remote.opening import open_store

    recipe = recipe_of(config, store, set_, limit)
    rows = look_status(recipe)
    if json:
        tables.print_json(rows)
        return
    tables.print_status(rows)
    if told := no_store(open_store(recipe)):
        typer.echo(told)


def why(
    config: Config,
    node: NodeName,
    store: StoreOption = None,
    set_: SetOption = None,
    limit: LimitOption = None,
    json: JsonOption = False,
) -> None:
    """Say why a node is reused, or what changed since its last run."""
    from pipeline import show as tables
    from pipeline.look import why as look_why

    lines = look_why(recipe_of(config, store, set_, limit), node)
    tables.print_json(lines) if json else typer.echo("\n".join(lines))


def retry(
    config: Config,
    node: NodeName,
    store: StoreOption = None,
    set_: SetOption = None,
    limit: LimitOption = None,
    json: JsonOption = False,
) -> None:
    """Run the failed and undecided rows of a node again."""
    from pipeline import show as tables
    from pipeline import tend
    from pipeline.session import run as run_recipe

    recipe = recipe_of(config, store, set_, limit)
    shards = tend.retry(recipe, node)
    if not shards:
        tables.print_json({"shards": []}) if json else typer.echo(f"{node}: nothing failed and nothing is undecided")
        return
    result = run_recipe(recipe, only=node, quiet=json)
    if json:
        tables.print_json(result.to_json() | {"shards": list(shards)})
        return
    tables.print_funnel(result)
    typer.echo(f"{len(shards)} shard(s) done again; `tracemill run {config}` brings the nodes below up to date")


def bless(
    config: Config,
    node: NodeName,
    store: StoreOption = None,
    set_: SetOption = None,
    limit: LimitOption = None,
    json: JsonOption = False,
) -> None:
    """Accept an edit of an expensive stage that cannot change its rows."""
    from pipeline import show as tables
    from pipeline import tend

    tend.bless(recipe_of(config, store, set_, limit), node)
    line = f"{node}: the recorded result stands for the present code and packages"
    tables.print_json({"blessed": node}) if json else typer.echo(line)


def trace(
    where: Annotated[
        str,
        typer.Argument(
            metavar="WHERE", help="The recipe; or a version: its folder, NAME or NAME@vNNNN.", show_default=False
        ),
    ],
    row_id: Annotated[str, typer.Argument(metavar="ID", help="A row's id, or its beginning.", show_default=False)],
    config: Annotated[
        Path | None, typer.Option(help="Of a version: the recipe whose store holds what it was made from.")
    ] = None,
    store: Annotated[str | None, typer.Option("--store", help="The store, where it is not the recipe's.")] = None,
    set_: SetOption = None,
    limit: LimitOption = None,
    exports: version_commands.Exports = Path("exports"),
    json: JsonOption = False,
) -> None:
    """Tell the whole life of one row, from page to export.

    A recipe tells of the results that it makes now. A version tells its rows and, with --config or --store, their life
    in what it was made from, also when recipe or code have changed since.
    """
    from dataclasses import asdict

    from pipeline import show as tables
    from pipeline.show_trace import print_trace
    from pipeline.trace import trace, trace_version
    from pipeline.versions import resolve

    if where.endswith((".yaml", ".yml")) or Path(where).is_file():
        seen = trace(recipe_of(Path(where), store, set_, limit), row_id)
        hint = f"a version tells what it was made from: tracemill trace NAME@vNNNN ID --config {where}"
        hint = hint if any(sighting.is_stale for sighting in seen) else ""
    else:
        opened = version_commands.store_of(config, store)
        seen = trace_version(resolve(where, exports=exports), row_id, opened)
        hint = "" if opened else "with --config RECIPE or --store STORE: its life before, from page to export"
    tables.print_json([asdict(sighting) for sighting in seen]) if json else print_trace(seen, row_id, hint)


def gc(
    config: Config,
    yes: Annotated[bool, typer.Option("--yes", help="Remove it; without this it is only listed.")] = False,
    store: StoreOption = None,
    set_: SetOption = None,
    json: JsonOption = False,
) -> None:
    """List, or remove, results that no recipe's newest run uses. The request journal is kept."""
    from pipeline import show as tables
    from pipeline import tend

    recipe = recipe_of(config, store, set_)
    dead = tend.garbage(recipe)
    if yes:
        tend.collect(recipe, dead)
    tables.print_garbage(dead, removed=yes, json=json)


def report(
    config: Config,
    out: Annotated[Path | None, typer.Option("--out", help="Where to write the page.")] = None,
    store: StoreOption = None,
    set_: SetOption = None,
    limit: LimitOption = None,
) -> None:
    """Write the HTML report: funnel, reasons, samples of rows and rejects."""
    from pipeline.report import write_report

    page = write_report(recipe_of(config, store, set_, limit), out=out, fresh=True)
    sys.stdout.write(f"{page}\n")
