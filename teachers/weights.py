"""Which model this is: the content of a folder of weights, or a hub id at a commit. Never a path."""

import hashlib
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from teachers.errors import TeacherConfigError
from teachers.types import TeacherConfig

# What a loader reads: weights, tokenizer, chat template, configurations. A README beside them changes nothing.
DECIDING_SUFFIXES = frozenset({".safetensors", ".bin", ".json", ".jinja", ".model", ".txt"})
BFLOAT16_FLAGS = frozenset({"avx512_bf16", "amx_bf16", "bf16"})


@dataclass(frozen=True, slots=True)
class Weights:
    """`folder` wins over the hub id in `config`."""

    config: TeacherConfig
    folder: Path | None

    @property
    def location(self) -> str:
        """What a loader is told: the folder, or the hub id."""
        return str(self.folder) if self.folder else self._hub_id()

    @property
    def revision(self) -> str | None:
        return None if self.folder else self.config.revision

    @property
    def digest(self) -> str:
        """Names weights, template options and arithmetic, not the backend: all draw from one distribution."""
        config = self.config
        source = tree_digest(self.folder) if self.folder else [self._hub_id(), config.revision]
        named: list[Any] = ["weights", source, config.dtype, config.max_model_len]
        if config.lora:
            named.append(["lora", tree_digest(config.lora)])
        if config.chat_options:
            named.append(["chat_options", sorted(config.chat_options.items())])
        return hashlib.sha256(json.dumps(named).encode()).hexdigest()

    def _hub_id(self) -> str:
        name = self.config.name
        if not self.config.model:
            raise TeacherConfigError(f"{name}: no weights; give the stage a folder `weights` or name a hub `model`")
        if not re.fullmatch(r"[0-9a-f]{40}", self.config.revision or ""):
            raise TeacherConfigError(
                f"{name}: model {self.config.model} needs `revision`, the 40 digits of a commit; a folder "
                "of weights is named by the stage's option `weights`"
            )
        return self.config.model


def deciding_files(folder: Path) -> dict[str, Path]:
    """The files a loader reads, by name relative to `folder` and in the order of those names."""
    if not folder.is_dir():
        raise TeacherConfigError(f"{folder}: there is no such folder of weights")
    found = (path for path in folder.rglob("*") if path.is_file() and path.suffix in DECIDING_SUFFIXES)
    files = dict(sorted((path.relative_to(folder).as_posix(), path) for path in found))
    if not files:
        raise TeacherConfigError(f"{folder} holds no model: no {', '.join(sorted(DECIDING_SUFFIXES))} file")
    return files


def tree_digest(folder: Path) -> str:
    """Digest over the names and the contents of the deciding files."""
    named = [[name, _content_digest(path)] for name, path in deciding_files(folder).items()]
    return hashlib.sha256(json.dumps(named).encode()).hexdigest()


def _content_digest(path: Path) -> str:
    stat = path.stat()
    return _digest_of(path, stat.st_size, stat.st_mtime_ns, stat.st_ino)


@lru_cache(maxsize=256)
def _digest_of(path: Path, size: int, mtime_ns: int, inode: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def cpu_dtype() -> str:
    """bfloat16 doubles the speed on processors that compute it, and costs much more on those that do not."""
    words = set(Path("/proc/cpuinfo").read_text(encoding="ascii", errors="ignore").split())
    return "bfloat16" if words & BFLOAT16_FLAGS else "float32"
