import asyncio
import gzip
import json
from pathlib import Path

import pytest

import teachers
from teachers import Completion, NotRecordedError, TeacherConfig, TeacherConfigError
from teachers.think import split

CONFIG = TeacherConfig(name="replay", backend="replay", think="prefilled")
SAMPLES = Path(__file__).parents[2] / "configs" / "samples"


def ask(recording: Path, question: str, sample: int = 0) -> Completion:
    teacher = teachers.load(CONFIG, recording=recording)

    async def once() -> Completion:
        await teacher.start()
        return await teacher.respond(teachers.request(CONFIG, question=question, answer=None, sample=sample, seed=0))

    return asyncio.run(once())


@pytest.fixture
def recording(tmp_path):
    lines = [{"problem": "What is  2+2?", "text": text} for text in ("a</think>4", "b</think>5")]
    path = tmp_path / "traces.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def test_the_nth_sample_is_the_nth_trace_however_the_problem_is_spaced(recording):
    assert [ask(recording, "what is 2+2? ", n).text for n in (0, 1)] == ["a</think>4", "b</think>5"]


def test_what_is_not_recorded_is_said_so(recording):
    with pytest.raises(NotRecordedError, match="holds 2 traces"):
        ask(recording, "What is 2+2?", 2)
    with pytest.raises(NotRecordedError, match="holds 0 traces"):
        ask(recording, "What is 2+3?")


def test_a_broken_line_is_named(tmp_path):
    path = tmp_path / "bad.jsonl"
    path.write_text('{"problem": "p", "text": "t"}\n{"problem": "p"}\n')
    with pytest.raises(TeacherConfigError, match=r"bad\.jsonl:2: wanted a JSON object with problem and text"):
        ask(path, "p")


def test_without_a_recording_the_configuration_is_refused():
    with pytest.raises(TeacherConfigError, match="needs a `recording`"):
        teachers.load(CONFIG)


def test_the_digest_follows_the_content_and_not_the_place(recording, tmp_path):
    moved = tmp_path / "elsewhere.jsonl"
    moved.write_bytes(recording.read_bytes())
    first = teachers.load(CONFIG, recording=recording).digest
    assert teachers.load(CONFIG, recording=moved).digest == first
    moved.write_bytes(recording.read_bytes() + b'{"problem": "p", "text": "t"}\n')
    assert teachers.load(CONFIG, recording=moved).digest != first


def test_the_recorded_samples_hold_four_long_traces_of_each_of_ten_problems():
    traces = SAMPLES / "r1_traces.jsonl.gz"
    problems = [json.loads(line) for line in (SAMPLES / "math_traced.jsonl").read_text().splitlines()]
    assert len(problems) == 10
    for problem in problems:
        for sample in range(4):
            thought = split(ask(traces, problem["question"], sample).text, style="prefilled")
            assert len(thought.reasoning) > 1000
            assert thought.final
    with gzip.open(traces, "rt") as lines:
        assert sum(1 for _ in lines) == 40
