"""Checkpoints that resume exactly: weights and optimizers; order, rate and all that is drawn follow from the step."""

import pickle
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from trainer.errors import TrainConfigError
from trainer.model import save_whole

STATE_FILE = "trainer.pt"


class Stateful(Protocol):
    """An optimizer, a critic: what a run changes besides the model."""

    def state_dict(self) -> dict[str, Any]: ...

    def load_state_dict(self, state_dict: dict[str, Any]) -> Any: ...


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """After `step` optimizer updates; `folder` also loads as a model."""

    folder: Path
    step: int


def save(
    run: Path, model: Any, tokenizer: Any, parts: Mapping[str, Stateful], *, step: int, data: str, keep: int
) -> Path:
    """Writes `ckpt/step_N`, whole or not at all, and removes all but the newest `keep`; `data` is the rows' digest."""
    import torch

    folder = run / "ckpt" / f"step_{step:06d}"
    draft = _draft(folder)
    save_model(model, tokenizer, draft)
    states = {name: part.state_dict() for name, part in parts.items()}
    torch.save({"parts": states, "data": data}, draft / STATE_FILE)
    draft.rename(folder)
    for old in _folders(run)[:-keep]:
        shutil.rmtree(old)
    return folder


def save_final(run: Path, model: Any, tokenizer: Any) -> Path:
    """Writes `final/`, whose presence says that the run is complete."""
    draft = _draft(run / "final")
    save_whole(model, draft)
    tokenizer.save_pretrained(draft)
    draft.rename(run / "final")
    return run / "final"


def save_model(model: Any, tokenizer: Any, folder: Path) -> None:
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def latest(run: Path) -> Checkpoint | None:
    folders = _folders(run)
    if not folders:
        return None
    return Checkpoint(folder=folders[-1], step=_step(folders[-1]))


def restore(checkpoint: Checkpoint, parts: Mapping[str, Stateful], *, data: str) -> None:
    """Sets the parts; raises `TrainConfigError` where the rows are not those the run began with, or it is none."""
    import torch

    try:
        state = torch.load(checkpoint.folder / STATE_FILE, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, EOFError, RuntimeError) as error:
        why = str(error).partition("\n")[0]
        raise TrainConfigError(f"{checkpoint.folder}: holds no state of a trainer ({why})") from error
    if state["data"] != data:
        raise TrainConfigError(
            f"{checkpoint.folder}: was trained on other rows than data.path holds now; name the version it began with "
            f"or start a new run folder with this checkpoint as model.path"
        )
    for name, part in parts.items():
        part.load_state_dict(state["parts"][name])


def _folders(run: Path) -> list[Path]:
    """Oldest first."""
    return sorted((path for path in (run / "ckpt").glob("step_*") if path.suffix != ".tmp"), key=_step)


def _step(folder: Path) -> int:
    return int(folder.name.removeprefix("step_"))


def _draft(folder: Path) -> Path:
    """An empty sibling to write into, so that the rename at the end makes the folder appear whole."""
    draft = folder.with_suffix(".tmp")
    if draft.exists():
        shutil.rmtree(draft)
    draft.mkdir(parents=True)
    return draft
