"""Writes versions of data sets as an export writes them: views, the index beside them, a manifest that lists all."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.files import file_digest
from pipeline.fingerprint import digest_of

Views = Mapping[str, Mapping[str, pl.DataFrame]]
GROUP_ROWS = 1_000


def write_edition(folder: Path, views: Views, *, index: bool = True, file_rows: int = 50_000, **facts: Any) -> Path:
    """A version's folder of `views`, the rows of each split by view; `facts` go into its manifest."""
    folder.mkdir(parents=True)
    sums = {}
    for view, splits in views.items():
        for split, rows in splits.items():
            _write_split(folder / view, split, rows, file_rows)
        sums[view] = _write_index(folder / "index" / f"{view}.parquet", splits) if index else ""
    files = {
        str(path.relative_to(folder)): {"bytes": path.stat().st_size, "sha256": file_digest(path)}
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    manifest = {
        "name": folder.parent.name,
        "format": 2 if index else 1,
        "digest": digest_of([sums, facts.get("salt")]),
        "rows": {view: {split: rows.height for split, rows in splits.items()} for view, splits in views.items()},
        "files": files,
        **facts,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def _write_split(folder: Path, split: str, rows: pl.DataFrame, file_rows: int) -> None:
    folder.mkdir(exist_ok=True)
    parts = [rows[start : start + file_rows] for start in range(0, max(rows.height, 1), file_rows)]
    for number, part in enumerate(parts):
        path = folder / f"{split}-{number:05d}-of-{len(parts):05d}.parquet"
        pq.write_table(part.to_arrow(), path, row_group_size=GROUP_ROWS, compression="zstd")


def _write_index(path: Path, splits: Mapping[str, pl.DataFrame]) -> str:
    path.parent.mkdir(exist_ok=True)
    digests = [digests_of(rows) for rows in splits.values()]
    table = pa.table(
        {
            "id": pa.chunked_array([rows["id"].to_arrow().cast(pa.string()) for rows in splits.values()]),
            "split": pa.chunked_array([pa.array([split] * rows.height, pa.string()) for split, rows in splits.items()]),
            "digest": pa.chunked_array(digests),
        }
    )
    pq.write_table(table, path, compression="zstd")
    return digest_of([[split, rows.height, str(rows.hash_rows().sum())] for split, rows in splits.items()])


def digests_of(rows: pl.DataFrame) -> pa.Array:
    """16 bytes a row that follow from its content."""
    halves = [rows.hash_rows(seed=seed).to_numpy() for seed in (1, 2)]
    packed = np.column_stack(halves).astype("<u8").tobytes()
    return pa.FixedSizeBinaryArray.from_buffers(pa.binary(16), rows.height, [None, pa.py_buffer(packed)])
