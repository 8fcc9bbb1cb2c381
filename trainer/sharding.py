"""Weights, gradients and optimizer states shared out over processes (FSDP2), for models that one device cannot hold.

What is gathered must be asked for by all processes together, and is whole in the first, in the memory of its host.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch


def shard(model: Any) -> None:
    """Leaves each process a part of every weight, on its device. Gradients become means over the processes."""
    from torch.distributed.fsdp import fully_shard

    for layer in model.get_decoder().layers:
        fully_shard(layer)
    fully_shard(model, reshard_after_forward=True)  # else whole weights stand in it after an evaluation


@dataclass(frozen=True)
class WholeModel:
    """A sharded model to be saved by the first process."""

    model: Any
    weights: Mapping[str, Any]

    def state_dict(self) -> Mapping[str, Any]:
        return self.weights

    def save_pretrained(self, folder: Path, *, state_dict: Mapping[str, Any] | None = None) -> None:
        self.model.save_pretrained(folder, state_dict=self.weights)


def gather_model(model: Any) -> WholeModel:
    from torch.distributed.checkpoint.state_dict import StateDictOptions, get_model_state_dict

    options = StateDictOptions(full_state_dict=True, cpu_offload=True)
    return WholeModel(model, get_model_state_dict(model, options=options))


class ShardedOptimizer:
    """What a checkpoint keeps of an optimizer whose states are shared out."""

    def __init__(self, model: Any, optimizer: "torch.optim.Optimizer") -> None:
        self._model, self._optimizer = model, optimizer
        self._whole: dict[str, Any] = {}

    def gather(self) -> None:
        from torch.distributed.checkpoint.state_dict import StateDictOptions, get_optimizer_state_dict

        options = StateDictOptions(full_state_dict=True, cpu_offload=True)
        self._whole = get_optimizer_state_dict(self._model, self._optimizer, options=options)

    def state_dict(self) -> dict[str, Any]:
        """As gathered last, and handed out once: it is twice the size of the model."""
        whole, self._whole = self._whole, {}
        return whole

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Takes this process's part of a whole state."""
        from torch.distributed.checkpoint.state_dict import StateDictOptions, set_optimizer_state_dict

        options = StateDictOptions(full_state_dict=True)
        set_optimizer_state_dict(self._model, self._optimizer, state_dict, options=options)
