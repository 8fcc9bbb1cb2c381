"""Supervised fine-tuning on the examples of an export: the loop, its evaluation and its summary."""

import hashlib
import math
import resource
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from trainer import checkpoint
from trainer.config import SftConfig
from trainer.course import finish, follow, opened, read_summary
from trainer.errors import TrainerError
from trainer.log import read_metrics
from trainer.loss import completion_loss, packed, padded
from trainer.model import beyond_window, quiet_library_logs
from trainer.optim import learning_rate, update
from trainer.parallel import group
from trainer.run import is_complete
from trainer.sft_job import Job, assemble
from trainer.sharding import ShardedOptimizer
from trainer.template import Encoded


@dataclass(frozen=True, kw_only=True)
class SftSummary:
    """What a run came to. Losses are nats per completion token.

    `first_batch_before` is the loss of the first step, `first_batch_after` that of the same rows at the end: batches
    differ more from each other than a short run moves them. `eval_*` are over the validation split.
    `dropped_rows` were longer than `max_length`. `peak_mb` is the peak resident memory of the process.
    """

    run: str
    model: str
    steps: int
    rows: int
    dropped_rows: int
    first_batch_before: float
    first_batch_after: float
    eval_before: float | None
    eval_after: float | None
    seconds: float
    peak_mb: int


def train_sft(config: SftConfig, *, resume: bool = False, overwrite: bool = False, console: Console) -> SftSummary:
    """Trains as `config` says and returns the summary; a complete run that is resumed is summed up again, untouched.

    Processes that torchrun started train as one; the first of them writes the run folder and to the `console`.
    """
    run, began = Path(config.out), time.monotonic()
    with group() as processes, opened(config, processes, resume=resume, overwrite=overwrite) as start:
        if not is_complete(run):
            quiet_library_logs()
            job, done = assemble(config, start, processes, console), start.step if start else 0
            rows, told = _rows(job, run, done), _notes(job)
            follow(rows, config, processes, done=done, total=job.num_steps, notes=told, console=console)
            model, seconds = job.whole_model(), time.monotonic() - began
            processes.on_main(lambda: finish(run, _summary(job, run, seconds=seconds), model, job.tokenizer))
    return SftSummary(**read_summary(run))


def _notes(job: Job) -> Iterator[str]:
    yield f"{len(job.rows)} rows to train on; {job.rows.dropped} longer than max_length left out"
    if told := beyond_window(job.model, job.rows.longest):
        yield told


def _rows(job: Job, run: Path, start_step: int) -> Iterator[dict[str, Any]]:
    """The rows of the metrics as they come; a checkpoint is written once its step's row is."""
    every = job.config.checkpoint_every
    if start_step == 0:
        yield from _evaluate(job, step=0)
    for step in range(start_step, job.num_steps):
        yield _step(job, step)
        if every and (step + 1) % every == 0 and step + 1 < job.num_steps:
            _save(job, run, step + 1)
    yield from _evaluate(job, step=job.num_steps)
    first = [job.rows.row(index) for index in job.order.rows(0)]
    yield {"step": job.num_steps, "first_batch_loss": mean_loss(job, first)}


def _save(job: Job, run: Path, step: int) -> None:
    model, keep, digest = job.whole_model(), job.config.keep_checkpoints, job.rows.digest
    if isinstance(optimizer := job.parts["optimizer"], ShardedOptimizer):
        optimizer.gather()
    if job.group.is_main:
        checkpoint.save(run, model, job.tokenizer, job.parts, step=step, data=digest, keep=keep)


def _step(job: Job, step: int) -> dict[str, Any]:
    """One optimizer update. The loss is the mean over all completion tokens of the window, however it is split."""
    began, config = time.monotonic(), job.config
    # Rows of like length together waste less padding; the sum over the window is the same in any order.
    rows = sorted((job.rows.row(index) for index in job.order.rows(step)), key=lambda row: len(row.ids))
    trained = sum(row.num_trained for row in rows)
    rate = learning_rate(config.optim, step=step, num_steps=job.num_steps)
    _seed(config.seed, step, job.group.rank)
    job.model.train()
    loss = _sum_of_losses(job, rows, learn_from=trained) / trained
    if not math.isfinite(loss):
        raise TrainerError(f"step {step + 1}: the loss is {loss}; lower optim.lr or lengthen optim.warmup_steps")
    if not config.shard:  # which adds them up itself
        job.group.sum_gradients(job.model.parameters())
    norm = update(job.optimizer, rate=rate, clip_norm=config.optim.clip_norm)
    seconds, read = time.monotonic() - began, sum(len(row.ids) for row in rows)
    return {
        "step": step + 1,
        "epoch": job.order.epoch(step + 1),
        "loss": loss,
        "lr": rate,
        "grad_norm": norm,
        "tokens": read,
        "trained_tokens": trained,
        "seconds": seconds,
        "tokens_per_s": read / seconds,
    }


def _seed(*key: int) -> None:
    """What dropout draws follows from the step and the process, so that a resumed run draws what the whole one did."""
    import torch

    torch.manual_seed(int.from_bytes(hashlib.sha256(repr(key).encode()).digest()[:8], "big"))


def _sum_of_losses(job: Job, rows: list[Encoded], *, learn_from: float | None = None) -> float:
    """Over all processes, each with its share of the rows; gradients are taken of the sum through `learn_from`."""
    import torch

    config, mine, total = job.config, job.group.share(rows), 0.0
    if learn_from and config.shard:
        learn_from /= job.group.size  # its gradients are means over the processes
    for start in range(0, math.ceil(len(rows) / job.group.size), config.batch_size):
        some = mine[start : start + config.batch_size]
        # A process without a row left goes along with the others, as sharing out weights needs.
        chosen = some or rows[:1]
        batch = packed(chosen) if config.packing else padded(chosen, pad_id=job.tokenizer.pad_token_id)
        loss = completion_loss(job.model, batch, dtype=config.model.dtype) * bool(some)
        if learn_from:
            (loss / learn_from).backward()  # type: ignore[no-untyped-call]
        total += loss.item()
    return job.group.sum(torch.tensor(total, dtype=torch.float64, device=job.model.device)).item()


def _evaluate(job: Job, *, step: int) -> Iterator[dict[str, Any]]:
    if job.held_out is not None:
        rows = [job.held_out.row(index) for index in range(len(job.held_out))]
        yield {"step": step, "eval_loss": mean_loss(job, rows), "eval_rows": len(rows)}


def mean_loss(job: Job, rows: list[Encoded]) -> float:
    """Mean over all completion tokens of the rows, without learning from them."""
    import torch

    job.model.eval()
    with torch.no_grad():
        total = _sum_of_losses(job, sorted(rows, key=lambda row: len(row.ids)))
    return total / sum(row.num_trained for row in rows)


def _summary(job: Job, run: Path, *, seconds: float) -> SftSummary:
    metrics = read_metrics(run)
    held_out = [row["eval_loss"] for row in metrics if "eval_loss" in row] or [None]
    return SftSummary(
        run=str(run),
        model=str(run / "final"),
        steps=job.num_steps,
        rows=len(job.rows),
        dropped_rows=job.rows.dropped,
        first_batch_before=next(row["loss"] for row in metrics if "loss" in row),
        first_batch_after=metrics[-1]["first_batch_loss"],
        eval_before=held_out[0],
        eval_after=held_out[-1],
        seconds=round(seconds, 1),
        peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    )
