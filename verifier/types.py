"""The words of the verifier: answer types, outcomes, reasons, the verdict and the policy."""

import hashlib
import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import lru_cache

# 3: 2 read a part only of a matrix, an amount in dollars or a signed number at the end of a response, took `15_{20}`
# for 15, had no verdict on a sum with the symbol of its index behind it, and "8, as computed above" was one answer.
VERSION = "3"
REASONING = ("auto", "tagged", "plain")
EXTRACTION = ("lenient", "strict")


class AnswerType(StrEnum):
    """What kind of thing an answer is; each kind has a comparator."""

    INTEGER = "integer"
    DECIMAL = "decimal"
    FRACTION = "fraction"
    PERCENT = "percent"
    CURRENCY = "currency"
    SCIENTIFIC = "scientific"
    UNITS = "units"
    EXPRESSION = "expression"
    EQUATION = "equation"
    INEQUALITY_INTERVAL = "inequality_interval"
    SET_LIST = "set_list"
    TUPLE_POINT = "tuple_point"
    MATRIX_VECTOR = "matrix_vector"
    COMPLEX = "complex"
    MCQ = "mcq"
    BOOLEAN = "boolean"
    WORD = "word"
    CHEMISTRY = "chemistry"
    DATETIME = "datetime"
    CODE = "code"


class Outcome(StrEnum):
    """`undecided` is what machinery or text left open; nothing but a judge that was asked turns it into `incorrect`."""

    CORRECT = "correct"
    INCORRECT = "incorrect"
    UNDECIDED = "undecided"


class Reason(StrEnum):
    """Why; `matched_*` come with correct, the second group with incorrect, the last with undecided."""

    MATCHED_STRING = "matched_string"
    MATCHED_NUMBER = "matched_number"
    MATCHED_SYMBOLIC = "matched_symbolic"
    NO_ANSWER = "no_answer"
    DIFFERENT_TYPE = "different_type"
    DIFFERENT_VALUE = "different_value"
    CANDIDATES = "candidates"
    ANSWER_UNPARSABLE = "answer_unparsable"
    GOLD_UNPARSABLE = "gold_unparsable"
    TOO_LARGE = "too_large"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    CRASHED = "crashed"


# What a quieter machine might decide; the other reasons of an undecided verdict are properties of the pair.
MACHINE_REASONS = frozenset({Reason.TIMEOUT, Reason.MEMORY, Reason.CRASHED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What counts as agreement; one default serves curation, audit and reward.

    reasoning   -- "tagged": only what follows the last `</think>` holds an answer, and without the tag there is none;
                   "plain": the whole response is the answer text; "auto": tagged where the tag occurs
    extraction  -- "lenient": without a box or a phrase the last value of the last line counts; "strict": it does not
    """

    reasoning: str = "auto"
    extraction: str = "lenient"

    def __post_init__(self) -> None:
        for name, known in (("reasoning", REASONING), ("extraction", EXTRACTION)):
            if getattr(self, name) not in known:
                raise ValueError(f"policy {name} {getattr(self, name)!r} is unknown; known: {', '.join(known)}")

    @property
    def digest(self) -> str:
        return _digest(self)


@lru_cache(maxsize=64)
def _digest(policy: Policy) -> str:
    return hashlib.sha256(json.dumps(asdict(policy), sort_keys=True).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One of three outcomes with its reason; never a truth value, because `undecided` is neither.

    extracted -- the answer as it stood in the response, None where there was none
    ms        -- wall time in milliseconds
    policy    -- the digest of the policy that decided
    """

    outcome: Outcome
    reason: Reason
    extracted: str | None
    answer_type: AnswerType
    ms: float
    policy: str
    detail: str = ""

    def __bool__(self) -> bool:
        raise TypeError("a verdict is correct, incorrect or undecided: compare `.outcome`, or call `.reward(...)`")

    def reward(self, *, undecided: float | None, correct: float = 1.0, incorrect: float = 0.0) -> float | None:
        """A number for training. What becomes of `undecided` must be said; None means "leave this sample out"."""
        return {Outcome.CORRECT: correct, Outcome.INCORRECT: incorrect, Outcome.UNDECIDED: undecided}[self.outcome]
