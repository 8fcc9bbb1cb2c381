import gzip
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
import typer
import yaml
from transformers import LlamaConfig, LlamaForCausalLM
from typer.testing import CliRunner, Result

from teachers import Sampling
from tests.trainer.conftest import TINY, byte_tokenizer
from trainer.commands import register
from trainer.evaluation.config import PAPER_SAMPLING, EvalConfig
from trainer.options import load

SCRIPT = {"right": 0.5, "wrong": 0.2, "truncated": 0.1, "looping": 0.1, "empty": 0.1}
SCRIPTED = {"name": "script", "backend": "scripted", "script": SCRIPT}


def command(options: dict[str, Any], *arguments: str) -> Result:
    path = Path(options["out"]).with_suffix(".yaml")
    path.write_text(yaml.safe_dump(options))
    app = typer.Typer()
    register(app)
    return CliRunner().invoke(app, ["evaluate", str(path), *arguments])


def told(options: dict[str, Any], *arguments: str) -> dict[str, Any]:
    result = command(options, *arguments, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def samples(out: Path) -> list[dict[str, Any]]:
    with gzip.open(out / "samples.jsonl.gz", "rt") as file:
        return [json.loads(line) for line in file]


def answered(out: Path) -> list[str]:
    path = out / "answers.jsonl"
    whole = path.read_text().rpartition("\n")[0] if path.exists() else ""
    return [json.loads(line)[0] for line in whole.splitlines()]


@pytest.fixture
def options(tmp_path: Path) -> dict[str, Any]:
    return {
        "teacher": SCRIPTED,
        "sets": [{"benchmark": "gsm8k", "limit": 40}, {"benchmark": "math500", "limit": 5, "samples": 2}],
        "benchmarks": "configs/samples",
        "out": str(tmp_path / "out"),
    }


def write_questions(folder: Path, split: str, *questions: tuple[str, str], kind: str = "integer") -> Path:
    rows = [
        {
            "id": f"q{number}",
            "question": question,
            "answer": answer,
            "answer_type": kind,
            "prompt": [{"role": "user", "content": f"{question} Box it."}],
            "data_source": "ours",
        }
        for number, (question, answer) in enumerate(questions)
    ]
    (folder / "rl").mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows), folder / "rl" / f"{split}-00000-of-00001.parquet")
    (folder / "manifest.json").write_text(json.dumps({"name": "ours", "digest": "d"}))
    return folder


@pytest.mark.parametrize("path", sorted(Path("configs/eval").glob("*.yaml")), ids=lambda path: path.stem)
def test_the_bundled_files_are_read(path: Path) -> None:
    assert load(path, EvalConfig).asked().name


def test_the_papers_suite_asks_as_the_paper_does() -> None:
    config = load(Path("configs/eval/paper.yaml"), EvalConfig)
    assert config.sampling == Sampling(temperature=0.7, top_p=0.95, max_tokens=16_384) == PAPER_SAMPLING
    answers = {one.benchmark: one.samples or config.samples for one in config.sets}
    assert answers == {"math500": 4, "aime24": 16, "theoremqa": 4, "mmlu_pro_1k": 4}


def test_scores_agree_with_the_samples_that_are_written(options: dict[str, Any], tmp_path: Path) -> None:
    found = told(options)["sets"]["gsm8k"]
    rows = [row for row in samples(tmp_path / "out") if row["set"] == "gsm8k"]
    assert len(rows) == 160
    assert found["accuracy"] == pytest.approx(sum(row["outcome"] == "correct" for row in rows) / 160)
    assert found["low"] < found["accuracy"] < found["high"]
    assert found["truncated"] == sum(row["finish"] == "length" for row in rows) / 160
    assert found["no_answer"] == sum(row["answer"] is None for row in rows) / 160
    assert set(found["pass"]) == set(found["majority"]) == {"1", "2", "4"}
    assert found["pass"]["1"] == found["majority"]["1"] == pytest.approx(found["accuracy"])
    assert found["pass"]["1"] <= found["majority"]["4"] <= found["pass"]["4"]


def test_parts_of_a_set_and_plots_are_there(options: dict[str, Any], tmp_path: Path) -> None:
    sets = [{"export": str(write_questions(tmp_path / "ours", "validation", ("1+1?", "2"), ("1+2?", "3")))}]
    found = told(options | {"sets": sets})["sets"]["ours/validation"]
    assert found["subsets"]["source"]["ours"]["samples"] == found["samples"] == 8
    assert sorted(path.name for path in (tmp_path / "out" / "plots").iterdir()) == [
        "accuracy.png",
        "answers_at_k.png",
        "lengths.png",
    ]


def test_equal_wrong_answers_vote_together(options: dict[str, Any], tmp_path: Path) -> None:
    """One half, spelled twice, outvotes the right answer, which alone would win a tie of three in a third of cases."""
    said = {"match": "1\\+1", "text": "\\boxed{2}", "also": ["\\boxed{0.5}", "\\boxed{\\frac{1}{2}}"]}
    sets = [{"export": str(write_questions(tmp_path / "ours", "validation", ("1+1?", "2")))}]
    teacher = {"name": "script", "backend": "scripted", "replies": [said]}
    found = told(options | {"sets": sets, "teacher": teacher, "samples": 3})["sets"]["ours/validation"]
    assert found["majority"] == pytest.approx({"1": 1 / 3, "2": 1 / 3, "3": 0.0})
    assert found["pass"] == pytest.approx({"1": 1 / 3, "2": 2 / 3, "3": 1.0})


def test_a_killed_evaluation_asks_only_for_what_is_missing(options: dict[str, Any], tmp_path: Path) -> None:
    slow = options | {"teacher": SCRIPTED | {"script": SCRIPT | {"delay_s": 0.05}}, "slots": 2}
    path, out = tmp_path / "killed.yaml", tmp_path / "out"
    path.write_text(yaml.safe_dump(slow))
    process = subprocess.Popen(
        [sys.executable, "-m", "tracemill", "evaluate", str(path)], env=os.environ | {"NO_COLOR": "1"}
    )
    while len(answered(out)) < 20 and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    before = answered(out)
    assert 20 <= len(before) < 170
    assert not (out / "results.json").exists()
    with (out / "answers.jsonl").open("a") as file:
        file.write('["torn')
    resumed = told(options)
    assert answered(out)[: len(before)] == before
    assert len(set(answered(out))) == len(answered(out)) == 170
    assert resumed["sets"] == told(options | {"out": str(tmp_path / "whole")})["sets"]


def test_a_second_evaluation_into_the_same_folder_is_turned_away(options: dict[str, Any], tmp_path: Path) -> None:
    slow = options | {"teacher": SCRIPTED | {"script": SCRIPT | {"delay_s": 1.0}}, "slots": 1}
    path, out = tmp_path / "first.yaml", tmp_path / "out"
    path.write_text(yaml.safe_dump(slow))
    process = subprocess.Popen([sys.executable, "-m", "tracemill", "evaluate", str(path)])
    try:
        while not answered(out) and process.poll() is None:
            time.sleep(0.02)
        result = command(options)
        assert result.exit_code == 2, result.output
        assert "another evaluation is writing" in result.stderr
    finally:
        process.kill()
        process.wait()
    assert told(options)["sets"]["gsm8k"]["samples"] == 160


def test_more_samples_ask_for_the_new_ones_alone(options: dict[str, Any], tmp_path: Path) -> None:
    told(options | {"samples": 2})
    before = answered(tmp_path / "out")
    told(options)
    assert answered(tmp_path / "out")[: len(before)] == before
    assert len(answered(tmp_path / "out")) == len(before) + 80


def test_what_the_machine_left_undecided_is_counted_apart_and_graded_anew(
    options: dict[str, Any], tmp_path: Path
) -> None:
    integral = r"\int_0^1 e^{-x^2}\sin x^3 dx"
    export = write_questions(tmp_path / "ours", "validation", ("Area?", integral), ("1+1?", "2"), kind="expression")
    replies = [
        {"match": "Area", "text": r"\boxed{\int_0^1 e^{-x^2}\sin (x^3+1) dx}"},
        {"match": "1\\+1", "text": r"\boxed{2}"},
    ]
    teacher = {"name": "script", "backend": "scripted", "replies": replies}
    found = told(options | {"sets": [{"export": str(export)}], "teacher": teacher, "samples": 1})
    scored = found["sets"]["ours/validation"]
    assert (scored["accuracy"], scored["undecided"], scored["no_answer"]) == (1.0, 0.5, 0.0)
    assert {path.stem for path in (tmp_path / "out" / "plots").iterdir()} == {"accuracy", "lengths"}
    assert len((tmp_path / "out" / "verdicts.jsonl").read_text().splitlines()) == 1


def test_an_outage_is_no_answer(options: dict[str, Any], tmp_path: Path) -> None:
    endpoint = {"urls": ["http://127.0.0.1:9/v1"], "retries": 0}
    gone = {"name": "gone", "backend": "openai", "model": "m", "revision": "1", "endpoint": endpoint}
    result = command(options | {"teacher": gone})
    assert result.exit_code == 1, result.output
    assert "the same command goes on" in result.stderr
    assert answered(tmp_path / "out") == []
    assert not (tmp_path / "out" / "results.json").exists()


def test_a_recording_that_lacks_an_answer_stops_after_all_others(options: dict[str, Any], tmp_path: Path) -> None:
    sets = [{"export": str(write_questions(tmp_path / "ours", "validation", ("1+1?", "2"), ("1+2?", "3")))}]
    recording = tmp_path / "traces.jsonl"
    recording.write_text(json.dumps({"problem": "1+2?", "response": "\\boxed{3}"}) + "\n")
    replay = {"name": "replay", "backend": "replay"}
    given = options | {"sets": sets, "teacher": replay, "recording": str(recording), "samples": 1}
    result = command(given)
    assert result.exit_code == 1, result.output
    assert "1 of 2 requests were not served" in result.stderr
    assert len(answered(tmp_path / "out")) == 1


def test_questions_that_were_trained_on_are_refused_or_left_out(options: dict[str, Any], tmp_path: Path) -> None:
    write_questions(tmp_path / "ours", "validation", ("1+1?", "2"), ("1+2?", "3"), ("1+3?", "4"))
    write_questions(tmp_path / "ours", "train", ("$1 + 1$", "2"), ("2+2?", "4"))
    given = options | {"sets": [{"export": str(tmp_path / "ours")}], "training": [str(tmp_path / "ours")]}
    result = command(given)
    assert result.exit_code == 2
    assert "1 of 3 in ours/validation, such as '1+1?'" in result.stderr
    assert not (tmp_path / "out").exists()
    left = told(given | {"exclude_overlap": True})["sets"]["ours/validation"]
    assert (left["questions"], left["excluded"]) == (2, 1)
    assert {row["id"] for row in samples(tmp_path / "out")} == {"q1", "q2"}


def test_two_models_are_compared_question_by_question(options: dict[str, Any], tmp_path: Path) -> None:
    told(options | {"out": str(tmp_path / "before")})
    better = SCRIPTED | {"script": SCRIPT | {"right": 5.0}}
    found = told(options | {"teacher": better}, "--against", str(tmp_path / "before"))
    first, second = (json.loads((tmp_path / out / "results.json").read_text()) for out in ("before", "out"))
    compared = found["against"]["sets"]["gsm8k"]
    assert compared["questions"] == 40
    wanted = second["sets"]["gsm8k"]["accuracy"] - first["sets"]["gsm8k"]["accuracy"]
    assert compared["difference"] == pytest.approx(wanted)
    assert 0 < compared["low"] < compared["difference"] < compared["high"]
    assert "against" in command(options, "--against", str(tmp_path / "before")).stdout


def test_an_evaluation_that_was_cut_off_is_none_to_compare_with(options: dict[str, Any], tmp_path: Path) -> None:
    other = tmp_path / "before" / "samples.jsonl.gz"
    other.parent.mkdir()
    row = json.dumps({"set": "aime24", "id": "1", "question": "?", "outcome": "correct"}).encode() + b"\n"
    other.write_bytes(gzip.compress(row)[:-12])
    result = command(options, "--against", str(other.parent))
    assert result.exit_code == 2, result.output
    assert "samples.jsonl.gz cannot be read" in " ".join(result.stderr.split())
    other.write_bytes(gzip.compress(row))
    result = command(options, "--against", str(other.parent))
    assert "has no set of this evaluation; its sets: aime24" in " ".join(result.stderr.split())
    assert not (tmp_path / "out").exists()  # told before anything was asked


def test_a_model_of_torch_is_asked_and_named_by_its_weights(options: dict[str, Any], tmp_path: Path) -> None:
    tokenizer = byte_tokenizer()
    tokenizer.chat_template = "{% for turn in messages %}{{ turn['content'] }}{% endfor %}"
    torch.manual_seed(0)
    ids = {"vocab_size": len(tokenizer), "eos_token_id": tokenizer.eos_token_id}
    LlamaForCausalLM(LlamaConfig(**TINY | ids)).save_pretrained(tmp_path / "weights")
    tokenizer.save_pretrained(tmp_path / "weights")
    sets = [{"export": str(write_questions(tmp_path / "ours", "validation", ("1+1?", "2"), ("1" * 600, "3")))}]
    changes = {"teacher": {"name": "tiny", "backend": "transformers"}, "weights": str(tmp_path / "weights")}
    sampling = {"temperature": 0.7, "top_p": 0.95, "max_tokens": 8}
    found = told(options | changes | {"sets": sets, "sampling": sampling, "samples": 2})
    scored = found["sets"]["ours/validation"]
    assert scored["accuracy"] == 0
    assert scored["prompt_too_long"] == 0.5  # the model was made for 512 tokens
    assert {row["tokens"] for row in samples(tmp_path / "out")} <= {0, *range(1, 9)}
    assert len(found["model"]) == 64


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sets": []}, "sets is empty"),
        ({"sets": [{"benchmark": "gsm8k"}] * 2}, "sets: gsm8k is named twice"),
        ({"sampling": {"temperature": 0}}, "temperature 0 gives one answer"),
        ({"teacher": "nowhere.yaml"}, "nowhere.yaml: there is no such file"),
        (
            {"weights": "nowhere", "teacher": {"name": "t", "backend": "transformers"}},
            "there is no such folder of weights",
        ),
        ({"sets": [{"export": "nowhere"}]}, "sets: nowhere is neither"),
        ({"against": 1}, "no option 'against'"),
    ],
)
def test_wrong_files_are_told_before_anything_is_asked(
    options: dict[str, Any], tmp_path: Path, changes: dict[str, Any], message: str
) -> None:
    result = command(options | changes)
    assert result.exit_code == 2, result.output
    assert message in " ".join(result.stderr.split())
    assert not (tmp_path / "out").exists()
