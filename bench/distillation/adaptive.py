"""Tokens against problems solved: sampling that stops by a rule beside a fixed number of samples.

    python bench/distillation/adaptive.py [--quick] [--store FOLDER] [--curve FILE.json]

recorded -- 8 samples for each of 100 MATH problems by a model of 7B parameters, replayed: the tokens that it takes to
            give each solvable problem two verified traces, against those of all 8. `TRACEMILL_DATA` names the folder of
            the data, `traces/qwen25math_math100x8.jsonl.gz` in it.
live     -- SmolLM2-135M on SVAMP and GSM8K: every problem is sampled as often as the longest budget allows, once, and
            all policies answer from that journal. A policy's tokens are spent by a fixed number of samples too, a share
            of the problems having one more than the others; the figure is its solved problems over theirs.

All of it runs through the stage, the engine and our verifier: `fixed` is `distil` and `verify`, each policy a `distil`
with `stop`. Tokens are those of all answers, whether kept or not. `--store` keeps the journal for the next time.
"""

import argparse
import gzip
import json
import os
import random
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import yaml

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench.distillation.policies import SMOLLM2, Curve, Policy, drawn, table

ROOT = Path(__file__).resolve().parents[2]
GIVE_UPS = (None, 3, 4, 5, 6)
GIVE_UP = None  # of the policy that the figures are of: its budget is where it gives up
RECORDED_SAMPLES = 8
LIVE_SAMPLES, QUICK_LIVE_SAMPLES = 8, 4
LIVE_PROBLEMS, QUICK_LIVE_PROBLEMS = 100, 10  # of each benchmark
BUDGETS = (2, 4, 6, 8)


def measure(
    *, quick: bool = False, store: Path | None = None, curve: Path | None = None
) -> tuple[dict[str, float], list[str]]:
    with tempfile.TemporaryDirectory(prefix="adaptive-") as made:
        folder, store = Path(made), store or Path(made) / "store"
        shutil.rmtree(store / "artifacts", ignore_errors=True)  # the journal is kept, what is made of it is not
        recorded = recorded_curve(folder / "recorded", store)
        live = live_curve(folder / "live", store, quick=quick) if SMOLLM2.exists() else None
    if curve:
        curves = {"recorded": recorded, "live": live}
        curve.write_text(json.dumps({name: asdict(found) for name, found in curves.items() if found}))
    figures, lines = recorded_figures(recorded)
    if live is None:
        return figures, [*lines, "", f"live: skipped, {SMOLLM2} is not there; `make demo` fetches it"]
    more_figures, more_lines = live_figures(live)
    return figures | more_figures, [*lines, "", *more_lines]


# Recorded


def recorded_curve(folder: Path, store: Path) -> Curve:
    folder.mkdir()
    rows = list(_rows(Path(os.environ["TRACEMILL_DATA"]) / "traces" / "qwen25math_math100x8.jsonl.gz"))
    problems = [{"id": f"math-{row['idx']}", "question": row["question"], "answer": row["gt"]} for row in rows]
    with (folder / "recording.jsonl").open("w", encoding="utf-8") as recording:
        for row in rows:
            for text in row["code"]:
                recording.write(json.dumps({"problem": row["question"], "text": text}) + "\n")
    teacher = {
        "teacher": {"name": "recorded", "backend": "replay", "think": "plain"},
        "recording": str(folder / "recording.jsonl"),
    }
    policies = [Policy(RECORDED_SAMPLES, give_up=give_up) for give_up in GIVE_UPS]
    return drawn(folder, store, problems, {"with": teacher}, policies)


def recorded_figures(curve: Curve) -> tuple[dict[str, float], list[str]]:
    chosen = curve.of(Policy(RECORDED_SAMPLES, give_up=GIVE_UP))
    whole = curve.fixed[-1]
    figures = {
        "adaptive_tokens_recorded": chosen.tokens / whole.tokens,
        "adaptive_solved_recorded": chosen.solved / whole.solved,
        "adaptive_twice_recorded": chosen.twice / whole.twice,
    }
    return figures, ["recorded: 100 MATH problems, 8 samples each", *table(curve)]


# Live


def live_curve(folder: Path, store: Path, *, quick: bool) -> Curve:
    folder.mkdir()
    samples = QUICK_LIVE_SAMPLES if quick else LIVE_SAMPLES
    problems = list(_live_problems(QUICK_LIVE_PROBLEMS if quick else LIVE_PROBLEMS))
    teacher = {
        "with": {"teacher": yaml.safe_load((ROOT / "configs" / "teachers" / "smollm2.yaml").read_text())},
        "side": {"weights": "weights"},
        "run": {"max_in_flight": 32},
    }
    teacher["with"]["teacher"]["backend"] = "transformers"
    policies = [
        Policy(most, give_up=give_up)
        for most in BUDGETS
        for give_up in GIVE_UPS
        if most <= samples and (give_up is None or give_up < most)
    ]
    return drawn(folder, store, problems, teacher, policies)


def live_figures(curve: Curve) -> tuple[dict[str, float], list[str]]:
    chosen = curve.of(Policy(len(curve.fixed) - 1, give_up=GIVE_UP))
    same = curve.fixed_at(chosen.tokens)
    figures = {"adaptive_tokens_live": chosen.tokens / curve.fixed[-1].tokens}
    # Of a few problems, as with --quick, such a small model may solve none.
    if same.solved:
        figures["adaptive_solved_ratio_live"] = chosen.solved / same.solved
    if same.twice:
        figures["adaptive_twice_ratio_live"] = chosen.twice / same.twice
    return figures, ["live: SmolLM2-135M on SVAMP and GSM8K", *table(curve)]


def _live_problems(each: int) -> Iterator[dict[str, str]]:
    """A draw with a fixed seed from both benchmarks."""
    folder = Path(os.environ["TRACEMILL_DATA"]) / "benchmarks"
    svamp = [
        (f"svamp-{row['ID']}", f"{row['Body'].rstrip('. ')}. {row['Question']}", f"{row['Answer']:g}")
        for row in _rows(folder / "svamp.jsonl.gz")
    ]
    gsm8k = [
        (f"gsm8k-{number}", row["question"], row["answer"].rpartition("####")[2].strip())
        for number, row in enumerate(_rows(folder / "gsm8k_test.jsonl.gz"))
    ]
    for rows in (svamp, gsm8k):
        for id, question, answer in random.Random(0).sample(rows, each):
            yield {"id": id, "question": question, "answer": answer}


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
        yield from map(json.loads, lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a few problems and samples")
    parser.add_argument("--store", type=Path, help="keep the answers here, in the journal of a store")
    parser.add_argument("--curve", type=Path, help="write all points here, for docs/draw_adaptive.py")
    options = parser.parse_args()
    figures, lines = measure(quick=options.quick, store=options.store, curve=options.curve)
    print("\n".join(lines))
    for name, value in figures.items():
        print(f"{name:<32}{value:>8.3f}")


if __name__ == "__main__":
    main()
