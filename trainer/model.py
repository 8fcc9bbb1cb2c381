"""Models with or without adapters, and their tokenizers: how they are loaded and saved."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from teachers.hub_client import quiet_hub
from trainer.config import LoraConfig, ModelConfig
from trainer.errors import TrainConfigError

if TYPE_CHECKING:
    import torch

_LOG = logging.getLogger(__name__)


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
        raise TrainConfigError(f"model: there is no folder {name}; train, download or convert the model first")
    if not Path(name).is_dir():
        _LOG.warning("model: looking for %s in the cache and on the hub", name)
    try:
        with quiet_hub():
            tokenizer = AutoTokenizer.from_pretrained(name, trust_remote_code=False)
    except (OSError, ValueError) as error:
        option = "tokenizer" if config.tokenizer else "path"
        way_out = (
            "" if Path(name).is_dir() else f"; without the hub name a folder of weights: --set model.{option}=FOLDER"
        )
        raise TrainConfigError(f"model: no tokenizer in {name}: {_first_line(error).rstrip('.')}{way_out}") from error
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.eos_token  # padding is masked, so any token will do
    return tokenizer


def load_model(config: ModelConfig, tokenizer: Any, *, folder: Path | None = None, dropout: bool = True) -> Any:
    """A causal model in float32. `folder` is a checkpoint of a model of this configuration, to go on from.

    Without `dropout` the model computes the same in `train()` as in `eval()`, where gradients are not checkpointed.
    """
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()
    model = _plain_model(config, tokenizer, folder=None if config.lora else folder, dropout=dropout)
    if config.lora is not None:
        model = _with_adapter(model, config.lora, folder=folder, dropout=dropout)
    if config.gradient_checkpointing:
        model.gradient_checkpointing_enable()
    return model.to(device_of(config))


def _plain_model(config: ModelConfig, tokenizer: Any, *, folder: Path | None, dropout: bool) -> Any:
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM, LlamaConfig

    name = str(folder or config.path or "model.from_scratch")
    try:
        if folder is None and config.from_scratch is not None:
            special = {one: getattr(tokenizer, one) for one in ("pad_token_id", "bos_token_id", "eos_token_id")}
            settings = LlamaConfig(**({"vocab_size": len(tokenizer)} | special | config.from_scratch))
        else:
            settings = AutoConfig.from_pretrained(name, trust_remote_code=False)
        if folder is None:
            _lengthen(settings, config.rope_theta_factor)
        if not dropout:
            for option in [option for option in settings.to_dict() if option.endswith(("dropout", "pdrop"))]:
                setattr(settings, option, 0.0)
        if folder is None and config.from_scratch is not None:
            return AutoModelForCausalLM.from_config(settings, dtype=torch.float32)
        return AutoModelForCausalLM.from_pretrained(name, config=settings, dtype=torch.float32, trust_remote_code=False)
    except (OSError, ValueError) as error:
        raise TrainConfigError(f"model: no model in {name}: {_first_line(error)}") from error


def _lengthen(settings: Any, factor: float) -> None:
    """Multiplies the rotary base of a model's configuration, and the context that it names."""
    if factor == 1:
        return
    rope = getattr(settings, "rope_parameters", None) or {}
    if "rope_theta" not in rope:
        raise TrainConfigError(
            f"model.rope_theta_factor: a {settings.model_type} model has no single rotary base; leave it out"
        )
    rope["rope_theta"] *= factor
    settings.max_position_embeddings = int(settings.max_position_embeddings * factor)


def beyond_window(model: Any, longest: int) -> str | None:
    """What to tell of texts that are longer than the model was made for, in which it may be blind without any error."""
    window = getattr(model.config, "max_position_embeddings", None)
    if window is None or longest <= window:
        return None
    return (
        f"texts of up to {longest:,} tokens pass the model's window of {window:,}: "
        f"raise model.rope_theta_factor or shorten them"
    )


def _with_adapter(model: Any, config: LoraConfig, *, folder: Path | None, dropout: bool) -> Any:
    try:
        import peft
    except ImportError as error:
        raise TrainConfigError("model.lora needs peft: pip install 'tracemill[lora]'") from error
    if folder is not None:
        return peft.PeftModel.from_pretrained(model, folder, is_trainable=True)
    settings = peft.LoraConfig(
        task_type="CAUSAL_LM",
        r=config.rank,
        lora_alpha=config.alpha,
        lora_dropout=config.dropout if dropout else 0.0,
        target_modules=list(config.targets) or "all-linear",
    )
    try:
        return peft.get_peft_model(model, settings)
    except ValueError as error:
        raise TrainConfigError(f"model.lora: {_first_line(error)}") from error


def whole_weights(model: Any) -> "Iterator[tuple[str, torch.Tensor]]":
    """The weights under the names of the plain model; adapters are added to copies, and `model` stays as it is."""
    if not hasattr(model, "peft_config"):
        yield from model.state_dict().items()
        return
    plain = model.get_base_model()
    adapted = {f"{name}.base_layer.weight": one for name, one in plain.named_modules() if hasattr(one, "base_layer")}
    for name, weight in plain.state_dict().items():
        if ".lora_" not in name:
            whole = weight + adapted[name].get_delta_weight("default").detach() if name in adapted else weight
            yield name.replace(".base_layer.", "."), whole


def causal(model: Any) -> Any:
    """The causal model inside; adapters stay active in it."""
    return model.get_base_model() if hasattr(model, "get_base_model") else model


def save_whole(model: Any, folder: Path) -> None:
    """Writes a model that loads without peft; an adapter also stands alone, in `adapter/`."""
    if hasattr(model, "peft_config"):
        model.save_pretrained(folder / "adapter")
    causal(model).save_pretrained(folder, state_dict=dict(whole_weights(model)))


def end_ids(model: Any) -> list[int]:
    """The ids on which the model's generation stops."""
    found = model.generation_config.eos_token_id
    return [found] if isinstance(found, int) else list(found or [])


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)


def quiet_library_logs() -> None:
    """Keeps the libraries' advice off the progress display; their errors still show."""
    logging.getLogger("transformers").setLevel(logging.ERROR)
