"""The four sets of real labelled model outputs, and the labels in them that are overruled with a reason.

The sets are no part of the repository; `TRACEMILL_DATA` names the folder that holds them under `traces/`.
"""

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OVERRULED = Path(__file__).parent / "overruled.jsonl"
GSM8K_RUNS = ("6b_finetuning", "6b_verification", "175b_finetuning", "175b_verification")
OPTION_LETTERS = "ABCDEFGHIJ"


@dataclass(frozen=True, slots=True)
class Trace:
    """`label`: whether the set's authors call the response right. `id` is unique within all four sets."""

    id: str
    gold: str
    response: str
    question: str
    label: bool


def read_traces(folder: Path) -> dict[str, list[Trace]]:
    """All traces by set name, in file order. Raises `FileNotFoundError`."""
    return {
        "qwen25math-math": list(_qwen(folder / "traces" / "qwen25math_math100x8.jsonl.gz")),
        "gpt3-gsm8k": list(_gsm8k(folder / "traces" / "gsm8k_gpt3_solutions.jsonl.gz")),
        "mmlu-pro": list(_mmlu_pro(folder / "traces" / "mmlupro_cot_outputs_sample.jsonl.gz")),
        "r1-distill-math": list(_r1(folder / "traces" / "thought_anchors_r1distill_math_40.jsonl.gz")),
    }


def overruled_labels() -> Mapping[str, bool]:
    """What is held to be right instead, by trace id; each row of the file names its reason."""
    rows = [json.loads(line) for line in OVERRULED.read_text(encoding="utf-8").splitlines()]
    return {row["id"]: row["right"] for row in rows}


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
        yield from map(json.loads, lines)


def _qwen(path: Path) -> Iterator[Trace]:
    for row in _rows(path):
        for index, (response, label) in enumerate(zip(row["code"], row["score"], strict=True)):
            yield Trace(f"qwen/{row['idx']}/{index}", row["gt"], response, row["question"], label)


def _gsm8k(path: Path) -> Iterator[Trace]:
    for number, row in enumerate(_rows(path)):
        gold = row["ground_truth"].rpartition("A:")[2].strip()
        for run in GSM8K_RUNS:
            solution = row[run]["solution"].replace("\nA:", "\n####")
            yield Trace(f"gsm8k/{number}/{run}", gold, solution, row["question"], row[run]["is_correct"])


def _mmlu_pro(path: Path) -> Iterator[Trace]:
    for row in _rows(path):
        options = "\n".join(f"({letter}) {text}" for letter, text in zip(OPTION_LETTERS, row["options"], strict=False))
        question = f"{row['question']}\n{options}"
        yield Trace(
            f"mmlu-pro/{row['model']}/{row['question_id']}", row["gold"], row["output"], question, row["correct"]
        )


def _r1(path: Path) -> Iterator[Trace]:
    for row in _rows(path):
        yield Trace(f"r1/{row['id']}", row["gt_answer"], row["trace"], row["problem"], row["is_correct"])
