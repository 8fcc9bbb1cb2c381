"""Real problems with recorded attempts, and copies of them whose gold is corrupted."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.rows import problem
from bench.traces import Trace
from stages._draw import unit_interval
from stages.records import Attempt, FinishReason, Problem, VerdictRow
from stages.verify import verdict_row
from verifier import Outcome, Pair, Verifier, compare

PARTS = re.compile(r"(?P<number>\d+)(?P<rest>\D*)$", re.DOTALL)


@dataclass(frozen=True)
class Asked:
    """A problem with the attempts at it and, where it was planted, what its true gold was."""

    problem: Problem
    traces: Sequence[Trace]
    true_gold: str | None = None


def problem_id(trace: Trace) -> str:
    """`qwen/3/7` is the eighth attempt at `qwen/3`."""
    return trace.id.rpartition("/")[0]


def asked(traces: Sequence[Trace], *, attempts: int, every: int) -> list[Asked]:
    by_problem: dict[str, list[Trace]] = defaultdict(list)
    for trace in traces:
        by_problem[problem_id(trace)].append(trace)
    own = [Asked(problem(name, some[0].question, some[0].gold), some[:attempts]) for name, some in by_problem.items()]
    return own[::every]


def corrupted(gold: str, other: str) -> Iterator[tuple[str, str]]:
    """The kind of fault and the wrong gold. The last number in the text changes, whatever stands round it."""
    if match := PARTS.search(gold):
        head, number, rest = gold[: match.start("number")], int(match["number"]), match["rest"]
        yield "off by one", f"{head}{number + 1}{rest}"
        yield "factor", f"{head}{number * 2}{rest}"
    yield "sign", gold.removeprefix("-") if gold.startswith("-") else f"-{gold}"
    yield "other's answer", other


def planted(rows: Sequence[Asked]) -> list[Asked]:
    """Corrupted copies; `id+kind`. What is right under its own gold's comparator is no fault and is left out."""
    order = sorted(rows, key=lambda row: unit_interval("other", row.problem.id))
    found = []
    for row, other in zip(order, [*order[1:], order[0]], strict=True):
        own = row.problem
        for kind, wrong in corrupted(own.answer, other.problem.answer):
            if compare(own.answer, wrong, answer_type=own.answer_type).outcome is Outcome.INCORRECT:
                changed = problem(f"{own.id}+{kind}", own.question, wrong)
                found.append(Asked(changed, row.traces, true_gold=own.answer))
    return found


def sides(rows: Sequence[Asked], verifier: Verifier) -> tuple[list[Attempt], list[VerdictRow]]:
    pairs = [
        Pair(row.problem.answer, trace.response, row.problem.question, row.problem.answer_type)
        for row in rows
        for trace in row.traces
    ]
    verdicts = iter(verifier.verify_many(pairs))
    attempts, found = [], []
    for row in rows:
        for number, trace in enumerate(row.traces):
            attempts.append(_attempt(row.problem.id, number, trace))
            found.append(verdict_row(attempts[-1], next(verdicts)))
    return attempts, found


def _attempt(name: str, number: int, trace: Trace) -> Attempt:
    run = trace.id.rpartition("/")[2]
    teacher = run.partition("_")[0] if "_" in run else "qwen2.5-math"
    return Attempt(
        id=f"{name}/{teacher}-{number:02d}",
        problem_id=name,
        teacher=teacher,
        revision="",
        prompt_style="",
        temperature=0.0,
        top_p=1.0,
        max_tokens=0,
        seed=0,
        sample=number,
        reasoning=None,
        final=trace.response,
        finish_reason=FinishReason.STOP,
        num_prompt_tokens=0,
        num_tokens=0,
    )
