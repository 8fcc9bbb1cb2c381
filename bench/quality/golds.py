"""Wrong golds planted among real problems with real attempts: how many does the audit suspect, and what else?

    python -m bench.quality.golds [--quick] [--suspects] [--json OUT]

Problems and attempts are the recorded model outputs under TRACEMILL_DATA/traces: MATH by Qwen2.5-Math (8 attempts, 91 %
right; without the problems that show a drawing as code, which it cannot read), and, as the teacher that is too weak for
its questions, GSM8K by GPT-3 (4 attempts of two sizes, 38 % right).
Each problem is audited with its own gold and, where that gives a different value, with each of four corrupted ones: one
more, the other sign, a multiple, the answer of another problem.

`recall` is the share of planted golds called suspect. A false alarm is a problem with its own gold that is called so;
`--suspects` prints these, and REAL names those that a reading of the problem bears out. `precision` is what it would be
among suspects if one gold in twenty were wrong in the planted ways. `repaired` is the number of planted golds that are
replaced where two teachers agree, `right` how many of these get the true answer back, `spoilt` how many problems with
their own gold lose it so.
"""

import argparse
import json
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from bench.quality.golds_planted import Asked, asked, planted, sides
from bench.traces import read_traces
from pipeline.context import Context
from pipeline.inputs import StoredInput
from pipeline.parquet import write_parquet
from pipeline.schema import Record, from_table, row_values, schema_of, to_table
from stages.audit_golds import AuditGolds
from stages.records import Attempt, GoldStatus, Problem, VerdictRow
from stages.settle_golds import SettleGolds
from verifier import Outcome, Policy, Verifier, compare

SETS = {
    "math by qwen2.5-math": "qwen25math-math",
    "the same, no drawings": "qwen25math-math",
    "gsm8k by gpt-3": "gpt3-gsm8k",
}
HEADLINE = ("math by qwen2.5-math", 8)
POLICIES = ((2, 0.5), (3, 0.5), (3, 0.75), (4, 0.5), (4, 0.75), (6, 0.75), (8, 1.0))
DEFAULT = (AuditGolds().min_agree, AuditGolds().min_share)
WRONG_SHARE = 0.05
# False alarms whose gold is not the right answer to the question, by reading it: two people who eat 4 apples a day each
# eat 240 in 30 days, not 150.
REAL = frozenset({"gsm8k/454"})


class Audited:
    """The rows of one set, written once, audited under any policy."""

    def __init__(self, rows: Sequence[Asked], folder: Path, verifier: Verifier) -> None:
        attempts, verdicts = sides(rows, verifier)
        self.rows = {row.problem.id: row for row in rows}
        self._folder = folder
        self._problems = self._stored([row.problem for row in rows], Problem)
        self._sides = {"attempts": self._stored(attempts, Attempt), "verdicts": self._stored(verdicts, VerdictRow)}

    def _stored(self, rows: Sequence[Record], record: type[Record]) -> StoredInput:
        path = self._folder / f"{record.__name__}.parquet"
        write_parquet(path, to_table([row_values(row) for row in rows], record))
        return StoredInput(record.__name__, (path,))

    def under(self, stage: AuditGolds) -> list[Problem]:
        with tempfile.TemporaryDirectory(dir=self._folder) as scratch:
            ctx = Context(node="audit", scratch=Path(scratch), side=self._sides)
            frame = stage.transform(self._problems.lazy(), ctx).collect()
        assert isinstance(frame, pl.DataFrame)
        return list(from_table(frame.select(schema_of(Problem).names).to_arrow(), Problem))


@dataclass(frozen=True)
class Score:
    planted: int
    caught: int
    own: int
    all_wrong: int
    alarms: Sequence[Problem]
    repaired: int
    repaired_right: int
    spoilt: int

    @property
    def recall(self) -> float:
        return self.caught / self.planted

    @property
    def precision(self) -> float:
        """Among suspects, at `WRONG_SHARE`; alarms known to be right ones are set aside."""
        false = sum(problem.id not in REAL for problem in self.alarms) / self.own * (1 - WRONG_SHARE)
        right = self.recall * WRONG_SHARE
        return right / (right + false) if right else 0.0


def score(audited: Audited, min_agree: int, min_share: float) -> Score:
    rows = audited.under(AuditGolds(min_agree=min_agree, min_share=min_share))
    truth = {row.id: audited.rows[row.id].true_gold for row in rows}
    wrong, own = ([row for row in rows if (truth[row.id] is not None) is is_wrong] for is_wrong in (True, False))
    alarms = [row for row in own if _is_suspect(row)]
    mended = _repaired([row for row in wrong if _is_suspect(row)])
    return Score(
        planted=len(wrong),
        caught=sum(map(_is_suspect, wrong)),
        own=len(own),
        all_wrong=sum(row.audit is not None and row.audit.status in ZERO for row in own),
        alarms=alarms,
        repaired=len(mended),
        repaired_right=sum(_is_true(row, truth) for row in mended),
        spoilt=sum(row.id not in REAL for row in _repaired(alarms)),
    )


def _repaired(rows: Sequence[Problem]) -> list[Problem]:
    stage = SettleGolds(suspect="repair")
    return [result for row in rows if isinstance(result := stage.process(row), Problem)]


ZERO = (GoldStatus.HARD, GoldStatus.SUSPECT_GOLD)


def _is_suspect(row: Problem) -> bool:
    return row.audit is not None and row.audit.status is GoldStatus.SUSPECT_GOLD


def _is_true(row: Problem, truth: Mapping[str, str | None]) -> bool:
    gold = truth[row.id]
    return gold is not None and compare(gold, row.answer).outcome is Outcome.CORRECT


def _scored(*, quick: bool) -> Iterator[tuple[str, int, tuple[int, float], Score]]:
    traces = read_traces(Path(os.environ["TRACEMILL_DATA"]))
    for label, name in SETS.items():
        some = [trace for trace in traces[name] if "no drawings" not in label or "[asy]" not in trace.question]
        available = 8 if name.startswith("qwen") else 4
        every = 4 if quick else 1
        for attempts in (available, 4) if available > 4 else (4,):
            own = asked(some, attempts=attempts, every=every)
            with tempfile.TemporaryDirectory() as folder, Verifier(policy=Policy(reasoning="auto")) as verifier:
                audited = Audited([*own, *planted(own)], Path(folder), verifier)
                for policy in POLICIES:
                    if policy[0] <= attempts:
                        yield label, attempts, policy, score(audited, *policy)


def measure(*, quick: bool = False) -> tuple[dict[str, float], list[str]]:
    """Figures `suspect_gold_recall`, `suspect_gold_precision`: MATH, 8 attempts, the defaults of `audit_golds`."""
    figures: dict[str, float] = {}
    lines = [
        f"{'set':<22}{'tries':>6}{'agree':>6}{'share':>6}{'planted':>9}{'recall':>8}{'all wrong':>10}"
        f"{'alarms':>7}{'of':>6}{'precision':>10}{'repaired':>9}{'right':>7}{'spoilt':>7}"
    ]
    for label, attempts, policy, found in _scored(quick=quick):
        mark = "  <- default" if policy == DEFAULT else ""
        lines.append(
            f"{label:<22}{attempts:>6}{policy[0]:>6}{policy[1]:>6.2f}{found.planted:>9}{found.recall:>8.3f}"
            f"{found.all_wrong:>10}{len(found.alarms):>7}{found.own:>6}{found.precision:>10.3f}"
            f"{found.repaired:>9}{found.repaired_right:>7}{found.spoilt:>7}{mark}"
        )
        if (label, attempts) == HEADLINE and policy == DEFAULT:
            figures = {"suspect_gold_recall": found.recall, "suspect_gold_precision": found.precision}
    return figures, lines


def suspects() -> Iterator[str]:
    """Problems called suspect with their own gold, under the defaults."""
    for label, attempts, policy, found in _scored(quick=False):
        if policy == DEFAULT and attempts in (HEADLINE[1], 4):
            for row in found.alarms:
                assert row.audit is not None
                yield (
                    f"{label} x{attempts} {row.id} gold {row.answer!r}, {row.audit.num_consensus} of "
                    f"{row.audit.num_attempts} say {row.audit.consensus!r}{' (real)' if row.id in REAL else ''}"
                )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="every fourth problem")
    parser.add_argument("--suspects", action="store_true", help="list the problems suspected with their own gold")
    parser.add_argument("--json", type=Path, help="write the figures here")
    options = parser.parse_args()
    if "TRACEMILL_DATA" not in os.environ:
        parser.error("TRACEMILL_DATA must name the folder with the public data sets")
    if options.suspects:
        print("\n".join(suspects()))
        return
    figures, lines = measure(quick=options.quick)
    print("\n".join(lines))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
