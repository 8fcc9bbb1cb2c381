"""Distillation that stops by a rule: which attempts become rows, what stands in them, and what it costs."""

import asyncio
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.context import Context
from pipeline.fingerprint import canonical_config
from pipeline.manifest import Manifest
from stages.distil import Distil
from stages.records import Attempt, Extended, FinishReason, GiveUp, StopReason, StopRule
from stages.verify import Verify
from teachers import Sampling, ScriptedReply, ScriptShares, TeacherConfig
from tests.stages.recipes import run_nodes
from tests.stages.test_distil import problem
from tests.support import MemorySide, context, run_batch
from tests.teachers.tiny import tiny_model
from verifier.types import Outcome, Reason

SCRIPT = TeacherConfig(name="script", backend="scripted", script=ScriptShares(right=0.4, reasoning_words=5))
TWO = StopRule(correct=2, give_up=GiveUp(attempts=5))


def saying(*texts: str) -> TeacherConfig:
    """Tells its samples these texts in turn."""
    reply = ScriptedReply(match="", text=texts[0], also=texts[1:])
    return TeacherConfig(name="t", backend="scripted", replies=(reply,))


def drawn(stage: Distil, tmp_path: Path, *, row: Any = None) -> tuple[list[Attempt], Counter[str], list[int]]:
    """The rows, the counters, and the samples that were asked for."""
    counted: Counter[str] = Counter()
    asked: list[int] = []
    ctx = Context(node="n", scratch=tmp_path, count=lambda name, amount: counted.update({name: amount}))
    responder = stage.responder(ctx)

    async def ask(request: Any) -> Any:
        asked.append(request.sample)
        return await responder.respond(request)

    async def rows() -> Any:
        await responder.start()
        with stage.open(ctx) as fn:
            return await fn(row or problem(), ask)

    made = asyncio.run(rows())
    assert isinstance(made, list)
    return made, counted, asked


def test_attempts_end_where_the_rule_stops_and_say_so(tmp_path):
    teacher = saying(r"\boxed{40}", r"\boxed{41}", r"\boxed{42}", r"\boxed{41.0}")
    made, counted, asked = drawn(Distil(teacher=teacher, samples=8, stop=TWO), tmp_path)
    assert asked == [row.sample for row in made] == [0, 1, 2, 3]
    draws = [row.draw for row in made]
    assert [draw.counted for draw in draws] == [Outcome.INCORRECT, Outcome.CORRECT] * 2
    assert {(draw.stopped, draw.num_decided, draw.num_correct, draw.budget) for draw in draws} == {("correct", 4, 2, 8)}
    assert draws[3].rule == TWO
    assert draws[3].because == Reason.MATCHED_NUMBER
    assert (counted["decided"], counted["correct"], counted["surplus"]) == (4, 2, 0)
    assert counted["tokens"] == sum(row.num_tokens for row in made)


def test_a_problem_that_no_attempt_solves_is_given_up(tmp_path):
    made, _, asked = drawn(Distil(teacher=saying(r"\boxed{7}"), samples=8, stop=TWO), tmp_path)
    assert len(made) == len(asked) == 5
    assert {row.draw.stopped for row in made} == {StopReason.GAVE_UP}


def test_more_under_way_cost_more_and_change_no_row(tmp_path):
    teacher = saying(*[r"\boxed{41}"] * 8)
    narrow, _, asked = drawn(Distil(teacher=teacher, samples=8, stop=TWO), tmp_path)
    wide, counted, asked_wide = drawn(Distil(teacher=teacher, samples=8, stop=TWO, wave=4), tmp_path)
    assert narrow == wide
    assert (len(asked), len(asked_wide)) == (2, 4)
    assert counted["tokens"] >= sum(row.num_tokens for row in wide)


def test_what_the_rule_counted_is_what_verify_says(tmp_path):
    row = problem(question="What is half of x?", answer=r"\frac{x}{2}")
    texts = (r"\boxed{\frac{2x+4}{4}-1}", r"\boxed{x}", "no answer at all?", r"\boxed{0.5x}")
    made, _, _ = drawn(Distil(teacher=saying(*texts), samples=4, stop=StopRule(correct=3)), tmp_path, row=row)
    verdicts = run_batch(Verify(), made, context(tmp_path, problems=MemorySide([row])))
    assert [(one.outcome, one.reason) for one in verdicts] == [(one.draw.counted, one.draw.because) for one in made]
    assert [one.draw for one in verdicts] == [one.draw for one in made]


def test_a_text_that_is_forced_to_answer_is_verified_as_a_whole(tmp_path):
    """The scripted teacher plays another part when it goes on, which here is never right."""
    teacher = replace(SCRIPT, script=ScriptShares(right=0, wrong=0, truncated=1, looping=0, empty=0))
    stage = Distil(teacher=teacher, samples=2, truncated="force_answer", think_tokens=100)
    made, counted, asked = drawn(stage, tmp_path)
    assert asked.count(0) == asked.count(1) == 2
    assert {row.extended for row in made} == {Extended.FORCED}
    assert {row.finish_reason for row in made} == {FinishReason.LENGTH}
    assert counted["tokens"] == sum(row.num_tokens for row in made)
    assert stage.requests_per_row() == 4


def test_a_model_goes_on_with_its_own_text_in_requests_of_their_own(tmp_path):
    pytest.importorskip("torch", reason="needs the [train] extra")
    sampling = Sampling(temperature=1.0, max_tokens=6)
    teacher = TeacherConfig(name="t", backend="transformers", think="plain", sampling=sampling)
    kept = Distil(teacher=teacher, samples=2, weights=tiny_model(tmp_path / "weights"))
    longer = replace(kept, truncated="continue", continue_tokens=5, continue_times=2)
    begun, _, _ = drawn(kept, tmp_path)
    made, counted, asked = drawn(longer, tmp_path)
    assert sorted(asked) == [0, 0, 0, 1, 1, 1]
    assert [row.num_tokens for row in made] == [16, 16]
    assert [row.extended for row in made] == [Extended.CONTINUED] * 2
    assert counted["tokens"] == 32
    assert all(row.final.startswith(short.final) for row, short in zip(made, begun, strict=True))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"stop": StopRule()}, "stop says nothing"),
        ({"stop": StopRule(correct=5)}, "of 4 samples 1 to 4 can be correct"),
        ({"stop": StopRule(interval=1.5)}, "lies between 0 and 1"),
        ({"stop": StopRule(give_up=GiveUp(attempts=2, correct=3))}, "wanted 1 <= correct <= attempts"),
        ({"wave": 3}, "without `stop` all samples are one wave"),
        ({"truncated": "continue", "continue_times": 0}, "at least 1"),
    ],
)
def test_options_that_make_no_sense_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        Distil(teacher=SCRIPT, **options)


def test_one_greedy_answer_is_not_paid_for_and_counted_several_times():
    greedy = TeacherConfig(name="t", backend="vllm", sampling=Sampling(temperature=0))
    with pytest.raises(ValueError, match="4 samples at temperature 0 would be one answer"):
        Distil(teacher=greedy)
    assert Distil(teacher=greedy, samples=1).samples == 1


def test_the_verifier_decides_rows_only_where_a_rule_counts(tmp_path):
    fixed = Distil(teacher=SCRIPT).pins(str)
    assert fixed == {}
    assert {"verifier", "policy", "sympy"} <= Distil(teacher=SCRIPT, samples=8, stop=TWO).pins(str).keys()


def test_attempts_that_the_machine_left_uncounted_are_drawn_again_on_retry(tmp_path):
    stage = Distil(teacher=saying(r"\boxed{41}", "hm"), samples=8, stop=StopRule(correct=2))
    fine, other, _ = drawn(stage, tmp_path)[0]
    spoilt = replace(other, draw=replace(other.draw, counted=Outcome.UNDECIDED, because=Reason.TIMEOUT))
    fixed = replace(fine, id="p/t-09", draw=None)
    again = MemorySide([fine, spoilt, fixed]).lazy().filter(stage.retryable()).collect()
    assert again["id"].to_list() == [spoilt.id]


def test_how_many_are_under_way_is_in_no_key():
    wide = Distil(teacher=SCRIPT, samples=8, stop=TWO, wave=8)
    assert canonical_config(wide) == canonical_config(replace(wide, wave=None))


def test_rates_are_measured_by_the_same_teacher_and_rule_alone():
    eight = Distil(teacher=SCRIPT, samples=8)
    assert eight.compared_with(canonical_config(Distil(teacher=SCRIPT, samples=2, seed=5))) == 4
    assert eight.compared_with(canonical_config(Distil(teacher=SCRIPT))) == 2
    longer = replace(SCRIPT, sampling=Sampling(max_tokens=4096))
    assert eight.compared_with(canonical_config(Distil(teacher=longer, samples=8))) is None
    assert eight.compared_with(canonical_config(Distil(teacher=SCRIPT, samples=8, stop=TWO))) is None


def test_a_smaller_budget_of_a_rule_is_not_taken_to_save_what_the_rule_had_spared():
    eight = Distil(teacher=SCRIPT, samples=8, stop=TWO)
    assert eight.compared_with(canonical_config(replace(eight, samples=16))) == 1
    assert eight.compared_with(canonical_config(replace(eight, samples=6))) == 8 / 6


def test_long_questions_and_solutions_are_expected_to_take_long():
    stage = Distil(teacher=SCRIPT)
    short, long = problem(question="1 + 1?"), replace(problem(), reference_solution="step by step " * 9)
    assert stage.effort(short) < stage.effort(problem()) < stage.effort(long)


def nodes(tmp_path: Path, **options: Any) -> dict[str, Any]:
    lines = [f'{{"question": "What is {n} plus {n}?", "answer": "{2 * n}"}}' for n in range(1, 25)]
    (tmp_path / "qa.jsonl").write_text("\n".join(lines))
    script = {"right": 0.35, "wrong": 0.5, "reasoning_words": 5, "delay_s": 0.001}
    teacher = {"name": "s", "backend": "scripted", "script": script}
    stop = {"correct": 2, "give_up": {"attempts": 5}}
    return {
        "src": {"uses": "read_jsonl", "with": {"paths": [str(tmp_path / "qa.jsonl")], "source": "s", "licence": "MIT"}},
        "candidates": {"uses": "mark_verifiability", "needs": "src"},
        "problems": {"uses": "keep_verifiable", "needs": "candidates"},
        "attempts": {
            "uses": "distil",
            "needs": "problems",
            "with": {"teacher": teacher, "samples": 8, "stop": stop, **options},
        },
        "verdicts": {"uses": "verify", "needs": "attempts", "side": {"problems": "problems"}},
        "rl": {"uses": "select_rl", "needs": "problems", "side": {"verdicts": "verdicts"}},
    }


def test_a_run_has_the_same_digests_however_many_are_under_way(tmp_path):
    def manifest(name: str, **options: Any) -> Manifest:
        found = run_nodes(tmp_path / name, nodes(tmp_path, **options))
        assert found["rl"].artifact.manifest().totals.quarantined == 0
        return found["attempts"].artifact.manifest()

    plain, wide = manifest("plain"), manifest("wide", wave=8)
    assert plain.digest == wide.digest
    assert plain.totals.counters["asked"] == plain.totals.rows_out < wide.totals.counters["asked"]
