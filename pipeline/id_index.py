"""An index of the ids of artifacts that lie in very many files, such as those of streams: opening each takes too long.

It is made when it is first wanted, from the files alone, and lies beside them; without it everything works as well.
"""

from contextlib import suppress
from pathlib import Path

import polars as pl

from pipeline.errors import StoreError
from pipeline.files import write_atomic
from pipeline.seek import Place, places
from pipeline.store import Artifact

MANY_FILES = 200
GROUP_ROWS = 20_000


def places_of(artifact: Artifact, kind: str, wanted: pl.Expr) -> list[Place]:
    """The wanted rows of an artifact's `data`, `rejects` or `quarantine` in the order of files and rows."""
    paths = artifact.side_files(kind)
    if len(paths) < MANY_FILES or not artifact.is_complete:
        return places(paths, wanted)
    index = artifact.path / "ids" / f"{kind}.parquet"
    if not _is_fresh(index, artifact):
        with suppress(StoreError):  # who only looks may do so in a store that cannot be written
            write_atomic(index, lambda temporary: _write(paths, temporary))
    if not _is_fresh(index, artifact):
        return places(paths, wanted)
    found = pl.scan_parquet(index, glob=False).filter(wanted).sort("file", "row").collect()
    return [Place(artifact.path / kind / name, row, row_id) for row_id, name, row in found.iter_rows()]


def _is_fresh(index: Path, artifact: Artifact) -> bool:
    """Whether it was made of what is there now: when shards were done again, the manifest is younger."""
    if not index.exists():
        return False
    return index.stat().st_mtime_ns > (artifact.path / "manifest.json").stat().st_mtime_ns


def _write(paths: list[Path], target: Path) -> None:
    """Sorted by id, so that a search reads one row group of it."""
    rows = pl.scan_parquet(paths, glob=False, include_file_paths="file").select("id", "file")
    name = pl.col("file").str.extract(r"([^/]*)$")
    numbered = rows.with_columns(row=pl.int_range(pl.len()).over("file"), file=name)
    numbered.sort("id").collect().write_parquet(target, compression="zstd", row_group_size=GROUP_ROWS)
