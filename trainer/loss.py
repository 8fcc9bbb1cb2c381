"""The loss of completions: rows padded to one length, or laid end to end."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from trainer.errors import TrainConfigError
from trainer.template import Encoded

if TYPE_CHECKING:
    import torch

IGNORED = -100  # the label that cross entropy leaves out
LOGITS_AT_ONCE = 2**26  # in the loss, where they stand in float32 three times: 800 MB


class Batch(NamedTuple):
    """`[B, T]` each; `labels` are `IGNORED` but for completions. Packed rows are one row without a mask: where
    positions begin anew, attention does not reach back."""

    ids: "torch.Tensor"
    labels: "torch.Tensor"
    positions: "torch.Tensor"
    mask: "torch.Tensor | None"


def padded(rows: Sequence[Encoded], *, pad_id: int) -> Batch:
    """Rows under each other, padded on the right."""
    import torch

    ids = torch.full((len(rows), max(len(row.ids) for row in rows)), pad_id)
    mask, labels = torch.zeros_like(ids), torch.full_like(ids, IGNORED)
    for index, row in enumerate(rows):
        length = len(row.ids)
        ids[index, :length] = torch.tensor(row.ids)
        mask[index, :length] = 1
        labels[index, row.num_prompt : length] = ids[index, row.num_prompt : length]
    return Batch(ids, labels, (mask.cumsum(dim=1) - 1).clamp(min=0), mask)


def packed(rows: Sequence[Encoded]) -> Batch:
    """Rows laid end to end."""
    import torch

    ids = torch.cat([torch.tensor(row.ids) for row in rows])
    positions = torch.cat([torch.arange(len(row.ids)) for row in rows])
    prompts = torch.cat([torch.full((len(row.ids),), row.num_prompt) for row in rows])
    labels = ids.masked_fill(positions < prompts, IGNORED)
    return Batch(ids[None], labels[None], positions[None], None)


def completion_loss(model: Any, batch: Batch, *, dtype: str) -> "torch.Tensor":
    """Sum of -log p over all completion tokens; prompts and padding carry no loss.

    Logits are taken only at positions that some row learns from, and what the loss makes of them is not kept: with a
    vocabulary of 50,000 they would outweigh everything else in memory.
    """
    import torch
    from torch.utils.checkpoint import checkpoint

    device = model.device
    targets = batch.labels[:, 1:].to(device)  # position t foretells token t + 1
    learnt = (targets != IGNORED).any(dim=0).nonzero().squeeze(1)
    with torch.autocast(device.type, dtype=torch.bfloat16, enabled=dtype == "bfloat16"):
        output = model(
            input_ids=batch.ids.to(device),
            attention_mask=None if batch.mask is None else batch.mask.to(device),
            position_ids=batch.positions.to(device),
            logits_to_keep=learnt,
            use_cache=False,
        )
    logits, answers = output.logits.flatten(0, 1), targets[:, learnt].flatten()
    size = max(1, LOGITS_AT_ONCE // logits.shape[1])
    parts = list(zip(torch.split(logits, size), torch.split(answers, size), strict=True))
    if len(parts) == 1:
        return _nll(*parts[0])
    losses = [checkpoint(_nll, *part, use_reentrant=False, preserve_rng_state=False) for part in parts]
    return torch.stack(losses).sum()


def _nll(logits: "torch.Tensor", answers: "torch.Tensor") -> "torch.Tensor":
    from torch.nn import functional

    return functional.cross_entropy(logits.float(), answers, ignore_index=IGNORED, reduction="sum")


def check_packing(model: Any, rows: Sequence[Encoded]) -> None:
    """Raises `TrainConfigError` where rows laid end to end see each other, as in models that are not all attention."""
    import torch

    model.eval()
    with torch.no_grad():
        apart = sum(completion_loss(model, packed([row]), dtype="float32").item() for row in rows)
        together = completion_loss(model, packed(rows), dtype="float32").item()
    if abs(together - apart) > 1e-3 * apart:
        raise TrainConfigError(
            f"packing: {model.config.model_type} does not keep packed rows apart (a loss of {together:.4f} and not "
            f"{apart:.4f}); leave packing off"
        )
