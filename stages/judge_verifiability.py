"""Asks a language model whether the answer of a pair can be checked, beside what rules noted."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import ClassVar

from pipeline.context import Context
from pipeline.stage import Ask, Reject, StreamFn
from stages._asking import AskingOnce
from stages._asking_prompts import prompt
from stages._evidence_prompt import VERIFIABLE, parse_opinion
from stages._evidence_signals import UNSURE
from stages.records import Candidate, ModelOpinion
from verifier import AnswerType

# Ends of a solution and values in sentences are taken by rules of thumb.
TAKEN_ON_TRUST = frozenset({"chain", "sentence"})
# Nobody answered: the recording lacks the request, or the model could not take it.
UNANSWERED = frozenset({"not_recorded", "prompt_too_long"})


@dataclass(frozen=True, kw_only=True)
class JudgeVerifiability(AskingOnce[Candidate, Candidate]):
    """Writes the opinion of `teacher` on each pair into `opinion`. It rejects nothing: `keep_verifiable` decides.

    A reply that cannot be read, or was cut off, is an opinion whose `is_verifiable` is None; where nobody answered
    there is none.

    style       -- the prompt, see `stages/_evidence_prompt.py`
    max_chars   -- pairs whose question and answer text are longer together are not asked about
    only_unsure -- asks only where rules are unsure: of pairs with evidence that may not hold (`maybe_...`), with an
                   answer that is a word, or one taken from the end of a solution
    """

    # v1: first version. Bump when the same replies would give other rows, or the same pair another request.
    version: ClassVar[int] = 1
    styles: ClassVar[dict[str, str]] = VERIFIABLE

    style: str = "verifiable-v1"
    max_chars: int = 20_000
    only_unsure: bool = False

    @contextmanager
    def open(self, ctx: Context) -> Iterator[StreamFn[Candidate, Candidate]]:
        revision = self.responder(ctx).digest

        async def judge(row: Candidate, ask: Ask) -> Candidate:
            too_long = len(row.question) + len(row.answer_text) > self.max_chars
            if too_long or (self.only_unsure and not is_unsure(row)):
                return row
            asked = prompt(self.styles[self.style], question=row.question, answer=row.answer_text)
            said = await self.answered(ask, asked, ctx)
            if isinstance(said, Reject):
                if said.reason in UNANSWERED:
                    return row
                return replace(row, opinion=self._opinion(None, said.detail, revision))
            verdict = parse_opinion(said.text) if said.is_whole else None
            return replace(row, opinion=self._opinion(verdict, said.text, revision))

        yield judge

    def _opinion(self, verdict: tuple[bool, list[str]] | None, reply: str, revision: str) -> ModelOpinion:
        return ModelOpinion(
            is_verifiable=verdict[0] if verdict else None,
            reasons=verdict[1] if verdict else [],
            reply=reply,
            model=self.teacher.name,
            revision=revision,
            style=self.style,
        )


def is_unsure(row: Candidate) -> bool:
    doubted = any(each.signal.startswith(UNSURE) for each in row.evidence)
    return doubted or row.answer_type is AnswerType.WORD or row.found_by in TAKEN_ON_TRUST
