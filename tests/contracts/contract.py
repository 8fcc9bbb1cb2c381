"""What an export promises, asked of each trainer's own code: rows come through whole, and rewards are the verdicts.

A version is exported as a user would; `tests/contracts/sides/` holds what runs in the trainer's process.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from stages._formats import export_version
from verifier.types import Outcome

ROOT = Path(__file__).parents[2]
SIDES = Path(__file__).parent / "sides"
PINNED = Path(__file__).parent / "pinned"
INSTALLED = ROOT / ".trainers"
# No hub, no telemetry, one thread, and no refusal of our transformers, which is newer than what some trainers name.
QUIET = {
    "HF_HUB_OFFLINE": "1",
    "AXOLOTL_DO_NOT_TRACK": "1",
    "RAY_USAGE_STATS_ENABLED": "0",
    "DISABLE_VERSION_CHECK": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "OMP_NUM_THREADS": "1",
    "CUDA_VISIBLE_DEVICES": "",
}
SECONDS = 300


@dataclass(frozen=True, kw_only=True)
class Contract:
    """The exporter `trainer`, read by `side`; `packages` hold the trainer's code, or its pinned interface.

    undecided -- what the exported reward gives where the verdict is undecided
    """

    trainer: str
    side: str
    packages: Path | None = None
    reward: str | None = None
    undecided: float | None = 0.0

    @property
    def missing(self) -> str | None:
        """Why it cannot be asked here; None where it can."""
        if self.packages is None or self.packages.is_dir():
            return None
        return f"{self.trainer} is not in {self.packages}; `make trainers` installs it there"


CONTRACTS = [
    Contract(trainer="trl", side="trl_side.py", reward="trl_reward.py", undecided=None),
    Contract(trainer="verl", side="verl_side.py", packages=INSTALLED / "verl", reward="verl_reward.py"),
    Contract(trainer="openrlhf", side="openrlhf_side.py", packages=INSTALLED / "openrlhf", reward="openrlhf_reward.py"),
    Contract(trainer="open-instruct", side="open_instruct_side.py", packages=PINNED, reward="open_instruct_reward.py"),
    Contract(trainer="nemo-rl", side="nemo_rl_side.py", packages=PINNED, reward="nemo_rl_reward.py"),
    Contract(trainer="slime", side="slime_side.py", reward="slime_reward.py"),
    Contract(trainer="llama-factory", side="llamafactory_side.py", packages=INSTALLED / "llamafactory"),
    Contract(trainer="axolotl", side="axolotl_side.py", packages=INSTALLED / "axolotl"),
]


@dataclass(frozen=True, kw_only=True)
class Case:
    """A completion to be rewarded: `row` is the place of its prompt in the exported file."""

    kind: str
    id: str
    row: int
    completion: str
    outcome: Outcome


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a trainer made of an export, see `sides/side.py`."""

    sft: list[dict[str, str]] = field(default_factory=list)
    rl: list[dict[str, str]] = field(default_factory=list)
    rewards: list[float | None] = field(default_factory=list)


def split_of(version: Path, view: str, split: str = "train") -> pl.DataFrame:
    """The rows of a split of a version, in file order."""
    return pl.concat(pl.read_parquet(path) for path in sorted((version / view).glob(f"{split}-*.parquet")))


def cases_of(version: Path) -> list[Case]:
    """The gold itself for each prompt of `rl_all`, and every attempt in `sft_all` with its stored verdict."""
    prompts = split_of(version, "rl_all")
    rows = {name: row for row, name in enumerate(prompts["id"])}
    golds = [
        Case(kind="gold", id=name, row=rows[name], completion=f"\\boxed{{{answer}}}", outcome=Outcome.CORRECT)
        for name, answer in prompts.select("id", "answer").iter_rows()
    ]
    return golds + list(_attempts(split_of(version, "sft_all"), rows))


def _attempts(examples: pl.DataFrame, rows: dict[str, int]) -> Iterator[Case]:
    for row in examples.select("id", "completion", "outcome", "provenance").iter_rows(named=True):
        yield Case(
            kind="attempt",
            id=row["id"],
            row=rows[row["provenance"]["problem_id"]],
            completion=row["completion"][0]["content"],
            outcome=Outcome(row["outcome"]),
        )


def ask(
    contract: Contract, version: Path, folder: Path, tokenizer: Path, cases: Sequence[Case], *, rows: bool = True
) -> Answer:
    """Exports the unfiltered views to `folder` and asks the trainer in a process of its own, started there.

    rows -- off: the rewards alone

    Raises `AssertionError` with the end of the log where the process fails.
    """
    exported = export_version(version, contract.trainer, folder, view="all").path
    asked, answered = (folder.parent / f"{folder.name}.{name}.json" for name in ("request", "answer"))
    asked.write_text(json.dumps(_request(contract, exported, tokenizer, cases, rows=rows)), encoding="utf-8")
    process = subprocess.run(
        [sys.executable, str(SIDES / contract.side), str(asked), str(answered)],
        cwd=exported,
        env=os.environ | QUIET | {"PYTHONPATH": _path(contract, exported)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert process.returncode == 0, process.stdout[-4000:]
    return Answer(**json.loads(answered.read_text(encoding="utf-8")))


def _request(
    contract: Contract, exported: Path, tokenizer: Path, cases: Sequence[Case], *, rows: bool
) -> dict[str, Any]:
    files = {path.parent.name: path.relative_to(exported).as_posix() for path in exported.glob("*/train.*")}
    parts = {"sft": rows, "rl": rows and contract.reward, "rewards": contract.reward}
    return {
        "parts": [part for part, is_wanted in parts.items() if is_wanted],
        "tokenizer": str(tokenizer),
        "reward": contract.reward,
        "cases": [[case.row, case.completion] for case in cases],
        **files,
    }


def _path(contract: Contract, exported: Path) -> str:
    return os.pathsep.join([str(exported), *([str(contract.packages)] if contract.packages else [])])


def disagreements(contract: Contract, cases: Sequence[Case], rewards: Sequence[float | None]) -> list[str]:
    """A line for each case whose reward is not what its verdict says."""
    wanted = {Outcome.CORRECT: 1.0, Outcome.INCORRECT: 0.0, Outcome.UNDECIDED: contract.undecided}
    pairs = zip(cases, rewards, strict=True)
    return [
        f"{contract.trainer}: {case.kind} {case.id} is {case.outcome}, reward {reward}: {case.completion[-80:]!r}"
        for case, reward in pairs
        if reward != wanted[case.outcome]
    ]
