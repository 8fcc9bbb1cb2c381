"""The judging stage: with a scripted teacher, with recorded replies, and through the engine with the real small model.

The real model shows that prompts, weights and rows fit together. At 135 million parameters it is no judge: it copies
one of the two forms it is shown, or solves the question again.
"""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from pipeline.config import load_config
from pipeline.context import Context
from pipeline.errors import ConfigError, OutageError
from pipeline.session import run
from pipeline.stage import Reject
from stages.judge import Judge
from stages.records import JudgedVerdict, VerdictRow
from stages.verify import Verify
from teachers import Sampling, ScriptShares, TeacherConfig
from tests.pipeline.workshop import Workshop, by_name, journalled, node
from tests.pipeline.workshop import rows as rows_of
from tests.stages.test_verify import attempt, problem
from tests.support import MemorySide, context, run_batch
from tests.teachers.smollm2 import smollm2_folder
from tests.teachers.tiny import tiny_model
from verifier import AnswerType, Outcome, Pair, Policy, Reason, Verdict
from verifier.judge.cascade import VERSION, Reply, hearing
from verifier.judge.types import JudgeReason

ALL = {"right": 0, "wrong": 0, "truncated": 0, "looping": 0, "empty": 0, "reasoning_words": 9}
PROBLEMS = [
    problem(id="p", question="What drives the car?", answer="motor", answer_type=AnswerType.WORD, unit=None),
    problem(id="q", question="How far?", answer="36 km"),
]


def scripted(**shares: float) -> TeacherConfig:
    """`right` says yes to the question and no to the control question; `wrong` says neither."""
    return TeacherConfig(name="script", backend="scripted", script=ScriptShares(**(ALL | shares)))  # type: ignore[arg-type]


def ruled(tmp_path: Path, finals: Sequence[str], problem_id: str = "p") -> list[VerdictRow]:
    rows = [attempt(final, id=f"{problem_id}/t-{n:02d}", problem_id=problem_id) for n, final in enumerate(finals)]
    verdicts: list[VerdictRow] = run_batch(Verify(), rows, context(tmp_path, problems=MemorySide(PROBLEMS)))
    return verdicts


def judged(stage: Judge, rows: Sequence[VerdictRow], ctx: Context) -> list[JudgedVerdict]:
    responder = stage.responder(ctx)

    async def asked() -> list[Any]:
        await responder.start()
        try:
            with stage.open(ctx) as fn:
                return list(await asyncio.gather(*(fn(row, responder.respond) for row in rows)))
        finally:
            await responder.close()

    results = asyncio.run(asked())
    assert not any(isinstance(result, Reject) for result in results)
    return results


def sides(tmp_path: Path, **more: MemorySide) -> Context:
    return context(tmp_path, problems=MemorySide(PROBLEMS), **more)


def test_every_verdict_gets_a_row_and_only_doubt_is_asked_about(tmp_path: Path) -> None:
    rows = ruled(tmp_path, [r"\boxed{motor}", r"\boxed{engine}", "", r"\boxed{motor or wheel}"])
    rows += ruled(tmp_path, [r"\boxed{37 km}"], "q")
    made = judged(Judge(teacher=scripted(right=1)), rows, sides(tmp_path))
    assert [row.id for row in made] == [row.id for row in rows]
    assert [row.judge_reason for row in made] == [
        JudgeReason.RULE_CORRECT,
        JudgeReason.ACCEPTED,
        JudgeReason.NO_ANSWER,
        JudgeReason.CANDIDATES,
        JudgeReason.RULE_CERTAIN,
    ]
    assert [row.outcome for row in made] == [Outcome.CORRECT] * 2 + [Outcome.INCORRECT] * 3
    assert [row.model_outcome for row in made] == [None, Outcome.CORRECT, None, None, None]


def test_a_row_holds_both_verdicts_and_says_who_judged_how(tmp_path: Path) -> None:
    stage = Judge(teacher=scripted(right=1))
    (row,) = judged(stage, ruled(tmp_path, [r"\boxed{engine}"]), sides(tmp_path))
    assert (row.rule_outcome, row.rule_reason, row.extracted) == (Outcome.INCORRECT, Reason.DIFFERENT_VALUE, "engine")
    assert row.reply == r"The answer is \boxed{correct}."
    assert row.control_reply == r"The answer is \boxed{incorrect}."
    assert (row.judge, row.judge_style, row.judge_version) == ("script", "strict-v1", VERSION)
    assert row.judge_revision == stage.responder(sides(tmp_path)).digest
    assert row.policy == Policy(reasoning="plain").digest


@pytest.mark.parametrize("played", ["wrong", "truncated", "looping", "empty"])
def test_a_judge_without_a_verdict_leaves_it_open(tmp_path: Path, played: str) -> None:
    (row,) = judged(Judge(teacher=scripted(**{played: 1})), ruled(tmp_path, [r"\boxed{engine}"]), sides(tmp_path))
    assert (row.outcome, row.judge_reason) == (Outcome.UNDECIDED, JudgeReason.UNREADABLE)
    assert row.rule_outcome is Outcome.INCORRECT


def recording(tmp_path: Path, row: VerdictRow, *replies: str) -> Path:
    """Replies to the prompts that the stage is going to write about a row, in their order."""
    asked = next(given for given in PROBLEMS if given.id == row.problem_id)
    pair = Pair(asked.answer, row.extracted or "", asked.question, row.answer_type, extracted=True)
    rule = Verdict(
        outcome=row.outcome, reason=row.reason, extracted=row.extracted, answer_type=row.answer_type, ms=0, policy="d"
    )
    case, lines = hearing(pair, rule), []
    for reply in replies:
        lines.append(json.dumps({"problem": case.prompt, "text": reply}))
        case = case.told(Reply(reply))
    path = tmp_path / "replies.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


REPLAY = TeacherConfig(name="r", backend="replay")


@pytest.mark.parametrize(
    ("replies", "outcome", "reason"),
    [
        (["Judgement: correct", "Judgement: incorrect"], Outcome.CORRECT, JudgeReason.ACCEPTED),
        (["Judgement: correct", "Judgement: correct"], Outcome.UNDECIDED, JudgeReason.ACCEPTS_ANYTHING),
        (["Judgement: correct"], Outcome.UNDECIDED, JudgeReason.NO_REPLY),
        (["<think>Correct?</think>Judgement: incorrect"], Outcome.INCORRECT, JudgeReason.REJECTED),
        ([], Outcome.UNDECIDED, JudgeReason.NO_REPLY),
    ],
)
def test_recorded_replies_decide_as_live_ones(
    tmp_path: Path, replies: list[str], outcome: Outcome, reason: JudgeReason
) -> None:
    (row,) = ruled(tmp_path, [r"\boxed{engine}"])
    stage = Judge(teacher=REPLAY, recording=recording(tmp_path, row, *replies))
    (made,) = judged(stage, [row], sides(tmp_path))
    assert (made.outcome, made.judge_reason) == (outcome, reason)


def test_the_paper_style_needs_the_responses_and_shows_their_end(tmp_path: Path) -> None:
    (row,) = ruled(tmp_path, [r"\boxed{engine}"])
    stage = Judge(teacher=scripted(right=1), style="paper-v1")
    with pytest.raises(ConfigError, match="name their node as side input `attempts`"):
        judged(stage, [row], sides(tmp_path))
    attempts = MemorySide([attempt("It hums.\n\\boxed{engine}", id=row.id)])
    (made,) = judged(stage, [row], sides(tmp_path, attempts=attempts))
    assert (made.outcome, made.judge_style) == (Outcome.CORRECT, "paper-v1")


def test_an_unknown_style_and_a_missing_problem_are_said(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no judge style 'lax'; styles: paper-v1, strict-v1"):
        Judge(teacher=REPLAY, style="lax")
    rows = ruled(tmp_path, [r"\boxed{engine}"])
    with pytest.raises(KeyError, match="side input 'problems' has no row p"):
        judged(Judge(teacher=scripted(right=1)), rows, context(tmp_path, problems=MemorySide(PROBLEMS[1:])))


def test_a_prompt_without_room_for_a_reply_leaves_the_verdict_open(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="needs the [train] extra")
    teacher = TeacherConfig(name="t", backend="transformers", max_model_len=64)
    stage = Judge(teacher=teacher, weights=tiny_model(tmp_path / "weights"))
    (made,) = judged(stage, ruled(tmp_path, [r"\boxed{engine}"]), sides(tmp_path))
    assert (made.outcome, made.judge_reason) == (Outcome.UNDECIDED, JudgeReason.NO_REPLY)


def test_a_judge_that_cannot_load_is_an_outage(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="needs the [train] extra")
    (tmp_path / "config.json").write_text("{}")
    stage = Judge(teacher=TeacherConfig(name="t", backend="transformers"), weights=tmp_path)
    with pytest.raises(OutageError, match="cannot load"):
        judged(stage, ruled(tmp_path, [r"\boxed{engine}"]), sides(tmp_path))


def test_the_small_real_model_is_asked_and_its_replies_are_kept(tmp_path: Path) -> None:
    teacher = TeacherConfig(
        name="smollm2", backend="transformers", think="plain", sampling=Sampling(temperature=0, max_tokens=12)
    )
    rows = ruled(tmp_path, [r"\boxed{motor}", r"\boxed{engine}"])
    own, asked = judged(Judge(teacher=teacher, weights=smollm2_folder()), rows, sides(tmp_path))
    assert own.reply is None
    assert asked.reply
    assert asked.judge_reason in (
        JudgeReason.ACCEPTED,
        JudgeReason.REJECTED,
        JudgeReason.UNREADABLE,
        JudgeReason.ACCEPTS_ANYTHING,
        JudgeReason.CONTROL_UNREADABLE,
    )


def test_a_recipe_judges_settles_and_selects_and_asks_nothing_twice(tmp_path: Path) -> None:
    asked, said = "Which part of a car drives it?", ["motor", "engine", "wheel or motor"]
    (tmp_path / "qa.jsonl").write_text(json.dumps({"question": asked, "answer": "motor"}))
    traces = [json.dumps({"problem": asked, "text": f"It is \\boxed{{{answer}}}."}) for answer in said]
    (tmp_path / "traces.jsonl").write_text("\n".join(traces))
    replay, script = (
        {"name": "r", "backend": "replay"},
        {"name": "s", "backend": "scripted", "script": ALL | {"right": 1}},
    )
    nodes = {
        "src": {"uses": "read_jsonl", "with": {"paths": [str(tmp_path / "qa.jsonl")], "source": "s", "licence": "MIT"}},
        "candidates": node("mark_verifiability"),
        "problems": node("keep_verifiable", needs="candidates"),
        "attempts": node("distil", needs="problems", teacher=replay, recording=tmp_path / "traces.jsonl", samples=3),
        "ruled": node("verify", needs="attempts") | {"side": {"problems": "problems"}},
        "judged": node("judge", needs="ruled", teacher=script) | {"side": {"problems": "problems"}},
        "verdicts": node("settle", needs="judged"),
        "sft": node("select_sft", needs="verdicts") | {"side": {"attempts": "attempts", "problems": "problems"}},
    }
    path = Workshop(tmp_path).write(**nodes)
    path.write_text(path.read_text().replace("tests.toystages", "stages"))
    first = by_name(run(load_config(path)))
    assert sorted(said[row["sample"]] for row in rows_of(first["sft"].artifact)) == ["engine", "motor"]
    assert len(journalled(tmp_path / "store")) == 3 + 2
    assert {one.status for one in run(load_config(path)).nodes} == {"reused"}
