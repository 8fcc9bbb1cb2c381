"""Draws the versions of a data set, and what is wrong with one."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.markup import escape

from pipeline.amounts import size
from pipeline.errors import StoreError
from pipeline.show import open_console, plain_table, print_json
from pipeline.versions import Version

DIGITS = 16


def print_versions(found: Sequence[Version], *, json: bool) -> None:
    """Oldest first; a folder that is no whole version says so in its line."""
    if json:
        print_json([_facts(version) for version in found])
        return
    table = plain_table("version", "made", "rows (train + validation)", "tokens", "size", "digest", "made from")
    for version in found:
        table.add_row(*map(escape, _cells(version)))
    open_console().print(table)


def _facts(version: Version) -> dict[str, Any]:
    about = {"version": version.label, "path": str(version.path), "is_latest": version.is_latest}
    try:
        manifest = version.manifest()
    except StoreError as error:
        return about | {"error": str(error)}
    return about | {"made": version.made().isoformat(), "bytes": version.bytes()} | manifest


def _cells(version: Version) -> list[str]:
    label = version.label + (" (latest)" if version.is_latest else "")
    try:
        manifest = version.manifest()
    except StoreError as error:
        return [label, "", str(error), "", "", "", ""]
    return [
        label,
        f"{version.made():%Y-%m-%d %H:%M}",
        "\n".join(f"{view} {_rows(splits)}" for view, splits in manifest.get("rows", {}).items()),
        "\n".join(f"{view} {tokens:,}" for view, tokens in manifest.get("tokens", {}).items()),
        size(version.bytes()),
        str(manifest["digest"])[:DIGITS],
        _origin(manifest),
    ]


def _rows(splits: Mapping[str, int]) -> str:
    return " + ".join(f"{rows:,}" for rows in splits.values())


def _origin(manifest: Mapping[str, Any]) -> str:
    """Sources and teachers, and how many nodes of a recipe stand above the version."""
    teachers = {teacher for view in manifest.get("teachers", {}).values() for teacher in view}
    nodes = len(manifest.get("parents", []))
    lines = [
        ", ".join(manifest.get("sources", {})),
        ", ".join(sorted(teachers)),
        f"{nodes} nodes" if nodes else "",
    ]
    return "\n".join(line for line in lines if line)
