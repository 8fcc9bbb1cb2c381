"""One step's responses with all that is learnt from: drawn, graded, scored, and turned into advantages."""

import hashlib
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import torch
from torch.nn.utils.rnn import pad_sequence

from trainer.algorithms import Advantages, advantages, sampler_weights
from trainer.policy import log_probs
from trainer.prompts import Prompt
from trainer.rl_job import Job
from trainer.rollouts import Parity, Rollout, Wanted, check_parity
from trainer.streams import Streams, reward_streams
from verifier.types import Verdict

MISMATCH = {"float32": 1e-4, "bfloat16": 0.05}
ENDING = 8  # tokens of a prompt that show whether it opens `<think>`


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """`text` is without its end token."""

    prompt: Prompt
    rollout: Rollout
    text: str
    verdict: Verdict


@dataclass(frozen=True, kw_only=True)
class Experience:
    """B responses, those to one prompt beside each other. Tensors are `[B, T]` and lie on the CPU.

    logps, reference  -- log-probabilities in the policy as it drew them, and as it began
    values            -- [B, T, heads]
    weights           -- importance weights against the sampler
    seconds           -- by part of the step
    """

    responses: list[Response]
    streams: Streams
    advantages: Advantages
    logps: torch.Tensor
    entropy: torch.Tensor
    reference: torch.Tensor | None
    values: torch.Tensor | None
    weights: torch.Tensor | None
    parity: Parity
    seconds: dict[str, float]

    @property
    def rollouts(self) -> list[Rollout]:
        return [one.rollout for one in self.responses]


def collect(job: Job, step: int) -> Experience:
    """The experience of one step, counted from 0; the same in every process."""
    config, seconds = job.config, dict.fromkeys(("draw", "grade", "forward", "update"), 0.0)
    prompts = [job.prompts.prompt(row) for row in job.order.rows(step)]
    asked = [
        (prompt, seed_of(config.seed, step, place, sample))
        for place, prompt in enumerate(prompts)
        for sample in range(config.rollout.samples)
    ]
    with timed(seconds, "draw"):
        job.sampler.sync(job.model)
    responses = respond(job, asked, temperature=config.rollout.temperature, seconds=seconds)
    rollouts = [one.rollout for one in responses]
    with timed(seconds, "forward"):
        scores = _score(job, rollouts)
    logps, reference = scores["logps"], scores.get("reference")
    width = logps.shape[1]
    drawn = torch.arange(width) < torch.tensor([len(one.ids) for one in rollouts])[:, None]
    limit = config.rollout.mismatch_limit
    parity = check_parity(rollouts, logps, drawn, MISMATCH[config.model.dtype] if limit is None else limit)
    streams = reward_streams(
        rollouts,
        [one.verdict for one in responses],
        config.reward,
        max_tokens=config.rollout.max_tokens,
        completions=[one.text for one in responses],
        log_ratio=None if reference is None else logps - reference,
    )
    return Experience(
        responses=responses,
        streams=streams,
        advantages=_advantages(job, streams, scores.get("values")),
        logps=logps,
        entropy=scores["entropy"],
        reference=reference,
        values=scores.get("values"),
        weights=_weights(job, rollouts, logps, streams.mask),
        parity=parity,
        seconds=seconds,
    )


def respond(
    job: Job, asked: Sequence[tuple[Prompt, int]], *, temperature: float, seconds: dict[str, float]
) -> list[Response]:
    """A graded response to each prompt, drawn from its seed; the processes share the work and know all of it."""
    mine = job.group.share(asked)
    wanted = [Wanted(prompt_ids=prompt.ids, seed=seed) for prompt, seed in mine]
    with timed(seconds, "draw"):
        rollouts = job.sampler.draw(wanted, temperature=temperature, max_tokens=job.config.rollout.max_tokens)
    with timed(seconds, "grade"):
        said = [one.ids[:-1] if one.finish == "stop" else one.ids for one in rollouts]
        texts = job.tokenizer.batch_decode(said)
        prompts = job.tokenizer.batch_decode([prompt.ids[-ENDING:] for prompt, _ in mine])
        verdicts = job.grade([prompt.gold for prompt, _ in mine], texts, prompts=prompts)
        return job.group.gather(
            [
                Response(prompt=prompt, rollout=rollout, text=text, verdict=verdict)
                for (prompt, _), rollout, text, verdict in zip(mine, rollouts, texts, verdicts, strict=True)
            ]
        )


def seed_of(*parts: object) -> int:
    return int.from_bytes(hashlib.blake2b(repr(parts).encode(), digest_size=8).digest(), "big")


@contextmanager
def timed(seconds: dict[str, float], part: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    seconds[part] += time.monotonic() - began


def batches(rows: Sequence[int], rollouts: Sequence[Rollout], size: int) -> Iterator[list[int]]:
    """Rows of like length together, at most `size` at once."""
    by_length = sorted(rows, key=lambda row: len(rollouts[row].prompt_ids) + len(rollouts[row].ids))
    for start in range(0, len(by_length), size):
        yield by_length[start : start + size]


def _score(job: Job, rollouts: Sequence[Rollout]) -> dict[str, torch.Tensor]:
    """What the networks say of the responses before any update: logps, entropy, reference, values; `[B, T, ...]`."""
    mine = job.group.share(range(len(rollouts)))
    found: dict[int, dict[str, Any]] = {}
    with torch.no_grad():
        for rows in batches(mine, rollouts, job.config.policy.micro_batch):
            whole = _score_batch(job, [rollouts[row] for row in rows])
            for place, row in enumerate(rows):
                length = len(rollouts[row].ids)
                found[row] = {name: one[place, :length].numpy() for name, one in whole.items()}
    gathered = job.group.gather([found[row] for row in mine])
    return {
        name: pad_sequence([torch.from_numpy(row[name]) for row in gathered], batch_first=True) for name in gathered[0]
    }


def _score_batch(job: Job, rollouts: list[Rollout]) -> dict[str, torch.Tensor]:
    shared: dict[str, Any] = {"pad_id": job.tokenizer.pad_token_id, "dtype": job.config.model.dtype}
    temperature = job.config.rollout.temperature
    scored = log_probs(job.model, rollouts, temperature=temperature, with_entropy=True, **shared)
    assert scored.entropy is not None
    found = {"logps": scored.logps, "entropy": scored.entropy}
    with job.reference.active() if job.reference else nullcontext() as reference:
        if reference is not None:
            found["reference"] = log_probs(reference, rollouts, temperature=temperature, **shared).logps
    if job.critic is not None:
        found["values"] = job.critic.values(rollouts, **shared)
    return {name: one.cpu() for name, one in found.items()}


def _advantages(job: Job, streams: Streams, values: torch.Tensor | None) -> Advantages:
    return advantages(
        streams.rewards,
        streams.mask,
        algorithm=job.config.algorithm,
        gamma=streams.gamma,
        lam=streams.lam,
        values=values,
        samples=job.config.rollout.samples,
        whitened=job.config.policy.whiten,
        group_std=job.config.policy.group_std,
    )


def _weights(job: Job, rollouts: Sequence[Rollout], logps: torch.Tensor, mask: torch.Tensor) -> torch.Tensor | None:
    rollout = job.config.rollout
    if rollout.correction == "none":
        return None
    sampled = pad_sequence([torch.tensor(one.logps) for one in rollouts], batch_first=True)
    return sampler_weights(logps, sampled, mask, rollout.correction, cap=rollout.correction_cap)
