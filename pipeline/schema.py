"""One declaration per row type: a frozen dataclass gives the Arrow schema, the codec and the canonical bytes.

Allowed field types: `str`, `int`, `float`, `bool`, a `StrEnum`, `list[T]`, a nested frozen dataclass, and `T | None`,
which is the only nullable form.
"""

import dataclasses
import hashlib
import math
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar, cast

import orjson
import pyarrow as pa

PRIMITIVES: dict[type, pa.DataType] = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}
DIGEST_MODULUS = 1 << 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A row that crosses a stage boundary. `id` is a path: a child extends its parent's id by `/part`."""

    id: str


R = TypeVar("R", bound=Record)
T = TypeVar("T")
Codec = Callable[[Any], Any]


def _remembered(fn: Callable[[Any], T]) -> Callable[[Any], T]:
    """`functools.cache` for a function of a type: checkers take a dataclass type for unhashable."""
    return cast(Callable[[Any], T], cache(fn))


def _optional(annotation: Any) -> tuple[Any, bool]:
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        members = [member for member in typing.get_args(annotation) if member is not types.NoneType]
        if len(members) == 1:
            return members[0], True
        raise TypeError(f"{annotation}: a record field may be a union with None only")
    return annotation, False


def _arrow_type(annotation: Any) -> pa.DataType:
    plain, _ = _optional(annotation)
    if plain in PRIMITIVES:
        return PRIMITIVES[plain]
    if isinstance(plain, type) and issubclass(plain, StrEnum):
        return pa.string()
    if typing.get_origin(plain) is list:
        (member,) = typing.get_args(plain)
        return pa.list_(pa.field("element", _arrow_type(member), nullable=_optional(member)[1]))
    if dataclasses.is_dataclass(plain):
        return pa.struct(_arrow_fields(plain))
    allowed = "str, int, float, bool, StrEnum, list, a nested dataclass, or one of these | None"
    raise TypeError(f"{annotation} cannot be a record field; allowed: {allowed}")


@_remembered
def _hints(record: Any) -> dict[str, Any]:
    hints = typing.get_type_hints(record)
    return {field.name: hints[field.name] for field in dataclasses.fields(record)}


def _arrow_fields(record: Any) -> list[pa.Field]:
    return [pa.field(name, _arrow_type(hint), nullable=_optional(hint)[1]) for name, hint in _hints(record).items()]


def schema_of(record: type[Record]) -> pa.Schema:
    """The Arrow schema of a record type, fields in declaration order."""
    return _schema(record)


@_remembered
def _schema(record: Any) -> pa.Schema:
    return pa.schema(_arrow_fields(record))


def schema_payload(record: type[Record]) -> list[list[Any]]:
    """The schema as canonical JSON for fingerprints: `[name, type, nullable]` per field."""
    return [[field.name, str(field.type), field.nullable] for field in schema_of(record)]


# Encoding: record -> plain values whose JSON has one spelling.


def _finite(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"{number} has no canonical form; store None or reject the row")
    return number


def _or_none(codec: Codec) -> Codec:
    return lambda value: None if value is None else codec(value)


@_remembered
def _encoder(annotation: Any) -> Codec | None:
    """What to apply to a field before it is written; None where the value goes in as it is."""
    plain, optional = _optional(annotation)
    codec: Codec | None = None
    if plain is float:
        codec = _finite
    elif isinstance(plain, type) and issubclass(plain, StrEnum):
        codec = str
    elif typing.get_origin(plain) is list:
        member = _encoder(typing.get_args(plain)[0])
        codec = (lambda values: [member(value) for value in values]) if member else list
    elif dataclasses.is_dataclass(plain):
        fields = [(name, _encoder(hint)) for name, hint in _hints(plain).items()]
        codec = lambda value: {  # noqa: E731
            name: encode(getattr(value, name)) if encode else getattr(value, name) for name, encode in fields
        }
    return _or_none(codec) if codec and optional else codec


@_remembered
def _decoder(annotation: Any) -> Codec | None:
    plain, optional = _optional(annotation)
    codec: Codec | None = None
    if isinstance(plain, type) and issubclass(plain, StrEnum):
        members = {member.value: member for member in plain}
        codec = members.__getitem__
    elif typing.get_origin(plain) is list:
        member = _decoder(typing.get_args(plain)[0])
        if member:
            codec = lambda values: [member(value) for value in values]  # noqa: E731
    elif dataclasses.is_dataclass(plain):
        fields = [(name, _decoder(hint)) for name, hint in _hints(plain).items()]
        codec = lambda value: cast(Any, plain)(  # noqa: E731
            **{name: decode(value[name]) if decode else value[name] for name, decode in fields}
        )
    return _or_none(codec) if codec and optional else codec


@_remembered
def _row_plan(record: Any) -> tuple[Callable[[Any], tuple[Any, ...]], list[tuple[int, Codec]]]:
    hints = _hints(record)
    names = list(hints)
    getter = attrgetter(*names) if len(names) > 1 else lambda row: (row.id,)
    encoders = [(index, encode) for index, name in enumerate(names) if (encode := _encoder(hints[name]))]
    return getter, encoders


def row_values(row: Record) -> list[Any]:
    """The row's plain values in schema order, as they are hashed and written."""
    getter, encoders = _row_plan(type(row))
    values = list(getter(row))
    for index, encode in encoders:
        values[index] = encode(values[index])
    return values


def row_json(row: Record) -> str:
    """The row as one JSON object, fields in schema order."""
    return orjson.dumps(dict(zip(schema_of(type(row)).names, row_values(row), strict=True))).decode()


def row_digest(values: Sequence[Any]) -> int:
    """256-bit digest of one row's plain values (`row_values`) as an integer."""
    return int.from_bytes(hashlib.blake2b(orjson.dumps(values), digest_size=32).digest())


def to_table(values: Sequence[Sequence[Any]], record: type[Record]) -> pa.Table:
    """Rows (as `row_values`) to an Arrow table; raises `ValueError` or `TypeError` on a value of the wrong type."""
    schema = schema_of(record)
    columns = list(zip(*values, strict=True)) if values else [()] * len(schema)
    arrays = []
    for field, column in zip(schema, columns, strict=True):
        array = pa.array(column, type=field.type)
        if array.null_count and not field.nullable:
            raise ValueError(f"{record.__name__}.{field.name} is None but not declared optional")
        arrays.append(array)
    return pa.Table.from_arrays(arrays, schema=schema)


def from_table(table: pa.Table | pa.RecordBatch, record: type[R]) -> Iterator[R]:
    """The rows of a table as records, enums and nested dataclasses rebuilt."""
    hints = _hints(record)
    columns: list[Iterable[Any]] = []
    for name, hint in hints.items():
        column: Iterable[Any] = table.column(name).to_pylist()
        decode = _decoder(hint)
        columns.append(map(decode, column) if decode else column)
    names = tuple(hints)
    for values in zip(*columns, strict=True):
        yield record(**dict(zip(names, values, strict=True)))


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
