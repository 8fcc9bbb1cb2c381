"""The order in which the rows of a stream go out, and the slices they are committed in."""

from pathlib import Path

import pytest

from pipeline.inputs import StoredInput
from pipeline.mixing import LOOKAHEAD, Lookahead, rows_per_slice
from pipeline.parquet import write_parquet
from pipeline.schema import row_values, to_table
from tests.toystages.records import Num


def num(number: int) -> Num:
    return Num(id=f"r{number:05d}", n=number, text=str(number))


def drawn(slices: int, rows: int) -> tuple[list[int], list[int]]:
    """Rows in the order in which they go out before the last slice is read, and after; their effort is their number."""
    lookahead: Lookahead[int] = Lookahead()
    due: list[int] = []
    for index in range(slices):
        lookahead.add(index, [num(index * rows + offset) for offset in range(rows)])
        due += [row.n for _, row in lookahead.due()]
    return due, [row.n for _, row in lookahead.rest(lambda row: row.n)]


def test_every_row_goes_out_once() -> None:
    due, rest = drawn(20, 50)
    assert sorted(due + rest) == list(range(1000))


def test_rows_of_several_slices_are_mixed() -> None:
    due, _ = drawn(20, 50)
    for start in range(0, 500, 100):
        assert len({n // 50 for n in due[start : start + 100]}) >= LOOKAHEAD


def test_a_slice_is_through_soon_after_it_was_read() -> None:
    due, _ = drawn(40, 50)
    for index in range(30):
        assert max(place for place, n in enumerate(due) if n // 50 == index) < (index + LOOKAHEAD) * 50


def test_what_is_left_at_the_end_goes_out_longest_first() -> None:
    _, rest = drawn(20, 50)
    assert rest == sorted(rest, reverse=True)
    assert len(rest) >= 50
    assert drawn(LOOKAHEAD, 50) == ([], list(range(50 * LOOKAHEAD))[::-1])


@pytest.mark.parametrize(
    ("requests", "rows"), [(1, 1024), (2, 1024), (4, 512), (8, 256), (32, 64), (1000, 64), (None, 512)]
)
def test_slices_are_smaller_the_more_a_row_asks(requests: int | None, rows: int) -> None:
    assert rows_per_slice(requests) == rows


@pytest.mark.parametrize("rows", [0, 1, 7, 99, 5000, 12_345])
def test_slices_of_a_file_are_the_file(tmp_path: Path, rows: int) -> None:
    path = tmp_path / "rows.parquet"
    write_parquet(path, to_table([row_values(num(n)) for n in range(rows)], Num))
    slices = StoredInput("needs", (path,)).cut(1000)
    assert [row.n for one in slices for row in one.rows(Num)] == list(range(rows))
    assert [one.num_rows for one in slices] == [len(list(one.rows(Num))) for one in slices]
    assert max(one.num_rows for one in slices) - min(one.num_rows for one in slices) <= 1
    assert max(one.num_rows for one in slices) <= 1000
    assert len(slices) == max(1, -(-rows // 1000))
    assert [n for one in slices for n in one.lazy().collect()["n"]] == list(range(rows))
