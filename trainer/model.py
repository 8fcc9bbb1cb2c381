"""Models, tokenizers and the loss of completions."""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trainer.config import ModelConfig
from trainer.data import IGNORED
from trainer.errors import TrainConfigError
from trainer.template import Encoded

if TYPE_CHECKING:
    import torch


def device_of(config: ModelConfig) -> "torch.device":
    import torch

    if config.device == "cuda" and not torch.cuda.is_available():
        raise TrainConfigError("model.device is cuda, but torch finds no such device; use auto or cpu")
    name = config.device if config.device != "auto" else "cuda" if torch.cuda.is_available() else "cpu"
    return torch.device(name)


def load_tokenizer(config: ModelConfig) -> Any:
    from transformers import AutoTokenizer

    name = config.tokenizer or config.path or ""
    # A hub id is `name` or `owner/name`; asking the hub for anything else takes a minute to fail.
    if (name.startswith((".", "/")) or name.count("/") > 1) and not Path(name).is_dir():
        raise TrainConfigError(f"model: there is no folder {name}; download or convert the model first")
    try:
        tokenizer = AutoTokenizer.from_pretrained(name)
    except (OSError, ValueError) as error:
        raise TrainConfigError(f"model: no tokenizer in {name}: {_first_line(error)}") from error
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.eos_token  # padding is masked, so any token will do
    return tokenizer


def load_model(config: ModelConfig, tokenizer: Any, *, folder: str | None = None) -> Any:
    """A causal model in float32 with dropout as configured; `folder` overrides where the weights come from."""
    import torch
    from transformers import AutoModelForCausalLM, LlamaConfig, LlamaForCausalLM
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()
    if folder is None and config.from_scratch is not None:
        special = {"pad_token_id": tokenizer.pad_token_id, "bos_token_id": tokenizer.bos_token_id}
        options = {"vocab_size": len(tokenizer), "eos_token_id": tokenizer.eos_token_id, **special}
        model = LlamaForCausalLM(LlamaConfig(**(options | config.from_scratch)))
    else:
        name = folder or config.path
        try:
            model = AutoModelForCausalLM.from_pretrained(name, dtype=torch.float32)
        except (OSError, ValueError) as error:
            raise TrainConfigError(f"model: no model in {name}: {_first_line(error)}") from error
    if config.gradient_checkpointing:
        model.gradient_checkpointing_enable()
    return model.to(device_of(config))


def end_ids(model: Any) -> list[int]:
    """The ids on which the model's generation stops."""
    found = model.generation_config.eos_token_id
    return [found] if isinstance(found, int) else list(found or [])


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)


def completion_loss(model: Any, rows: Sequence[Encoded], *, pad_id: int, dtype: str) -> "torch.Tensor":
    """Sum of -log p over all completion tokens of `rows`, padded on the right to `[B, T]`; prompts carry no loss.

    Logits are taken only at positions that some row learns from: with a vocabulary of 50,000, logits of the prompts
    alone would outweigh everything else in memory.
    """
    import torch
    from torch.nn import functional

    width = max(len(row.ids) for row in rows)
    ids = torch.full((len(rows), width), pad_id)
    mask = torch.zeros_like(ids)
    labels = torch.full_like(ids, IGNORED)
    for index, row in enumerate(rows):
        ids[index, : len(row.ids)] = torch.tensor(row.ids)
        mask[index, : len(row.ids)] = 1
        labels[index, row.num_prompt : len(row.ids)] = torch.tensor(row.ids[row.num_prompt :])
    device = model.device
    targets = labels[:, 1:].to(device)  # position t foretells token t + 1
    learnt = (targets != IGNORED).any(dim=0).nonzero().squeeze(1)
    positions = (mask.cumsum(dim=1) - 1).clamp(min=0)
    with torch.autocast(device.type, dtype=torch.bfloat16, enabled=dtype == "bfloat16"):
        output = model(
            input_ids=ids.to(device),
            attention_mask=mask.to(device),
            position_ids=positions.to(device),
            logits_to_keep=learnt,
            use_cache=False,
        )
    logits = output.logits.float()
    return functional.cross_entropy(
        logits.flatten(0, 1), targets[:, learnt].flatten(), ignore_index=IGNORED, reduction="sum"
    )


def quiet_library_logs() -> None:
    """Keeps the libraries' advice off the progress display; their errors still show."""
    logging.getLogger("transformers").setLevel(logging.ERROR)
