"""Writes prompts, a view at a time, with the split of their cluster."""

import polars as pl

from pipeline.columns import declared
from pipeline.context import SideInput
from pipeline.schema import schema_of
from stages._export_digest import row_digests
from stages._export_plan import with_splits
from stages._export_rows import BATCH_ROWS
from stages._views import SPLITS, ViewWriter
from stages.records import RlRow


def write_prompts(rows: SideInput, splits: pl.DataFrame, writer: ViewWriter) -> None:
    """Rows as they were selected, but for the split, which is that of their cluster in `splits`."""
    names, first = schema_of(RlRow).names, 0
    drawn = told_prompts(rows.lazy().select("split", "provenance"), splits).select("split").collect()["split"]
    for batch in rows.batches(names, BATCH_ROWS):
        frame = pl.DataFrame(batch).with_columns(drawn[first : first + batch.num_rows])
        first += batch.num_rows
        table = declared(frame.select(names).to_arrow(), RlRow)
        digests = row_digests(table)
        for split in SPLITS:
            chosen = (frame["split"] == split).arg_true()
            if chosen.len():
                writer.add(split, table.take(chosen.to_arrow()), [digests[place] for place in chosen])


def told_prompts(rows: pl.LazyFrame, splits: pl.DataFrame) -> pl.LazyFrame:
    """`RlRow` rows with the split of their cluster and what their provenance says in columns of its own."""
    return with_splits(rows.drop("split").with_columns(pl.col("provenance").struct.unnest()), splits)
