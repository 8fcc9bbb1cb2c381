"""Reinforcement learning on the prompts of an export: the loop, its updates, its evaluation and its summary.

A step draws responses, has them graded, scores them with the networks as they are, turns rewards into advantages, and
takes the updates. Processes share the drawing, the grading and the passes; advantages are computed on everything by
each alike, and each backpropagates its share of every minibatch divided by the count of the whole.
"""

import resource
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console

from trainer import checkpoint
from trainer.course import finish, follow, opened, read_summary
from trainer.experience import collect, respond, seed_of, timed
from trainer.learning import learn
from trainer.log import read_metrics
from trainer.model import beyond_window, quiet_library_logs
from trainer.parallel import group
from trainer.rl_config import RlConfig
from trainer.rl_job import Job, open_job
from trainer.rl_metrics import held_out_row, step_row, write_responses
from trainer.run import is_complete


@dataclass(frozen=True, kw_only=True)
class RlSummary:
    """What a run came to. `eval_*` are accuracies on the validation prompts, `reward_*` and `length_*` those of the
    first and the last step. `skipped_steps` had no response that the verifier could decide.
    """

    run: str
    model: str
    steps: int
    skipped_steps: int
    prompts: int
    dropped_prompts: int
    reward_before: float | None
    reward_after: float | None
    length_before: float
    length_after: float
    eval_before: float | None
    eval_after: float | None
    seconds: float
    peak_mb: int


def train_rl(config: RlConfig, *, resume: bool = False, overwrite: bool = False, console: Console) -> RlSummary:
    """Trains as `config` says and returns the summary; a complete run that is resumed is summed up again, untouched."""
    run, began = Path(config.out), time.monotonic()
    with group() as processes, opened(config, processes, resume=resume, overwrite=overwrite) as start:
        if not is_complete(run):
            quiet_library_logs()
            with open_job(config, processes, start) as job:
                done, told = start.step if start else 0, _notes(job)
                rows = _rows(job, run, done)
                follow(rows, config, processes, done=done, total=job.num_steps, notes=told, console=console)
                seconds = time.monotonic() - began
                processes.on_main(lambda: finish(run, _summary(job, run, seconds=seconds), job.model, job.tokenizer))
    return RlSummary(**read_summary(run))


def _notes(job: Job) -> Iterator[str]:
    yield f"{len(job.prompts)} prompts; {job.prompts.dropped} longer than rollout.max_prompt_length left out"
    if told := beyond_window(job.model, job.prompts.longest + job.config.rollout.max_tokens):
        yield told


def _rows(job: Job, run: Path, start_step: int) -> Iterator[dict[str, Any]]:
    """The rows of the metrics as they come; a checkpoint is written once its step's rows are."""
    config, last = job.config, job.num_steps
    if start_step == 0:
        yield from _examine(job, step=0)
    for step in range(start_step, last):
        yield _step(job, run, step)
        done = step + 1
        if done == last or (config.held_out.every and done % config.held_out.every == 0):
            yield from _examine(job, step=done)
        if config.checkpoint_every and done % config.checkpoint_every == 0 and done < last:
            job.group.on_main(partial(_save, job, run, done))


def _save(job: Job, run: Path, step: int) -> None:
    keep, digest = job.config.keep_checkpoints, job.prompts.digest
    checkpoint.save(run, job.model, job.tokenizer, job.parts, step=step, data=digest, keep=keep)


def _examine(job: Job, *, step: int) -> Iterator[dict[str, Any]]:
    """One row, of responses that come from the same seeds at every step; none where there are no held-out prompts."""
    if job.held_out is None:
        return
    options = job.config.held_out
    prompts = [job.held_out.prompt(row) for row in range(len(job.held_out))]
    asked = [
        (prompt, seed_of(job.config.seed, "held out", place, sample))
        for place, prompt in enumerate(prompts)
        for sample in range(options.samples)
    ]
    job.sampler.sync(job.model)
    responses = respond(job, asked, temperature=options.temperature, seconds={"draw": 0.0, "grade": 0.0})
    yield {"step": step, **held_out_row(responses, samples=options.samples)}


def _step(job: Job, run: Path, step: int) -> dict[str, Any]:
    """One round of responses and the updates on them; `step` counts from 0."""
    began, config = time.monotonic(), job.config
    experience = collect(job, step)
    with timed(experience.seconds, "update"):
        learnt = learn(job, experience, step)
    samples = config.rollout.samples
    row = {
        "step": step + 1,
        "epoch": job.order.epoch(step + 1),
        "skipped": not bool(experience.streams.included.any()),
        **step_row(experience, config, seconds=time.monotonic() - began),
        **learnt,
    }
    if job.group.is_main and config.keep_rollouts and (step + 1) % config.keep_rollouts == 0:
        write_responses(run / "rollouts" / f"step_{step + 1:06d}.jsonl.gz", experience, samples=samples)
    return row


def _summary(job: Job, run: Path, *, seconds: float) -> RlSummary:
    metrics = read_metrics(run)
    steps = [row for row in metrics if "reward/total" in row]
    held_out = [row["eval/accuracy"] for row in metrics if "eval/rows" in row] or [None]
    return RlSummary(
        run=str(run),
        model=str(run / "final"),
        steps=job.num_steps,
        skipped_steps=sum(row["skipped"] for row in steps),
        prompts=len(job.prompts),
        dropped_prompts=job.prompts.dropped,
        reward_before=steps[0]["reward/total"],
        reward_after=steps[-1]["reward/total"],
        length_before=steps[0]["len/mean"],
        length_after=steps[-1]["len/mean"],
        eval_before=held_out[0],
        eval_after=held_out[-1],
        seconds=round(seconds, 1),
        peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    )
