"""Columns that polars made as a record declares them: its widths of text and list, and what may be null.

polars takes every value for nullable, and Arrow refuses to cast a struct whose members may be null to one whose members
may not. Going by plain Python values instead costs more than all else that is done to a row.
"""

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.schema import Record, check_array, schema_of

TAKE_BYTES = 1 << 30  # of a column of texts Arrow takes rows only below 2 GB


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
        return _struct(array, wanted)
    if pa.types.is_list(wanted) and (pa.types.is_list(array.type) or pa.types.is_large_list(array.type)):
        ends = pc.cumulative_sum(pc.fill_null(pc.list_value_length(array), 0).cast(pa.int32()))
        offsets = pa.concat_arrays([pa.array([0], pa.int32()), ends])
        members = _as(array.flatten(), wanted.value_type)
        missing = array.is_null() if array.null_count else None
        return pa.ListArray.from_arrays(offsets, members, type=wanted, mask=missing)
    return array.cast(wanted)


def _struct(array: pa.Array, wanted: pa.StructType) -> pa.Array:
    """Under a struct that is null, members that may not be null must hold something all the same."""
    if array.null_count:
        nothing = nulls(1, wanted)
        present = _struct(array.drop_null(), wanted)
        places = pc.if_else(array.is_valid(), pc.cumulative_sum(array.is_valid().cast(pa.int64())), 0)
        return pa.concat_arrays([nothing, present]).take(places)
    members = [_as(array.field(member.name), member.type) for member in wanted]
    return pa.StructArray.from_arrays(members, fields=list(wanted))


def nulls(length: int, kind: pa.DataType) -> pa.Array:
    """As many None; `pa.nulls` makes members of structs null that may not be."""
    return pa.array([None], kind).take(pa.repeat(0, length))


def by_id(table: pa.Table) -> pa.Table:
    """The rows in the order of their ids."""
    order = pc.sort_indices(table.column("id"))
    if table.nbytes < TAKE_BYTES:
        return table.take(order)
    return pa.concat_tables([table.slice(place, 1) for place in order.to_pylist()])
