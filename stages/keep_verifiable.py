"""Decides which pairs have an answer that can be checked, by the evidence that was written down."""

import difflib
from dataclasses import dataclass, field
from enum import StrEnum

from pipeline.errors import ConfigError
from pipeline.stage import Reject, RowStage
from stages._answers import MAX_ANSWER
from stages._evidence_signals import DECISIVE, KNOWN, REJECTING, weight
from stages.mark_verifiability import MarkVerifiability
from stages.records import Candidate, Evidence, Origin, Problem, QAPair
from verifier import AnswerType
from verifier.numbers.quantities import NUMERIC_TYPES, unit_of

MAX_WORDS = 12


class OpinionCounts(StrEnum):
    IGNORE = "ignore"
    VETO = "veto"
    RESCUE = "rescue"
    DECIDE = "decide"


@dataclass(frozen=True, kw_only=True)
class Case:
    """A pair and what is to become of it: `keep: true`, or the reason it is rejected for in `reject`.

    question, answer -- as in a `QAPair`, the answer being its whole text
    note             -- why, for whoever reads the message of a case that fails
    """

    question: str
    answer: str
    keep: bool = False
    reject: str | None = None
    note: str = ""

    def __post_init__(self) -> None:
        if self.keep == (self.reject is not None):
            raise ConfigError(
                f"the case {self.question[:60]!r} says neither or both of `keep: true` and `reject: REASON`"
            )


@dataclass(frozen=True, kw_only=True)
class KeepVerifiable(RowStage[Candidate, Problem]):
    """Keeps a pair with a short answer against which no evidence speaks that rejects. The weightiest is the reason.

    reject    -- signals that reject, see `stages/_evidence_signals.py`; all other evidence goes on as signals
    max_chars -- longer answers are rejected as too_long, as are those of more than `max_words` words
    types     -- answer types that are kept
    opinion   -- how a model's opinion counts, where there is one: `ignore`; `veto`: a no rejects; `rescue`: a yes keeps
                 what rules would reject, if it has an answer that verifies itself; `decide`: both
    cases     -- pairs whose fate is known; they are tried when the recipe is read, and one that fails refuses it
    """

    reject: list[str] = field(default_factory=lambda: list(REJECTING))
    max_chars: int = MAX_ANSWER
    max_words: int = MAX_WORDS
    types: list[AnswerType] = field(default_factory=lambda: list(AnswerType))
    opinion: OpinionCounts = OpinionCounts.IGNORE
    cases: list[Case] = field(default_factory=list)

    def __post_init__(self) -> None:
        for name in self.reject:
            if name not in KNOWN:
                close = difflib.get_close_matches(name, KNOWN, 1)
                hint = f"did you mean {close[0]!r}? " if close else ""
                raise ConfigError(f"no evidence is called {name!r}; {hint}known: {', '.join(sorted(KNOWN))}")
        for option in ("max_chars", "max_words"):
            if getattr(self, option) < 1:
                raise ConfigError(f"{option} is {getattr(self, option)}; it must be at least 1")
        for number, case in enumerate(self.cases, 1):
            self._try(case, number)

    def process(self, row: Candidate) -> Problem | Reject:
        against = [each for each in row.evidence if each.signal in self.reject]
        if against and not self._is_rescued(row):
            return _rejected(min(against, key=lambda each: weight(each.signal)), row.evidence)
        if self._is_vetoed(row) and row.opinion:
            return Reject(
                "model_unverifiable", f"{row.opinion.model}: {', '.join(row.opinion.reasons) or 'no reason given'}"
            )
        if row.answer is None or row.answer_type is None:
            return Reject("no_answer", "no short answer was found")
        if reject := self._unfit(row.answer, row.answer_type):
            return reject
        return _problem(row, row.answer, row.answer_type)

    def _is_rescued(self, row: Candidate) -> bool:
        counts = self.opinion in (OpinionCounts.RESCUE, OpinionCounts.DECIDE)
        says_yes = row.opinion is not None and row.opinion.is_verifiable is True
        return (
            counts and says_yes and row.answer is not None and not any(each.signal in DECISIVE for each in row.evidence)
        )

    def _is_vetoed(self, row: Candidate) -> bool:
        counts = self.opinion in (OpinionCounts.VETO, OpinionCounts.DECIDE)
        return counts and row.opinion is not None and row.opinion.is_verifiable is False

    def _unfit(self, answer: str, kind: AnswerType) -> Reject | None:
        if len(answer) > self.max_chars:
            return Reject("too_long", f"{len(answer)} characters: {answer[:80]}")
        if len(answer.split()) > self.max_words and kind is AnswerType.WORD:
            return Reject("too_long", f"{len(answer.split())} words: {answer[:80]}")
        return None if kind in self.types else Reject("type_not_kept", f"{kind}: {answer[:80]}")

    def _try(self, case: Case, number: int) -> None:
        """Raises `ConfigError` where the case does not come out as it says."""
        marked = MarkVerifiability().process(_pair(case))
        made = marked if isinstance(marked, Reject) else self.process(marked)
        came = (
            f"rejected for {made.reason} ({made.detail})"
            if isinstance(made, Reject)
            else f"kept with the answer {made.answer!r}"
        )
        if case.keep != isinstance(made, Problem) or (isinstance(made, Reject) and made.reason != case.reject):
            wanted = "kept" if case.keep else f"rejected for {case.reject}"
            note = f" ({case.note})" if case.note else ""
            pair = f"{case.question[:80]!r} with the answer {case.answer[:60]!r}{note}"
            raise ConfigError(f"case {number}, {pair}: expected to be {wanted}, but is {came}")


def _pair(case: Case) -> QAPair:
    return QAPair(
        id="case", question=case.question, answer_text=case.answer, question_span=None, answer_span=None,
        origin=Origin.HUMAN, extractor="case", score=1.0, url="", source="case", licence=None, attribution=None,
        content_key="", removal_key="",
    )  # fmt: skip


def _rejected(reason: Evidence, evidence: list[Evidence]) -> Reject:
    others = [f"{each.signal}: {each.text}" for each in evidence if each is not reason]
    return Reject(reason.signal, "; ".join([reason.text, *others]))


def _problem(row: Candidate, answer: str, kind: AnswerType) -> Problem:
    found = [row.found_by] if row.found_by else []
    return Problem(
        id=row.id,
        question=row.question,
        reference_solution=row.solution,
        answer=answer,
        answer_type=kind,
        unit=unit_of(answer) if kind in NUMERIC_TYPES else None,
        signals=[*found, *(each.signal for each in row.evidence), *row.signals],
        subject=None,
        origin=row.origin,
        url=row.url,
        source=row.source,
        licence=row.licence,
        attribution=row.attribution,
        content_key=row.content_key,
        removal_key=row.removal_key,
        author=row.author,
        cluster=row.cluster,
        rescued=row.rescued,
    )
