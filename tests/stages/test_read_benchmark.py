import gzip
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.errors import ConfigError, ShardError
from pipeline.stage import Reject
from stages._benchmarks import BENCHMARKS
from stages.read_benchmark import ReadBenchmark
from stages.records import QAPair

COMMIT = "0" * 40


def items(stage: ReadBenchmark) -> list[QAPair | Reject]:
    return [row for shard in stage.shards() for row in stage.read(shard)]


def lines(path: Path, rows: list[dict[str, Any]]) -> Path:
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def test_an_item_is_named_after_its_benchmark_and_its_own_id(tmp_path: Path) -> None:
    row = {"problem": "What is $1+1$?", "answer": "2", "unique_id": "test/algebra/7.json", "level": 1}
    (item,) = items(ReadBenchmark(benchmark="math500", path=lines(tmp_path / "m.jsonl.gz", [row])))
    assert isinstance(item, QAPair)
    assert (item.id, item.source, item.licence) == ("math500-test-algebra-7.json", "math500", "MIT")
    assert (item.question, item.answer_text) == ("What is $1+1$?", "2")


def test_an_item_without_an_answer_is_a_question_to_keep_clear_of(tmp_path: Path) -> None:
    rows = [{"question": "What is 1+1?", "answer": ""}, {"question": "And 2+2?", "answer": "4"}]
    found = items(ReadBenchmark(benchmark="gaokao2023en", path=lines(tmp_path / "g.jsonl", rows)))
    assert [item.answer_text for item in found if isinstance(item, QAPair)] == ["", "4"]


def test_columns_that_the_first_row_leaves_out_or_empty_are_columns(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"problem": "What is 1+1?", "answer": None, "unique_id": None},
        {"problem": "And 2+2?", "unique_id": "b"},
        {"problem": "And 3+3?", "answer": "6", "unique_id": "c"},
    ]
    found = items(ReadBenchmark(benchmark="math500", path=lines(tmp_path / "m.jsonl", rows)))
    assert [row.id if isinstance(row, QAPair) else row.reason for row in found] == ["bad_row", "math500-b", "math500-c"]
    (_, late) = items(
        ReadBenchmark(benchmark="aime25", path=lines(tmp_path / "a.jsonl", [{"id": 1}, {**rows[2], "id": 2}]))
    )
    assert isinstance(late, QAPair)
    assert (late.question, late.answer_text) == ("And 3+3?", "6")


@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
def test_a_copy_without_answers_is_a_copy(tmp_path: Path, kind: str) -> None:
    rows = [{"problem": "What is 1+1?", "unique_id": "a"}]
    path = tmp_path / f"m.{kind}"
    if kind == "parquet":
        pq.write_table(pa.Table.from_pylist(rows), path)
    else:
        lines(path, rows)
    (item,) = items(ReadBenchmark(benchmark="math500", path=path))
    assert isinstance(item, QAPair)
    assert (item.question, item.answer_text) == ("What is 1+1?", "")


@pytest.mark.parametrize(("name", "place"), [("m.jsonl", "m.jsonl@0"), ("m.jsonl.gz", "m.jsonl.gz:1")])
def test_a_broken_first_row_is_told_with_file_and_place(tmp_path: Path, name: str, place: str) -> None:
    text = b'{"problem": "What\n{"problem": "What is 1+1?", "answer": "2"}\n'
    (tmp_path / name).write_bytes(gzip.compress(text) if name.endswith(".gz") else text)
    with pytest.raises(ConfigError, match=rf"{name}: row 1 \({place}\) cannot be read: .*mend the row"):
        ReadBenchmark(benchmark="math500", path=tmp_path / name).shards()


def test_items_with_one_id_are_all_looked_for_unless_one_repeats_another(tmp_path: Path) -> None:
    first, other = {"problem": "What is 1+1?", "unique_id": "a"}, {"problem": "What is 1-1?", "unique_id": "a"}
    path = lines(tmp_path / "m.jsonl", [first, other, first, other])
    found = items(ReadBenchmark(benchmark="math500", path=path))
    assert [row.question for row in found if isinstance(row, QAPair)] == ["What is 1+1?", "What is 1-1?"]
    ids = [row.id for row in found if isinstance(row, QAPair)]
    assert ids[0] == "math500-a"
    assert ids[1].startswith("math500-a-")
    assert [row.reason for row in found if isinstance(row, Reject)] == ["duplicate_row"] * 2


def test_an_answer_that_names_an_option_becomes_its_text(tmp_path: Path) -> None:
    rows = [
        {"question_id": 1, "question": "How far?", "options": ["3 m", "5 m"], "answer": "B"},
        {"question_id": 2, "question": "Which?", "options": ["3 m", "5 m"], "answer": "J"},
        {"question_id": 3, "question": "Which two?", "options": ["3 m", "5 m"], "answer": "AB"},
    ]
    found = items(ReadBenchmark(benchmark="mmlu_pro", path=lines(tmp_path / "p.jsonl", rows)))
    assert [item.answer_text for item in found if isinstance(item, QAPair)] == ["5 m", "J", "AB"]
    stem = [{"question": "How far?", "choices": ["3 m", "5 m"], "answer": 0}]
    (item,) = items(ReadBenchmark(benchmark="mmlu_stem", path=lines(tmp_path / "s.jsonl", stem)))
    assert isinstance(item, QAPair)
    assert item.answer_text == "3 m"


def test_body_and_question_are_one_text(tmp_path: Path) -> None:
    row = {"ID": "chal-1", "Body": "Jack has 8 pens.", "Question": "How many are left?", "Answer": 3.0}
    (item,) = items(ReadBenchmark(benchmark="svamp", path=lines(tmp_path / "s.jsonl", [row])))
    assert isinstance(item, QAPair)
    assert (item.question, item.answer_text) == ("Jack has 8 pens. How many are left?", "3")


@pytest.mark.parametrize(
    ("benchmark", "row"),
    [
        ("minerva", {"question": "How far?", "answer": "2 m"}),
        ("minerva", {"problem": "How far?", "solution": "It is 2 m.", "idx": 3}),
        ("mawps", {"input": "How far?", "target": 2.0}),
        ("mawps", {"id": "x", "question": "How far?", "result": "2"}),
    ],
)
def test_the_shapes_of_the_hub_and_of_known_files_are_understood(
    tmp_path: Path, benchmark: str, row: dict[str, Any]
) -> None:
    (item,) = items(ReadBenchmark(benchmark=benchmark, path=lines(tmp_path / "rows.jsonl", [row])))
    assert isinstance(item, QAPair)
    assert item.question == "How far?"


def test_arrays_parquet_and_lines_with_odd_line_ends_are_read(tmp_path: Path) -> None:
    rows = [{"question": "One\u0085two?", "answer": "3"}, {"question": "Three?", "answer": "4"}]
    (tmp_path / "a.json").write_text(json.dumps(rows))
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "a.parquet")
    lines(tmp_path / "a.jsonl", rows)
    found = [
        items(ReadBenchmark(benchmark="aime25", path=tmp_path / f"a.{kind}")) for kind in ("json", "parquet", "jsonl")
    ]
    assert [[item.question for item in read if isinstance(item, QAPair)] for read in found] == [
        ["One\u0085two?", "Three?"]
    ] * 3


def test_another_file_is_refused_with_its_columns_and_those_needed(tmp_path: Path) -> None:
    stage = ReadBenchmark(benchmark="theoremqa", path=lines(tmp_path / "t.jsonl", [{"text": "?", "Answer": 1}]))
    with pytest.raises(ConfigError, match=r"no copy of theoremqa .* needs Question; .* columns: Answer, text"):
        stage.shards()


def test_a_name_that_is_not_listed_is_refused() -> None:
    with pytest.raises(ConfigError, match="no benchmark 'math501'; benchmarks: aime24, "):
        ReadBenchmark(benchmark="math501", path=Path("x"))


@pytest.mark.parametrize("where", [{}, {"path": Path("x"), "revision": COMMIT}])
def test_one_place_is_given(where: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="either path"):
        ReadBenchmark(benchmark="math500", **where)


def test_from_the_hub_a_commit_is_read_and_nothing_that_may_move() -> None:
    assert ReadBenchmark(benchmark="math500", revision=COMMIT).pins(lambda _: "") == {"revision": COMMIT}
    with pytest.raises(ConfigError, match="revision 'main' may move"):
        ReadBenchmark(benchmark="math500", revision="main")


def test_every_benchmark_names_a_data_set_of_the_hub() -> None:
    assert len(BENCHMARKS) == 20
    assert all(entry.dataset.count("/") == 1 for entry in BENCHMARKS.values())


def test_a_file_that_is_named_parquet_and_is_none_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(b"PAR1 no more PAR1")
    with pytest.raises(ShardError, match=r"a\.parquet: is no readable Parquet file"):
        ReadBenchmark(benchmark="aime25", path=path).shards()
