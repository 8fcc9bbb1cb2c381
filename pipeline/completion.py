"""What the shell offers after a recipe or for a data set, while one types.

A shell waits for it, so a recipe is only skimmed: nothing of it is checked, no stage is imported.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import typer

_VERSION = re.compile(r"v\d{4,}")


def nodes(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """The nodes of the recipe named before, each with its stage."""
    return [(name, stage) for name, stage in _nodes_of(ctx) if name.startswith(incomplete)]


def overrides(ctx: typer.Context, incomplete: str) -> list[str]:
    """`NODE.` for each node of the recipe, as a beginning of `--set`."""
    return [f"{name}." for name, _ in _nodes_of(ctx) if f"{name}.".startswith(incomplete)]


def datasets(ctx: typer.Context, incomplete: str) -> list[str]:
    """Data sets that have a version here."""
    return sorted(name for name, _ in _versions_in(ctx) if name.startswith(incomplete))


def versions(ctx: typer.Context, incomplete: str) -> list[str]:
    """Data sets, and once an `@` stands there their versions."""
    if "@" not in incomplete:
        return datasets(ctx, incomplete)
    found = (f"{name}@{version}" for name, held in _versions_in(ctx) for version in held)
    return sorted(one for one in found if one.startswith(incomplete))


def _nodes_of(ctx: typer.Context) -> list[tuple[str, str]]:
    """Nothing where there is no recipe yet, or one that cannot be read: a shell shows no errors."""
    from pipeline.errors import ConfigError
    from pipeline.yamlfile import read_mapping

    # While an option waits for its value nothing is assigned yet, and what stands before it lies in `args`.
    recipe = ctx.params.get("config") or next((word for word in ctx.args if word.endswith((".yaml", ".yml"))), "")
    try:
        found = read_mapping(Path(str(recipe)), "recipe").get("nodes")
    except ConfigError:
        return []
    if not isinstance(found, dict):
        return []
    return [(str(name), str(node.get("uses", ""))) for name, node in found.items() if isinstance(node, dict)]


def _versions_in(ctx: typer.Context) -> Iterator[tuple[str, list[str]]]:
    folder = Path(str(ctx.params.get("exports") or "exports"))
    for dataset in sorted(folder.iterdir()) if folder.is_dir() else ():
        held = sorted(path.name for path in dataset.glob("v*") if _VERSION.fullmatch(path.name))
        if held:
            yield dataset.name, held
