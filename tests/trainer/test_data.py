from pathlib import Path
from typing import Any

import pytest

from tests.trainer.conftest import sum_row, write_export
from trainer.data import Mix, Order, Source, view_files
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


def mixed(order: Order, epoch: int) -> list[int]:
    """The rows of one epoch, a step of one row each."""
    return [order.rows(step)[0] for step in range(epoch * order.num_rows, (epoch + 1) * order.num_rows)]


def test_an_epoch_of_a_mix_has_the_shares_and_as_many_rows_as_the_scarcest_source_lasts() -> None:
    mix = Mix(sizes=(30, 100), shares=(0.3, 0.7), seed=0)
    order = Order(num_rows=sum(mix.counts), rows_per_step=1, seed=0, mix=mix)
    assert mix.counts == [30, 70]
    epochs = [mixed(order, epoch) for epoch in range(10)]
    for rows in epochs:
        assert sorted(row for row in rows if row < 30) == list(range(30))
    others = [row for rows in epochs for row in rows if row >= 30]
    assert all(others.count(row) == 7 for row in range(30, 130))
    assert sorted(others[:70]) != sorted(others[70:140])


def test_a_mix_is_shuffled_and_follows_from_its_seed() -> None:
    def rows(seed: int) -> list[int]:
        mix = Mix(sizes=(10, 10), shares=(1, 1), seed=seed)
        return mixed(Order(num_rows=20, rows_per_step=1, seed=seed, mix=mix), 1)

    assert rows(0) == rows(0) != rows(1)
    assert any(row >= 10 for row in rows(0)[:10])


def test_rows_are_encoded_once_for_the_same_data_template_and_length(export: Path, tokenizer: Any) -> None:
    def written(**changes: Any) -> int:
        encoded(export, tokenizer, **changes)
        return (export / "rows.bin").stat().st_mtime_ns

    first = written()
    assert written() == first
    shorter = written(max_length=80)
    assert shorter != first
    assert written() != shorter
    tokenizer.chat_template = "{% for m in messages %}{{ m['content'] + eos_token }}{% endfor %}"
    changed = written()
    write_export(export, {"train": [sum_row(1)]})
    assert written() != changed


def test_how_many_rows_are_encoded_is_told(export: Path, tokenizer: Any) -> None:
    told: list[int] = []
    source = Source(tuple(view_files(export, "sft", "train")))
    encode_rows([source], Template(tokenizer), export / "rows.bin", max_length=256, tell=told.append)
    assert told == list(range(1, 11))
