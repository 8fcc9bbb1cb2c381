"""The gate before anything is sampled: a gold that cannot say of itself that it is right says it of no attempt."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar

from pipeline.context import Context
from pipeline.errors import OutageError
from pipeline.stage import BatchFn, BatchStage, Reject
from stages._gold_control import wrong_answers
from stages._gold_forms import forms
from stages._gold_single import is_sentinel, several_values
from stages.records import Problem
from verifier import MACHINE_REASONS, Outcome, Pair, Reason, Verdict, Verifier, VerifierError
from verifier.route import matches_itself

MAX_CHARS = 400
_UNPARSABLE = (Reason.GOLD_UNPARSABLE, Reason.TOO_LARGE)


class GoldUndecidedError(RuntimeError):
    """The machine, not the gold, left a comparison open; twice."""


@dataclass(frozen=True, kw_only=True)
class GateGolds(BatchStage[Problem, Problem]):
    """Lets through golds under which a right attempt is found right and a wrong one is not.

    Rejects: `gold_sentinel`, a placeholder; `gold_unparsable`, not read by the comparator of its type;
    `gold_several_values`, several answers; `gold_fails_itself`, not found right in one of the forms in which it meets
    right responses, the form named; `gold_matches_another`, agrees with answers that are wrong for sure.

    What a timeout or a crash leaves open is tried once more and is then a fault of the row, not a reject.

    timeout_s -- wall time for one comparison in a worker
    """

    # v1: first version. Bump together with `verifier.VERSION` when verdicts can differ.
    packages: ClassVar[tuple[str, ...]] = ("math-verify", "sympy", "latex2sympy2_extended", "mpmath", "pint")

    timeout_s: float = 3.0

    @contextmanager
    def open(self, ctx: Context) -> Iterator[BatchFn[Problem, Problem]]:
        with Verifier(workers=1, timeout_s=self.timeout_s) as verifier:

            def gate(rows: Sequence[Problem]) -> list[Problem | Reject]:
                try:
                    return gated(rows, verifier)
                except VerifierError as error:
                    raise OutageError(f"the verifier does not work: {error}") from error

            yield gate


def gated(rows: Sequence[Problem], verifier: Verifier) -> list[Problem | Reject]:
    """Each row or why it leaves. Raises `GoldUndecidedError` where the machine left a comparison open."""
    decided = [_unfit(row) for row in rows]
    asked = [_asked(row) if reject is None else {} for row, reject in zip(rows, decided, strict=True)]
    verdicts = iter(_verdicts([pair for pairs in asked for pair in pairs.values()], verifier))
    return [
        reject or _judged(row, {name: next(verdicts) for name in pairs})
        for row, reject, pairs in zip(rows, decided, asked, strict=True)
    ]


def _unfit(row: Problem) -> Reject | None:
    """What the text of the gold tells without a comparison with anything else."""
    if is_sentinel(row.answer):
        return Reject("gold_sentinel", row.answer[:80])
    if len(row.answer) > MAX_CHARS:
        return Reject("gold_unparsable", f"{len(row.answer)} characters")
    if several := several_values(row.answer, row.answer_type):
        return Reject("gold_several_values", f"{several}: {row.answer[:80]}")
    try:
        reads_itself = matches_itself(row.answer, row.answer_type)
    except RecursionError:
        reads_itself = False
    return None if reads_itself else Reject("gold_unparsable", f"{row.answer_type}: {row.answer[:80]}")


def _asked(row: Problem) -> dict[str, Pair]:
    """Right responses by the name of their form, then wrong ones, whose names begin with a sign."""
    wrong = {
        f"!{answer}": Pair(row.answer, rf"\boxed{{{answer}}}", row.question, row.answer_type)
        for answer in wrong_answers(row.answer, row.answer_type)
    }
    return forms(row.answer, row.question, row.answer_type) | wrong


def _verdicts(pairs: Sequence[Pair], verifier: Verifier) -> list[Verdict]:
    """What the machine may have spoilt is tried once more, when the rest is done."""
    verdicts = verifier.verify_many(pairs)
    spoilt = [index for index, verdict in enumerate(verdicts) if verdict.reason in MACHINE_REASONS]
    for index, verdict in zip(spoilt, verifier.verify_many([pairs[index] for index in spoilt]), strict=True):
        if verdict.reason in MACHINE_REASONS:
            raise GoldUndecidedError(f"{verdict.reason} at the gold {pairs[index].gold[:80]!r}: {verdict.detail}")
        verdicts[index] = verdict
    return verdicts


def _judged(row: Problem, verdicts: dict[str, Verdict]) -> Problem | Reject:
    for form, verdict in verdicts.items():
        if form.startswith("!") or verdict.outcome is Outcome.CORRECT:
            continue
        if verdict.reason in _UNPARSABLE:
            return Reject("gold_unparsable", f"{form}: {row.answer[:80]}")
        return Reject("gold_fails_itself", f"{form}: {row.answer[:80]} was read as {(verdict.extracted or '')[:80]}")
    wrong = {form: verdict for form, verdict in verdicts.items() if form.startswith("!")}
    if wrong and all(verdict.outcome is Outcome.CORRECT for verdict in wrong.values()):
        return Reject("gold_matches_another", f"{row.answer[:80]} agrees with {min(wrong)[1:81]}")
    return row
