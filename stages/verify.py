"""A verdict on every attempt, from the rules of `verifier`."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

import polars as pl

from pipeline.context import Context
from pipeline.errors import OutageError
from pipeline.stage import BatchFn, BatchStage
from stages._problems import Asked, Problems
from stages.records import Attempt, Problem, VerdictRow
from verifier import MACHINE_REASONS, VERSION, Outcome, Pair, Policy, Verdict, Verifier, VerifierError


@dataclass(frozen=True, kw_only=True)
class Verify(BatchStage[Attempt, VerdictRow]):
    """Compares `Attempt.final` with the problem's gold. The reasoning was taken apart when the attempt was recorded.

    extraction -- see `verifier.Policy`
    timeout_s  -- wall time for one pair in a worker; what takes longer is undecided, never incorrect
    """

    # v3: matrices, amounts and signs at the end of a response are read whole; v2 read a part of some.
    # Bump together with `verifier.VERSION` when verdicts can differ.
    version: ClassVar[int] = 3
    packages: ClassVar[tuple[str, ...]] = ("math-verify", "sympy", "latex2sympy2_extended", "mpmath", "pint")
    side_inputs: ClassVar[Mapping[str, Any]] = {"problems": Problem}

    extraction: str = "lenient"
    timeout_s: float = 3.0

    def __post_init__(self) -> None:
        _ = self.policy

    @property
    def policy(self) -> Policy:
        """The reasoning is already apart, so the whole of `final` is read. Raises `ValueError` on an unknown option."""
        return Policy(reasoning="plain", extraction=self.extraction)

    def retryable(self) -> pl.Expr:
        """Verdicts that the machine left open."""
        return pl.col("reason").is_in([str(reason) for reason in sorted(MACHINE_REASONS)])

    def suspicious(self) -> Mapping[str, pl.Expr]:
        return {str(Outcome.UNDECIDED): pl.col("outcome") == Outcome.UNDECIDED}

    @contextmanager
    def open(self, ctx: Context) -> Iterator[BatchFn[Attempt, VerdictRow]]:
        """One worker process: the engine may run several shards at once, each with its own."""
        problems = Problems(ctx.side["problems"])
        with Verifier(workers=1, timeout_s=self.timeout_s, policy=self.policy) as verifier:

            def judge(attempts: Sequence[Attempt]) -> list[VerdictRow]:
                asked = problems.of(attempts)
                pairs = [pair_of(problem, attempt.final) for problem, attempt in zip(asked, attempts, strict=True)]
                verdicts = verdicts_of(verifier, pairs)
                return [verdict_row(*pair) for pair in zip(attempts, verdicts, strict=True)]

            yield judge


def verdicts_of(verifier: Verifier, pairs: Sequence[Pair]) -> list[Verdict]:
    """What the machine may have spoilt is tried once more, one by one, when the rest is done."""
    try:
        verdicts = verifier.verify_many(pairs)
        spoilt = [index for index, verdict in enumerate(verdicts) if verdict.reason in MACHINE_REASONS]
        again = dict(zip(spoilt, verifier.verify_many([pairs[index] for index in spoilt]), strict=True))
    except VerifierError as error:
        raise OutageError(f"the verifier does not work: {error}") from error
    return [again.get(index, verdict) for index, verdict in enumerate(verdicts)]


def pair_of(problem: Problem | Asked, final: str) -> Pair:
    return Pair(problem.answer, final, problem.question, problem.answer_type)


def verdict_row(attempt: Attempt, verdict: Verdict) -> VerdictRow:
    return VerdictRow(
        id=attempt.id,
        problem_id=attempt.problem_id,
        outcome=verdict.outcome,
        reason=verdict.reason,
        extracted=verdict.extracted,
        answer_type=verdict.answer_type,
        verifier="rule",
        version=VERSION,
        policy=verdict.policy,
        teacher=attempt.teacher,
        draw=attempt.draw,
    )
