"""Stored verdicts against the rewards of every export, called as each trainer calls them, on real traces.

    python -m bench.exports.contracts [--quick]

A version is made of the traces below `TRACEMILL_DATA` by the stages of a recipe (replayed, verified, selected,
exported), exported for each trainer and rewarded in a process of its own (`tests/contracts/`): every attempt with its
completion, every problem with its own gold. A disagreement is a reward that is not what the stored verdict says.
"""

import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

from bench.distillation.throughput import smollm2
from bench.exports.traced import traced_version
from bench.parts import run_alone
from bench.traces import Trace, read_traces
from tests.contracts.contract import CONTRACTS, Case, ask, cases_of, disagreements
from verifier.types import Outcome

TRACES, TRACES_QUICK = 2_600, 300
SHOWN = 5


def chosen(folder: Path, count: int) -> list[Trace]:
    """So many traces, of all sets in turn, the first of each."""
    in_turn = zip_longest(*read_traces(folder).values())
    flat = (trace for turn in in_turn for trace in turn if trace is not None)
    return [trace for trace, _ in zip(flat, range(count), strict=False)]


def measure(*, quick: bool = False) -> tuple[dict[str, float], list[str]]:
    traces = chosen(Path(os.environ["TRACEMILL_DATA"]), TRACES_QUICK if quick else TRACES)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        version, tokenizer = traced_version(folder / "traced", traces), smollm2(folder)
        cases = cases_of(version)
        found = dict(_rewarded(version, folder, tokenizer, cases))
    attempts = Counter(case.outcome for case in cases if case.kind == "attempt")
    figures = {
        "contract_disagreements": float(sum(map(len, found.values()))),
        "contract_traces": float(attempts.total()),
        "contract_golds": float(len(cases) - attempts.total()),
        "contract_exporters": float(len(found)),
    }
    told = ", ".join(f"{attempts[outcome]:,} {outcome}" for outcome in Outcome)
    lines = [f"{attempts.total():,} traces ({told}) and {figures['contract_golds']:,.0f} golds for each exporter"]
    lines += [f"{trainer:<16}{len(wrong):>6} disagree" for trainer, wrong in found.items()]
    return figures, lines + [line for wrong in found.values() for line in wrong[:SHOWN]]


def _rewarded(version: Path, folder: Path, tokenizer: Path, cases: list[Case]) -> Iterator[tuple[str, list[str]]]:
    """Disagreements by exporter with a reward. Raises `RuntimeError` where a trainer is not installed."""
    for contract in CONTRACTS:
        if contract.reward is None:
            continue
        if contract.missing:
            raise RuntimeError(contract.missing)
        answer = ask(contract, version, folder / contract.trainer, tokenizer, cases, rows=False)
        yield contract.trainer, disagreements(contract, cases, answer.rewards)


if __name__ == "__main__":
    run_alone(__doc__ or "", measure)
