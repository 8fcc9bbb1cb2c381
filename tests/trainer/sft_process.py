"""One process of several: trains each file that is named, and writes a line of JSON with what came of each.

python -m tests.trainer.sft_process PORT:FILE ...   with RANK and WORLD_SIZE in the environment
"""

import json
import os
import sys
from pathlib import Path

import torch
from rich.console import Console

from trainer.config import SftConfig
from trainer.errors import TrainerError
from trainer.options import load
from trainer.sft import train_sft


def trained(port: str, file: str) -> str:
    os.environ["MASTER_PORT"] = port
    try:
        return str(train_sft(load(Path(file), SftConfig), console=Console(stderr=True)).steps)
    except TrainerError as error:
        return f"{type(error).__name__}: {error}"


if __name__ == "__main__":
    torch.set_num_threads(1)
    sys.stdout.write(json.dumps([trained(*argument.split(":", 1)) for argument in sys.argv[1:]]) + "\n")
