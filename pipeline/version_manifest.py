"""Holds a version's manifest to its form before anything follows it: a version may have come from anywhere.

Names of views and of the data set become paths, so one that leads elsewhere would be read, or written, outside.
It also tells what stood above a version, in manifests of either format.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# What readers take for a list of mappings, each with these keys.
LISTED = {"parents": ("node", "key", "digest"), "funnel": ("node", "stage")}
MAPPINGS = ("schemas", "tokens", "statistics", "environment", "sources", "teachers")


def form_problems(manifest: Any) -> Iterator[str]:
    """What readers of versions could not go by; absent parts are nothing of it but the digest."""
    if not isinstance(manifest, Mapping) or not isinstance(manifest.get("digest"), str):
        yield "it has no digest"
        return
    if not _is_count(manifest.get("format", 1)):
        yield "its format is no number"
    if "name" in manifest and not _is_plain(manifest["name"]):
        yield f"{manifest['name']!r} is no name of a data set"
    yield from _views(manifest.get("rows", {}))
    yield from _files(manifest.get("files", {}))
    yield from (f"{key} is no mapping" for key in MAPPINGS if not isinstance(manifest.get(key, {}), Mapping))
    for key, wanted in LISTED.items():
        if not _is_list_of(manifest.get(key, []), wanted):
            yield f"{key} is no list of entries with {', '.join(wanted)}"


def _is_plain(name: Any) -> bool:
    """Whether it names something in a folder and leads nowhere else."""
    return isinstance(name, str) and name not in ("", ".", "..") and not {"/", "\\", "\0"} & set(name)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _views(rows: Any) -> Iterator[str]:
    if not isinstance(rows, Mapping):
        yield "rows is no mapping of views"
        return
    for view, splits in rows.items():
        if not _is_plain(view):
            yield f"{view!r} is no name of a view"
        elif not isinstance(splits, Mapping) or not all(map(_is_count, splits.values())):
            yield f"the rows of {view} are not told by split"


def _files(listed: Any) -> Iterator[str]:
    """A version of format 1 may tell the digest alone."""
    if not isinstance(listed, Mapping):
        yield "files is no mapping"
        return
    for name, facts in listed.items():
        told = facts if isinstance(facts, Mapping) else {"sha256": facts}
        if not isinstance(told.get("sha256"), str) or not all(_is_count(told.get(key, 0)) for key in ("bytes", "rows")):
            yield f"bytes or sha256 of {name} are not told"


def _is_list_of(value: Any, wanted: tuple[str, ...]) -> bool:
    """Stages and keys name folders of a store."""
    return isinstance(value, list) and all(
        isinstance(one, Mapping) and all(_is_plain(one.get(key)) for key in (*wanted, *(one.keys() & {"stage"})))
        for one in value
    )


@dataclass(frozen=True)
class Parent:
    """A node above a version and its result in the store that made it."""

    node: str
    stage: str
    key: str


def parents_of(manifest: Mapping[str, Any]) -> list[Parent]:
    """In run order. Manifests of format 1 name the stage of a node in the funnel alone."""
    stages = {step["node"]: step["stage"] for step in manifest.get("funnel", [])}
    return [
        Parent(one["node"], str(one.get("stage") or stages.get(one["node"], "")), one["key"])
        for one in manifest.get("parents", [])
    ]
