"""The repetition penalty of a whole step against its definition, and its share of the step's time.

    python -m bench.training.penalty [--quick]

64 responses of 14,000 tokens, the seed paper's n-gram of 40: of 50,000 kinds of tokens, with loops in a quarter of
them and passages said again in another quarter. The definition is the paper's algorithm 1 over tuples. The step it is
held against is the least there can be: one forward and backward pass over the same tokens by a random Llama in the
shape of SmolLM2-135M. Its time is taken at a short length and multiplied, which leaves out what attention costs more
at 14,000 tokens, drawing the responses, the reference and the critic: the true share is smaller.
"""

import random
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bench.parts import run_alone
from trainer.rewards import repetition_penalty

RESPONSES, TOKENS, VOCABULARY = 64, 14_000, 50_000
NGRAM, PENALTY = 40, -0.05
SHAPE = {
    "vocab_size": 49_152,
    "hidden_size": 576,
    "intermediate_size": 1536,
    "num_hidden_layers": 30,
    "num_attention_heads": 9,
    "num_key_value_heads": 3,
    "tie_word_embeddings": True,
}


def measure(*, quick: bool = False) -> tuple[dict[str, float], list[str]]:
    responses = [_response(seed) for seed in range(8 if quick else RESPONSES)]
    tokens = len(responses) * TOKENS
    ours, found = _timed(lambda: [repetition_penalty(ids, ngram=NGRAM, penalty=PENALTY) for ids in responses])
    brute, expected = _timed(lambda: [by_definition(ids, NGRAM, PENALTY) for ids in responses])
    differences = sum(int((one != np.asarray(other)).sum()) for one, other in zip(found, expected, strict=True))
    advantages, _ = _timed(_advantages(len(responses)))
    step = _seconds_a_token(128 if quick else 512) * tokens
    figures = {
        "penalty_seconds": ours,
        "penalty_share_of_step": ours / step,
        "penalty_brute_force_ratio": brute / ours,
        "penalty_differences": float(differences),
        "advantages_share_of_step": advantages / step,
    }
    repeated = sum(int((one != 0).sum()) for one in found) / tokens
    lines = [
        f"{len(responses)} responses of {TOKENS:,} tokens, {repeated:.0%} of them repeated",
        f"penalty {ours:.3f} s, by definition {brute:.2f} s, {differences} tokens differ",
        f"advantages of 3 streams {advantages:.3f} s; forward and backward pass at least {step:,.0f} s",
    ]
    return figures, lines


def _response(seed: int) -> list[int]:
    draw = random.Random(seed)
    ids = [draw.randrange(VOCABULARY) for _ in range(TOKENS)]
    if seed % 4 == 0:
        start, period = draw.randrange(TOKENS // 2), draw.randint(1, 300)
        return [ids[place if place < start else start + (place - start) % period] for place in range(TOKENS)]
    if seed % 4 == 1:
        for _ in range(20):
            source, target, length = draw.randrange(TOKENS), draw.randrange(TOKENS), draw.randint(20, 400)
            passage = ids[source : source + length]
            ids[target : target + length] = passage
    return ids[:TOKENS] + ids[: max(0, TOKENS - len(ids))]


def by_definition(ids: Sequence[int], ngram: int, penalty: float) -> list[float]:
    """The paper's algorithm 1: an n-gram that was seen penalises all its tokens, by assignment."""
    rewards, seen = [0.0] * len(ids), set()
    for start in range(len(ids) - ngram + 1):
        gram = tuple(ids[start : start + ngram])
        if gram in seen:
            rewards[start : start + ngram] = [penalty] * ngram
        seen.add(gram)
    return rewards


def _advantages(responses: int) -> Callable[[], Any]:
    import torch

    from trainer.algorithms import advantages

    rewards, values = torch.randn(2, responses, TOKENS, 3)
    mask = torch.ones(responses, TOKENS, dtype=torch.bool)
    return lambda: advantages(rewards, mask, algorithm="ppo", gamma=(1, 0.99, 1), lam=(1, 1, 1), values=values)


def _seconds_a_token(length: int) -> float:
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    model = LlamaForCausalLM(LlamaConfig(**SHAPE))
    ids = torch.randint(0, SHAPE["vocab_size"], (1, length))
    seconds = [_timed(lambda: model(input_ids=ids, labels=ids).loss.backward())[0] for _ in range(3)]
    return min(seconds) / length


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


if __name__ == "__main__":
    run_alone(__doc__ or "", measure)
