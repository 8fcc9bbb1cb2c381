from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.errors import ConfigError, ShardError
from pipeline.stage import Reject
from stages import _parquet
from stages._parquet import ParquetRows
from stages.read_parquet import ReadParquet
from stages.records import QAPair


def write(path: Path, rows: list[dict[str, Any]], *, group: int = 1000) -> Path:
    pq.write_table(pa.Table.from_pylist(rows), path, row_group_size=group)
    return path


def numbered(path: Path, count: int, *, group: int = 1000) -> Path:
    return write(
        path, [{"question": f"What is {n} + 1?", "answer": n + 1, "x": "y" * 9} for n in range(count)], group=group
    )


def read(stage: ReadParquet) -> list[QAPair | Reject]:
    return [row for shard in stage.shards() for row in stage.read(shard)]


def pairs(stage: ReadParquet) -> list[QAPair]:
    return [row for row in read(stage) if isinstance(row, QAPair)]


def test_rows_become_pairs(tmp_path: Path) -> None:
    row = {"q": "What is 1 + 1?", "meta": {"a": 2.0, "b": "x" * 99}, "id": 7, "who": "Ann", "up": 3}
    stage = ReadParquet(
        paths=[write(tmp_path / "a.parquet", [row])],
        source="sums",
        question_fields=["q"],
        answer_field="meta.a",
        id_field="id",
        author_field="who",
        votes_field="up",
        licence="MIT",
    )
    (pair,) = pairs(stage)
    assert (pair.id, pair.question, pair.answer_text) == ("sums-7", "What is 1 + 1?", "2")
    assert (pair.author, pair.votes, pair.licence, pair.extractor) == ("Ann", 3, "MIT", "parquet")


def test_only_the_columns_named_are_read(tmp_path: Path) -> None:
    file = _parquet.ParquetRows(numbered(tmp_path / "a.parquet", 2), ReadParquet(paths=[], source="s").columns())
    assert [list(row) for _, row in file.rows()] == [["answer", "question"]] * 2


def test_a_missing_column_is_told_with_those_there_are(tmp_path: Path) -> None:
    file = numbered(tmp_path / "a.parquet", 2)
    stage = ReadParquet(paths=[file], source="s", answer_field="solution", id_field="uid")
    words = r"no column 'solution', 'uid'; columns: question, answer, x\. Name yours: answer_field: COLUMN, id_field: "
    with pytest.raises(ConfigError, match=words):
        stage.shards()
    with pytest.raises(ConfigError, match=words):
        replace(stage, sample=1).shards()


def test_a_column_that_is_missing_inside_another_is_told(tmp_path: Path) -> None:
    file = write(tmp_path / "a.parquet", [{"question": "q", "meta": {"answer": 1}}])
    with pytest.raises(ConfigError, match=r"no column 'meta\.answr'; columns: "):
        read(ReadParquet(paths=[file], source="s", answer_field="meta.answr"))


def test_rows_without_text_are_rejected_with_their_place(tmp_path: Path) -> None:
    rows = [{"question": "q", "answer": "1"}, {"question": None, "answer": "1"}, {"question": "q", "answer": "1"}]
    found = read(ReadParquet(paths=[write(tmp_path / "a.parquet", rows)], source="s"))
    assert [isinstance(row, Reject) and row.reason for row in found] == [False, "bad_row", "duplicate_row"]
    assert found[1].id == "a.parquet:1"


@pytest.mark.parametrize(
    ("value", "text"), [(b"caf\xc3\xa9", "café"), ([1, 2], "1, 2"), (True, "True"), (float("nan"), None), ("", None)]
)
def test_values_that_are_no_text(tmp_path: Path, value: Any, text: str | None) -> None:
    path = write(tmp_path / "a.parquet", [{"question": "q", "answer": value}])
    (row,) = read(ReadParquet(paths=[path], source="s"))
    assert (row.answer_text if isinstance(row, QAPair) else None) == text


@pytest.mark.parametrize(("group", "shards"), [(10, 3), (1, 3), (57, 1), (25, 3)])
def test_row_groups_make_shards_that_read_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, group: int, shards: int
) -> None:
    path = numbered(tmp_path / "a.parquet", 57, group=group)
    whole = read(ReadParquet(paths=[path], source="s"))
    monkeypatch.setattr(_parquet, "ROWS_PER_SHARD", 20)
    stage = ReadParquet(paths=[path], source="s")
    assert len(stage.shards()) == shards
    assert read(stage) == whole
    assert len(whole) == 57


def test_limit_takes_the_first_rows_of_all_files(tmp_path: Path) -> None:
    paths = [numbered(tmp_path / "a.parquet", 3), numbered(tmp_path / "b.parquet", 9, group=2)]
    whole = read(ReadParquet(paths=paths, source="s"))
    assert read(ReadParquet(paths=paths, source="s", limit=8)) == whole[:8]


def test_a_sample_does_not_depend_on_the_order_of_rows(tmp_path: Path) -> None:
    rows = [{"question": f"q{n}", "answer": n} for n in range(200)]
    forward = write(tmp_path / "a.parquet", rows, group=7)
    backward = write(tmp_path / "b.parquet", rows[::-1], group=50)

    def drawn(path: Path, seed: int) -> set[str]:
        return {pair.question for pair in pairs(ReadParquet(paths=[path], source="s", sample=20, seed=seed))}

    assert len(drawn(forward, 1)) == 20
    assert drawn(forward, 1) == drawn(backward, 1) != drawn(forward, 2)


def test_damaged_files_are_named(tmp_path: Path) -> None:
    path = numbered(tmp_path / "a.parquet", 500)
    whole = path.read_bytes()
    path.write_bytes(whole[:-9])
    with pytest.raises(ShardError, match=r"a\.parquet.*fetch it again"):
        ReadParquet(paths=[path], source="s").shards()
    path.write_bytes(b"PAR1" + b"\xff" * 400 + whole[404:])
    with pytest.raises(ShardError, match=r"a\.parquet.*fetch the file again"):
        read(ReadParquet(paths=[path], source="s"))
    with pytest.raises(ConfigError, match="nowhere"):
        ReadParquet(paths=[tmp_path / "nowhere.parquet"], source="s").shards()


def test_an_empty_file_gives_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"question": pa.array([], pa.string()), "answer": pa.array([], pa.string())}), path)
    assert read(ReadParquet(paths=[path], source="s")) == []


def test_rows_are_chosen_out_of_any_groups(tmp_path: Path) -> None:
    rows = ParquetRows(numbered(tmp_path / "a.parquet", 30, group=4), ["question"])
    places = [0, 3, 4, 15, 16, 28, 29]
    assert [place for place, _ in rows.chosen(places)] == places


def test_choosing_takes_time_by_the_rows_and_not_by_rows_times_groups(tmp_path: Path) -> None:
    rows = ParquetRows(numbered(tmp_path / "a.parquet", 20_000, group=100), ["question"])
    compared = CountedPlaces(range(0, 20_000, 2))
    assert sum(1 for _ in rows.chosen(compared)) == 10_000
    assert compared.taken < 20_000


class CountedPlaces(Sequence[int]):
    """Counts how many of its numbers are asked for."""

    def __init__(self, places: range) -> None:
        self.places, self.taken = places, 0

    def __len__(self) -> int:
        return len(self.places)

    def __getitem__(self, index: Any) -> Any:
        found = self.places[index]
        self.taken += len(found) if isinstance(found, range) else 1
        return found
