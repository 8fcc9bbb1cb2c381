"""Pictures of a run, drawn from its metrics.jsonl; matplotlib is optional."""

from importlib.util import find_spec
from pathlib import Path

from trainer.log import read_metrics
from trainer.run import losses


def plot_losses(run: Path) -> Path | None:
    """Draws `plots/loss.png`; None where matplotlib is not installed."""
    if find_spec("matplotlib") is None:
        return None
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    train, held_out = losses(read_metrics(run))
    figure = Figure(figsize=(7, 4), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot(xlabel="step", ylabel="loss per completion token (nats)")
    axes.plot([step for step, _ in train], [loss for _, loss in train], label="training batch")
    if held_out:
        axes.plot([step for step, _ in held_out], [loss for _, loss in held_out], "o--", label="validation")
    axes.legend()
    path = run / "plots" / "loss.png"
    path.parent.mkdir(exist_ok=True)
    figure.savefig(path, dpi=120)
    return path
