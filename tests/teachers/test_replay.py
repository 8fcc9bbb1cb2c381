import asyncio
import gzip
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import teachers
from teachers import Completion, NotRecordedError, Sampling, TeacherConfig, TeacherConfigError, recorded_lines
from teachers.think import split, thought_of

CONFIG = TeacherConfig(name="replay", backend="replay", think="prefilled")
SAMPLES = Path(__file__).parents[2] / "configs" / "samples"


def ask(recording: Path, question: str, sample: int = 0) -> Completion:
    teacher = teachers.load(CONFIG, recording=recording)

    async def once() -> Completion:
        await teacher.start()
        try:
            return await teacher.respond(
                teachers.request(CONFIG, question=question, answer=None, sample=sample, seed=0)
            )
        finally:
            await teacher.close()

    return asyncio.run(once())


@pytest.fixture
def recording(tmp_path):
    lines = [{"problem": "What is  2+2?", "text": text} for text in ("a</think>4", "b</think>5")]
    path = tmp_path / "traces.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def test_the_nth_sample_is_the_nth_trace_however_the_problem_is_spaced(recording):
    assert [ask(recording, "what is 2+2? ", n).text for n in (0, 1)] == ["a</think>4", "b</think>5"]


def test_an_empty_line_is_no_trace(recording):
    recording.write_text(recording.read_text().replace("\n", "\n\n"))
    assert ask(recording, "What is 2+2?", 1).text == "b</think>5"


def test_what_is_not_recorded_is_said_so(recording):
    with pytest.raises(NotRecordedError, match="holds 2 traces"):
        ask(recording, "What is 2+2?", 2)
    with pytest.raises(NotRecordedError, match="holds 0 traces"):
        ask(recording, "What is 2+3?")


def test_a_broken_line_is_named(tmp_path):
    path = tmp_path / "bad.jsonl"
    path.write_text('{"problem": "p", "text": "t"}\n{"problem": "p"}\n')
    with pytest.raises(TeacherConfigError, match=r"bad\.jsonl:2: wanted a text as text, in .*; found problem \(str\)"):
        ask(path, "p")


def test_of_a_recording_without_lines_no_more_is_held_than_an_answer_has(tmp_path, monkeypatch):
    monkeypatch.setattr(recorded_lines, "MAX_LINE_BYTES", 1 << 16)
    path = tmp_path / "endless.jsonl"
    path.write_bytes(b" " * (8 << 20))
    tracemalloc.start()
    with pytest.raises(TeacherConfigError, match="a line of more than"):
        ask(path, "p")
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 4 << 20


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


def traces(path: Path, *rows: dict[str, Any]) -> Path:
    """The rows as JSONL, gzipped JSONL or Parquet, by the name of the file."""
    lines = "".join(json.dumps(row) + "\n" for row in rows).encode()
    if path.suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist(list(rows)), path)
    else:
        path.write_bytes(gzip.compress(lines) if path.suffix == ".gz" else lines)
    return path


@pytest.mark.parametrize("name", ["traces.jsonl", "traces.jsonl.gz", "traces.parquet"])
def test_samples_are_taken_in_their_own_order_from_any_kind_of_file(tmp_path, name):
    path = traces(
        tmp_path / name,
        {"question": "q", "response": "third", "sample": 7, "num_tokens": 12, "finish_reason": "length"},
        {"question": "other", "response": "x", "sample": 0, "num_tokens": 1, "finish_reason": "stop"},
        {"question": "q", "response": "first", "sample": 0, "num_tokens": 3, "finish_reason": "stop"},
        {"question": "q", "response": "second", "sample": 2, "num_tokens": None, "finish_reason": None},
    )
    assert [ask(path, "q", n).text for n in range(3)] == ["first", "second", "third"]
    assert (ask(path, "q", 2).num_tokens, ask(path, "q", 2).finish_reason) == (12, "length")
    assert ask(path, "q", 1).num_tokens == 1


def test_reasoning_given_apart_stays_apart_whatever_the_style(tmp_path):
    path = traces(tmp_path / "t.jsonl", {"problem": "q", "reasoning": "2 and 2", "final": "4", "text": "2 and 2 4"})
    thought = thought_of(ask(path, "q"), style="plain")
    assert (thought.reasoning, thought.final) == ("2 and 2", "4")


def test_the_last_answer_of_a_chat_and_a_list_of_generations_are_traces(tmp_path):
    turns = [("system", "s"), ("user", "q"), ("assistant", "a"), ("user", "and 3+3?"), ("assistant", "6")]
    path = traces(
        tmp_path / "t.jsonl",
        {"messages": [{"role": role, "content": content} for role, content in turns]},
        {"problem": "p", "solution": "the reference", "generations": ["one", "two"]},
        {"problem": "p", "generations": ["three"]},
    )
    assert ask(path, "and 3+3?").text == "6"
    assert [ask(path, "p", n).text for n in range(3)] == ["one", "two", "three"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            {"id": 1, "text": "t"},
            r"wanted a problem as text, in .* problem, question, prompt.*; found id \(int\), text",
        ),
        ({"problem": "p", "text": 3}, r"wanted a text as text"),
        ({"problem": "p", "text": "t", "sample": "0"}, "wanted a whole number as sample, found '0'"),
        ({"problem": "p", "text": "t", "finish_reason": "eos"}, "wanted stop, length, loop as finish_reason"),
    ],
)
def test_a_row_that_cannot_be_used_says_what_was_wanted_and_what_it_holds(tmp_path, row, said):
    with pytest.raises(TeacherConfigError, match=said):
        ask(traces(tmp_path / "t.jsonl", row), "p")


# Journals


def line(question: str, sample: int = 0, *, text: str | None = None, seed: int = 1, **config: Any) -> dict[str, Any]:
    """A line as a language model's journal has it."""
    model = TeacherConfig(name="model", backend="vllm", **config)
    request = teachers.request(model, question=question, answer=None, sample=sample, seed=seed)
    answer = Completion(text=text or f"{question} {sample}", finish_reason="stop", num_prompt_tokens=9, num_tokens=5)
    return {"key": "00", "request": dict(request.payload()), "answer": dict(answer.payload())}


@pytest.fixture
def journal(tmp_path):
    folder = tmp_path / "store" / "journal" / "abc"
    folder.mkdir(parents=True)
    traces(folder / "1.jsonl", line("a", 0), line("a", 1), line("b", 0))
    traces(folder / "2.jsonl", line("a", 3), line("b", 1))
    with (folder / "2.jsonl").open("a") as file:
        file.write('{"key": "11", "request": {"mess')  # a process died here
    return folder


def test_a_journal_answers_what_was_asked_then(journal):
    assert [ask(journal, "a", n) for n in (0, 1, 3)] == [
        Completion.from_payload(line("a", n)["answer"]) for n in (0, 1, 3)
    ]
    assert ask(journal.parent, "b", 1).text == "b 1"
    assert ask(journal / "2.jsonl", "b", 1).text == "b 1"


def test_what_a_journal_does_not_hold_is_told_with_what_is_near(journal):
    with pytest.raises(NotRecordedError, match="holds 3 answers to this prompt, samples 0, 1, 3, but no 2"):
        ask(journal, "a", 2)
    with pytest.raises(NotRecordedError, match=r"no answer to 'c .*; it holds answers to 2 prompts such as 'a .*style"):
        ask(journal, "c")


def test_the_sampling_chooses_only_where_several_answers_fit(tmp_path):
    cold, warm = Sampling(temperature=0.0), Sampling(temperature=0.7)
    path = traces(
        tmp_path / "j.jsonl", line("a", text="cold", sampling=cold), line("a", text="warm", sampling=warm), line("b")
    )
    assert ask(path, "a").text == "warm"  # the replay teacher's own temperature is 0.7
    assert ask(path, "b").text == "b 0"


def test_lines_without_a_request_are_left_out_and_counted(journal, tmp_path):
    old = [{"key": "22", "answer": line("a")["answer"]}] * 2
    traces(journal / "0.jsonl", *old)
    with pytest.warns(UserWarning, match="2 lines do not say what was asked"):
        assert ask(journal, "b").text == "b 0"
    with pytest.raises(TeacherConfigError, match="nothing to replay: 2 lines, none says what was asked"):
        ask(traces(tmp_path / "old.jsonl", *old), "a")


def test_a_folder_without_a_journal_or_with_several_is_refused(journal):
    (journal.parent / "def").mkdir()
    traces(journal.parent / "def" / "1.jsonl", line("z"))
    with pytest.raises(TeacherConfigError, match=r"2 models; name one of them: abc \('a .*'\); def \('z "):
        ask(journal.parent, "a")
    with pytest.raises(TeacherConfigError, match="holds no journal"):
        ask(journal.parents[1], "a")
    with pytest.raises(TeacherConfigError, match="is not there"):
        _ = teachers.load(CONFIG, recording=journal / "none").digest


def test_the_digest_of_a_journal_is_that_of_its_content(journal, tmp_path):
    first = teachers.load(CONFIG, recording=journal).digest
    (journal / "1.jsonl").rename(journal / "9.jsonl")
    moved = journal.rename(tmp_path / "moved")
    assert teachers.load(CONFIG, recording=moved).digest == first
    traces(moved / "3.jsonl", line("c"))
    assert teachers.load(CONFIG, recording=moved).digest != first


def test_texts_are_not_held_in_memory(tmp_path):
    path = traces(tmp_path / "t.jsonl", *({"problem": f"p{n % 50}", "text": "word " * 20_000} for n in range(400)))
    tracemalloc.start()
    try:
        assert len(ask(path, "p7", 3).text) == 100_000
        assert tracemalloc.get_traced_memory()[1] < 4_000_000 < path.stat().st_size
    finally:
        tracemalloc.stop()
