import io
import json
import logging
import sys
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from tests.trainer.conftest import sft_config
from trainer.display import display
from trainer.errors import TrainConfigError
from trainer.log import MetricsLog, read_metrics
from trainer.sft import train_sft
from trainer.sinks import require

RL_ROW = {
    "step": 1, "seconds": 2.0, "reward/total": 0.5, "accuracy": 0.25, "len/mean": 120.4, "truncated": 0.03,
    "kl_ref": 0.0123, "len/wrong": None, "tokens_per_s": 1234.5,
}  # fmt: skip


@pytest.fixture
def run(tmp_path: Path) -> Path:
    (tmp_path / "config.resolved.yaml").write_text("seed: 3\n")
    return tmp_path


def scalars(run: Path) -> dict[str, list[tuple[int, float]]]:
    events = EventAccumulator(str(run / "tensorboard")).Reload()
    return {tag: [(one.step, one.value) for one in events.Scalars(tag)] for tag in events.Tags()["scalars"]}


def test_tensorboard_holds_the_numbers_of_every_row(run: Path) -> None:
    log = MetricsLog(run, resumed_at=0, log_to=("tensorboard",))
    log.write(RL_ROW)
    log.write({"step": 2, "accuracy": 0.5, "note": "text"})
    log.close()
    shown = scalars(run)
    assert shown["accuracy"] == [(1, 0.25), (2, 0.5)]
    assert shown["reward/total"] == [(1, 0.5)]
    assert set(shown) == set(RL_ROW) - {"step", "len/wrong"}
    assert read_metrics(run)[0] == RL_ROW


def test_a_resumed_run_takes_back_what_came_after_its_checkpoint(run: Path) -> None:
    log = MetricsLog(run, resumed_at=0, log_to=("tensorboard",))
    for step in (1, 2, 3):
        log.write({"step": step, "loss": float(step)})
    log.close()
    log = MetricsLog(run, resumed_at=1, log_to=("tensorboard",))
    log.write({"step": 2, "loss": 20.0})
    log.close()
    assert scalars(run)["loss"] == [(1, 1.0), (2, 20.0)]
    assert [row["loss"] for row in read_metrics(run)] == [1.0, 20.0]


def test_a_row_that_a_full_disk_cut_off_is_left_out(run: Path) -> None:
    (run / "metrics.jsonl").write_text('{"step": 1}\n{"st')
    assert read_metrics(run) == [{"step": 1}]


def test_a_tracker_that_is_not_installed_is_named_with_its_package() -> None:
    require(("tensorboard",))
    with pytest.raises(TrainConfigError, match="pip install absent-tracker"):
        require(("tensorboard", "absent-tracker"))


def test_a_run_is_shown_in_tensorboard_row_by_row(options: dict[str, Any]) -> None:
    summary = train_sft(sft_config(options, steps=3, log_to=["tensorboard"]), console=Console(quiet=True))
    run = Path(summary.run)
    trained = [(row["step"], row["loss"]) for row in read_metrics(run) if "loss" in row]
    assert scalars(run)["loss"] == [(step, pytest.approx(loss)) for step, loss in trained]
    assert len(scalars(run)["eval_loss"]) == 2


@pytest.mark.skipif(find_spec("trackio") is not None, reason="trackio is installed")
def test_a_run_does_not_begin_without_a_tracker_it_names(options: dict[str, Any]) -> None:
    config = sft_config(options, steps=1, log_to=["trackio"])
    with pytest.raises(TrainConfigError, match="pip install trackio"):
        train_sft(config, console=Console(quiet=True))
    assert not Path(config.out).exists()


def test_a_tracker_that_fails_is_told_of_once_and_the_run_goes_on(run: Path, caplog: pytest.LogCaptureFixture) -> None:
    log = MetricsLog(run, resumed_at=0, log_to=("tensorboard",))
    log.write({"step": 1, "loss": 1.0})
    log._guests[0]._sink._writer.close()  # type: ignore[union-attr]
    (event_file,) = (run / "tensorboard").iterdir()
    event_file.unlink()
    (run / "tensorboard").rmdir()
    (run / "tensorboard").write_text("no folder any more")
    with caplog.at_level(logging.WARNING):
        for step in (2, 3):
            log.write({"step": step, "loss": 1.0})
        log.close()
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "tensorboard gets no more rows" in caplog.text
    assert [row["step"] for row in read_metrics(run)] == [1, 2, 3]


class Tracker:
    """Records what is asked of a module with the `init`, `log` and `finish` that wandb and trackio share."""

    def __init__(self) -> None:
        self.asked: dict[str, Any] = {}
        self.rows: list[tuple[int, dict[str, float]]] = []
        self.finished = False

    def init(self, **options: Any) -> "Tracker":
        self.asked = options
        return self

    def log(self, values: dict[str, float], step: int) -> None:
        self.rows.append((step, values))

    def finish(self) -> None:
        self.finished = True
        print("Run finished.")  # noqa: T201


@pytest.mark.parametrize("name", ["wandb", "trackio"])
def test_the_others_get_the_configuration_and_the_numbers(
    run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    tracker = Tracker()
    monkeypatch.setitem(sys.modules, name, SimpleNamespace(init=tracker.init))
    log = MetricsLog(run, resumed_at=0, log_to=(name,))
    log.write(RL_ROW)
    log.close()
    assert tracker.asked["config"] == {"seed": 3}
    assert tracker.asked["name"] == run.name
    assert tracker.rows[0][0] == 1
    assert tracker.rows[0][1]["accuracy"] == 0.25
    assert tracker.finished
    assert capsys.readouterr().out == ""  # which is the command's own


def test_wandb_goes_on_with_the_run_of_a_run_folder(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tracker = Tracker()
    monkeypatch.setitem(sys.modules, "wandb", SimpleNamespace(init=tracker.init))
    MetricsLog(run, resumed_at=0, log_to=("wandb",)).close()
    first = tracker.asked["id"]
    MetricsLog(run, resumed_at=2, log_to=("wandb",)).close()
    assert tracker.asked["id"] == first


def shown(*rows: dict[str, Any], total: int, **console: Any) -> str:
    out = io.StringIO()
    with display(Console(file=out, width=200, **console), total=total, done=0) as progress:
        for row in rows:
            progress.step(row)
    return out.getvalue()


def test_without_a_terminal_plain_lines_say_what_matters_and_how_long_it_takes() -> None:
    text = shown(RL_ROW, total=31)
    assert "step 1/31" in text
    assert "reward 0.500  accuracy 25.0%  length 120  truncated 3.0%  KL 0.0123  1,234 tokens/s  0:01:00 left" in text


def test_a_long_run_of_fast_steps_is_told_in_few_lines() -> None:
    rows = [RL_ROW | {"step": step} for step in range(1, 1001)]
    assert len(shown(*rows, total=1000).splitlines()) == 20


def test_a_terminal_shows_progress_and_the_last_row() -> None:
    text = shown(RL_ROW, RL_ROW | {"step": 2, "accuracy": 0.75}, total=4, force_terminal=True)
    assert "2/4" in text
    assert "accuracy 75.0%" in text


def test_an_evaluation_is_told_with_its_interval() -> None:
    out = io.StringIO()
    with display(Console(file=out, width=200), total=9, done=0) as progress:
        progress.held_out({"step": 4, "eval/accuracy": 0.5, "eval/low": 0.4, "eval/high": 0.6, "eval/rows": 100})
        progress.held_out({"step": 9, "first_batch_loss": 1.0})
    assert out.getvalue() == "step 4/9  held-out accuracy 50.0%  95 %: 40.0%  to 60.0%\n"


def test_nothing_is_shown_when_quiet() -> None:
    assert shown(RL_ROW, total=1, quiet=True) == ""
    assert shown(RL_ROW, total=1, quiet=True, force_terminal=True) == ""


def test_rows_are_on_disk_before_the_next_step(run: Path) -> None:
    log = MetricsLog(run, resumed_at=0)
    log.write({"step": 1})
    assert json.loads((run / "metrics.jsonl").read_text()) == {"step": 1}
    log.close()
