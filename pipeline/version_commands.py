"""The commands for versions of data sets. Each loads what it needs when it runs, so that `--help` answers at once."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline import completion
from pipeline.command_options import JsonOption

if TYPE_CHECKING:
    from pipeline.store import Store


def exports_folder(text: str | Path) -> Path:
    """What `--exports` names, here or elsewhere. Raises `ConfigError`."""
    from pipeline.remote.path import path_of

    return path_of(str(text))


Exports = Annotated[
    Path, typer.Option(help="Folder of the exports, or its address.", parser=exports_folder, metavar="PLACE")
]
VersionName = Annotated[
    str,
    typer.Argument(
        metavar="VERSION",
        help="A version's folder or address, NAME or NAME@vNNNN.",
        show_default=False,
        autocompletion=completion.versions,
    ),
]


def register(app: typer.Typer) -> None:
    for one in (versions, diff, push):
        app.command()(one)


def store_of(config: Path | None, store: str | None) -> "Store | None":
    """The store that is named, or that of a recipe; None where neither is. Raises `ConfigError` where it is none."""
    from pipeline.config import load_config
    from pipeline.errors import ConfigError
    from pipeline.remote.opening import open_store, store_at

    if config is None and store is None:
        return None
    found = open_store(load_config(config, store=store)) if config else store_at(str(store))
    if not found.exists:
        raise ConfigError(f"{found} is no store: nothing was run there")
    return found


def versions(
    name: Annotated[str, typer.Argument(help="A data set.", show_default=False, autocompletion=completion.datasets)],
    exports: Exports = Path("exports"),
    json: JsonOption = False,
) -> None:
    """List the versions of a data set, oldest first."""
    from pipeline.data_sets import holding
    from pipeline.errors import ConfigError
    from pipeline.show_versions import print_versions
    from pipeline.versions import versions as known

    folder = exports_folder(name) if "://" in name else exports / name
    found = known(folder)
    if not found:
        raise ConfigError(f"there is no data set {name!r} in {holding(exports, name)}")
    print_versions(found, json=json)


def diff(
    version: VersionName,
    other: Annotated[
        str | None,
        typer.Argument(
            metavar="[OTHER]",
            help="The version to compare it with.",
            show_default=False,
            autocompletion=completion.versions,
        ),
    ] = None,
    rows: Annotated[int, typer.Option("-n", "--rows", min=0, help="How many rows of each kind of change to name.")] = 5,
    config: Annotated[
        Path | None, typer.Option(help="The recipe: its store tells why rows came and went, and which code changed.")
    ] = None,
    store: Annotated[
        str | None, typer.Option(help="The store, where it is not the recipe's, or instead of the recipe.")
    ] = None,
    exports: Exports = Path("exports"),
    json: JsonOption = False,
) -> None:
    """Say what changed between two versions of a data set, and why.

    NAME alone compares its last two versions, one version alone the one before it with it.
    """
    from pipeline.diff import compare, pair
    from pipeline.show import print_json
    from pipeline.show_diff import print_diff

    opened = store_of(config, store)
    found = compare(*pair(version, other, exports=exports), samples=rows, store=opened)
    print_json(found.to_json()) if json else print_diff(found)


def push(
    version: VersionName,
    to: Annotated[
        str,
        typer.Option(
            help="Where to: a folder, an address such as s3://bucket/sets, or hf://datasets/ORG/NAME.",
            show_default=False,
        ),
    ],
    private: Annotated[
        bool, typer.Option("--private", help="A data set that the hub makes for it is private.")
    ] = False,
    message: Annotated[str | None, typer.Option(help="The message of the hub's commit.")] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace another version of this number.")] = False,
    exports: Exports = Path("exports"),
    json: JsonOption = False,
) -> None:
    """Copy a version to a bucket, a folder or the hub. What was interrupted goes on; half a copy is no version."""
    from dataclasses import asdict

    from pipeline.amounts import size
    from pipeline.push import push as push_version
    from pipeline.show import print_json
    from pipeline.shown_bytes import bytes_bar
    from pipeline.versions import resolve

    path = resolve(version, exports=exports)
    with bytes_bar(path, "pushing") as advance:
        done = push_version(path, to, private=private, message=message, overwrite=overwrite, advance=advance)
    if json:
        print_json(asdict(done))
        return
    kept = f", {done.kept} were there already" if done.kept else ""
    typer.echo(f"{done.place}: {done.sent} files sent{kept}; {size(done.bytes)} in all, checked")
