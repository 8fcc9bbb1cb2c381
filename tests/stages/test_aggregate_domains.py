"""Sites counted out of scored documents."""

import random
from pathlib import Path

import polars as pl

from stages.aggregate_domains import AggregateDomains
from stages.records import DomainLabel
from tests.stages.recall_rows import scored
from tests.support import MemorySide, context, run_table


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


def test_a_document_that_comes_twice_is_counted_once_and_leaves_once(tmp_path: Path) -> None:
    rows = [scored("a", "a.example", 0.9), scored("a", "a.example", 0.1)]
    rows += [scored("b", "a.example", 0.1), scored("b", "a.example", 0.3)]
    frame = AggregateDomains().transform(MemorySide(rows).lazy(), context(tmp_path)).collect()
    kept = frame.filter(pl.col("_reject_reason").is_null())
    assert kept.select("id", "num_documents", "num_recalled", "mean_score").rows() == [("a", 2, 1, 0.5)]
    assert sorted(frame.filter(pl.col("_reject_reason").is_not_null())["id"]) == ["a", "b", "b"]


def test_figures_are_the_same_each_time_to_the_last_bit(tmp_path: Path) -> None:
    rng = random.Random(1)
    rows = [scored(f"{n:05d}", f"{n % 997}.example", round(rng.random(), 9)) for n in range(14_000)]
    MemorySide(rows).lazy().sink_parquet(tmp_path / "rows.parquet", row_group_size=500)
    means = {
        tuple(
            AggregateDomains().transform(pl.scan_parquet(tmp_path / "rows.parquet"), context(tmp_path))
            .collect(engine="streaming").drop_nulls("mean_score").sort("domain")["mean_score"]
        )
        for _ in range(5)
    }  # fmt: skip
    assert len(means) == 1
