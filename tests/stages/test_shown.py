"""What record types say of how they are shown names columns that they have."""

import pyarrow as pa
import pytest

from pipeline.schema import Record, schema_of
from stages import records

RECORDS = [one for one in vars(records).values() if isinstance(one, type) and issubclass(one, Record)]


def has(schema: pa.Schema, path: str) -> bool:
    """Whether a column is there, or the member of a struct that `field.member` names."""
    first, *members = path.split(".")
    if first not in schema.names:
        return False
    kind = schema.field(first).type
    for member in members:
        if not pa.types.is_struct(kind) or kind.get_field_index(member) < 0:
            return False
        kind = kind.field(member).type
    return True


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_columns_that_are_shown_are_there(record: type[Record]) -> None:
    shown, schema = record.shown, schema_of(record)
    paths = (*shown.texts, *shown.facets, *shown.numbers, *shown.bulky)
    assert [path for path in paths if not has(schema, path)] == []


def test_how_rows_are_shown_is_no_column() -> None:
    assert not [record.__name__ for record in RECORDS if "shown" in schema_of(record).names]
