"""The gold gate over the golds of all benchmarks: how many pass, and why the others do not, by source and form.

    python bench/quality/gold_gate.py [--show REASON]

Golds are taken as the benchmarks give them: the answer field, what follows `####`, or the last box of the
solution; without the dollar signs around formulas, as the pipeline takes them.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench.quality import sources
from bench.rows import problem
from pipeline.stage import Reject
from stages._answers import clean
from stages.gate_golds import GoldUndecidedError, gated
from stages.records import Problem
from verifier import Verifier
from verifier.extract import boxed

QUICK = 10


def _hashes(row: dict[str, Any]) -> str:
    return str(row["answer"].rsplit("####", 1)[-1].strip())


def _scibench(row: dict[str, Any]) -> str:
    return f"{row['answer_latex'] or row['answer_number']} {row['unit']}".strip()


# Per file: the question, and the gold.
GOLDS: dict[str, tuple[Callable[[dict[str, Any]], str], Callable[[dict[str, Any]], str]]] = {
    "math_train.jsonl.gz": (lambda row: row["problem"], lambda row: row["answer"]),
    "math_test.jsonl.gz": (lambda row: row["problem"], lambda row: row["answer"]),
    "math500.jsonl.gz": (lambda row: row["problem"], lambda row: row["answer"]),
    "gsm8k_train.jsonl.gz": (lambda row: row["question"], _hashes),
    "gsm8k_test.jsonl.gz": (lambda row: row["question"], _hashes),
    "theoremqa.json.gz": (lambda row: row["Question"], lambda row: str(row["Answer"])),
    "scibench.jsonl.gz": (lambda row: row["problem_text"], _scibench),
    "olympiadbench.jsonl.gz": (lambda row: row["question"], lambda row: ", ".join(row["final_answer"])),
    "minerva_math.jsonl.gz": (lambda row: row["problem"], lambda row: boxed(row["solution"]) or ""),
    "college_math.jsonl.gz": (lambda row: row["question"], lambda row: row["answer"]),
    "gaokao2023en.jsonl.gz": (lambda row: row["question"], lambda row: row["answer"]),
    "mmlu_pro_test.jsonl.gz": (lambda row: row["question"], lambda row: row["options"][row["answer_index"]]),
    "aime24.jsonl.gz": (lambda row: row["problem"], lambda row: row["answer"]),
    "aime_1983_2023_deepscaler.json.gz": (lambda row: row["problem"], lambda row: row["answer"]),
    "amc23.jsonl.gz": (lambda row: row["problem"], lambda row: str(row["answer"])),
    "asdiv.jsonl.gz": (lambda row: f"{row['body']} {row['question']}", lambda row: row["answer"]),
    "mawps.jsonl.gz": (lambda row: row["input"], lambda row: str(row["target"])),
    "svamp.jsonl.gz": (lambda row: f"{row['Body']} {row['Question']}", lambda row: str(row["Answer"])),
}


def problems(name: str) -> Iterator[Problem]:
    question, gold = GOLDS[name]
    for number, row in enumerate(sources.read_rows(sources.data_folder() / "benchmarks" / name)):
        yield problem(f"{name.partition('.')[0]}/{number}", question(row), clean(gold(row)), source=name)


def judged(rows: list[Problem], verifier: Verifier) -> Iterator[tuple[Problem, Problem | Reject]]:
    for row in rows:
        try:
            yield row, gated(row, verifier)
        except GoldUndecidedError as error:
            yield row, Reject("undecided", str(error))


def measure(*, quick: bool = False) -> tuple[dict[str, float], list[str]]:
    """Figure `gold_gate_pass_share`, over all golds; `quick` takes every tenth."""
    figures: dict[str, float] = {}
    lines, passed, total = [], 0, 0
    with Verifier(workers=1) as verifier:
        for name in GOLDS:
            rows = list(problems(name))[:: QUICK if quick else 1]
            began = time.perf_counter()
            reasons: Counter[str] = Counter()
            for _, result in judged(rows, verifier):
                reasons[_named(result)] += 1
            seconds = time.perf_counter() - began
            kept = reasons.pop("passed", 0)
            passed, total = passed + kept, total + len(rows)
            told = ", ".join(f"{reason} {count}" for reason, count in reasons.most_common())
            name = name.split(".")[0]
            lines.append(f"{name:28} {len(rows):6} {kept / len(rows):7.4f} {len(rows) / seconds:7.0f}/s  {told}")
    figures["gold_gate_pass_share"] = passed / total
    return figures, [f"{'source':28} {'golds':>6} {'passed':>7}", *lines, f"{passed} of {total} golds pass"]


def _named(result: Problem | Reject) -> str:
    if isinstance(result, Problem):
        return "passed"
    form = f" ({result.detail.split(':')[0]})" if result.reason == "gold_fails_itself" else ""
    return result.reason + form


def show(reason: str) -> None:
    with Verifier(workers=1) as verifier:
        for name in GOLDS:
            for row, result in judged(list(problems(name)), verifier):
                if isinstance(result, Reject) and (reason in (result.reason, "all")):
                    print(f"{row.id}\t{row.answer_type}\t{result.reason}\t{result.detail}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--show", metavar="REASON", help="print the golds that leave for this reason, or for all")
    parser.add_argument("--quick", action="store_true", help="every tenth gold")
    options = parser.parse_args()
    if options.show:
        show(options.show)
    else:
        print("\n".join(measure(quick=options.quick)[1]))


if __name__ == "__main__":
    main()
