"""What a million rows cost in memory while they are trained on, and how fast rows become tokens.

    python -m bench.training.rows [--quick]

A process of its own reads every row of 1,000,000 once, in the random order of an epoch. Their tokens are drawn, with
lengths like those of reasoning (log-normal, median 300, cut at 16,384); the file is as a run writes it. The memory is
the peak of the process less what it had before it opened the file. Of real traces (Qwen2.5-Math on MATH, from
TRACEMILL_DATA) rows are encoded with the chat template and the tokenizer of SmolLM2 until 100,000 are done.
"""

import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from bench.distillation.throughput import smollm2
from bench.parts import run_alone
from trainer.data import Order, Source
from trainer.template import Template
from trainer.tokens import encode_rows, open_rows

ROOT = Path(__file__).resolve().parents[2]
ROWS, ENCODED = 1_000_000, 100_000
MEDIAN, SPREAD, LONGEST = 300, 1.0, 16_384
WINDOW = 256


def measure(*, quick: bool = False) -> tuple[dict[str, float], list[str]]:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "train.bin"
        rows = ROWS // 20 if quick else ROWS
        size = _write(path, rows)
        told = subprocess.run(
            [sys.executable, "-m", "bench.training.rows", str(path)], cwd=ROOT, stdout=subprocess.PIPE, check=True
        )
        read = json.loads(told.stdout)
        path.unlink()
        figures = {"rows_peak_mb": read["peak_mb"], "rows_file_mb": size / 2**20, "rows_read_per_s": read["per_s"]}
        lines = [
            f"{rows:,} rows, {figures['rows_file_mb']:,.0f} MB of tokens: read in random order with "
            f"{read['peak_mb']:.1f} MB beside the process itself, {read['per_s']:,.0f} rows/s"
        ]
        if os.environ.get("TRACEMILL_DATA"):
            figures["rows_encoded_per_s"], tokens = _encode(Path(name), ENCODED // 20 if quick else ENCODED)
            lines.append(f"{figures['rows_encoded_per_s']:,.0f} rows/s encoded of {tokens:,.0f} tokens each")
        else:
            lines.append("encoding skipped: TRACEMILL_DATA does not name a folder of real data")
    return figures, lines


def _write(path: Path, num_rows: int) -> int:
    """Rows as `trainer.tokens` keeps them; returns the bytes of their tokens."""
    random = np.random.default_rng(0)
    lengths = np.minimum(random.lognormal(np.log(MEDIAN), SPREAD, num_rows).astype("<i8") + 2, LONGEST)
    index = np.zeros((num_rows + 1, 2), dtype="<i8")
    index[1:, 0], index[1:, 1] = lengths.cumsum(), lengths // 4
    index.tofile(path.with_suffix(".index"))
    with path.open("wb") as file:
        for part in np.array_split(lengths, 100):
            random.integers(0, 50_000, int(part.sum()), dtype="<i4").tofile(file)
    facts = {"key": "", "sizes": [num_rows], "dropped": 0, "digest": ""}
    path.with_suffix(".json").write_text(json.dumps(facts))
    return path.stat().st_size


def _read(path: Path) -> dict[str, float]:
    before, began = _peak_mb(), time.monotonic()
    rows = open_rows(path)
    order = Order(len(rows), WINDOW, seed=0, epochs=1)
    tokens = sum(len(rows.row(index).ids) for step in range(order.num_steps) for index in order.rows(step))
    seconds = time.monotonic() - began
    assert 4 * tokens == path.stat().st_size
    return {"peak_mb": _peak_mb() - before, "per_s": len(rows) / seconds}


def _peak_mb() -> float:
    """Of this program alone: what `resource` tells is also that of the process which started it."""
    (line,) = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1024


def _encode(folder: Path, num_rows: int) -> tuple[float, float]:
    """Rows a second, and tokens a row."""
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(smollm2(folder))
    path = folder / "rows.jsonl"
    with path.open("w") as file:
        for number, (question, answer) in zip(range(num_rows), _traces(), strict=False):
            file.write(json.dumps({"prompt": f"{number}. {question}", "completion": answer}) + "\n")
    began = time.monotonic()
    rows = encode_rows([Source((path,))], Template(tokenizer), folder / "encoded.bin", max_length=LONGEST)
    seconds = time.monotonic() - began
    return len(rows) / seconds, rows.path.stat().st_size / 4 / len(rows)


def _traces() -> Iterator[tuple[str, str]]:
    """Questions and answers, over and over."""
    path = Path(os.environ["TRACEMILL_DATA"]) / "traces" / "qwen25math_math100x8.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        problems: list[dict[str, Any]] = [json.loads(line) for line in lines]
    while True:
        yield from ((problem["question"], answer) for problem in problems for answer in problem["code"])


if __name__ == "__main__":
    if len(sys.argv) > 1 and not sys.argv[1].startswith("-"):
        sys.stdout.write(json.dumps(_read(Path(sys.argv[1]))))
    else:
        run_alone(__doc__ or "", measure)
