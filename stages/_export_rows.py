"""Puts training examples together from the texts of attempts, column by column."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import compress

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.columns import declared_column, nulls
from pipeline.context import SideInput
from pipeline.schema import schema_of
from stages._export_digest import example_digests
from stages._export_plan import Plan
from stages._export_problems import part_of
from stages._training_prompt import completion_text
from stages.records import SftRow

SCHEMA = schema_of(SftRow)
TEXTS = ("id", "reasoning", "final")
# Rows that are read at a time, and bytes of their texts that are put together at a time, in some four copies.
BATCH_ROWS, BATCH_BYTES = 4_000, 24_000_000


@dataclass(frozen=True, kw_only=True)
class Examples:
    """`SftRow` rows that go into the same views and split, and the digest of each."""

    rows: pa.Table
    digests: list[bytes]
    views: list[str]
    split: str


def examples(plan: Plan, attempts: SideInput, problems: SideInput) -> Iterator[Examples]:
    """The planned rows, some of them at a time, in the order of the attempts."""
    places = plan.rows["place"].to_numpy()
    first = 0
    for batch in _bounded(attempts.batches(TEXTS, BATCH_ROWS)):
        start, end = np.searchsorted(places, np.array((first, first + batch.num_rows), places.dtype))
        first += batch.num_rows
        if start == end:
            continue
        planned = plan.rows[int(start) : int(end)]
        numbers, inverse = np.unique(planned["problem"].to_numpy(), return_inverse=True)
        asked = part_of(plan.problems[numbers], problems)
        planned = planned.with_columns(problem=inverse)
        for (*chosen, split), part in planned.group_by(*plan.views, "split", maintain_order=True):
            texts = batch.take((part["place"] - first + batch.num_rows).to_arrow())
            rows = _table(part, texts, asked.columns.take(part["problem"].to_arrow()))
            yield Examples(
                rows=rows,
                digests=example_digests(rows, part["problem"].to_list(), asked.fragments),
                views=list(compress(plan.views, chosen)),
                split=str(split),
            )


def _bounded(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The same rows, fewer at a time where they are long."""
    for batch in batches:
        rows = max(1, batch.num_rows * BATCH_BYTES // max(1, batch.nbytes))
        yield from (batch.slice(start, rows) for start in range(0, batch.num_rows, rows))


def _table(planned: pl.DataFrame, texts: pa.RecordBatch, problems: pa.Table) -> pa.Table:
    prompts = problems.column("prompt").combine_chunks()
    asked = prompts.flatten().field("content")
    told = completion_text(texts.column("reasoning"), texts.column("final"))
    columns = {
        **{name: texts.column(name) for name in TEXTS},
        "messages": _chats("messages", ("user", "assistant"), _alternating(asked, told)),
        "completion": _chats("completion", ("assistant",), told),
        **{name: problems.column(name).combine_chunks() for name in problems.column_names},
    }
    known = planned.select(name for name in SCHEMA.names if name in planned.columns and name not in columns).to_arrow()
    columns |= {name: declared_column(known.column(name), SCHEMA.field(name), SftRow) for name in known.column_names}
    if "trajectory" not in columns:
        columns["trajectory"] = nulls(planned.height, SCHEMA.field("trajectory").type)
    return pa.Table.from_arrays([columns[name] for name in SCHEMA.names], schema=SCHEMA)


def _alternating(first: pa.Array, second: pa.Array) -> pa.Array:
    order = np.arange(2 * len(first)).reshape(2, -1).T.ravel()
    return pa.concat_arrays([first, second]).take(pa.array(order))


def _chats(name: str, roles: tuple[str, ...], contents: pa.Array) -> pa.Array:
    """As many messages a row as there are roles; the contents of a row stand one after another."""
    wanted = SCHEMA.field(name).type
    spoken = pa.DictionaryArray.from_arrays(np.arange(len(contents), dtype=np.int32) % len(roles), pa.array(roles))
    messages = pa.StructArray.from_arrays([pc.cast(spoken, pa.string()), contents], fields=list(wanted.value_type))
    offsets = pa.array(np.arange(0, len(contents) + 1, len(roles), dtype=np.int32))
    return pa.ListArray.from_arrays(offsets, messages, type=wanted)
