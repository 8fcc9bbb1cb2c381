"""A folder of weights that `tracemill init --model` is given: whether it is one, and what its model is called."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from pipeline.errors import ConfigError

_FILES = ("*.safetensors", "*.bin")
_SHOWN = 6
_LONGEST = 48
# What loaders, trainers and the store call a folder of any model.
_NAMELESS = re.compile(r"folder|final|snapshots|data|model|weights|artifacts|convert_gguf|[0-9a-f]{12,}")
_NAMES = ("_name_or_path", "_model_name_or_path")


def check_weights(folder: Path) -> None:
    """Raises `ConfigError` where `folder` holds no model, with what was found there."""
    has_weights = any(any(folder.glob(pattern)) for pattern in _FILES)
    if has_weights and (folder / "config.json").is_file():
        return
    found = sorted(path.name for path in folder.iterdir())
    shown = ", ".join(found[:_SHOWN]) + (f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else "")
    way_out = (
        "; the stage convert_gguf makes one of a GGUF file" if any(name.endswith(".gguf") for name in found) else ""
    )
    raise ConfigError(
        f"init: {folder} is no folder of weights, which has a config.json, {' or '.join(_FILES)} and the tokenizer's "
        f"files; it has {shown or 'nothing in it'}{way_out}"
    )


def name_of_model(folder: Path) -> str:
    """What the folder is called, or else the model in its own configuration, or else a folder that it lies in."""
    own = folder.absolute().name
    if not _NAMELESS.fullmatch(own):
        return own
    return next((name for name in (*_configured(folder), *_above(folder)) if not _NAMELESS.fullmatch(name)), own)


def _configured(folder: Path) -> Iterator[str]:
    """Names in the configuration; where they are addresses or paths, the last part."""
    try:
        config = json.loads((folder / "config.json").read_text("utf-8"))
    except (OSError, ValueError):
        return
    names = (config.get(key) for key in _NAMES) if isinstance(config, dict) else ()
    yield from (last for name in names if isinstance(name, str) and 0 < len(last := Path(name).name) <= _LONGEST)


def _above(folder: Path) -> Iterator[str]:
    """The folders that it lies in, from the nearest; those of the hub's cache are `models--OWNER--NAME`."""
    yield from (parent.name.rpartition("--")[2] for parent in folder.absolute().parents if parent.name)
