"""What a run of supervised fine-tuning works with: model, optimizer, the rows as tokens and their order."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from trainer import checkpoint
from trainer.config import SftConfig
from trainer.data import Mix, Order, Source, view_files
from trainer.errors import TrainConfigError
from trainer.loss import check_packing
from trainer.model import device_of, end_ids, load_model, load_tokenizer
from trainer.optim import adamw
from trainer.parallel import Group
from trainer.run import data_folder, write_environment
from trainer.sharding import ShardedOptimizer, gather_model, shard
from trainer.template import Template
from trainer.tokens import TokenRows, encode_rows, open_rows

if TYPE_CHECKING:
    import torch

TOLD_ROWS = 20_000  # encoded between two lines that say so: half a minute on one core


@dataclass(frozen=True, kw_only=True)
class Job:
    """All that a step needs. `model` and `optimizer` change as steps are taken; `order` and the rows do not."""

    config: SftConfig
    group: Group
    model: Any
    tokenizer: Any
    optimizer: "torch.optim.Optimizer"
    parts: Mapping[str, checkpoint.Stateful]  # what a checkpoint keeps beside the model
    rows: TokenRows
    held_out: TokenRows | None
    order: Order
    num_steps: int

    def whole_model(self) -> Any:
        """As it is saved; of one that is shared out, all processes must ask together."""
        return gather_model(self.model) if self.config.shard else self.model


def assemble(config: SftConfig, start: checkpoint.Checkpoint | None, processes: Group, console: Console) -> Job:
    """Tokenizer, model, rows and what else a run needs, of the checkpoint `start` where there is one."""
    import torch

    torch.manual_seed(config.seed)
    tokenizer = load_tokenizer(config.model)
    if config.shard and processes.size == 1:
        raise TrainConfigError("shard: there is one process; start several with torchrun, or leave it out")
    # A model to be shared out may be larger than a device, so it is made on the host.
    options = replace(config.model, device="cpu") if config.shard else config.model
    model = load_model(options, tokenizer, folder=start.folder if start else None)
    template = Template(tokenizer, end_ids=end_ids(model))
    encoded = processes.on_main(lambda: _encode(config, template, console))
    rows, *held_out = (open_rows(path) for path in encoded)
    if config.shard:
        shard(model)
    if config.packing:
        check_packing(model, [rows.row(index) for index in range(min(2, len(rows)))])
    optimizer = adamw(model.parameters(), config.optim)
    parts = {"optimizer": ShardedOptimizer(model, optimizer) if config.shard else optimizer}
    if start:
        checkpoint.restore(start, parts, data=rows.digest)
    order = _order(config, rows)
    return Job(
        config=config,
        group=processes,
        model=model,
        tokenizer=tokenizer,
        optimizer=optimizer,
        parts=parts,
        rows=rows,
        held_out=held_out[0] if held_out else None,
        order=order,
        num_steps=config.steps or order.num_steps,
    )


def _encode(config: SftConfig, template: Template, console: Console) -> list[Path]:
    """Where the rows to train on lie as tokens, and those to evaluate on if there are any."""

    def tell(num_rows: int) -> None:
        if num_rows % TOLD_ROWS == 0:
            console.print(f"{num_rows:,} rows encoded", highlight=False)

    data, cache, longest = config.data, Path(config.out) / "tokens", config.max_length
    train, validation = cache / "train.bin", cache / "validation.bin"
    write_environment(
        cache.parent, data=[data_folder(path) for path in data.paths], device=device_of(config.model).type
    )
    rows = encode_rows(_sources(config, data.train), template, train, max_length=longest, tell=tell)
    for name, size in zip(data.paths, rows.facts.sizes, strict=True):
        if not size:
            why = f"all {rows.dropped} rows are longer than max_length {longest}" if rows.dropped else "no rows"
            raise TrainConfigError(f"data: nothing to train on in {name} {data.view or 'sft'}/{data.train}: {why}")
    if data.validation is None:
        return [train]
    found = _sources(config, data.validation)
    held_out = encode_rows(found, template, validation, max_length=longest, limit=config.eval_rows)
    if not len(held_out):
        console.print(f"no rows of {data.validation} to measure; {held_out.dropped} longer than max_length left out")
        return [train]
    return [train, validation]


def _sources(config: SftConfig, split: str) -> list[Source]:
    given = config.data.sources
    total = sum(one.share for one in given)
    return [
        Source(tuple(view_files(data_folder(one.path), one.view or "sft", split)), one.share / total) for one in given
    ]


def _order(config: SftConfig, rows: TokenRows) -> Order:
    window, shares = config.batch_size * config.accumulation, tuple(one.share for one in config.data.mix)
    mix = Mix(tuple(rows.facts.sizes), shares, config.seed) if shares else None
    return Order(sum(mix.counts) if mix else len(rows), window, config.seed, config.epochs, mix)
