"""Columns that polars made as a record declares them: its widths of text and list, and what may be null.

polars takes every value for nullable, and Arrow refuses to cast a struct whose members may be null to one whose members
may not. Going by plain Python values instead costs more than all else that is done to a row.
"""

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.schema import Record, check_array, schema_of


def declared(table: pa.Table | pa.RecordBatch, record: type[Record]) -> pa.Table:
    """The table with exactly the record's schema; columns that it does not have are left out.

    Raises `ValueError` naming the field whose values do not fit.
    """
    schema = schema_of(record)
    return pa.Table.from_arrays([declared_column(table.column(f.name), f, record) for f in schema], schema=schema)


def declared_column(column: pa.Array | pa.ChunkedArray, field: pa.Field, record: type[Record]) -> pa.Array:
    """One column as a field of the record declares it; raises as `declared` does."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    try:
        array = _as(array, field.type)
        check_array(array, field)
    except (pa.ArrowException, ValueError) as error:
        raise ValueError(f"{record.__name__}.{field.name}: {error}") from error
    return array


def _as(array: pa.Array, wanted: pa.DataType) -> pa.Array:
    if array.type == wanted:
        return array
    if pa.types.is_struct(wanted) and pa.types.is_struct(array.type):
        members = [_as(array.field(member.name), member.type) for member in wanted]
        return pa.StructArray.from_arrays(members, fields=list(wanted), mask=_mask(array))
    if pa.types.is_list(wanted) and (pa.types.is_list(array.type) or pa.types.is_large_list(array.type)):
        ends = pc.cumulative_sum(pc.fill_null(pc.list_value_length(array), 0).cast(pa.int32()))
        offsets = pa.concat_arrays([pa.array([0], pa.int32()), ends])
        return pa.ListArray.from_arrays(
            offsets, _as(array.flatten(), wanted.value_type), type=wanted, mask=_mask(array)
        )
    return array.cast(wanted)


def _mask(array: pa.Array) -> pa.Array | None:
    return array.is_null() if array.null_count else None
