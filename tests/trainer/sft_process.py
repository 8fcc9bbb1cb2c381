"""One process of several: trains each file that is named, and writes a line of JSON with what came of each.

python -m tests.trainer.sft_process PORT:FILE[:WHOLE] ...   with RANK and WORLD_SIZE in the environment

With WHOLE the run is copied there, cut back to its first checkpoint and resumed.
"""

import json
import os
import shutil
import sys
from pathlib import Path

import torch
from rich.console import Console

from trainer.config import SftConfig
from trainer.errors import TrainerError
from trainer.options import load
from trainer.sft import train_sft


def trained(port: str, file: str, whole: str = "") -> str:
    os.environ["MASTER_PORT"] = port
    config = load(Path(file), SftConfig)
    if whole and os.environ["RANK"] == "0":
        shutil.copytree(config.out, whole)
        _, *later = sorted((Path(config.out) / "ckpt").iterdir())
        for path in (Path(config.out) / "final", *later):
            shutil.rmtree(path)
    try:
        return str(train_sft(config, resume=bool(whole), console=Console(stderr=True)).steps)
    except TrainerError as error:
        return f"{type(error).__name__}: {error}"


if __name__ == "__main__":
    torch.set_num_threads(1)
    sys.stdout.write(json.dumps([trained(*argument.split(":")) for argument in sys.argv[1:]]) + "\n")
