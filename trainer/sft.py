"""Supervised fine-tuning on the examples of an export: the loop, its evaluation and its summary."""

import json
import math
import resource
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from pipeline.versions import resolve
from trainer import checkpoint
from trainer.config import SftConfig
from trainer.data import Order, TokenRows, encode_rows, view_files
from trainer.errors import TrainConfigError, TrainerError
from trainer.log import MetricsLog, display, read_metrics
from trainer.model import completion_loss, device_of, end_ids, load_model, load_tokenizer, quiet_library_logs
from trainer.optim import adamw, learning_rate, update
from trainer.parallel import Group
from trainer.plots import plot_run
from trainer.run import is_complete, losses, prepare, write_environment
from trainer.template import Encoded, Template

if TYPE_CHECKING:
    import torch

SUMMARY = "summary.json"


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


@dataclass(frozen=True, kw_only=True)
class Job:
    """All that a step needs. `model` and `optimizer` change as steps are taken; `order` and the rows do not."""

    config: SftConfig
    model: Any
    tokenizer: Any
    optimizer: "torch.optim.Optimizer"
    rows: TokenRows
    held_out: TokenRows | None
    order: Order
    num_steps: int


def train_sft(config: SftConfig, *, resume: bool = False, overwrite: bool = False, console: Console) -> SftSummary:
    """Trains as `config` says and returns the summary; a complete run that is resumed is summed up again, untouched."""
    run, began = Path(config.out), time.monotonic()
    start = prepare(run, config, resume=resume, overwrite=overwrite, group=Group())
    if is_complete(run):
        return SftSummary(**json.loads((run / SUMMARY).read_text("utf-8")))
    quiet_library_logs()
    job = _assemble(config, start)
    write_environment(run, data=resolve(config.data.path), device=device_of(config.model).type)
    _train(job, run, start_step=start.step if start else 0, console=console)
    plot_run(run)
    summary = _summary(job, run, seconds=time.monotonic() - began)
    (run / SUMMARY).write_text(json.dumps(asdict(summary), indent=2) + "\n", "utf-8")
    checkpoint.save_final(run, job.model, job.tokenizer)
    return summary


def _assemble(config: SftConfig, start: checkpoint.Checkpoint | None) -> Job:
    import torch

    torch.manual_seed(config.seed)
    tokenizer = load_tokenizer(config.model)
    model = load_model(config.model, tokenizer, folder=start.folder if start else None)
    rows, held_out = _encode(config, Template(tokenizer, end_ids=end_ids(model)))
    order = Order(len(rows), config.batch_size * config.accumulation, config.seed, config.epochs)
    optimizer = adamw(model.parameters(), config.optim)
    if start:
        checkpoint.restore(start, {"optimizer": optimizer}, data=rows.digest)
    return Job(
        config=config,
        model=model,
        tokenizer=tokenizer,
        optimizer=optimizer,
        rows=rows,
        held_out=held_out,
        order=order,
        num_steps=config.steps or order.num_steps,
    )


def _encode(config: SftConfig, template: Template) -> tuple[TokenRows, TokenRows | None]:
    data, cache = config.data, Path(config.out) / "tokens"
    export = resolve(data.path)
    view = data.view or "sft"
    files = view_files(export, view, data.train)
    rows = encode_rows(files, template, cache / "train.bin", max_length=config.max_length)
    if not len(rows):
        why = f"all {rows.dropped} rows are longer than max_length {config.max_length}" if rows.dropped else "no rows"
        raise TrainConfigError(f"data: nothing to train on in {data.path} {view}/{data.train}: {why}")
    if data.validation is None:
        return rows, None
    files = view_files(export, view, data.validation)
    path = cache / "validation.bin"
    held_out = encode_rows(files, template, path, max_length=config.max_length, limit=config.eval_rows)
    return rows, held_out if len(held_out) else None


def _train(job: Job, run: Path, *, start_step: int, console: Console) -> None:
    log = MetricsLog(run, resumed_at=start_step)
    every = job.config.checkpoint_every
    with display(console, total=job.num_steps, done=start_step) as shown:
        shown.note(f"{len(job.rows)} rows to train on; {job.rows.dropped} longer than max_length left out")
        if start_step == 0:
            _log_evaluation(job, log, step=0)
        for step in range(start_step, job.num_steps):
            row = _step(job, step)
            log.write(row)
            shown.step(row)
            if every and (step + 1) % every == 0 and step + 1 < job.num_steps:
                _save(job, run, step + 1)
        _log_evaluation(job, log, step=job.num_steps)
        first = [job.rows.row(index) for index in job.order.rows(0)]
        log.write({"step": job.num_steps, "first_batch_loss": mean_loss(job, first)})
    log.close()


def _save(job: Job, run: Path, step: int) -> None:
    keep, digest = job.config.keep_checkpoints, job.rows.digest
    parts = {"optimizer": job.optimizer}
    checkpoint.save(run, job.model, job.tokenizer, parts, step=step, data=digest, keep=keep)


def _step(job: Job, step: int) -> dict[str, Any]:
    """One optimizer update. The loss is the mean over all completion tokens of the window, however it is split."""
    began, config = time.monotonic(), job.config
    # Rows of like length together waste less padding; the sum over the window is the same in any order.
    rows = sorted((job.rows.row(index) for index in job.order.rows(step)), key=lambda row: len(row.ids))
    trained = sum(row.num_trained for row in rows)
    rate = learning_rate(config.optim, step=step, num_steps=job.num_steps)
    job.model.train()
    total = 0.0
    for start in range(0, len(rows), config.batch_size):
        loss = _loss(job, rows[start : start + config.batch_size]) / trained
        loss.backward()  # type: ignore[no-untyped-call]
        total += loss.item()
    if not math.isfinite(total):
        raise TrainerError(f"step {step + 1}: the loss is {total}; lower optim.lr or lengthen optim.warmup_steps")
    norm = update(job.optimizer, rate=rate, clip_norm=config.optim.clip_norm)
    seconds, read = time.monotonic() - began, sum(len(row.ids) for row in rows)
    return {
        "step": step + 1,
        "epoch": job.order.epoch(step + 1),
        "loss": total,
        "lr": rate,
        "grad_norm": norm,
        "tokens": read,
        "trained_tokens": trained,
        "seconds": seconds,
        "tokens_per_s": read / seconds,
    }


def _loss(job: Job, rows: list[Encoded]) -> "torch.Tensor":
    pad_id, dtype = job.tokenizer.pad_token_id, job.config.model.dtype
    return completion_loss(job.model, rows, pad_id=pad_id, dtype=dtype)


def _log_evaluation(job: Job, log: MetricsLog, *, step: int) -> None:
    if job.held_out is not None:
        rows = [job.held_out.row(index) for index in range(len(job.held_out))]
        log.write({"step": step, "eval_loss": mean_loss(job, rows), "eval_rows": len(rows)})


def mean_loss(job: Job, rows: list[Encoded]) -> float:
    """Mean over all completion tokens of the rows, without learning from them."""
    import torch

    size = job.config.batch_size
    rows = sorted(rows, key=lambda row: len(row.ids))
    job.model.eval()
    with torch.no_grad():
        total = sum(_loss(job, rows[start : start + size]).item() for start in range(0, len(rows), size))
    return total / sum(row.num_trained for row in rows)


def _summary(job: Job, run: Path, *, seconds: float) -> SftSummary:
    metrics = read_metrics(run)
    train, held_out = losses(metrics)
    return SftSummary(
        run=str(run),
        model=str(run / "final"),
        steps=job.num_steps,
        rows=len(job.rows),
        dropped_rows=job.rows.dropped,
        first_batch_before=train[0][1],
        first_batch_after=metrics[-1]["first_batch_loss"],
        eval_before=held_out[0][1] if held_out else None,
        eval_after=held_out[-1][1] if held_out else None,
        seconds=round(seconds, 1),
        peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    )
