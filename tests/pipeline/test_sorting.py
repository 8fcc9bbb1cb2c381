"""Rows are sorted in parts where they are too many for memory."""

from pathlib import Path

import polars as pl
import pytest

from pipeline.config import load_config
from pipeline.session import run
from pipeline.sorting import first_of_each, sink_sorted
from tests.pipeline.workshop import Workshop, by_name, digests, node, rows

FRAME = pl.DataFrame(
    {
        "id": [f"é{n * 7919 % 1009 % 200:03d}" for n in range(2_000)],
        "reason": [None if n % 3 else f"r{n % 5}" for n in range(2_000)],
        "words": [["a"] * (n % 4) for n in range(2_000)],
    }
)


@pytest.mark.parametrize("files", [2, 64], ids=["spread-again-and-again", "spread-once"])
@pytest.mark.parametrize("sample", [1, 1 << 16])
def test_rows_are_in_order_however_many_parts_it_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: int, sample: int
) -> None:
    monkeypatch.setattr("pipeline.sorting.SORT_BYTES", 1_000)
    monkeypatch.setattr("pipeline.sorting.BATCH_BYTES", 5_000)
    monkeypatch.setattr("pipeline.sorting.FILES", files)
    monkeypatch.setattr("pipeline.sorting.SAMPLE", sample)
    frame = FRAME.with_row_index("n")
    sink_sorted(frame.lazy(), tmp_path / "rows.parquet", by=["id", "n"], groups=100)
    assert pl.read_parquet(tmp_path / "rows.parquet").equals(frame.sort("id", "n"))
    assert [path.name for path in tmp_path.iterdir()] == ["rows.parquet"]


def test_no_rows_and_one_id_for_all_are_sorted_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.sorting.SORT_BYTES", 1_000)
    for name, frame in (("none", FRAME.clear()), ("one", FRAME.with_columns(pl.lit("same").alias("id")))):
        sink_sorted(frame.lazy(), tmp_path / name, by=["id"], groups=100)
        assert pl.read_parquet(tmp_path / name).height == frame.height
    assert {path.name for path in tmp_path.iterdir()} == {"none", "one"}


def test_of_rows_that_share_an_id_the_first_is_taken() -> None:
    rows = pl.LazyFrame({"id": ["b", "a", "b", "c", "a"], "n": range(5)})
    assert first_of_each(rows).collect().rows() == [("b", 0), ("a", 1), ("c", 3)]
    assert first_of_each(rows.head(2)).collect().rows() == [("b", 0), ("a", 1)]
    assert first_of_each(rows.head(0)).collect().is_empty()


def test_a_table_sorted_in_parts_and_cut_small_has_the_same_rows(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    nodes = {"out": node("sift", every=3), "after": node("shout", needs="out")}
    whole = shop.run(**nodes)
    monkeypatch.setattr("pipeline.sorting.SORT_BYTES", 100)
    monkeypatch.setattr("pipeline.table.SHARD_BYTES", 100)
    parted = by_name(run(load_config(shop.write(store="parted", **nodes))))
    assert digests(parted) == digests(whole)
    for kind in ("data", "rejects"):
        assert rows(parted["out"].artifact, kind) == rows(whole["out"].artifact, kind)
    assert parted["out"].manifest.num_shards > whole["out"].manifest.num_shards == 1
