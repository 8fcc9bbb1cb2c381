"""Many texts grown at once by one causal language model: a cache of slots, one text in each.

Every text has its own slot and length, so texts join and leave at any step without touching their neighbours. The
rows in use are always the first ones: when a text leaves, the last one moves into its slot. A text that begins as
another one does (the same problem, the same worked example) copies what was computed for the common beginning.

Imports torch and transformers, and so is itself imported only when a model is loaded.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.cache_utils import Cache
from transformers.masking_utils import sdpa_mask

ATTENTION = "tracemill_grouped"
# The cache grows by this many tokens at once: growing copies it.
LENGTH_STEP = 64


class SlotCache(Cache):  # type: ignore[misc]
    """Keys and values of shape (slots, key heads, length, width) per layer, written where `aim` said."""

    def __init__(self, model: Any, *, slots: int) -> None:
        config = model.config.get_text_config()
        width = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
        empty = torch.zeros((slots, config.num_key_value_heads, 0, width), dtype=model.dtype, device=model.device)
        self.layers: list[Any] = []
        self.keys = [empty] * config.num_hidden_layers
        self.values = [empty] * config.num_hidden_layers

    def reserve(self, length: int) -> None:
        """Room for `length` tokens in every slot."""
        missing = length - self.keys[0].shape[2]
        if missing > 0:
            self.keys = [torch.nn.functional.pad(old, (0, 0, 0, missing)) for old in self.keys]
            self.values = [torch.nn.functional.pad(old, (0, 0, 0, missing)) for old in self.values]

    def copy(self, source: int, target: int, *, length: int) -> None:
        """The first `length` tokens of one slot become those of another."""
        for tensor in (*self.keys, *self.values):
            tensor[target, :, :length] = tensor[source, :, :length]

    def aim(self, first: int, *, spots: Tensor, length: int) -> None:
        """The next pass writes at `spots` (rows, tokens) of the slots from `first`, and reads up to `length`."""
        self.spots, self.length = spots, length
        self.rows = torch.arange(first, first + len(spots), device=spots.device)[:, None]
        self.used = slice(first, first + len(spots))

    def update(self, keys: Tensor, values: Tensor, layer_idx: int, *_: Any, **__: Any) -> tuple[Tensor, Tensor]:
        held_keys, held_values = self.keys[layer_idx], self.values[layer_idx]
        held_keys[self.rows, :, self.spots] = keys.transpose(1, 2)
        held_values[self.rows, :, self.spots] = values.transpose(1, 2)
        return held_keys[self.used, :, : self.length], held_values[self.used, :, : self.length]

    def get_seq_length(self, layer_idx: int = 0) -> int:
        """Zero: places and masks are always given explicitly."""
        return 0


class SlotModel:
    """A causal LM stepped one token for all rows; the first `lengths[i]` tokens of row i are in the cache."""

    def __init__(self, model: Any, *, slots: int, max_length: int) -> None:
        AttentionInterface.register(ATTENTION, grouped_attention)
        AttentionMaskInterface.register(ATTENTION, sdpa_mask)
        model.set_attn_implementation(ATTENTION)
        self.model, self.max_length, self.device = model, max_length, model.device
        self.cache = SlotCache(model, slots=slots)
        self.places = torch.arange(max_length, device=self.device)
        self.lengths: list[int] = []
        self.beginnings: list[list[int]] = []

    def add(self, prompt: Sequence[int]) -> None:
        """A new last row holding all of `prompt` but its last token, which the next step is to be given."""
        row, known = len(self.lengths), list(prompt[:-1])
        shared, source = self._longest_beginning(known)
        self._reserve(len(prompt))
        if shared:
            self.cache.copy(source, row, length=shared)
        if shared < len(known):
            spots = self.places[shared : len(known)]
            mask = self.places[: len(known)] <= spots[:, None]
            self.cache.aim(row, spots=spots[None], length=len(known))
            self._forward(torch.tensor([known[shared:]], device=self.device), spots=spots[None], mask=mask[None, None])
        self.lengths.append(len(known))
        self.beginnings.append(known)

    def step(self, tokens: Tensor) -> Tensor:
        """Appends one token to every row; float32 logits of shape (rows, vocabulary) for what follows."""
        longest = max(self.lengths) + 1
        self._reserve(longest)
        spots = torch.tensor(self.lengths, device=self.device)[:, None]
        mask = self.places[:longest] <= spots
        self.cache.aim(0, spots=spots, length=longest)
        logits = self._forward(tokens[:, None], spots=spots, mask=mask[:, None, None])
        self.lengths = [length + 1 for length in self.lengths]
        return logits[:, -1].float()

    def drop(self, row: int) -> None:
        """Row `row` leaves; the last row takes its place."""
        last = len(self.lengths) - 1
        if row != last:
            self.cache.copy(last, row, length=self.lengths[last])
            self.lengths[row], self.beginnings[row] = self.lengths[last], self.beginnings[last]
        self.lengths.pop()
        self.beginnings.pop()

    def _longest_beginning(self, tokens: list[int]) -> tuple[int, int]:
        """How many first tokens a row in use shares with `tokens`, and which row shares most."""
        shared = [(_common(tokens, beginning), row) for row, beginning in enumerate(self.beginnings)]
        return max(shared, default=(0, 0))

    def _reserve(self, length: int) -> None:
        self.cache.reserve(min(-(-length // LENGTH_STEP) * LENGTH_STEP, self.max_length))

    def _forward(self, ids: Tensor, *, spots: Tensor, mask: Tensor) -> Tensor:
        out = self.model(
            input_ids=ids,
            position_ids=spots,
            attention_mask=mask,
            past_key_values=self.cache,
            use_cache=True,
            logits_to_keep=1,
        )
        logits: Tensor = out.logits
        return logits


def grouped_attention(
    module: Any,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor,
    scaling: float | None = None,
    **_: Any,
) -> tuple[Tensor, None]:
    """Attention in which queries that share a key head stand beside each other, so that no key is copied for them.

    Shapes: query (rows, heads, tokens, width), key and value (rows, key heads, length, width).
    """
    rows, heads, count, width = query.shape
    groups = heads // key.shape[1]
    gathered = query.reshape(rows, key.shape[1], groups * count, width)
    mask = attention_mask if count == 1 else attention_mask.repeat(1, 1, groups, 1)
    out = torch.nn.functional.scaled_dot_product_attention(gathered, key, value, attn_mask=mask, scale=scaling)
    return out.reshape(rows, heads, count, width).transpose(1, 2), None


def _common(left: list[int], right: list[int]) -> int:
    shorter = min(len(left), len(right))
    return next((index for index in range(shorter) if left[index] != right[index]), shorter)
