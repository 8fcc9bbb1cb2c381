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
from trainer.model import device_of, end_ids, load_model, load_tokenizer
from trainer.optim import adamw
from trainer.parallel import Group
from trainer.policy import Critic, Reference, check_head
from trainer.prompts import Prompts, encode_prompts, open_prompts
from trainer.rl_config import RlConfig
from trainer.rollouts import Sampler, TransformersSampler
from trainer.run import data_folder, read_manifest, write_environment
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
    # Without dropout both modes compute the same, and gradients are checkpointed in this one alone.
    model.train(config.model.gradient_checkpointing)
    torch.manual_seed(config.seed)  # a model from scratch is made twice alike
    reference = Reference(model, config.model, tokenizer) if config.reward.kl.coef else None
    heads = len(config.reward.streams) if config.critic.heads == "per_stream" else 1
    critic = Critic(model, heads=heads) if config.algorithm == "ppo" else None
    template = Template(tokenizer, end_ids=end_ids(model))
    ends = sorted({*end_ids(model), tokenizer.eos_token_id})
    prompts, *held_out = map(open_prompts, group.on_main(lambda: _encode(config, template)))
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
                held_out=held_out[0] if held_out else None,
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


def _encode(config: RlConfig, template: Template) -> list[Path]:
    """Where the prompts lie as tokens, and those held out if there are any.

    Raises `TrainConfigError` where there is nothing to train on, or a validation prompt is trained on.
    """
    data, longest, cache = config.data, config.rollout.max_prompt_length, Path(config.out) / "tokens"
    folder, view = data_folder(data.path), data.view or "rl"
    write_environment(cache.parent, data=[folder], device=device_of(config.model).type)
    path = cache / "train.bin"
    prompts = encode_prompts(view_files(folder, view, data.train), template, path, max_length=longest)
    if not len(prompts):
        raise TrainConfigError(
            f"data: no prompts to train on in {data.path} {view}/{data.train}; {prompts.dropped} are longer than "
            f"rollout.max_prompt_length {longest}"
        )
    if data.validation is None:
        return [path]
    files, held_out_path = view_files(folder, view, data.validation), cache / "validation.bin"
    held_out = encode_prompts(files, template, held_out_path, max_length=longest, limit=config.held_out.rows)
    if shared := prompts.shared_with(held_out):
        raise TrainConfigError(
            f"data: {shared} ids or questions of {data.path} stand in {data.train} and in {data.validation}, whose "
            f"accuracy would be that on learnt prompts; name splits that share none, or validation: null"
        )
    return [path, held_out_path] if len(held_out) else [path]
