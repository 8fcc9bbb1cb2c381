"""What a run of reinforcement learning works with: networks, prompts, sampler and grader, made as its file says."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from trainer import checkpoint
from trainer.data import Order, view_files
from trainer.errors import TrainConfigError
from trainer.graders import Grade, open_grader
from trainer.model import end_ids, load_model, load_tokenizer
from trainer.optim import adamw
from trainer.parallel import Group
from trainer.policy import Critic, Reference, check_head
from trainer.prompts import Prompts, encode_prompts
from trainer.rl_config import RlConfig
from trainer.rollouts import Sampler, TransformersSampler
from trainer.run import data_folder, read_manifest
from trainer.template import Template


@dataclass(frozen=True, kw_only=True)
class Job:
    """`model`, `critic` and the optimizers change as steps are taken; the rest does not."""

    config: RlConfig
    group: Group
    model: Any
    tokenizer: Any
    optimizer: torch.optim.Optimizer
    critic: Critic | None
    critic_optimizer: torch.optim.Optimizer | None
    reference: Reference | None
    prompts: Prompts
    held_out: Prompts | None
    order: Order
    sampler: Sampler
    grade: Grade

    @property
    def num_steps(self) -> int:
        return self.config.steps or self.order.num_steps

    @property
    def parts(self) -> Mapping[str, checkpoint.Stateful]:
        """What a checkpoint keeps besides the model."""
        parts: dict[str, Any] = {"optimizer": self.optimizer}
        if self.critic is not None:
            parts |= {"critic": self.critic, "critic_optimizer": self.critic_optimizer}
        return parts


@contextmanager
def open_job(config: RlConfig, group: Group, start: checkpoint.Checkpoint | None) -> Iterator[Job]:
    """Everything as it was at `start`; sampler and grader end with the block."""
    torch.manual_seed(config.seed)
    tokenizer = load_tokenizer(config.model)
    model = load_model(config.model, tokenizer, folder=start.folder if start else None, dropout=False)
    check_head(model)
    model.train(
        config.model.gradient_checkpointing
    )  # without dropout the same as eval(), where nothing is checkpointed
    torch.manual_seed(config.seed)  # a model from scratch is made twice alike
    reference = Reference(model, config.model, tokenizer) if config.reward.kl.coef else None
    heads = len(config.reward.streams) if config.critic.heads == "per_stream" else 1
    critic = Critic(model, heads=heads) if config.algorithm == "ppo" else None
    ends = sorted({*end_ids(model), tokenizer.eos_token_id})
    prompts, held_out = _encode(config, group, Template(tokenizer, end_ids=ends))
    sampler = _sampler(config, model, ends, tokenizer.pad_token_id)
    try:
        with open_grader(config.verifier, manifest=read_manifest(data_folder(config.data.path))) as grade:
            job = Job(
                config=config,
                group=group,
                model=model,
                tokenizer=tokenizer,
                optimizer=adamw(model.parameters(), config.optim),
                critic=critic,
                critic_optimizer=adamw(critic.parameters(), config.critic.optim) if critic else None,
                reference=reference,
                prompts=prompts,
                held_out=held_out,
                order=Order(len(prompts), config.rollout.prompts, config.seed, config.epochs),
                sampler=sampler,
                grade=grade,
            )
            if start:
                checkpoint.restore(start, job.parts, data=prompts.digest)
            yield job
    finally:
        sampler.close()


def _sampler(config: RlConfig, model: Any, ends: list[int], pad_id: int) -> Sampler:
    if config.rollout.backend == "vllm":
        from trainer.vllm_sampler import VllmSampler

        return VllmSampler(config.model, config.rollout, end_ids=ends)
    size, dtype = config.rollout.batch_size, config.model.dtype
    return TransformersSampler(model, end_ids=ends, pad_id=pad_id, batch_size=size, dtype=dtype)


def _encode(config: RlConfig, group: Group, template: Template) -> tuple[Prompts, Prompts | None]:
    """Raises `TrainConfigError` where there is nothing to train on, or a validation prompt is trained on."""
    data, longest = config.data, config.rollout.max_prompt_length
    cache = Path(config.out) / "tokens" / f"rank{group.rank}"
    prompts = encode_prompts(_files(config, data.train), template, cache / "train.bin", max_length=longest)
    if not len(prompts):
        raise TrainConfigError(
            f"data: no prompts to train on in {data.path} {data.view or 'rl'}/{data.train}; "
            f"{prompts.dropped} are longer than rollout.max_prompt_length {longest}"
        )
    if data.validation is None:
        return prompts, None
    held_out = encode_prompts(
        _files(config, data.validation),
        template,
        cache / "validation.bin",
        max_length=longest,
        limit=config.held_out.rows,
    )
    if shared := prompts.shared_with(held_out):
        raise TrainConfigError(
            f"data: {shared} ids or questions of {data.path} stand in {data.train} and in {data.validation}, so accuracy "
            f"there would be that on learnt prompts; name splits that share none, or validation: null"
        )
    return prompts, held_out if len(held_out) else None


def _files(config: RlConfig, split: str) -> list[Path]:
    """A version has a folder of files a view; an exported folder has one file a split, in `rl`."""
    folder = data_folder(config.data.path)
    exported = folder / "rl" / f"{split}.parquet"
    return [exported] if exported.exists() else view_files(folder, config.data.view or "rl", split)
