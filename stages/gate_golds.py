"""The gate before anything is sampled: a gold that cannot say of itself that it is right says it of no attempt."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar

from pipeline.context import Context
from pipeline.stage import BatchFn, BatchStage, Reject
from stages._gold_control import wrong_answers
from stages._gold_forms import forms
from stages._gold_single import is_sentinel, several_values
from stages.records import Problem
from stages.verify import Verify, verdicts_of
from verifier import MACHINE_REASONS, Outcome, Pair, Reason, Verdict, Verifier, infer_type
from verifier.numbers.quantities import NUMERIC_TYPES
from verifier.route import matches_itself

MAX_CHARS = 400
_ESCAPED = re.compile(r"\\[{}]")
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

    packages: ClassVar[tuple[str, ...]] = Verify.packages

    timeout_s: float = 3.0

    @contextmanager
    def open(self, ctx: Context) -> Iterator[BatchFn[Problem, Problem]]:
        with Verifier(workers=1, timeout_s=self.timeout_s) as verifier:

            def gate(rows: Sequence[Problem]) -> list[Problem | Reject]:
                return [gated(row, verifier) for row in rows]

            yield gate


def gated(row: Problem, verifier: Verifier) -> Problem | Reject:
    """The row, or why it leaves. Raises `GoldUndecidedError` where the machine left a comparison open."""
    return _unfit(row) or _failed(row, verifier) or _matched(row, verifier) or row


def _unfit(row: Problem) -> Reject | None:
    """What the text of the gold tells without a comparison with anything else."""
    if is_sentinel(row.answer):
        return Reject("gold_sentinel", row.answer[:80])
    if len(row.answer) > MAX_CHARS:
        return Reject("gold_unparsable", f"{len(row.answer)} characters")
    if several := several_values(row.answer, row.question, row.answer_type):
        return Reject("gold_several_values", f"{several}: {row.answer[:80]}")
    if not _is_readable(row):
        return Reject("gold_unparsable", f"{row.answer_type}: {row.answer[:80]}")
    return None


def _is_readable(row: Problem) -> bool:
    """By the comparator of its type; a gold under the type of a number reads as some number."""
    bare = _ESCAPED.sub("", row.answer)
    if bare.count("{") != bare.count("}"):
        return False
    if row.answer_type in NUMERIC_TYPES and infer_type(row.answer, row.question) not in NUMERIC_TYPES:
        return False
    try:
        return matches_itself(row.answer, row.answer_type)
    except RecursionError:
        return False


def _failed(row: Problem, verifier: Verifier) -> Reject | None:
    """The first form in which the gold is not right."""
    for form, pair in forms(row.answer, row.question, row.answer_type).items():
        verdict = _verdict(pair, verifier)
        if verdict.outcome is Outcome.CORRECT:
            continue
        if verdict.reason in _UNPARSABLE:
            return Reject("gold_unparsable", f"{form}: {row.answer[:80]}")
        return Reject("gold_fails_itself", f"{form}: {row.answer[:80]} was read as {(verdict.extracted or '')[:80]}")
    return None


def _matched(row: Problem, verifier: Verifier) -> Reject | None:
    """Whether every answer that is wrong for sure is taken for right. An arbitrary constant may match a first one.

    One that is found wrong is enough, so an answer that the machine leaves open only counts where no other is decided.
    """
    answers = wrong_answers(row.answer, row.answer_type)
    left_open: GoldUndecidedError | None = None
    for answer in answers:
        pair = Pair(row.answer, rf"\boxed{{{answer}}}", row.question, row.answer_type)
        try:
            if _verdict(pair, verifier).outcome is not Outcome.CORRECT:
                return None
        except GoldUndecidedError as error:
            left_open = error
    if left_open:
        raise left_open
    return Reject("gold_matches_another", f"{row.answer[:80]} agrees with {answers[0][:80]}")


def _verdict(pair: Pair, verifier: Verifier) -> Verdict:
    """Raises `GoldUndecidedError` where the machine spoils it twice, `OutageError` where the verifier does not work."""
    (verdict,) = verdicts_of(verifier, [pair])
    if verdict.reason in MACHINE_REASONS:
        raise GoldUndecidedError(f"{verdict.reason} at the gold {pair.gold[:80]!r}: {verdict.detail}")
    return verdict
