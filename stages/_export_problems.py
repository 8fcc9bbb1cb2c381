"""The problems of the attempts that are being written: their part of a training example, a few of them at a time."""

import dataclasses
from collections.abc import Iterator

import orjson
import polars as pl
import pyarrow as pa

from pipeline.columns import declared_column
from pipeline.context import SideInput
from pipeline.schema import schema_of
from stages._export_digest import json_fragments
from stages._splits import cluster_or_key
from stages._training_prompt import user_message
from stages.records import Provenance, SftRow

TOLD = ("url", "source", "licence", "attribution", "author", "removal_key", "origin")
STORED = ("id", "question", "answer", "answer_type", "cluster", "content_key", *TOLD)
FIELDS = [schema_of(SftRow).field(name) for name in ("prompt", "answer", "answer_type", "provenance")]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Part:
    """Of some problems the columns of `SftRow` that are theirs, as a table and as the JSON that digests are made of."""

    columns: pa.Table
    fragments: dict[str, list[orjson.Fragment]]


def part_of(ids: pl.Series, problems: SideInput) -> Part:
    """Of the problems with these ids, in their order; each must be there."""
    found = pl.concat(_frames(ids, problems)).rename({"id": "problem_id"}).with_columns(cluster_or_key())
    rows = ids.to_frame("problem_id").join(found, on="problem_id", how="left", maintain_order="left")
    given = rows.select(
        user_message(pl.col("question")).alias("prompt"),
        "answer",
        "answer_type",
        pl.struct(field.name for field in dataclasses.fields(Provenance)).alias("provenance"),
    ).to_arrow()
    columns = [declared_column(given.column(field.name), field, SftRow) for field in FIELDS]
    table = pa.table(columns, schema=pa.schema(FIELDS))
    return Part(columns=table, fragments=json_fragments(table))


def _frames(ids: pl.Series, problems: SideInput) -> Iterator[pl.DataFrame]:
    for batch in problems.find(set(ids), STORED):
        yield pl.DataFrame(batch)
