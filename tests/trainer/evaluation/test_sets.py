import gzip
import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from trainer.errors import TrainConfigError
from trainer.evaluation.config import BenchmarkName, SetConfig
from trainer.evaluation.sets import EvalSet, load_set, mmlu_pro_1k

SAMPLES = Path("configs/samples")
DATA = os.environ.get("TRACEMILL_DATA")
needs_data = pytest.mark.skipif(not DATA, reason="TRACEMILL_DATA names no folder of public data")


def loaded(benchmark: BenchmarkName, folder: Path, **changes: Any) -> EvalSet:
    config = SetConfig(benchmark=benchmark, **changes)
    return load_set(config, benchmarks=str(folder), prompt_style="boxed-v1", samples=4)


def published(folder: Path, name: str, *rows: dict[str, Any]) -> Path:
    with gzip.open(folder / f"{name}.jsonl.gz", "wt") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    return folder


@pytest.mark.parametrize(("name", "size"), [("math500", 500), ("gsm8k", 1319), ("svamp", 1000)])
def test_the_bundled_samples_are_read(name: BenchmarkName, size: int) -> None:
    one = loaded(name, SAMPLES)
    assert len(one.questions) == len({question.id for question in one.questions}) == size
    assert all(question.text and question.answer for question in one.questions)


@needs_data
@pytest.mark.parametrize(
    ("name", "size"),
    [("math500", 500), ("aime24", 30), ("theoremqa", 800), ("mmlu_pro_1k", 1000), ("svamp", 1000), ("gsm8k", 1319)],
)
def test_the_published_files_are_read_whole(name: BenchmarkName, size: int) -> None:
    one = loaded(name, Path(str(DATA)) / "benchmarks")
    assert len(one.questions) == len({question.id for question in one.questions}) == size
    assert all(question.text and question.answer for question in one.questions)


@needs_data
@pytest.mark.parametrize("name", ["math500", "gsm8k", "svamp"])
def test_published_files_and_bundled_samples_ask_the_same(name: BenchmarkName) -> None:
    ours, theirs = loaded(name, SAMPLES), loaded(name, Path(str(DATA)) / "benchmarks")
    assert [(one.digest, one.answer) for one in ours.questions] == [
        (one.digest, one.answer) for one in theirs.questions
    ]


@needs_data
def test_the_sample_of_mmlu_pro_is_that_of_the_paper_whatever_the_order_of_the_file() -> None:
    with gzip.open(Path(str(DATA)) / "benchmarks" / "mmlu_pro_test.jsonl.gz", "rt") as file:
        rows = [json.loads(line) for line in file]
    hub = pd.DataFrame(rows).sort_values("question_id", ignore_index=True)
    twelfth = hub.groupby("src").sample(frac=1 / 12, random_state=0)
    wanted = twelfth.sample(n=1000, random_state=0)["question_id"].tolist()
    assert [row["question_id"] for row in mmlu_pro_1k(rows[::-1])] == wanted
    assert len({row["src"] for row in rows}) == 91
    assert Counter(row["category"] for row in rows if row["question_id"] in set(wanted)).keys() == set(hub["category"])


def test_columns_as_published(tmp_path: Path) -> None:
    row = {"question": "How many?", "answer": "7 * 200 = <<7*200=1400>>1400\n#### 1,400"}
    (asked,) = loaded("gsm8k", published(tmp_path, "gsm8k_test", row)).questions
    assert (asked.text, asked.answer, asked.id) == ("How many?", "1,400", "0")
    assert asked.prompt[-1].content.startswith("How many?\n\nWork it out step by step")
    row = {"Body": "Two birds.", "Question": "How many wings?", "Answer": 4.0, "ID": "c1", "Type": "Multiplication"}
    (asked,) = loaded("svamp", published(tmp_path, "svamp", row)).questions
    assert (asked.text, asked.answer, asked.subsets) == ("Two birds. How many wings?", "4", {"Type": "Multiplication"})


def test_options_are_shown_and_answered_by_letter(tmp_path: Path) -> None:
    rows = [
        {"question_id": at, "question": f"Q{at}?", "options": ["x", "y"], "answer": "B", "category": "law", "src": "s"}
        for at in range(12_000)
    ]
    one = loaded("mmlu_pro_1k", published(tmp_path, "mmlu_pro_test", *rows))
    asked = one.questions[0]
    assert (asked.answer, asked.answer_type, asked.subsets) == ("B", "mcq", {"category": "law"})
    assert asked.text.endswith("?\n\nA. x\nB. y")
    assert "about law" in asked.prompt[-1].content


@pytest.mark.parametrize(
    ("kind", "published_answer", "gold", "answer_type"),
    [
        ("float", 1.0, "1", "decimal"),
        ("bool", False, "False", "boolean"),
        ("list of integer", [0, 5], "[0, 5]", "tuple_point"),
        ("option", "(c)", "(c)", "mcq"),
    ],
)
def test_answer_types_of_theoremqa(
    tmp_path: Path, kind: str, published_answer: Any, gold: str, answer_type: str
) -> None:
    row = {"Question": "Q?", "Answer": published_answer, "Answer_type": kind, "id": "a", "field": "Math"}
    (asked,) = loaded("theoremqa", published(tmp_path, "theoremqa", row)).questions
    assert (asked.answer, asked.answer_type) == (gold, answer_type)


def test_what_cannot_be_read_is_told_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(TrainConfigError, match=r"has no file math500\.\*; name it in the set's `path`"):
        loaded("math500", tmp_path)
    with pytest.raises(TrainConfigError, match=r"row 0 of math500 has no \{'question'\}; columns: text, answer"):
        loaded("math500", published(tmp_path, "math500", {"text": "?", "answer": "1"}))
    with pytest.raises(TrainConfigError, match="row 0 of math500 has nothing in answer"):
        loaded("math500", published(tmp_path, "math500", {"problem": "?", "answer": None}))
    with pytest.raises(TrainConfigError, match=r"mmlu_pro_test does not hold .*: 9 rows are too few"):
        loaded(
            "mmlu_pro_1k", published(tmp_path, "mmlu_pro_test", *[{"question_id": at, "src": "s"} for at in range(9)])
        )
    with pytest.raises(TrainConfigError, match="a row of mmlu_pro_test has no 'src'"):
        loaded("mmlu_pro_1k", published(tmp_path, "mmlu_pro_test", {"question_id": 1}))
    (tmp_path / "gsm8k_test.jsonl").write_text('"text"')
    with pytest.raises(TrainConfigError, match="gsm8k_test does not hold the rows of this benchmark"):
        loaded("gsm8k", tmp_path)
    (tmp_path / "svamp.jsonl").write_text("{")
    with pytest.raises(TrainConfigError, match=r"svamp\.jsonl: cannot be read as JSON"):
        loaded("svamp", tmp_path)
    twice = [{"question": question, "answer": "1", "id": "a"} for question in ("1+0?", "0+1?")]
    with pytest.raises(TrainConfigError, match="sets: aime24 has 2 questions with the id 'a'"):
        loaded("aime24", published(tmp_path, "aime24", *twice))
    with pytest.raises(TrainConfigError, match="give either `benchmark` or `export`"):
        SetConfig()
