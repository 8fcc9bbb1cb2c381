"""What a step asks of its networks: log-probabilities of drawn tokens, values of them, and the policy as it began."""

import copy
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

from trainer.config import ModelConfig
from trainer.errors import TrainConfigError
from trainer.model import causal, load_model
from trainer.rollouts import Rollout

LOGITS_AT_ONCE = 2**26  # of a vocabulary of 50,000, those of 1,300 tokens: 256 MB, and as much for their gradient


@dataclass(frozen=True)
class Scored:
    """`logps` and `entropy` are `[B, T]` in nats, zero where `mask` is: behind the last token of a response."""

    logps: torch.Tensor
    entropy: torch.Tensor | None
    mask: torch.Tensor


def log_probs(
    model: Any, rollouts: Sequence[Rollout], *, temperature: float, pad_id: int, dtype: str, with_entropy: bool = False
) -> Scored:
    """Log-probabilities of the responses' tokens at `temperature`, end tokens included; log-softmax in float32.

    Logits are taken of response tokens alone, and of `LOGITS_AT_ONCE` at most: more are computed again for the gradient
    rather than kept, since with a large vocabulary they would outweigh everything else in memory.
    """
    base = causal(model)
    head = base.get_output_embeddings()
    hidden, tokens, mask = _hidden(base.get_decoder(), rollouts, pad_id=pad_id, dtype=dtype)

    def chosen(states: torch.Tensor, ids: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        with torch.autocast(states.device.type, dtype=torch.bfloat16, enabled=dtype == "bfloat16"):
            logits = head(states)
        logits = logits.float() / temperature
        total = logits.logsumexp(dim=-1)
        logps = logits.gather(1, ids[:, None]).squeeze(1) - total
        if not with_entropy:
            return logps, logps
        with torch.no_grad():
            return logps, total - (logits.softmax(dim=-1) * logits).sum(dim=-1)

    size = max(1, LOGITS_AT_ONCE // head.weight.shape[0])
    parts = [
        checkpoint(chosen, *part, use_reentrant=False) if len(tokens) > size else chosen(*part)
        for part in zip(torch.split(hidden, size), torch.split(tokens, size), strict=True)
    ]
    logps, entropy = (_spread(torch.cat(one), mask) for one in zip(*parts, strict=True))
    return Scored(logps, entropy if with_entropy else None, mask)


class Critic:
    """A copy of the policy's trunk with a linear head that begins at zero: a value a token for each of `heads`.

    Weights that the policy does not train, as those under an adapter, are shared with it and not copied.
    """

    def __init__(self, model: Any, *, heads: int) -> None:
        base = causal(model)
        frozen = {id(weight): weight for weight in base.parameters() if not weight.requires_grad}
        trunk = copy.deepcopy(base.get_decoder(), frozen)
        head = nn.Linear(base.get_output_embeddings().weight.shape[1], heads, device=model.device)
        nn.init.zeros_(head.weight)
        nn.init.zeros_(head.bias)
        self._net = nn.ModuleDict({"trunk": trunk, "head": head})

    def values(self, rollouts: Sequence[Rollout], *, pad_id: int, dtype: str) -> torch.Tensor:
        """`[B, T, heads]`: what is still to come at each token before it is drawn; zero behind the last."""
        hidden, _, mask = _hidden(self._net["trunk"], rollouts, pad_id=pad_id, dtype=dtype)
        return _spread(self._net["head"](hidden.float()), mask)

    def parameters(self) -> Iterator[nn.Parameter]:
        return self._net.parameters()

    def state_dict(self) -> dict[str, Any]:
        """What it trains."""
        return {name: weight.detach() for name, weight in self._net.named_parameters() if weight.requires_grad}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        with torch.no_grad():
            for name, weight in self._net.named_parameters():
                if weight.requires_grad:
                    weight.copy_(state[name])


class Reference:
    """The policy as it began: its base without adapters, or else a second model of the first weights."""

    def __init__(self, model: Any, config: ModelConfig, tokenizer: Any) -> None:
        self._adapted = model if hasattr(model, "disable_adapter") else None
        self._model = model if self._adapted else load_model(config, tokenizer, dropout=False).requires_grad_(False)

    @contextmanager
    def active(self) -> Iterator[Any]:
        if self._adapted is None:
            yield self._model
            return
        with self._adapted.disable_adapter():
            yield self._model


def check_head(model: Any) -> None:
    """Raises `TrainConfigError` where logits are more than the head's output, as where they are capped or scaled."""
    base = causal(model)
    ids = torch.tensor([[0, 1]], device=base.device)
    with torch.no_grad():
        head = base.get_output_embeddings()(base.get_decoder()(input_ids=ids, use_cache=False).last_hidden_state)
        whole = base(input_ids=ids, use_cache=False).logits
    if not torch.allclose(head, whole, rtol=1e-4, atol=1e-4):
        raise TrainConfigError(
            f"model: a {base.config.model_type} model scales or caps its logits, which the trainer would not know of; "
            f"take a model whose logits are its head's output, such as Llama, Qwen or SmolLM"
        )


def _hidden(
    trunk: Any, rollouts: Sequence[Rollout], *, pad_id: int, dtype: str
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """States `[N, H]` from which the N response tokens are drawn, those tokens `[N]`, and their mask `[B, T]`.

    Rows are padded on the right, behind all that a causal model looks at: the padding needs no mask, has no part in
    anything and gets no gradient.
    """
    starts = np.array([[len(one.prompt_ids)] for one in rollouts])
    sizes = np.array([[len(one.ids)] for one in rollouts])
    ids = np.full((len(rollouts), (starts + sizes).max()), pad_id)
    for row, one, length in zip(ids, rollouts, (starts + sizes).flat, strict=True):
        row[:length] = one.prompt_ids + one.ids
    places = np.arange(1, ids.shape[1])
    drawn = torch.from_numpy((places >= starts) & (places < starts + sizes))  # position t foretells token t + 1
    mask = torch.from_numpy(np.arange(sizes.max()) < sizes)
    device = next(trunk.parameters()).device
    read, drawn, mask = torch.from_numpy(ids).to(device), drawn.to(device), mask.to(device)
    with torch.autocast(device.type, dtype=torch.bfloat16, enabled=dtype == "bfloat16"):
        states = trunk(input_ids=read[:, :-1], use_cache=False).last_hidden_state
    return states[drawn], read[:, 1:][drawn], mask


def _spread(values: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """`[N, ...]` to `[B, T, ...]`, zero where the mask is."""
    whole = values.new_zeros(*mask.shape, *values.shape[1:])
    whole[mask] = values
    return whole
