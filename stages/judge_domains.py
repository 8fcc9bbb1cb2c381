"""Labels domains by asking a language model about a few of their pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import ClassVar

from pipeline.context import Context
from pipeline.errors import ConfigError
from pipeline.stage import Ask, Reject, StreamFn
from stages._asking import AskingStage
from stages._asking_prompts import check_style, prompt
from stages._recall_prompt import DOMAINS, parse_decision, site_text
from stages.records import Domain, DomainLabel

REASONS = {
    DomainLabel.SELECTED: "model_yes",
    DomainLabel.REJECTED: "model_no",
    DomainLabel.UNLABELLED: "model_unsure",
}


@dataclass(frozen=True, kw_only=True)
class JudgeDomains(AskingStage[Domain, Domain]):
    """Asks `teacher` about the domains that have no label yet; the others pass as they are.

    A domain stays as it is where the model is unsure and where its reply cannot be read, was cut off or never came. Of
    one without a label `reason` then says which; a label that stands keeps its own reason. Nothing is dropped.

    style          -- the prompt, see `stages/_recall_prompt.py`
    min_documents  -- domains of fewer documents are not asked about
    again          -- labels that stand are asked about too, and replaced where the reply decides
    """

    # v1: first version. Bump when the same replies would give other rows, or the same domain another request.
    version: ClassVar[int] = 1

    style: str = "domain-v1"
    min_documents: int = 1
    again: bool = False

    def __post_init__(self) -> None:
        check_style(self.style, DOMAINS)
        if self.min_documents < 1:
            raise ConfigError(f"judge_domains: min_documents is {self.min_documents}; it must be at least 1")

    def requests_per_row(self) -> int:
        return 1

    @contextmanager
    def open(self, ctx: Context) -> Iterator[StreamFn[Domain, Domain]]:
        async def judge(row: Domain, ask: Ask) -> Domain:
            if row.num_documents < self.min_documents or not (self.again or row.label is DomainLabel.UNLABELLED):
                return row
            said = await self.answered(ask, prompt(DOMAINS[self.style], site=site_text(row)), ctx)
            if isinstance(said, Reject):
                return self._open(row, said.reason, None)
            label = parse_decision(said.text) if said.is_whole else None
            if label is None:
                return self._open(row, "unreadable" if said.is_whole else "truncated", said.text)
            if label is DomainLabel.UNLABELLED:
                return self._open(row, REASONS[label], said.text)
            return replace(row, label=label, reason=REASONS[label], labelled_by=self.teacher.name, reply=said.text)

        yield judge

    def _open(self, row: Domain, reason: str, reply: str | None) -> Domain:
        """No new label. One that stands is left standing."""
        if row.label is not DomainLabel.UNLABELLED:
            return replace(row, reply=reply)
        return replace(row, reason=reason, labelled_by=None, reply=reply)
