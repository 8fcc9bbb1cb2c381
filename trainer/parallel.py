"""Several processes as one: each computes a share, gradients are summed, and what is decided is decided on everything.

Started by `torchrun --nproc-per-node N -m tracemill train ...`; a process alone needs no such thing.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from pipeline.errors import TracemillError
from trainer.errors import TrainerError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import torch

T = TypeVar("T")
WAIT = timedelta(hours=12)  # while one encodes a data set or draws a long response, the others stand still


@dataclass(frozen=True)
class Group:
    """The processes of a run; `rank` 0 writes the run folder."""

    rank: int = 0
    size: int = 1

    @property
    def is_main(self) -> bool:
        return self.rank == 0

    def share(self, items: Sequence[T]) -> Sequence[T]:
        """This process's items: every `size`-th, so that items sorted by length are spread evenly."""
        return items[self.rank :: self.size]

    def on_main(self, do: Callable[[], T]) -> T:
        """What process 0 makes of `do`, for all of them; what it or its disk raises is raised by all."""
        if self.size == 1:
            return do()
        told: list[Any] = [None, None]
        if self.is_main:
            try:
                told[0] = do()
            except (TrainerError, TracemillError, OSError) as error:
                told[1] = error
        self._together("broadcast_object_list", told)
        if told[1] is not None:
            raise told[1]
        return told[0]  # type: ignore[no-any-return]

    def gather(self, mine: Sequence[T]) -> list[T]:
        """The items of all processes in the order that `share` took them from."""
        if self.size == 1:
            return list(mine)
        shares: list[Any] = [None] * self.size
        self._together("all_gather_object", shares, list(mine))
        whole: list[T] = [None] * sum(len(share) for share in shares)  # type: ignore[list-item]
        for rank, share in enumerate(shares):
            whole[rank :: self.size] = share
        return whole

    def sum_gradients(self, parameters: "Iterable[torch.nn.Parameter]") -> None:
        """Losses are shares of one mean over the tokens of all processes, so their gradients add up."""
        if self.size == 1:
            return
        import torch

        for parameter in parameters:
            if parameter.requires_grad:
                if parameter.grad is None:  # this process had no row
                    parameter.grad = torch.zeros_like(parameter)
                self.sum(parameter.grad)

    def sum(self, values: "torch.Tensor") -> "torch.Tensor":
        """In place, over all processes."""
        if self.size > 1:
            self._together("all_reduce", values)
        return values

    def _together(self, call: str, *values: Any) -> None:
        import torch.distributed as dist

        try:
            getattr(dist, call)(*values)
        except RuntimeError as error:
            raise TrainerError(
                f"process {self.rank} lost the others, one of which ended; its error says why ({error})"
            ) from error


@contextmanager
def group() -> "Iterator[Group]":
    """Joins the processes that torchrun started; a process started otherwise is alone."""
    size = int(os.environ.get("WORLD_SIZE", "1"))
    if size == 1:
        yield Group()
        return
    import torch
    import torch.distributed as dist

    if torch.cuda.is_available():
        torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", "0")))
    dist.init_process_group("nccl" if torch.cuda.is_available() else "gloo", timeout=WAIT)
    try:
        yield Group(dist.get_rank(), dist.get_world_size())
    finally:
        dist.destroy_process_group()
