"""The commands for versions of data sets. Each loads what it needs when it runs, so that `--help` answers at once."""

from pathlib import Path
from typing import Annotated

import typer

Exports = Annotated[Path, typer.Option(help="Folder of the exports.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]
VERSION_HELP = "A version's folder, NAME or NAME@vNNNN."


def register(app: typer.Typer) -> None:
    for one in (versions, diff):
        app.command()(one)


def versions(
    name: Annotated[str, typer.Argument(help="A data set.", show_default=False)],
    exports: Exports = Path("exports"),
    json: Json = False,
) -> None:
    """List the versions of a data set, oldest first."""
    from pipeline.errors import ConfigError
    from pipeline.show_versions import print_versions
    from pipeline.versions import versions as known

    found = known(exports / name)
    if not found:
        raise ConfigError(f"there is no data set {name!r} in {exports}")
    print_versions(found, json=json)


def diff(
    version: Annotated[str, typer.Argument(metavar="VERSION", help=VERSION_HELP, show_default=False)],
    other: Annotated[
        str | None, typer.Argument(metavar="[OTHER]", help="The version to compare it with.", show_default=False)
    ] = None,
    rows: Annotated[int, typer.Option("-n", "--rows", min=0, help="How many rows of each kind of change to name.")] = 5,
    config: Annotated[
        Path | None, typer.Option(help="The recipe: its store tells why rows came and went, and which code changed.")
    ] = None,
    exports: Exports = Path("exports"),
    json: Json = False,
) -> None:
    """Say what changed between two versions of a data set, and why.

    NAME alone compares its last two versions, one version alone the one before it with it.
    """
    from pipeline.config import load_config
    from pipeline.diff import compare, pair
    from pipeline.show import print_json
    from pipeline.show_diff import print_diff
    from pipeline.store import Store

    opened = Store(load_config(config).store) if config else None
    found = compare(*pair(version, other, exports=exports), samples=rows, store=opened)
    print_json(found.to_json()) if json else print_diff(found)
