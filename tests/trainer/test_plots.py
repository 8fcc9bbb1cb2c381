import json
from pathlib import Path
from typing import Any

import pytest
from matplotlib.collections import PolyCollection
from matplotlib.image import imread

from trainer.errors import TrainerError
from trainer.panels import RL
from trainer.plots import figure_of_runs, figures, plot_run, plot_runs, running_mean


def rl_rows(count: int) -> list[dict[str, Any]]:
    keys = [key for panels in RL.values() for panel in panels for key in panel.lines]
    rows = [
        {"step": step} | {key: step / 100 + place for place, key in enumerate(keys)} for step in range(1, count + 1)
    ]
    rows[0]["len/wrong"] = None
    interval = {"eval/accuracy": 0.5, "eval/low": 0.4, "eval/high": 0.7, "eval/len": 30.0}
    return [{"step": 0} | interval, *rows]


def write_run(run: Path, rows: list[dict[str, Any]], config: str = "rollout: {max_tokens: 64}\n") -> Path:
    run.mkdir(parents=True)
    (run / "config.resolved.yaml").write_text(config)
    (run / "metrics.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return run


def lines(axes: Any) -> dict[str, list[tuple[float, float]]]:
    return {line.get_label(): [tuple(point) for point in line.get_xydata().tolist()] for line in axes.get_lines()}


def test_every_number_of_a_run_is_drawn_as_it_stands() -> None:
    rows = rl_rows(5)
    drawn = figures(rows, budget=64)
    assert list(drawn) == ["accuracy", "length", "rewards", "policy", "keywords", "speed"]
    for name, panels in RL.items():
        for panel, axes in zip(panels, drawn[name].axes, strict=True):
            assert (axes.get_title(), axes.get_xlabel(), axes.get_ylabel()) == (panel.title, "step", panel.unit)
            if panel.stacked:
                continue
            scale = 100 if panel.percent else 1
            every = [line.get_xydata().tolist() for line in axes.get_lines()]
            for key in panel.lines:
                wanted = [(row["step"], row[key] * scale) for row in rows if row.get(key) is not None]
                assert [list(point) for point in wanted] in every, key


def test_gradients_have_a_logarithmic_axis_unless_all_are_zero() -> None:
    norms = {"accuracy": 0.5, "grad_norm/actor": 0.0}
    assert figures([{"step": 1} | norms])["policy"].axes[0].get_yscale() == "linear"
    assert figures([{"step": 1} | norms | {"grad_norm/actor": 2.0}])["policy"].axes[0].get_yscale() == "log"


def test_labels_of_axes_lie_within_the_picture() -> None:
    """With the widest numbers there are: small distances, and gradients of a narrow logarithmic range."""
    rows = [
        {"step": step, "accuracy": 0.5, "kl_ref": step * 1.3e-5, "mismatch/k3": step * 1.1e-13}
        | {"grad_norm/actor": 0.21 * step, "value/explained": -0.0125 * step, "entropy": 0.0123 * step}
        for step in range(1, 5)
    ]
    figure = figures(rows)["policy"]
    figure.canvas.draw()
    assert all(axes.yaxis.label.get_window_extent().x0 >= 0 for axes in figure.axes)


def test_shares_that_are_zero_throughout_stand_above_the_axis() -> None:
    (axes, *_) = figures([{"step": step, "keyword/wait": 0.0} for step in (1, 2)])["keywords"].axes
    low, high = axes.get_ylim()
    assert low < 0 < 1 <= high


def test_held_out_accuracy_has_its_interval_and_length_its_budget() -> None:
    drawn = figures(rl_rows(3), budget=64)
    (bar,) = drawn["accuracy"].axes[0].containers
    (segment,) = bar.lines[2][0].get_segments()
    assert segment.tolist() == [[0, 40], [0, 70]]
    assert [height for _, height in lines(drawn["length"].axes[0])["budget"]] == [64, 64]
    assert lines(drawn["length"].axes[0])["held out"] == [(0, 30)]


def test_the_parts_of_a_step_add_up() -> None:
    rows = rl_rows(4)
    axes = figures(rows)["speed"].axes[0]
    parts = [one for one in axes.collections if isinstance(one, PolyCollection)]
    tops = [part.get_paths()[0].get_extents().y1 for part in parts]
    sums = [sum(rows[-1][key] for key in list(RL["speed"][0].lines)[: upto + 1]) for upto in range(4)]
    assert tops == pytest.approx(sums)


def test_a_long_run_shows_each_step_faint_and_the_mean_of_the_last_strong() -> None:
    rows = [{"step": step, "loss": float(step % 2)} for step in range(1, 41)] + [{"step": 40, "eval_loss": 0.25}]
    loss = figures(rows)["loss"].axes[0]
    faint, strong, held_out = loss.get_lines()
    assert faint.get_alpha() < 0.5
    assert list(faint.get_ydata()) == [row["loss"] for row in rows[:-1]]
    assert list(strong.get_ydata()) == [1.0] + [0.5] * 39
    assert loss.get_xlabel() == "step (strong: mean of the last 2)"
    assert held_out.get_xydata().tolist() == [[40, 0.25]]


def test_a_running_mean_never_looks_ahead() -> None:
    assert running_mean([2.0, 4.0, 6.0, 8.0], 2) == [2.0, 3.0, 5.0, 7.0]
    assert running_mean([2.0, 4.0], 1) == [2.0, 4.0]


def test_a_run_gets_its_pictures(tmp_path: Path) -> None:
    supervised = write_run(
        tmp_path / "sft", [{"step": 1, "loss": 2.0, "grad_norm": 1.0, "tokens_per_s": 3.0}], "steps: 1\n"
    )
    assert [path.name for path in plot_run(supervised)] == ["loss.png"]
    drawn = plot_run(write_run(tmp_path / "rl", rl_rows(2)))
    assert [path.stem for path in drawn] == list(RL)
    assert all(imread(path).std() > 0 for path in drawn)
    assert plot_run(write_run(tmp_path / "nothing", [])) == []


def test_runs_are_drawn_over_each_other_with_mean_and_range(tmp_path: Path) -> None:
    values = {"a": [[0.1, 0.2], [0.3, 0.6]], "b": [[0.5, 0.5, 0.7]]}
    groups: dict[str, list[Path]] = {group: [] for group in values}
    for group, runs in values.items():
        for seed, run in enumerate(runs):
            rows = [{"step": step, "accuracy": value} for step, value in enumerate(run, start=1)]
            groups[group].append(write_run(tmp_path / f"{group}{seed}", rows))
    figure = figure_of_runs(groups, "accuracy", unit="percent", title="T", percent=True, smooth=1)
    (axes,) = figure.axes
    assert lines(axes) == {"a (n=2)": [(1, 20), (2, 40)], "b (n=1)": [(1, 50), (2, 50), (3, 70)]}
    heights = axes.collections[0].get_paths()[0].vertices[:, 1]
    assert (heights.min(), heights.max()) == pytest.approx((10, 60))
    assert plot_runs(groups, "accuracy", tmp_path / "out" / "both.png", unit="percent").exists()
    with pytest.raises(TrainerError, match=r"a0: metrics\.jsonl has no 'len/mean' to draw"):
        plot_runs(groups, "len/mean", tmp_path / "none.png", unit="tokens")
