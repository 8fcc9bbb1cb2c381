from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.columns import declared, nulls
from pipeline.schema import Record, schema_of, to_table


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    x: int
    names: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing(Record):
    colour: Colour
    weight: float | None
    points: list[Point]
    centre: Point | None


ROWS: list[list[Any]] = [
    ["a", "red", 0.5, [{"x": 1, "names": ["p", "q"]}, {"x": 2, "names": []}], {"x": 3, "names": ["c"]}],
    ["b", "red", None, [], None],
    ["c", "red", 2.0, [{"x": 4, "names": ["r"]}], None],
]


def by_polars(rows: list[list[Any]]) -> pa.Table:
    """As polars hands columns on: everything may be null, texts and lists are the large ones."""
    return pl.DataFrame(to_table(rows, Drawing)).to_arrow()


def test_columns_of_polars_become_what_the_record_declares(tmp_path: Any) -> None:
    table = declared(by_polars(ROWS), Drawing)
    assert table.schema == schema_of(Drawing)
    assert table.equals(to_table(ROWS, Drawing))
    pq.write_table(table, tmp_path / "rows.parquet")
    assert pq.read_table(tmp_path / "rows.parquet").to_pylist() == table.to_pylist()


@pytest.mark.parametrize(("start", "end"), [(0, 0), (1, 3), (2, 3), (0, 1)])
def test_a_slice_is_what_it_shows(start: int, end: int) -> None:
    table = declared(by_polars(ROWS).slice(start, end - start), Drawing)
    assert table.equals(to_table(ROWS[start:end], Drawing))


def test_other_columns_are_left_out_and_the_order_is_the_records() -> None:
    table = by_polars(ROWS).append_column("more", pa.array([1, 2, 3]))
    assert declared(table.select(table.column_names[::-1]), Drawing).equals(to_table(ROWS, Drawing))


@pytest.mark.parametrize(
    ("column", "value", "fact"),
    [
        ("colour", None, r"Drawing.colour: colour is None but not declared optional"),
        ("weight", float("nan"), r"Drawing.weight: nan or infinity has no canonical form"),
        ("centre", {"x": None, "names": []}, r"Drawing.centre: x is None but not declared optional"),
        ("points", [{"x": 1, "names": [None]}], r"Drawing.points: element is None but not declared optional"),
    ],
)
def test_what_was_not_declared_is_refused_by_name(column: str, value: Any, fact: str) -> None:
    frame = pl.DataFrame(to_table(ROWS, Drawing))
    changed = frame.with_columns(pl.Series(column, [value] * 3, dtype=frame.schema[column]))
    with pytest.raises(ValueError, match=fact):
        declared(changed.to_arrow(), Drawing)


def test_nulls_of_a_struct_can_be_written(tmp_path: Any) -> None:
    schema = pa.schema([schema_of(Drawing).field("centre")])
    pq.write_table(pa.table([nulls(3, schema[0].type)], schema=schema), tmp_path / "nulls.parquet")
    assert pq.read_table(tmp_path / "nulls.parquet")["centre"].null_count == 3
