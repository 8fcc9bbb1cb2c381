"""What the rows of a version promise beside the digests of their files; `tracemill check` holds them to it.

A promise that needs columns which a view does not have is not asked of it, so versions of other stages pass by.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.views import INDEX, index_file, index_of, split_of
from stages._contracts_rows import (
    broken_completions,
    broken_outcomes,
    broken_promises,
    broken_subsets,
    shared_clusters,
)
from stages._contracts_view import View, some, views_of
from stages._export_digest import row_digests
from stages._views import SHORT_DIGEST


def _silent(doing: str) -> None:
    pass


def broken_contracts(
    version: Path, manifest: Mapping[str, Any], *, tell: Callable[[str], None] = _silent
) -> Iterator[str]:
    """What is wrong, in words with the first ids; `tell` is called with what is looked at next."""
    views = views_of(version, manifest)
    yield from (f"{view.name}: the view has no files" for view in views if not view.files)
    unreadable = {view.name: list(_unreadable(view)) for view in views}
    yield from (problem for problems in unreadable.values() for problem in problems)
    there = [view for view in views if view.files and not unreadable[view.name]]
    uniform = [view for view in there if view.is_uniform]
    for view in there:
        tell(view.name)
        yield from _files(view)
        if not view.is_uniform:
            continue
        yield from _ids(view)
        yield from broken_promises(view)
        yield from broken_outcomes(view)
        yield from broken_completions(view)
    tell("splits")
    yield from shared_clusters(uniform)
    yield from broken_subsets({view.name: view for view in uniform})


def _unreadable(view: View) -> Iterator[str]:
    """The files of a view and its index that no reader opens, although their digests are right."""
    index = index_file(view.version, view.name)
    for file in [*view.files, *([index] if index.exists() else [])]:
        try:
            pq.read_metadata(file)
        except pa.ArrowInvalid as error:
            yield f"{file.relative_to(view.version)} is no Parquet file: {error}"


def _files(view: View) -> Iterator[str]:
    """Columns and numbers of rows, file by file."""
    wanted, listed = view.manifest.get("schemas", {}).get(view.name), view.manifest.get("files", {})
    counts: dict[str, int] = {}
    for file in view.files:
        name, footer = f"{view.name}/{file.name}", pq.read_metadata(file)
        found = [[field.name, str(field.type), field.nullable] for field in footer.schema.to_arrow_schema()]
        if wanted is not None and found != wanted:
            other = sorted({str(part[0]) for part in [*found, *wanted] if part not in found or part not in wanted})
            yield f"{name}: columns are not those of the manifest: {', '.join(other) or 'their order'}"
        rows = listed.get(name, {}).get("rows", footer.num_rows)
        if rows != footer.num_rows:
            yield f"{name}: {footer.num_rows:,} rows, the manifest says {rows:,}"
        counts[split_of(file)] = counts.get(split_of(file), 0) + footer.num_rows
    told = {split: rows for split, rows in view.manifest["rows"][view.name].items() if rows or split in counts}
    if counts != told:
        yield f"{view.name}: {_counts(counts)}; the manifest says {_counts(told)}"


def _counts(splits: Mapping[str, int]) -> str:
    return ", ".join(f"{split} {rows:,}" for split, rows in splits.items())


def _ids(view: View) -> Iterator[str]:
    """Ids stand once, and the index names the same ids and splits in the same order."""
    rows = view.rows().select("id", "_split").collect()
    if nameless := rows["id"].null_count():
        yield f"{view.name}: {nameless:,} row{'' if nameless == 1 else 's'} without an id"
        return
    twice = rows["id"].filter(rows["id"].is_duplicated()).unique().sort()
    if twice.len():
        yield f"{view.name}: {some(twice)} more than once"
    if not index_file(view.version, view.name).exists():
        return
    index = index_of(view.version, view.name)[0].collect()
    if not index.select("id", _split="split").equals(rows):
        yield f"{INDEX}/{view.name}.parquet does not name the rows of its view in their order"
        return
    other = rows["id"].filter(_wrong_digests(view, index["digest"]))
    if other.len():
        yield f"{INDEX}/{view.name}.parquet: {some(other)} with another digest than the row has"


def _wrong_digests(view: View, digests: pl.Series) -> pl.Series:
    """A mask of the rows whose digest is not the one in the index; of each file the first row group is looked at."""
    wrong, begin = [False] * len(digests), 0
    for file in view.files:
        with pq.ParquetFile(file) as opened:
            first = row_digests(opened.read_row_group(0)) if opened.metadata.num_row_groups else []
            for row, digest in enumerate(first, begin):
                wrong[row] = digests[row] != digest[:SHORT_DIGEST]
            begin += opened.metadata.num_rows
    return pl.Series(wrong, dtype=pl.Boolean)
