from pathlib import Path
from typing import Any

import pytest

from tests.trainer.conftest import sum_row, write_export
from trainer.data import Order, Source, view_files
from trainer.errors import TrainConfigError
from trainer.template import Template
from trainer.tokens import TokenRows, encode_rows


def encoded(folder: Path, tokenizer: Any, *, max_length: int = 256, limit: int | None = None) -> TokenRows:
    source = Source(tuple(view_files(folder, "sft", "train")))
    return encode_rows([source], Template(tokenizer), folder / "rows.bin", max_length=max_length, limit=limit)


def test_rows_come_back_from_disk_as_they_were_encoded(export: Path, tokenizer: Any) -> None:
    rows, template = encoded(export, tokenizer), Template(tokenizer)
    assert len(rows) == 10
    for number in range(10):
        row = sum_row(number)
        assert rows.row(number) == template.encode(row["id"], row["prompt"], row["completion"])


def test_rows_that_are_too_long_are_left_out_and_counted(tmp_path: Path, tokenizer: Any) -> None:
    long = sum_row(3) | {"completion": [{"role": "assistant", "content": "x" * 300}]}
    folder = write_export(tmp_path / "export", {"train": [sum_row(1), long, sum_row(2)]})
    rows = encoded(folder, tokenizer)
    assert (len(rows), rows.dropped) == (2, 1)
    assert rows.row(1) == encoded(folder, tokenizer, limit=2).row(1)


def test_the_digest_tells_data_sets_apart(export: Path, tmp_path: Path, tokenizer: Any) -> None:
    other = write_export(tmp_path / "other", {"train": [sum_row(number) for number in range(1, 11)]})
    assert encoded(export, tokenizer).digest == encoded(export, tokenizer).digest
    assert encoded(export, tokenizer).digest != encoded(other, tokenizer).digest


def test_a_missing_view_is_answered_with_the_views_there_are(export: Path) -> None:
    with pytest.raises(TrainConfigError, match=r"no rows rl/train; it holds: sft/train, sft/validation"):
        view_files(export, "rl", "train")


def test_every_epoch_visits_every_row_once_in_another_order() -> None:
    order = Order(num_rows=10, rows_per_step=4, seed=0)
    visited = [row for step in range(5) for row in order.rows(step)]
    assert sorted(visited[:10]) == sorted(visited[10:]) == list(range(10))
    assert visited[:10] != visited[10:]


def test_the_last_step_of_the_last_epoch_is_short() -> None:
    order = Order(num_rows=10, rows_per_step=4, seed=0, epochs=1)
    assert order.num_steps == 3
    assert [len(order.rows(step)) for step in range(3)] == [4, 4, 2]


def test_a_step_larger_than_the_data_takes_several_epochs() -> None:
    rows = Order(num_rows=3, rows_per_step=8, seed=1).rows(0)
    assert sorted(rows[:3]) == sorted(rows[3:6]) == [0, 1, 2]
    assert len(rows) == 8
