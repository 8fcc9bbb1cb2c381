"""The outbox: rows wait as tables or on the disk, and come out by id."""

from pathlib import Path
from typing import Any

import pytest

from pipeline.artifact import Artifact
from pipeline.errors import StoreError
from pipeline.outbox import Outbox
from pipeline.parquet import read_rows
from pipeline.stage import Reject
from tests.toystages.records import Num


def num(number: int, *, text: str = "") -> Num:
    return Num(id=f"r{number:04d}", n=number, text=text or str(number) * 50)


def filled(outbox: Outbox) -> Outbox:
    """Two hundred rows in batches of ten, in an order by chance; every seventh is rejected."""
    numbers = [n * 77 % 200 for n in range(200)]
    for start in range(0, 200, 10):
        batch = [num(n) for n in numbers[start : start + 10]]
        outbox.put(batch, [Reject("seventh") if row.n % 7 == 0 else row for row in batch])
    return outbox


def committed(outbox: Outbox, folder: Path) -> tuple[Any, list[Num]]:
    artifact = Artifact(folder)
    report = outbox.commit(artifact, 0, expected=None, seconds=0.0, counters={})
    return report, list(read_rows(artifact.shard("data", 0), Num))


def test_rows_come_out_by_id_however_they_waited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = committed(filled(Outbox(Num)), tmp_path / "held")
    monkeypatch.setattr("pipeline.outbox.SPILL_BYTES", 3000)
    spilling = filled(Outbox(Num, tmp_path / "0000"))
    assert len(list(tmp_path.glob("0000-*.arrow"))) == len(spilling.spilled) > 3
    assert committed(spilling, tmp_path / "spilled") == held
    assert [row.n for row in held[1]] == [n for n in range(200) if n % 7]
    assert not list(tmp_path.glob("0000-*.arrow"))


def test_columns_too_long_for_one_array_come_out_by_id_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = committed(filled(Outbox(Num)), tmp_path / "held")
    monkeypatch.setattr("pipeline.columns.TAKE_BYTES", 100)
    assert committed(filled(Outbox(Num)), tmp_path / "long") == held


def test_rows_that_cannot_be_put_aside_are_the_stores_trouble(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.outbox.SPILL_BYTES", 3000)
    with pytest.raises(StoreError, match="cannot write"):
        filled(Outbox(Num, tmp_path / "nowhere" / "0000"))


def test_a_row_given_twice_and_one_that_does_not_fit_take_nothing_from_the_others(tmp_path: Path) -> None:
    outbox = Outbox(Num)
    batch = [num(0), num(1), num(2), num(3)]
    outbox.put(batch, [num(0), Num(id="r0001", n=2**70, text=""), [num(2), num(2)], num(3)])
    report, rows = committed(outbox, tmp_path)
    assert [row.n for row in rows] == [0, 3]
    assert (report.rows_in, report.kept, report.quarantined) == (4, 2, 2)
