"""An index of the ids of artifacts that lie in very many files, such as those of streams: opening each takes too long.

It is made when it is first wanted, from the files alone, and lies beside them; without it everything works as well.
"""

import os
from contextlib import suppress
from pathlib import Path

import polars as pl

from pipeline.artifact import Artifact
from pipeline.errors import StoreError
from pipeline.files import write_atomic
from pipeline.seek import Place, places

MANY_FILES = 200
GROUP_ROWS = 20_000


def places_of(artifact: Artifact, kind: str, wanted: pl.Expr) -> list[Place]:
    """The wanted rows of an artifact's `data`, `rejects` or `quarantine` in the order of files and rows."""
    paths = artifact.side_files(kind)
    if len(paths) < MANY_FILES or not artifact.is_complete:
        return places(paths, wanted)
    index = artifact.path / "ids" / f"{kind}.parquet"
    stamp = _stamp(artifact.path / "manifest.json")
    if _stamp(index) != stamp:
        with suppress(StoreError):  # who only looks may do so in a store that cannot be written
            write_atomic(index, lambda temporary: _write(paths, temporary, stamp))
    if _stamp(index) != stamp:
        return places(paths, wanted)
    try:
        found = pl.scan_parquet(index, glob=False).filter(wanted).sort("file", "row").collect()
    except pl.exceptions.PolarsError as error:
        raise StoreError(f"{index} is damaged ({error}); remove it, the next trace makes it anew") from error
    return [Place(artifact.path / kind / name, row, row_id) for row_id, name, row in found.iter_rows()]


def _stamp(path: Path) -> int:
    """The index has the time of the manifest whose files it was made of: another one follows shards done again."""
    return path.stat().st_mtime_ns if path.exists() else 0


def _write(paths: list[Path], target: Path, stamp: int) -> None:
    """Sorted by id, so that a search reads one row group of it."""
    rows = pl.scan_parquet(paths, glob=False, include_file_paths="file").select("id", "file")
    name = pl.col("file").str.extract(r"([^/]*)$")
    numbered = rows.with_columns(row=pl.int_range(pl.len()).over("file"), file=name)
    try:
        numbered.sort("id").collect().write_parquet(target, compression="zstd", row_group_size=GROUP_ROWS)
    except pl.exceptions.PolarsError as error:
        raise StoreError(f"{target} cannot be written: {error}") from error
    os.utime(target, ns=(stamp, stamp))
