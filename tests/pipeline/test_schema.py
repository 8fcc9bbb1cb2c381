"""Records to Arrow and back: what is written is what was given, and it has one spelling."""

import dataclasses
import math
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.bulk import columns_of
from pipeline.parquet import read_rows, write_parquet
from pipeline.schema import (
    DIGEST_MODULUS,
    Record,
    from_table,
    row_digest,
    row_json,
    row_values,
    rows_digest,
    schema_of,
    schema_payload,
    schema_problems,
    table_of,
    to_table,
)
from tests.toystages.records import Colour, Every, Num, Point

TEXT = st.text(st.characters(codec="utf-8"), max_size=8)
REAL = st.floats(allow_nan=False, allow_infinity=False)
WHOLE = st.integers(-(2**63), 2**63 - 1)
COLOUR = st.sampled_from(Colour)
POINT = st.builds(Point, x=REAL, label=st.none() | TEXT)
EVERY = st.builds(
    Every,
    id=TEXT,
    text=TEXT,
    whole=WHOLE,
    real=REAL | st.integers(-1000, 1000),
    flag=st.booleans(),
    colour=COLOUR,
    words=st.lists(TEXT, max_size=3),
    reals=st.lists(REAL, max_size=3),
    colours=st.lists(COLOUR, max_size=2),
    point=POINT,
    points=st.lists(POINT, max_size=2),
    maybe_text=st.none() | TEXT,
    maybe_whole=st.none() | WHOLE,
    maybe_real=st.none() | REAL,
    maybe_flag=st.none() | st.booleans(),
    maybe_colour=st.none() | COLOUR,
    maybe_words=st.none() | st.lists(TEXT, max_size=2),
    maybe_point=st.none() | POINT,
    holes=st.lists(st.none() | TEXT, max_size=3),
)
GOOD = Every(
    id="a",
    text="t",
    whole=1,
    real=0.5,
    flag=True,
    colour=Colour.RED,
    words=["w"],
    reals=[1.0],
    colours=[Colour.BLUE],
    point=Point(x=1.0, label=None),
    points=[],
    maybe_text=None,
    maybe_whole=None,
    maybe_real=None,
    maybe_flag=None,
    maybe_colour=None,
    maybe_words=None,
    maybe_point=None,
    holes=[None],
)
WRONG: list[tuple[str, Any]] = [
    ("text", None),
    ("text", 5),
    ("text", b"bytes"),
    ("text", "\ud800"),
    ("whole", 1.0),
    ("whole", True),
    ("whole", "1"),
    ("whole", 2**63),
    ("whole", np.int64(1)),
    ("real", "0.5"),
    ("real", True),
    ("real", math.nan),
    ("real", math.inf),
    ("flag", 1),
    ("flag", None),
    ("colour", "green"),
    ("colour", None),
    ("words", None),
    ("words", "word"),
    ("words", ["a", 5]),
    ("words", ["a", None]),
    ("reals", ["0.5"]),
    ("reals", [math.nan]),
    ("colours", ["green"]),
    ("point", None),
    ("point", {"x": 1.0, "label": None}),
    ("point", Point(x=None, label=None)),  # type: ignore[arg-type]
    ("point", Point(x=1.0, label=5)),  # type: ignore[arg-type]
    ("points", [None]),
    ("maybe_whole", 1.5),
    ("maybe_point", Point(x="1", label=None)),  # type: ignore[arg-type]
    ("holes", [5]),
]


def canonical(rows: list[Every]) -> list[int]:
    """What the outbox digests."""
    values = [row_values(row) for row in rows]
    to_table(values, Every)
    return [row_digest(one) for one in values]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(EVERY, max_size=4))
def test_rows_come_back_as_they_went_and_their_digest_is_that_of_the_arrow_values(rows: list[Every]) -> None:
    table = to_table([row_values(row) for row in rows], Every)
    assert list(from_table(table, Every)) == rows
    columns = [column.to_pylist() for column in table.columns]
    assert [row_digest(list(values)) for values in zip(*columns, strict=True)] == canonical(rows)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(EVERY, min_size=1, max_size=4))
def test_many_rows_at_once_have_the_values_of_each(rows: list[Every]) -> None:
    columns = columns_of(rows, Every)
    assert columns is not None
    values = [row_values(row) for row in rows]
    assert [*zip(*columns, strict=True)] == [tuple(one) for one in values]
    assert rows_digest(zip(*columns, strict=True)) == sum(canonical(rows)) % DIGEST_MODULUS
    assert table_of(columns, Every).equals(to_table(values, Every))


@pytest.mark.parametrize(("field", "value"), WRONG)
def test_one_wrong_value_among_many_rows_is_noticed(field: str, value: Any) -> None:
    columns = columns_of([GOOD, dataclasses.replace(GOOD, **{field: value})], Every)
    if columns is not None:
        with pytest.raises(ValueError, match=field):
            table_of(columns, Every)


def test_what_no_column_converts_is_left_to_each_row() -> None:
    odd = dataclasses.replace(GOOD, real=np.float64(0.5))
    assert columns_of([GOOD, odd], Every) is None
    assert row_values(odd) == row_values(GOOD)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Checked(Record):
    """A row type that does something when it is made, and has no slots."""

    text: str

    def __post_init__(self) -> None:
        if not self.text:
            raise ValueError("a row without text")


def test_a_row_type_that_checks_itself_is_made_as_it_wishes() -> None:
    rows = [Checked(id="a", text="t"), Checked(id="b", text="u")]
    table = to_table([row_values(row) for row in rows], Checked)
    assert list(from_table(table, Checked)) == rows
    with pytest.raises(ValueError, match="a row without text"):
        list(from_table(to_table([["a", ""]], Checked), Checked))


@pytest.mark.parametrize(("limit", "value"), [("READ_ROWS", 3), ("READ_BYTES", 300)])
def test_rows_come_back_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int) -> None:
    monkeypatch.setattr(f"pipeline.parquet.{limit}", value)
    rows = [dataclasses.replace(GOOD, id=f"r{n}", whole=n) for n in range(10)]
    write_parquet(tmp_path / "rows.parquet", to_table([row_values(row) for row in rows], Every))
    assert list(read_rows(tmp_path / "rows.parquet", Every)) == rows
    assert pq.read_schema(tmp_path / "rows.parquet").equals(schema_of(Every))


@pytest.mark.parametrize(("field", "value"), WRONG, ids=[f"{field}={value!r}" for field, value in WRONG])
def test_a_value_of_a_wrong_type_is_refused_with_its_field(field: str, value: Any) -> None:
    row = dataclasses.replace(GOOD, **{field: value})
    with pytest.raises((TypeError, ValueError, OverflowError)) as caught:
        canonical([row])
    if not isinstance(caught.value, UnicodeEncodeError | OverflowError):
        assert field in str(caught.value)


def test_whole_numbers_in_a_field_of_reals_have_the_spelling_of_reals() -> None:
    assert canonical([dataclasses.replace(GOOD, real=2)]) == canonical([dataclasses.replace(GOOD, real=2.0)])


def test_a_row_reads_as_one_json_object() -> None:
    assert row_json(Num(id="a", n=1, text="ü")) == '{"id":"a","n":1,"text":"ü"}'


def test_the_schema_says_which_fields_may_be_empty() -> None:
    payload = {name: (kind, nullable) for name, kind, nullable in schema_payload(Every)}
    assert payload["maybe_whole"] == ("int64", True)
    assert payload["whole"] == ("int64", False)
    assert payload["words"] == ("list<element: string not null>", False)


def test_differences_of_a_table_are_told_in_words() -> None:
    schema = schema_of(Num)
    other = schema.remove(2).append(schema_of(Every).field("real"))
    assert schema_problems(other, Num) == ["missing column text", "unexpected column real"]
    assert schema_problems(schema, Num) == []


def test_a_field_type_without_a_canonical_form_is_refused_by_the_declaration() -> None:
    @dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
    class Odd(Record):
        sizes: dict[str, int]

    with pytest.raises(TypeError, match="cannot be a record field; allowed: str"):
        schema_of(Odd)
