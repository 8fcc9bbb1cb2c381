"""Responses drawn from the policy, and the proof that whoever drew them holds the trainer's weights."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np

from trainer.errors import TrainerError
from trainer.model import causal

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One response wanted. `seed` decides the draw, whatever else is drawn beside it."""

    prompt_ids: list[int]
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollout:
    """A response in tokens: `ids` end with an end token exactly where `finish` is "stop"; nothing is ever forged.

    `logps` are the log-probabilities of `ids` in the distribution they were drawn from.
    """

    prompt_ids: list[int]
    ids: list[int]
    logps: list[float]
    finish: Literal["stop", "length"]


class Sampler(Protocol):
    """Draws from the policy as it was at the last `sync`."""

    def sync(self, model: Any) -> None: ...

    def draw(self, wanted: Sequence[Wanted], *, temperature: float, max_tokens: int) -> list[Rollout]:
        """One rollout a request, in order; at temperature 0 the likeliest tokens, with log-probabilities of 0."""

    def close(self) -> None: ...


class TransformersSampler:
    """`generate` of the very model that is trained.

    end_ids     -- every id that ends a response
    batch_size  -- responses that grow at once; None: all
    dtype       -- of the computation, as the trainer's own, or the two would disagree
    """

    def __init__(self, model: Any, *, end_ids: Sequence[int], pad_id: int, batch_size: int | None, dtype: str) -> None:
        self._end_ids, self._pad_id, self._batch_size, self._dtype = frozenset(end_ids), pad_id, batch_size, dtype
        self.sync(model)

    def sync(self, model: Any) -> None:
        # Adapters live inside the base model; what wraps it would restore the generation options that it came with.
        self._model = causal(model)

    def close(self) -> None:
        pass

    def draw(self, wanted: Sequence[Wanted], *, temperature: float, max_tokens: int) -> list[Rollout]:
        from transformers import GenerationConfig

        # Models ship with cuts and penalties of their own (top_p, top_k, repetition_penalty); none may bend the policy.
        ends = {"eos_token_id": sorted(self._end_ids), "pad_token_id": self._pad_id}
        options = GenerationConfig(do_sample=False, max_new_tokens=max_tokens, **ends)
        order = sorted(range(len(wanted)), key=lambda index: len(wanted[index].prompt_ids))  # the least padding
        size = self._batch_size or max(1, len(order))
        drawn: dict[int, Rollout] = {}
        with _drawing(self._model, options):
            for start in range(0, len(order), size):
                chosen = order[start : start + size]
                batch = [wanted[index] for index in chosen]
                drawn |= zip(chosen, self._batch(batch, temperature, max_tokens), strict=True)
        return [drawn[index] for index in range(len(wanted))]

    def _batch(self, wanted: Sequence[Wanted], temperature: float, max_tokens: int) -> list[Rollout]:
        import torch

        device = self._model.device
        width = max(len(one.prompt_ids) for one in wanted)
        ids = np.full((len(wanted), width), self._pad_id)
        mask = np.zeros_like(ids)
        for row, one in enumerate(wanted):
            ids[row, width - len(one.prompt_ids) :] = one.prompt_ids
            mask[row, width - len(one.prompt_ids) :] = 1
        uniforms = np.stack([np.random.default_rng(one.seed).random(max_tokens) for one in wanted], axis=1)
        draw = _InverseCdf(torch.from_numpy(uniforms).to(device), temperature)
        with torch.autocast(device.type, dtype=torch.bfloat16, enabled=self._dtype == "bfloat16"):
            whole = self._model.generate(
                input_ids=torch.from_numpy(ids).to(device),
                attention_mask=torch.from_numpy(mask).to(device),
                logits_processor=[draw],
            )
        drawn, logps = whole[:, width:].tolist(), torch.stack(draw.logps, dim=1).tolist()
        return [self._rollout(*row) for row in zip(wanted, drawn, logps, strict=True)]

    def _rollout(self, wanted: Wanted, ids: list[int], logps: list[float]) -> Rollout:
        end = next((index + 1 for index, token in enumerate(ids) if token in self._end_ids), None)
        finish: Literal["stop", "length"] = "length" if end is None else "stop"
        stop = len(ids) if end is None else end
        return Rollout(prompt_ids=wanted.prompt_ids, ids=ids[:stop], logps=logps[:stop], finish=finish)


class _InverseCdf:
    """A logits processor that makes the arg max of `generate` the token at which the distribution passes a uniform.

    uniforms -- `[T, B]`, one a token and response
    """

    def __init__(self, uniforms: "torch.Tensor", temperature: float) -> None:
        self._uniforms, self._temperature = uniforms, temperature
        self.logps: list[torch.Tensor] = []

    def __call__(self, input_ids: "torch.Tensor", scores: "torch.Tensor") -> "torch.Tensor":
        """`scores` are logits in float32, `[B, V]`."""
        import torch

        if self._temperature == 0:
            self.logps.append(scores.new_zeros(len(scores)))
            return scores
        logps = torch.log_softmax(scores / self._temperature, dim=-1)
        # In float64 the sum over a large vocabulary keeps the unlikely tokens; a token of no mass is never passed at.
        passed = logps.exp().cumsum(dim=-1, dtype=torch.float64)
        point = self._uniforms[len(self.logps), :, None] * passed[:, -1:]
        tokens = torch.searchsorted(passed, point, right=True).clamp_(max=scores.shape[1] - 1)
        self.logps.append(logps.gather(1, tokens).squeeze(1))
        return scores.scatter(1, tokens, float("inf"))


@contextmanager
def _drawing(model: Any, options: Any) -> Iterator[None]:
    """The model without dropout and with `options` alone: `generate` fills up what it is given from the model's own."""
    before, was_training = model.generation_config, model.training
    model.generation_config = options
    model.eval()
    try:
        yield
    finally:
        model.generation_config = before
        model.train(was_training)


@dataclass(frozen=True, slots=True)
class Parity:
    """How far the sampler's log-probabilities are from the trainer's, over all tokens of a step.

    `k3` is the mean of exp(d) - 1 - d, `max` the largest |d|, d = trainer - sampler.
    """

    k3: float
    max: float


def check_parity(rollouts: Sequence[Rollout], logps: "torch.Tensor", mask: "torch.Tensor", limit: float) -> Parity:
    """`logps` are the trainer's, `[B, T]`; raises `TrainerError` where the mean k3 passes `limit` or is no number."""
    import torch

    sampled = torch.tensor([value for one in rollouts for value in one.logps], dtype=torch.float64)
    apart = logps.detach().cpu().double()[mask.cpu().bool()] - sampled
    found = Parity(k3=float((apart.exp() - 1 - apart).mean()), max=float(apart.abs().max()))
    if not found.k3 <= limit:
        raise TrainerError(
            f"the sampler's log-probabilities are not the trainer's: mean k3 {found.k3:.2g} over {len(sampled)} tokens "
            f"where {limit:g} is allowed (largest difference {found.max:.2g}); the sampler may hold other weights, cut "
            f"the distribution or compute in a coarser dtype: draw with rollout.backend transformers, or, where only "
            f"rounding differs, raise rollout.mismatch_limit and set rollout.correction"
        )
    return found
