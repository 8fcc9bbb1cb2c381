"""Labels domains by rules: lists of names, and the share of their pages that the classifier recalled."""

from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase

from pipeline.errors import ConfigError
from pipeline.stage import RowStage
from stages.records import Domain, DomainLabel

RULES = "rules"


@dataclass(frozen=True, kw_only=True)
class LabelDomains(RowStage[Domain, Domain]):
    """A label where a rule has one; what the rules leave open stays unlabelled, for a model or for nobody.

    selected, rejected  -- domains by name, or by pattern such as "*.edu"; they go before the shares, `rejected` first
    min_documents       -- a share of fewer documents says nothing. WebInstruct looked at domains of more than 1,000
    select_share        -- from this share of recalled documents on it is selected; 0.1 as DeepSeekMath and FineMath
    reject_share        -- up to this share it is rejected; between the two it stays open
    """

    selected: list[str] = field(default_factory=list)
    rejected: list[str] = field(default_factory=list)
    min_documents: int = 1_000
    select_share: float = 0.1
    reject_share: float = 0.01

    def __post_init__(self) -> None:
        if not 0 <= self.reject_share < self.select_share <= 1:
            raise ConfigError(
                f"label_domains: reject_share {self.reject_share:g} and select_share {self.select_share:g} are shares, "
                "the first below the second"
            )

    def process(self, row: Domain) -> Domain:
        label, reason = self._decide(row)
        labelled_by = None if label is DomainLabel.UNLABELLED else RULES
        return replace(row, label=label, reason=reason, labelled_by=labelled_by, reply=None)

    def _decide(self, row: Domain) -> tuple[DomainLabel, str]:
        for label, patterns in ((DomainLabel.REJECTED, self.rejected), (DomainLabel.SELECTED, self.selected)):
            if any(fnmatchcase(row.domain, pattern) for pattern in patterns):
                return label, "listed"
        if row.num_documents < self.min_documents:
            return DomainLabel.UNLABELLED, "too_few_documents"
        if row.share_recalled >= self.select_share:
            return DomainLabel.SELECTED, "high_share"
        if row.share_recalled <= self.reject_share:
            return DomainLabel.REJECTED, "low_share"
        return DomainLabel.UNLABELLED, "between_shares"
