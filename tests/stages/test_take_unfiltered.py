from dataclasses import replace
from pathlib import Path

from stages.records import Origin, QAPair
from stages.take_unfiltered import TakeUnfiltered
from tests.stages.training_rows import problem
from tests.support import MemorySide, context, run_table
from verifier.types import AnswerType


def pair(name: str) -> QAPair:
    return QAPair(
        id=name,
        question=f"Why is {name}?",
        answer_text=f"Because of {name}.",
        question_span=None,
        answer_span=None,
        origin=Origin.HUMAN,
        extractor="jsonl",
        score=1.0,
        url="https://example.org",
        source="web",
        licence="MIT",
        attribution=None,
        content_key=f"key of {name}",
        removal_key="example.org",
        signals=["pii_email"],
        cluster="c",
    )


def test_a_pair_without_a_problem_keeps_its_whole_answer_as_gold(tmp_path: Path) -> None:
    golden = replace(problem("b"), signals=["short_answer"])
    ctx = context(tmp_path, problems=MemorySide([golden]))
    kept, dropped = run_table(TakeUnfiltered(), [pair("a"), pair("b")], ctx)
    assert dropped == {}
    without, with_gold = kept
    assert with_gold == golden
    assert (without.id, without.question, without.answer) == ("a", "Why is a?", "Because of a.")
    assert (without.answer_type, without.signals) == (AnswerType.WORD, ["pii_email", "no_gold"])
    assert (without.reference_solution, without.cluster, without.licence) == ("Because of a.", "c", "MIT")


def test_problems_of_other_pairs_are_not_taken(tmp_path: Path) -> None:
    ctx = context(tmp_path, problems=MemorySide([problem("elsewhere")]))
    kept, _ = run_table(TakeUnfiltered(), [pair("a")], ctx)
    assert [row.id for row in kept] == ["a"]
