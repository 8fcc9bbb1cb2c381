"""One declaration per row type: a frozen dataclass gives the Arrow schema, the codec and the canonical bytes.

Allowed field types: `str`, `int`, `float`, `bool`, a `StrEnum`, `list[T]`, a nested frozen dataclass, and `T | None`,
which is the only nullable form.
"""

import dataclasses
import hashlib
import typing
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, TypeVar

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.bulk import records_of
from pipeline.codec import decoder_of, hints_of, optional_of, remembered, shape_of

PRIMITIVES: dict[type, pa.DataType] = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}
DIGEST_MODULUS = 1 << 256


@dataclass(frozen=True, slots=True)
class Shown:
    """How people see the rows of a record type; a member of a nested dataclass is `field.member`.

    texts -- what is read first, in this order, also of a row that came from this one
    facets -- columns of few values, to count and filter by; samples are spread over the values of the first
    numbers -- columns whose distribution tells something
    bulky -- columns that are too long to be of use to anybody who looks
    """

    texts: tuple[str, ...] = ()
    facets: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    bulky: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A row that crosses a stage boundary. `id` is a path: a child extends its parent's id by `/part`."""

    shown: ClassVar[Shown] = Shown()

    id: str


R = TypeVar("R", bound=Record)


def descends(row_id: str, parent: str) -> bool:
    """Whether an id is that of a row or of a child of it."""
    return row_id == parent or row_id.startswith(f"{parent}/")


def _arrow_type(annotation: Any) -> pa.DataType:
    plain, _ = optional_of(annotation)
    if plain in PRIMITIVES:
        return PRIMITIVES[plain]
    if isinstance(plain, type) and issubclass(plain, StrEnum):
        return pa.string()
    if typing.get_origin(plain) is list:
        (member,) = typing.get_args(plain)
        return pa.list_(pa.field("element", _arrow_type(member), nullable=optional_of(member)[1]))
    if dataclasses.is_dataclass(plain):
        return pa.struct(_arrow_fields(plain))
    allowed = "str, int, float, bool, StrEnum, list, a nested dataclass, or one of these | None"
    raise TypeError(f"{annotation} cannot be a record field; allowed: {allowed}")


def _arrow_fields(record: Any) -> list[pa.Field]:
    return [pa.field(name, _arrow_type(hint), nullable=optional_of(hint)[1]) for name, hint in hints_of(record).items()]


def schema_of(record: type[Record]) -> pa.Schema:
    """The Arrow schema of a record type, fields in declaration order."""
    return _schema(record)


@remembered
def _schema(record: Any) -> pa.Schema:
    return pa.schema(_arrow_fields(record))


def schema_payload(record: type[Record]) -> list[list[Any]]:
    """The schema as canonical JSON for fingerprints: `[name, type, nullable]` per field."""
    return [[field.name, str(field.type), field.nullable] for field in schema_of(record)]


def row_values(row: Record) -> list[Any]:
    """The row's plain values in schema order, as they are hashed and written; raises where a type is wrong."""
    return shape_of(type(row)).values(row)


def row_dict(row: Record) -> dict[str, Any]:
    """The row's plain values by the names of its fields, in schema order."""
    return dict(zip(shape_of(type(row)).names, row_values(row), strict=True))


def row_json(row: Record) -> str:
    """The row as one JSON object, fields in schema order."""
    return orjson.dumps(row_dict(row)).decode()


def row_digest(values: Sequence[Any]) -> int:
    """256-bit digest of one row's plain values (`row_values`) as an integer."""
    return int.from_bytes(hashlib.blake2b(orjson.dumps(values), digest_size=32).digest())


def rows_digest(values: Iterable[Sequence[Any]]) -> int:
    """The digests of rows together, which depends on neither their order nor their cut."""
    return sum(map(row_digest, values)) % DIGEST_MODULUS


def to_table(values: Sequence[Sequence[Any]], record: type[Record]) -> pa.Table:
    """Rows (as `row_values`) to an Arrow table; raises `ValueError` naming the field whose value does not fit."""
    schema = schema_of(record)
    return table_of(list(zip(*values, strict=True)) if values else [()] * len(schema), record)


def table_of(columns: Sequence[Sequence[Any]], record: type[Record]) -> pa.Table:
    """As `to_table`, from the columns of such rows."""
    schema, arrays = schema_of(record), []
    for field, column in zip(schema, columns, strict=True):
        try:
            array = pa.array(column, type=field.type)
            check_array(array, field)
        except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
            raise ValueError(f"{record.__name__}.{field.name}: {error}") from error
        arrays.append(array)
    return pa.Table.from_arrays(arrays, schema=schema)


def rows_in_bytes(limit: int, size: int, rows: int) -> int:
    """How many rows of a table of `rows` rows and `size` bytes make `limit` bytes, one at least."""
    return max(limit * rows // max(size, 1), 1)


def check_array(array: pa.Array, field: pa.Field) -> None:
    """Refuses what Arrow lets pass: None where it was not declared, and numbers without a canonical form."""
    if array.null_count and not field.nullable:
        raise ValueError(f"{field.name} is None but not declared optional")
    if pa.types.is_floating(field.type) and pc.all(pc.is_finite(array)).as_py() is False:
        raise ValueError("nan or infinity has no canonical form; store None or reject the row")
    if pa.types.is_struct(field.type):
        for index, inner in enumerate(field.type):
            check_array(array.drop_null().field(index), inner)
    if pa.types.is_list(field.type):
        check_array(array.flatten(), field.type.value_field)


def from_table(table: pa.Table | pa.RecordBatch, record: type[R]) -> Iterator[R]:
    """The rows of a table as records, enums and nested dataclasses rebuilt."""
    columns: list[Iterable[Any]] = []
    for name, hint in hints_of(record).items():
        column: Iterable[Any] = table.column(name).to_pylist()
        decode = decoder_of(hint)
        columns.append(map(decode, column) if decode else column)
    yield from records_of(columns, record)


def schema_problems(schema: pa.Schema, record: type[Record]) -> list[str]:
    """All differences between a table's schema and the record's, in words; empty when they agree."""
    wanted = schema_of(record)
    problems = [f"missing column {name}" for name in wanted.names if name not in schema.names]
    problems += [f"unexpected column {name}" for name in schema.names if name not in wanted.names]
    for field in wanted:
        if field.name in schema.names and not _same_type(schema.field(field.name).type, field.type):
            problems.append(f"column {field.name} is {schema.field(field.name).type}, not {field.type}")
    return problems


def _same_type(found: pa.DataType, wanted: pa.DataType) -> bool:
    """Equal but for the string and list widths that polars and pyarrow choose differently."""
    return str(found).replace("large_", "").replace(" not null", "").replace("item:", "element:") == str(
        wanted
    ).replace(" not null", "").replace("item:", "element:")
