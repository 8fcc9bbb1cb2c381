import asyncio
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.context import Context, RunOptions
from pipeline.errors import ConfigError, OutageError
from pipeline.stage import Reject
from stages.distil import Distil
from stages.records import Attempt, Draw, FinishReason, Origin, Problem, StopReason
from teachers import EndpointOptions, EngineOptions, Price, ScriptShares, TeacherConfig
from tests.support import MemorySide, context
from tests.teachers.misbehaving import MODEL, Answer, Status, serving
from tests.teachers.tiny import tiny_model
from verifier.types import AnswerType

SAMPLES = Path(__file__).parents[2] / "configs" / "samples"
SCRIPT = TeacherConfig(name="script", backend="scripted")
REPLAY = TeacherConfig(name="r1", backend="replay", think="prefilled")


def problem(id: str = "p", question: str = "What is 40 + 1?", answer: str = "41") -> Problem:
    return Problem(
        id=id,
        question=question,
        reference_solution=None,
        answer=answer,
        answer_type=AnswerType.INTEGER,
        unit=None,
        signals=[],
        subject=None,
        origin=Origin.HUMAN,
        url="https://example.org",
        source="test",
        licence="MIT",
        attribution=None,
        content_key=question,
        removal_key="word-problems",
    )


def distil(stage: Distil, row: Problem, ctx: Context) -> Any:
    responder = stage.responder(ctx)

    async def asked() -> Any:
        await responder.start()
        with stage.open(ctx) as fn:
            return await fn(row, responder.respond)

    return asyncio.run(asked())


def attempts(stage: Distil, row: Problem, tmp_path: Path) -> list[Attempt]:
    made = distil(stage, row, context(tmp_path))
    assert isinstance(made, list)
    return made


def test_attempts_come_in_the_order_of_their_samples_with_the_problems_id_in_front(tmp_path):
    made = attempts(Distil(teacher=SCRIPT, samples=12), problem("page/qa-3"), tmp_path)
    assert [row.id for row in made] == [f"page/qa-3/script-{n:02d}" for n in range(12)]
    assert [row.sample for row in made] == list(range(12))
    assert {row.problem_id for row in made} == {"page/qa-3"}
    assert len({row.seed for row in made}) == 12


def test_more_samples_leave_the_first_ones_as_they_were(tmp_path):
    four = attempts(Distil(teacher=SCRIPT, samples=4), problem(), tmp_path)
    eight = attempts(Distil(teacher=SCRIPT, samples=8), problem(), tmp_path)
    assert [replace(row, draw=None) for row in eight[:4]] == [replace(row, draw=None) for row in four]
    assert {row.draw for row in four} == {Draw(budget=4, rule=None, stopped=StopReason.FIXED)}


def test_reasoning_and_final_answer_are_apart_and_a_cut_off_text_has_no_final(tmp_path):
    made = attempts(Distil(teacher=SCRIPT, samples=60), problem(), tmp_path)
    finals = {row.finish_reason: row.final for row in made}
    assert finals[FinishReason.LENGTH] == ""
    assert "\\boxed{" in finals[FinishReason.STOP] or finals[FinishReason.STOP] == ""
    assert all("think>" not in row.final for row in made)


def test_a_right_answer_is_the_problems_own(tmp_path):
    right = TeacherConfig(
        name="s", backend="scripted", script=ScriptShares(right=1, wrong=0, truncated=0, looping=0, empty=0)
    )
    for row in attempts(Distil(teacher=right), problem(answer="\\frac{1}{2}"), tmp_path):
        assert row.final == "The answer is \\boxed{\\frac{1}{2}}."


def test_recorded_traces_are_served_and_counted(tmp_path):
    first = json.loads((SAMPLES / "math_traced.jsonl").read_text().splitlines()[0])
    counted: Counter[str] = Counter()
    ctx = Context(node="n", scratch=tmp_path, count=lambda name, amount: counted.update({name: amount}))
    stage = Distil(teacher=REPLAY, recording=SAMPLES / "r1_traces.jsonl.gz")
    made = distil(stage, problem(question=first["question"]), ctx)
    assert len(made) == 4
    assert all(row.reasoning and row.final for row in made)
    assert counted["tokens"] == sum(row.num_tokens for row in made) > 4000


def test_a_problem_with_fewer_traces_keeps_those_and_one_with_none_is_rejected(tmp_path):
    recording = tmp_path / "one.jsonl"
    recording.write_text('{"problem": "What is 40 + 1?", "text": "hm</think>41"}\n')
    stage = Distil(teacher=REPLAY, samples=4, recording=recording)
    assert [row.final for row in attempts(stage, problem(), tmp_path)] == ["41"]
    refused = distil(stage, problem(question="What is 40 + 2?"), context(tmp_path))
    assert isinstance(refused, Reject)
    assert refused.reason == "not_recorded"


def test_wrong_configurations_say_what_would_be_right(tmp_path):
    with pytest.raises(ConfigError, match="no prompt style 'x'; styles: "):
        Distil(teacher=TeacherConfig(name="t", prompt_style="x"))
    with pytest.raises(ConfigError, match="needs a `recording`"):
        Distil(teacher=REPLAY).responder(context(tmp_path))
    with pytest.raises(ConfigError, match=r"needs `endpoint\.urls`"):
        Distil(teacher=TeacherConfig(name="t", backend="openai")).pins(lambda path: path.name)
    with pytest.raises(ConfigError, match="no weights"):
        _ = Distil(teacher=TeacherConfig(name="t", backend="transformers")).responder(context(tmp_path)).digest


def test_a_teacher_that_cannot_load_is_an_outage_and_not_a_fault_of_the_row(tmp_path):
    pytest.importorskip("torch", reason="needs the [train] extra")
    (tmp_path / "config.json").write_text("{}")
    stage = Distil(teacher=TeacherConfig(name="t", backend="transformers"))
    with pytest.raises(OutageError, match="cannot load"):
        distil(stage, problem(), context(tmp_path, weights=MemorySide(path=tmp_path)))


def test_a_prompt_without_room_for_an_answer_rejects_the_problem(tmp_path):
    pytest.importorskip("torch", reason="needs the [train] extra")
    teacher = TeacherConfig(name="t", backend="transformers", max_model_len=64)
    stage = Distil(teacher=teacher, weights=tiny_model(tmp_path / "weights"))
    refused = distil(stage, problem(question="word " * 80), context(tmp_path))
    assert isinstance(refused, Reject)
    assert refused.reason == "prompt_too_long"


def test_weights_and_recordings_are_pinned_by_content(tmp_path):
    (tmp_path / "model.safetensors").write_text("w")
    (tmp_path / "README.md").write_text("words")
    recording = tmp_path / "traces.jsonl"
    stage = Distil(teacher=SCRIPT, weights=tmp_path, recording=recording)
    assert stage.pins(lambda path: f"<{path.name}>") == {
        "model.safetensors": "<model.safetensors>",
        "recording": "<traces.jsonl>",
    }


def test_a_journal_is_pinned_by_what_its_files_hold_whatever_they_are_called(tmp_path):
    def pinned(name: str, **files: str) -> Any:
        journal = tmp_path / name / "model"
        journal.mkdir(parents=True)
        for stem, text in files.items():
            (journal / f"{stem}.jsonl").write_text(text)
        return Distil(teacher=REPLAY, recording=tmp_path / name).pins(lambda path: f"<{path.read_text()}>")

    first = pinned("one", a="x", b="y")
    assert first == {"recording/0000": "<x>", "recording/0001": "<y>"}
    assert first == pinned("two", later="x", earlier="y") != pinned("three", a="x", b="z")


def test_gpus_readings_and_cost_are_those_of_the_teacher():
    price = Price(per_gpu_hour=2.0, per_million_tokens=10.0)
    stage = Distil(teacher=TeacherConfig(name="t", backend="vllm", price=price))
    counters = {"tokens": 2e6, "asked": 3, "reused": 1, "decided": 8, "correct": 5}
    assert Distil(teacher=SCRIPT).gpus_per_responder() == 0
    assert stage.readings(counters, 1000) == ["1,500 tokens/s", "1 from the journal", "accepted 62%"]
    assert stage.readings({"tokens": 0, "restarts": 2}, 60) == ["teacher started again 2 times"]
    assert stage.cost(counters, 3) == (6.0 + 15.0, "USD")
    assert Distil(teacher=SCRIPT).cost(counters, 3) is None


def test_what_an_endpoint_is_asked_again_for_is_counted_while_it_happens_and_shown(tmp_path):
    replies = iter([Status(code=429), Status(code=502)])
    counted: dict[str, float] = {}
    ctx = Context(node="n", scratch=tmp_path, count=lambda name, amount: counted.update({name: amount}))
    with serving(lambda call: next(replies, Answer())) as server:
        endpoint = EndpointOptions(urls=(server.url,))
        far = TeacherConfig(name="far", backend="openai", model=MODEL, revision="1", endpoint=endpoint)
        stage = Distil(teacher=far, samples=1)
        assert isinstance(distil(stage, problem(), ctx), list)
    assert counted.items() >= {"rate_limited": 1, "unavailable": 1}.items()
    shown = stage.readings({"rate_limited": 2, "unavailable": 1}, 60)
    assert shown == ["asked again 3 times (unavailable, rate_limited)"]


def test_requests_in_flight_follow_the_run_options(tmp_path):
    ctx = Context(node="n", scratch=tmp_path, run=RunOptions(max_in_flight=7))
    assert Distil(teacher=SCRIPT).responder(ctx).slots == 7
    engine = replace(SCRIPT, engine=EngineOptions(max_num_seqs=9))
    assert Distil(teacher=engine).responder(Context(node="n", scratch=tmp_path)).slots == 9
