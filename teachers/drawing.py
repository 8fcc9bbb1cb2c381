"""Drawing the next token: each row with its own sampling and its own random numbers, as vLLM draws it.

Imports torch, and so is itself imported only when a model is loaded.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from teachers.types import Sampling

# Sorting the whole vocabulary for every token would cost more than a small model's step; what may be drawn nearly
# always lies within this many tokens, and where it does not the row is sorted in full.
GUESS = 128


@dataclass(frozen=True, slots=True)
class Limits:
    """How each row is drawn; all of shape (rows, 1). `top_ks` of 0 and `min_ps` of 0 are off."""

    temperatures: Tensor
    top_ps: Tensor
    top_ks: Tensor
    min_ps: Tensor

    @classmethod
    def of(cls, samplings: Sequence[Sampling], *, device: "torch.device | str" = "cpu") -> "Limits":
        def column(name: str, dtype: torch.dtype = torch.float32) -> Tensor:
            values = [[getattr(sampling, name)] for sampling in samplings]
            return torch.tensor(values, dtype=dtype, device=device)

        return cls(column("temperature"), column("top_p"), column("top_k", torch.int64), column("min_p"))

    def row(self, index: int) -> "Limits":
        here = slice(index, index + 1)
        return Limits(self.temperatures[here], self.top_ps[here], self.top_ks[here], self.min_ps[here])


def penalised(logits: Tensor, *, seen: Tensor, penalties: Tensor) -> Tensor:
    """Logits of tokens that stand in prompt or answer, divided by the penalty, or multiplied where below zero.

    `seen` is a mask of the shape of `logits`, `penalties` has shape (rows, 1). Keskar et al. 2019, section 4.1.
    """
    lowered = torch.where(logits > 0, logits / penalties, logits * penalties)
    return torch.where(seen, lowered, logits)


def draw(logits: Tensor, *, limits: Limits, uniforms: Tensor) -> Tensor:
    """Next tokens, shape (rows,), of float32 `logits` of shape (rows, vocabulary).

    After the temperature, `min_p` keeps the tokens at least that probable beside the likeliest, `top_k` so many of
    them; of what is left the nucleus is the smallest set of likeliest tokens that reaches `top_p`. A uniform number in
    [0, 1), of shape (rows,), picks one of it; temperature 0 takes the likeliest token.
    """
    scaled = logits / limits.temperatures.clamp(min=1e-6)
    total = torch.logsumexp(scaled, dim=1, keepdim=True)
    values, tokens = scaled.topk(min(GUESS, logits.shape[1]), dim=1)
    places, inside = _pick((values - total).exp(), limits, uniforms.unsqueeze(1))
    drawn = tokens.gather(1, places).squeeze(1)
    greedy = limits.temperatures.squeeze(1) == 0
    for row in (~inside.squeeze(1) & ~greedy).nonzero().flatten().tolist():
        ordered, order = scaled[row : row + 1].sort(dim=1, descending=True)
        place, _ = _pick((ordered - total[row]).exp(), limits.row(row), uniforms[row : row + 1].unsqueeze(1))
        drawn[row] = order[0, place[0, 0]]
    return torch.where(greedy, tokens[:, 0], drawn)


def _pick(probabilities: Tensor, limits: Limits, uniforms: Tensor) -> tuple[Tensor, Tensor]:
    """Places in probabilities sorted downwards, and whether they are right though the rest was not shown: (rows, 1)."""
    width, unlimited = probabilities.shape[1], (limits.top_ks == 0) & (limits.min_ps == 0)
    probable = (probabilities >= limits.min_ps * probabilities[:, :1]).sum(1, keepdim=True)
    kept = torch.where(limits.top_ks > 0, probable.minimum(limits.top_ks), probable)
    reached = probabilities.cumsum(1)
    wanted = limits.top_ps * torch.where(unlimited, 1.0, reached.gather(1, kept - 1))
    last = torch.searchsorted(reached, wanted).minimum(kept - 1)
    picked = torch.searchsorted(reached, uniforms * reached.gather(1, last), right=True).minimum(last)
    return picked, (kept < width) | (limits.top_ks == width) | (unlimited & (reached[:, -1:] >= wanted))
