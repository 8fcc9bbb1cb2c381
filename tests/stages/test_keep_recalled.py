"""What of a scored crawl goes on to extraction."""

from pathlib import Path

from stages.keep_recalled import KeepRecalled
from stages.records import DomainLabel
from tests.stages.recall_rows import document, domain, scored
from tests.support import MemorySide, context, run_table

SELECTED, REJECTED = DomainLabel.SELECTED, DomainLabel.REJECTED


def test_documents_go_on_by_score_and_by_domain(tmp_path: Path) -> None:
    rows = [document(id=name) for name in ("good", "low", "shop", "open", "new", "lost")]
    scores = [
        scored("good", "a", 0.9), scored("low", "a", 0.1), scored("shop", "b", 0.9), scored("open", "c", 0.9),
        scored("new", "d", 0.9),
    ]  # fmt: skip
    domains = MemorySide([domain("a", label=SELECTED), domain("b", label=REJECTED), domain("c")])
    ctx = context(tmp_path, scores=MemorySide(scores), domains=domains)
    kept, dropped = run_table(KeepRecalled(), rows, ctx)
    assert [row.id for row in kept] == ["good", "new", "open"]
    assert dropped == {"low": "low_score", "shop": "domain_rejected", "lost": "not_scored"}
    kept, dropped = run_table(KeepRecalled(keep_unlabelled=False), rows, ctx)
    assert [row.id for row in kept] == ["good"]
    assert dropped["open"] == dropped["new"] == "domain_unlabelled"


def test_what_comes_twice_in_the_side_inputs_counts_once(tmp_path: Path) -> None:
    scores = MemorySide([scored("good", "a", 0.9), scored("good", "a", 0.1)])
    domains = MemorySide([domain("a", label=SELECTED), domain("a", label=REJECTED)])
    rows = [document("One.", id="good"), document("Two.", id="good")]
    kept, dropped = run_table(KeepRecalled(), rows, context(tmp_path, scores=scores, domains=domains))
    assert sorted(row.text or "" for row in kept) == ["One.", "Two."]
    assert dropped == {}
    kept, _ = run_table(KeepRecalled(), rows, context(tmp_path, scores=scores))
    assert len(kept) == 2


def test_without_labels_the_score_alone_decides(tmp_path: Path) -> None:
    scores = MemorySide([scored("good", "a", 0.9), scored("low", "a", 0.1)])
    kept, dropped = run_table(
        KeepRecalled(keep_unlabelled=False), [document(id="good"), document(id="low")], context(tmp_path, scores=scores)
    )
    assert [row.id for row in kept] == ["good"]
    assert dropped == {"low": "low_score"}
