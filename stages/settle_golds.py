"""Decides on problems by what the audit of their golds found."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from pipeline.errors import ConfigError
from pipeline.stage import Reject, RowStage
from stages._gold_single import is_sentinel
from stages.audit_golds import MAJORITY_DISAGREES
from stages.gate_golds import MAX_CHARS
from stages.records import GoldAudit, GoldStatus, Problem
from verifier import infer_type
from verifier.numbers.quantities import NUMERIC_TYPES, unit_of
from verifier.route import matches_itself

GOLD_REPAIRED = "gold_repaired"
Fate = Literal["reject", "keep"]


@dataclass(frozen=True, kw_only=True)
class SettleGolds(RowStage[Problem, Problem]):
    """The counts of the audit stand in the detail of each reject. Solved and unsampled problems stay.

    A repaired problem carries the signal `gold_repaired`, its former gold in `audit.given_answer` and an audit that is
    else the one that condemned it; its `reference_solution` is None, for that led to the former gold. Verdicts against
    the former gold say nothing of the new one: keep the attempts of the problems that stay (`keep_attempts`) and verify
    these again.

    suspect     -- problems whose attempts agree on another answer. "repair": that answer becomes the gold where enough
                   teachers agree on it and it can be checked; the others are rejected as suspect_gold. Put gate_golds
                   behind
    hard        -- problems that no attempt solves and on which none agree. Those of which no attempt gave any answer
                   are rejected as no_answer_given: there the teacher, its token limit or the extraction failed
    disputed    -- solved problems where a clear majority gives another answer; Magistral drops these
    undecided   -- problems on which the verifier could not decide any attempt
    min_teachers -- different teachers by name that must agree before a gold is replaced
    """

    packages: ClassVar[tuple[str, ...]] = ("mpmath", "pint")

    suspect: Literal["reject", "keep", "repair"] = "reject"
    hard: Fate = "reject"
    disputed: Fate = "keep"
    undecided: Fate = "reject"
    min_teachers: int = 2

    def __post_init__(self) -> None:
        if self.min_teachers < 1:
            raise ConfigError(f"settle_golds: min_teachers is {self.min_teachers}; it must be at least 1")

    def process(self, row: Problem) -> Problem | Reject:
        if row.audit is None:
            raise ValueError(f"{row.id} has no audit; put audit_golds before settle_golds")
        if row.audit.status is GoldStatus.SUSPECT_GOLD and self.suspect == "repair":
            return self._repaired(row, row.audit)
        reason = _reason(row, row.audit)
        fates: Mapping[str, str] = {
            "suspect_gold": self.suspect,
            "hard": self.hard,
            "no_answer_given": self.hard,
            "undecided": self.undecided,
            MAJORITY_DISAGREES: self.disputed,
        }
        if reason is None or fates[reason] == "keep":
            return row
        return Reject(reason, _counts(row, row.audit))

    def _repaired(self, row: Problem, audit: GoldAudit) -> Problem | Reject:
        """Raises `ValueError` where a suspect gold comes without the answer that speaks against it."""
        if audit.consensus is None:
            raise ValueError(f"{row.id} has a suspect gold but no consensus; its audit is not one of audit_golds")
        counts = _counts(row, audit)
        if len(audit.consensus_teachers) < self.min_teachers:
            named = ", ".join(audit.consensus_teachers) or "none (has audit_golds the side input `attempts`?)"
            return Reject(
                "suspect_gold", f"{counts}; not repaired: {self.min_teachers} teachers must agree, these do: {named}"
            )
        if why := _unfit(audit.consensus, row.question):
            return Reject("suspect_gold", f"{counts}; not repaired: {why}")
        kind = infer_type(audit.consensus, row.question)
        return replace(
            row,
            answer=audit.consensus,
            answer_type=kind,
            unit=unit_of(audit.consensus) if kind in NUMERIC_TYPES else None,
            reference_solution=None,
            signals=[*(signal for signal in row.signals if signal != GOLD_REPAIRED), GOLD_REPAIRED],
            audit=replace(audit, given_answer=audit.given_answer or row.answer),
        )


def _unfit(answer: str, question: str) -> str | None:
    """Why an answer that a model wrote is no gold; what is longer than the gate lets through is not read at all."""
    if len(answer) > MAX_CHARS:
        return f"too long, {len(answer)} characters"
    if is_sentinel(answer):
        return "it says that there is no answer"
    try:
        kind = infer_type(answer, question)
        return None if matches_itself(answer, kind) else f"as {kind} it could not be checked"
    except RecursionError:
        return "nested too deeply"


def _reason(row: Problem, audit: GoldAudit) -> str | None:
    """What speaks against the problem, None where nothing does."""
    if audit.status is GoldStatus.SOLVED:
        return MAJORITY_DISAGREES if MAJORITY_DISAGREES in row.signals else None
    if audit.status is GoldStatus.HARD and audit.consensus is None:
        return "no_answer_given"
    return None if audit.status is GoldStatus.UNSAMPLED else str(audit.status)


def _counts(row: Problem, audit: GoldAudit) -> str:
    counts = f"{audit.num_correct} of {audit.num_attempts} decided attempts correct, {audit.num_undecided} undecided"
    if audit.consensus is None:
        return f"{counts}; no attempt gave an answer" if audit.num_attempts else counts
    return f"{counts}; {audit.num_consensus} say {audit.consensus[:80]!r}, the gold is {row.answer[:80]!r}"
