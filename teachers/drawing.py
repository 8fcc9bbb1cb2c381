"""Drawing the next token: temperature and nucleus for each row on its own, with the row's own random numbers.

Imports torch, and so is itself imported only when a model is loaded.
"""

import torch
from torch import Tensor

# Sorting the whole vocabulary for every token would cost more than a small model's step; the nucleus nearly always
# lies within this many tokens, and where it does not the row is sorted in full.
NUCLEUS_GUESS = 128


def draw(logits: Tensor, *, temperatures: Tensor, top_ps: Tensor, uniforms: Tensor) -> Tensor:
    """Next tokens, shape (rows,), of float32 `logits` of shape (rows, vocabulary).

    The other arguments have shape (rows,). A uniform number in [0, 1) picks a token of the nucleus, the smallest set
    of likeliest tokens whose probabilities reach `top_p`; temperature 0 takes the likeliest token.
    """
    scaled = logits / temperatures.clamp(min=1e-6).unsqueeze(1)
    total = torch.logsumexp(scaled, dim=1, keepdim=True)
    values, tokens = scaled.topk(min(NUCLEUS_GUESS, logits.shape[1]), dim=1)
    probabilities = (values - total).exp()
    drawn = tokens.gather(1, _pick(probabilities, top_ps, uniforms)).squeeze(1)
    wide = (probabilities.sum(1) < top_ps) & (temperatures > 0)
    for row in wide.nonzero().flatten().tolist():
        ordered, order = scaled[row : row + 1].sort(dim=1, descending=True)
        index = _pick((ordered - total[row]).exp(), top_ps[row : row + 1], uniforms[row : row + 1])
        drawn[row] = order[0, index[0, 0]]
    return torch.where(temperatures > 0, drawn, tokens[:, 0])


def _pick(probabilities: Tensor, top_ps: Tensor, uniforms: Tensor) -> Tensor:
    """Indices of shape (rows, 1) into probabilities sorted downwards."""
    reached = probabilities.cumsum(1)
    last = torch.searchsorted(reached, top_ps.unsqueeze(1)).clamp(max=probabilities.shape[1] - 1)
    mass = reached.gather(1, last)
    return torch.searchsorted(reached, uniforms.unsqueeze(1) * mass, right=True).minimum(last)
