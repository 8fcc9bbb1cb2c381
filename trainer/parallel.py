"""Several processes as one: each computes a share, gradients are summed, and what is decided is decided on everything.

Started by `torchrun --nproc-per-node N -m tracemill train ...`; a process alone needs no such thing.
"""

import os
from collections.abc import Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator

    import torch

T = TypeVar("T")


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

    def gather(self, mine: Sequence[T]) -> list[T]:
        """The items of all processes in the order that `share` took them from."""
        if self.size == 1:
            return list(mine)
        import torch.distributed as dist

        shares: list[Any] = [None] * self.size
        dist.all_gather_object(shares, list(mine))
        whole: list[T] = [None] * sum(len(share) for share in shares)  # type: ignore[list-item]
        for rank, share in enumerate(shares):
            whole[rank :: self.size] = share
        return whole

    def sum_gradients(self, parameters: "Iterable[torch.nn.Parameter]") -> None:
        """Losses are shares of one mean over the tokens of all processes, so their gradients add up."""
        if self.size == 1:
            return
        import torch
        import torch.distributed as dist

        for parameter in parameters:
            if parameter.requires_grad:
                if parameter.grad is None:
                    parameter.grad = torch.zeros_like(parameter)
                dist.all_reduce(parameter.grad)

    def sum(self, values: "torch.Tensor") -> "torch.Tensor":
        if self.size > 1:
            import torch.distributed as dist

            dist.all_reduce(values)
        return values

    def wait(self) -> None:
        if self.size > 1:
            import torch.distributed as dist

            dist.barrier()


@contextmanager
def group() -> "Iterator[Group]":
    """Joins the processes that torchrun started; a process started otherwise is alone."""
    size = int(os.environ.get("WORLD_SIZE", "1"))
    if size == 1:
        yield Group()
        return
    import torch
    import torch.distributed as dist

    dist.init_process_group("nccl" if torch.cuda.is_available() else "gloo")
    try:
        yield Group(dist.get_rank(), dist.get_world_size())
    finally:
        dist.destroy_process_group()
