"""What a comparator is given and what it returns."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from verifier.types import AnswerType, Outcome, Reason

MATCHES = frozenset({Reason.MATCHED_STRING, Reason.MATCHED_NUMBER, Reason.MATCHED_SYMBOLIC})
DENIALS = frozenset({
    Reason.NO_ANSWER, Reason.DIFFERENT_TYPE, Reason.DIFFERENT_VALUE, Reason.CANDIDATES, Reason.ANSWER_UNPARSABLE
})  # fmt: skip
# Of a long question only the end is read: there the options stand, and what is asked for.
MAX_QUESTION = 4_000


@dataclass(frozen=True, slots=True)
class Finding:
    """A reason with the outcome that follows from it, unless a comparator knows better."""

    reason: Reason
    detail: str = ""
    undecided: bool = False

    @property
    def outcome(self) -> Outcome:
        if self.undecided:
            return Outcome.UNDECIDED
        if self.reason in MATCHES:
            return Outcome.CORRECT
        return Outcome.INCORRECT if self.reason in DENIALS else Outcome.UNDECIDED

    @property
    def matched(self) -> bool:
        return self.reason in MATCHES and not self.undecided


class NeedsAlgebraError(Exception):
    """Raised by the algebra of the caller's process: the pair has to go to a worker."""


def no_algebra(gold: str, answer: str) -> Finding:
    raise NeedsAlgebraError


@dataclass(frozen=True, slots=True)
class Case:
    """A pair to compare, both texts normalised and unwrapped. `algebra` decides what the comparators cannot."""

    gold: str
    answer: str
    answer_type: AnswerType
    question: str | None = None
    algebra: Callable[[str, str], Finding] = field(default=no_algebra)

    def of(self, gold: str, answer: str) -> "Case":
        """The same case for parts of both texts."""
        return replace(self, gold=gold, answer=answer)


Comparator = Callable[[Case], Finding]


def verdict_of(same: bool, *, match: Reason = Reason.MATCHED_STRING) -> Finding:
    return Finding(match if same else Reason.DIFFERENT_VALUE)
