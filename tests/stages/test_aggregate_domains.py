"""Sites counted out of scored documents."""

from pathlib import Path

from stages.aggregate_domains import AggregateDomains
from stages.records import DomainLabel
from tests.stages.recall_rows import scored
from tests.support import context, run_table


def test_a_domain_counts_its_documents_and_one_of_them_stands_for_all(tmp_path: Path) -> None:
    rows = [scored(f"{n:02d}", "a.example", n / 10, num_chars=n) for n in range(10)] + [scored("x", "b.example", 0.25)]
    kept, dropped = run_table(AggregateDomains(samples=2), rows, context(tmp_path))
    first, second = kept
    assert (first.id, first.domain, first.num_documents, first.num_recalled) == ("00", "a.example", 10, 5)
    assert (first.share_recalled, first.mean_score, first.num_chars) == (0.5, 0.45, 45)
    assert [sample.score for sample in first.samples] == [0.5, 0.6]
    assert (first.label, first.reason, first.labelled_by) == (DomainLabel.UNLABELLED, None, None)
    assert (second.id, second.num_documents, second.num_recalled) == ("x", 1, 0)
    assert dropped == {f"{n:02d}": "counted_in_domain" for n in range(1, 10)}


def test_a_document_that_comes_twice_is_counted_once(tmp_path: Path) -> None:
    rows = [scored("a", "a.example", 0.9), scored("a", "a.example", 0.1), scored("b", "a.example", 0.1)]
    kept, dropped = run_table(AggregateDomains(), rows, context(tmp_path))
    (row,) = kept
    assert (row.id, row.num_documents, row.num_recalled, row.mean_score) == ("a", 2, 1, 0.5)
    assert dropped == {"b": "counted_in_domain"}
