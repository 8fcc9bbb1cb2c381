"""What the readers of row files share: parts of files as shards, a limit over all files, a sample by content."""

import hashlib
import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from pipeline.errors import ConfigError
from pipeline.remote.path import RemotePath

ROWS_PER_SHARD = 20_000


class RowFile(Protocol):
    """A file of rows that ascend by place, whatever a place is in it."""

    def shards(self, limit: int | None = None) -> tuple[list[list[int]], int]:
        """`[first place, place behind the last]` of each part, and how many rows they hold where a limit is set."""
        ...

    def rows(self, first: int = 0, end: int | None = None) -> Iterator[tuple[int, Any]]:
        """The rows of a range with their places, still to be parsed."""
        ...

    def chosen(self, places: Sequence[int]) -> Iterator[tuple[int, Any]]:
        """The rows at these places, which ascend."""
        ...

    def spell(self, place: int) -> str:
        """Where a row stands, for a reader."""
        ...

    def parsed(self, raw: Any) -> Mapping[str, Any]:
        """The row; raises `BadRowError`."""
        ...

    def content(self, raw: Any) -> bytes:
        """What a sample is drawn by."""
        ...


def cut(files: Sequence[RowFile], limit: int | None) -> list[Any]:
    """Each `[file index, "range", [first place, end]]`."""
    shards: list[Any] = []
    left = limit
    for index, file in enumerate(files):
        parts, taken = file.shards(left)
        left = None if left is None else left - taken
        shards += [[index, "range", part] for part in parts]
    return shards


def sampled(files: Sequence[RowFile], size: int, seed: int) -> list[Any]:
    """Each `[file index, "rows", places]`: that many rows, drawn by their content and never by their place."""
    key = seed.to_bytes(8, "big", signed=True)
    ranked = (
        (hashlib.blake2b(file.content(raw), key=key, digest_size=16).digest(), index, place)
        for index, file in enumerate(files)
        for place, raw in file.rows()
    )
    chosen: dict[int, list[int]] = {}
    for index, place in sorted((index, place) for _, index, place in heapq.nsmallest(size, ranked)):
        chosen.setdefault(index, []).append(place)
    return [
        [index, "rows", places[at : at + ROWS_PER_SHARD]]
        for index, places in chosen.items()
        for at in range(0, len(places), ROWS_PER_SHARD)
    ]


def rows_of(file: RowFile, kind: str, places: Sequence[int]) -> Iterator[tuple[int, Any]]:
    """The rows of a shard."""
    return file.rows(places[0], places[1]) if kind == "range" else file.chosen(places)


def pinned(paths: Sequence[Path], digest: Callable[[Path], str]) -> dict[str, str]:
    """The files in the order of the recipe. Raises `ConfigError` for a folder, which a pattern must open."""
    for path in paths:
        if not isinstance(path, RemotePath) and path.is_dir():
            raise ConfigError(f"{path} is a folder, and files are wanted; write a pattern such as {path / '*'}")
    return {f"{index:05d}": digest(path) for index, path in enumerate(paths)}
