"""The runs of the paper in miniature, two side by side; what is complete is not run again."""

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

from bench.mini.task import TASKS, write_export, write_tokenizer
from trainer.config import SftConfig
from trainer.options import load
from trainer.rl_config import RlConfig
from trainer.run import is_complete

CONFIGS = Path("configs/train/mini")
RUNS = Path("runs/mini")

# Every run by the run whose model it goes on from; its training file has its name.
AFTER: Mapping[str, str | None] = {
    "sft": None,
    "classic": "sft",
    "sft-settling": None,
    "window-classic": "sft-settling",
    "window-cosine": "sft-settling",
    "sft-hesitant": None,
    "hack": "sft-hesitant",
    "hack-penalty": "sft-hesitant",
    "sft-short": None,
    "short": "sft-short",
    "gamma-0.9": "sft",
    "gamma-0.95": "sft",
    "ratio": "sft-hesitant",
    "ratio-b": "sft-hesitant",
    "ratio-c": "sft-hesitant",
    "noisy": "sft",
    "filtered": "sft",
}

Key = tuple[str, int]
C = TypeVar("C", SftConfig, RlConfig)


def folder(name: str, seed: int, *, runs: Path = RUNS) -> Path:
    return runs / f"seed-{seed}" / name


def write_data(tasks: Sequence[str] = tuple(TASKS), *, runs: Path = RUNS) -> None:
    """The same every time, so that runs go on from what they began with."""
    write_tokenizer(runs / "data" / "tokenizer")
    for name in tasks:
        write_export(name, runs / "data" / name)


def train(name: str, seed: int, *, runs: Path = RUNS, overrides: Sequence[str] = ()) -> float:
    """Trains as the run's file says, if that is not done; the run's own seconds. What it tells goes to a file."""
    from rich.console import Console

    from trainer.rl import train_rl
    from trainer.sft import train_sft

    log = runs / "logs" / f"seed-{seed}-{name}.txt"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w", encoding="utf-8") as told:
        done = is_complete(folder(name, seed, runs=runs))
        how: dict[str, Any] = {"resume": done, "overwrite": not done, "console": Console(file=told)}
        if AFTER[name] is None:
            return train_sft(_config(name, SftConfig, seed, runs, overrides), **how).seconds
        return train_rl(_config(name, RlConfig, seed, runs, overrides), **how).seconds


def _config(name: str, kind: type[C], seed: int, runs: Path, overrides: Sequence[str]) -> C:
    """The run's file, with data and models below `runs`."""
    options = [f"out={folder(name, seed, runs=runs)}", f"seed={seed}", *overrides]
    if before := AFTER[name]:
        options.append(f"model.path={folder(before, seed, runs=runs)}/final")
    config = load(CONFIGS / f"{name}.yaml", kind, overrides=options)
    data = replace(config.data, path=_below(runs, config.data.path))
    return replace(config, data=data, model=replace(config.model, tokenizer=_below(runs, config.model.tokenizer)))


def _below(runs: Path, place: str | None) -> str | None:
    return place and str(runs / Path(place).relative_to(RUNS))


def train_all(seeds: Sequence[int], *, processes: int = 2) -> None:
    """Raises what a run raises; the others in progress come to their end first."""
    began, waiting = time.monotonic(), [(name, seed) for seed in seeds for name in AFTER]
    total, done, running = len(waiting), set[Key](), dict[Future[float], Key]()
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=one_thread) as pool:
        while waiting or running:
            for key in list(_ready(waiting, done))[: processes - len(running)]:
                waiting.remove(key)
                running[pool.submit(train, *key)] = key
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                name, seed = running.pop(future)
                done.add((name, seed))
                took, minutes = future.result(), (time.monotonic() - began) / 60
                print(f"{len(done):3}/{total}  {minutes:5.1f} min  seed {seed}  {name}  {took:.0f} s", flush=True)


def _ready(waiting: Sequence[Key], done: set[Key]) -> Iterator[Key]:
    for name, seed in waiting:
        before = AFTER[name]
        if before is None or (before, seed) in done:
            yield name, seed


def one_thread() -> None:
    """Networks this small lose time on a second thread; a second run beside them does not."""
    import torch

    os.environ["OMP_NUM_THREADS"] = "1"
    torch.set_num_threads(1)
