"""Labels by rules."""

import pytest

from pipeline.errors import ConfigError
from stages.label_domains import LabelDomains
from stages.records import Domain, DomainLabel
from tests.stages.recall_rows import domain

SELECTED, REJECTED, UNLABELLED = DomainLabel.SELECTED, DomainLabel.REJECTED, DomainLabel.UNLABELLED


@pytest.mark.parametrize(
    ("row", "label", "reason"),
    [
        (domain("shop.example", documents=100, recalled=90), REJECTED, "listed"),
        (domain("physics.edu", documents=1, recalled=0), SELECTED, "listed"),
        (domain("both.edu", documents=1, recalled=0), REJECTED, "listed"),
        (domain(documents=9, recalled=9), UNLABELLED, "too_few_documents"),
        (domain(documents=100, recalled=10), SELECTED, "high_share"),
        (domain(documents=100, recalled=1), REJECTED, "low_share"),
        (domain(documents=100, recalled=5), UNLABELLED, "between_shares"),
    ],
)
def test_rules_label_by_name_then_by_share(row: Domain, label: DomainLabel, reason: str) -> None:
    stage = LabelDomains(selected=["*.edu"], rejected=["shop.example", "both.*"], min_documents=10)
    made = stage.process(row)
    assert (made.label, made.reason) == (label, reason)
    assert made.labelled_by == (None if label is UNLABELLED else "rules")


def test_shares_that_cross_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"reject_share 0\.3 and select_share 0\.2"):
        LabelDomains(select_share=0.2, reject_share=0.3)
