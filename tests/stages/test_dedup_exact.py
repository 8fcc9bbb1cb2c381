from pathlib import Path

from stages._text import question_key
from stages.dedup_exact import DedupExact
from stages.records import Origin, QAPair
from tests.support import context, run_table


def pair(row_id: str, question: str, score: float = 1.0) -> QAPair:
    return QAPair(
        id=row_id,
        question=question,
        answer_text="1",
        question_span=None,
        answer_span=None,
        origin=Origin.HUMAN,
        extractor="x",
        score=score,
        url="",
        source="s",
        licence=None,
        attribution=None,
        content_key=question_key(question),
        removal_key="page",
    )


def test_of_equal_questions_the_best_score_stays_and_then_the_smallest_id(tmp_path: Path) -> None:
    rows = [
        pair("d", "What is  $1+1$?"),
        pair("b", "what is 1 + 1"),
        pair("a", "What is 1+1?", score=0.5),
        pair("c", "What is 1-1?"),
    ]
    kept, dropped = run_table(DedupExact(), rows, context(tmp_path))
    assert [row.id for row in kept] == ["b", "c"]
    assert dropped == {"a": "duplicate", "d": "duplicate"}


def test_the_reject_names_the_row_that_stayed(tmp_path: Path) -> None:
    from tests.support import MemorySide

    frame = DedupExact().transform(MemorySide([pair("a", "q"), pair("b", "q")]).lazy(), context(tmp_path)).collect()
    assert dict(zip(frame["id"], frame["_reject_detail"], strict=True)) == {"a": None, "b": "a"}


def test_the_order_of_rows_does_not_matter(tmp_path: Path) -> None:
    rows = [pair(f"{n:02d}", f"question {n % 7}") for n in range(40)]
    forward = run_table(DedupExact(), rows, context(tmp_path))
    assert run_table(DedupExact(), rows[::-1], context(tmp_path)) == forward
    assert len(forward[0]) == 7
