"""Writes versions of data sets as an export writes them: views, the index beside them, a manifest that lists all."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.files import file_digest
from pipeline.fingerprint import digest_of

# The rows of a split, or a frame for each of its files, which is collected when it is written.
Rows = pl.DataFrame | Sequence[pl.LazyFrame]
GROUP_ROWS = 1_000
INDEX = pa.schema([("id", pa.string()), ("split", pa.string()), ("digest", pa.binary(16))])


def write_edition(folder: Path, views: Mapping[str, Mapping[str, Rows]], *, index: bool = True, **facts: Any) -> Path:
    """A version's folder of `views`, each with the rows by split; `facts` go into its manifest."""
    folder.mkdir(parents=True)
    entries = {view: _write_view(folder / view, splits) for view, splits in views.items()}
    if index:
        (folder / "index").mkdir()
        for view, table in entries.items():
            pq.write_table(table, folder / "index" / f"{view}.parquet", compression="zstd")
    manifest = {
        "name": folder.parent.name,
        "format": 2 if index else 1,
        "digest": digest_of([[view, str(pl.from_arrow(table).hash_rows().sum())] for view, table in entries.items()]),
        "rows": {view: _by_split(table) for view, table in entries.items()},
        "files": listed(folder),
        **facts,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def listed(folder: Path) -> dict[str, Any]:
    """What a manifest says of each file but itself."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json")
    return {
        str(path.relative_to(folder)): {"bytes": path.stat().st_size, "sha256": file_digest(path)} for path in paths
    }


def _write_view(folder: Path, splits: Mapping[str, Rows]) -> pa.Table:
    """The view's index."""
    folder.mkdir()
    return pa.concat_tables([INDEX.empty_table(), *_entries(folder, splits)])


def _entries(folder: Path, splits: Mapping[str, Rows]) -> Iterator[pa.Table]:
    for split, rows in splits.items():
        parts = [rows.lazy()] if isinstance(rows, pl.DataFrame) else rows
        for number, part in enumerate(parts):
            frame = part.collect()
            path = folder / f"{split}-{number:05d}-of-{len(parts):05d}.parquet"
            pq.write_table(frame.to_arrow(), path, row_group_size=GROUP_ROWS, compression="zstd")
            ids = frame["id"].to_arrow().cast(pa.string())
            yield pa.table([ids, pa.array([split] * frame.height, pa.string()), digests_of(frame)], schema=INDEX)


def digests_of(rows: pl.DataFrame) -> pa.Array:
    """16 bytes a row that follow from its content."""
    halves = [rows.hash_rows(seed=seed).to_numpy() for seed in (1, 2)]
    packed = np.column_stack(halves).astype("<u8").tobytes()
    return pa.FixedSizeBinaryArray.from_buffers(pa.binary(16), rows.height, [None, pa.py_buffer(packed)])


def _by_split(entries: pa.Table) -> dict[str, int]:
    return {one["values"]: one["counts"] for one in entries.column("split").value_counts().to_pylist()}
