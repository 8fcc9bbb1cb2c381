import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import ConfigError, ShardError
from pipeline.stage import Reject
from stages import _jsonl
from stages.read_jsonl import ReadJsonl
from stages.records import QAPair


def write(path: Path, rows: list[Any]) -> Path:
    data = "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows).encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def read(stage: ReadJsonl) -> list[QAPair | Reject]:
    return [row for shard in stage.shards() for row in stage.read(shard)]


def pairs(stage: ReadJsonl) -> list[QAPair]:
    return [row for row in read(stage) if isinstance(row, QAPair)]


def numbered(path: Path, count: int) -> Path:
    return write(path, [{"question": f"What is {n} + 1?", "answer": n + 1} for n in range(count)])


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.jsonl.gz"])
def test_rows_become_pairs_with_the_constants(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / name, [{"question": " What is 1 + 1? ", "answer": "2"}])
    (pair,) = pairs(ReadJsonl(paths=[path], source="sums", licence="MIT", attribution="Someone", url="http://a/"))
    assert (pair.question, pair.answer_text, pair.source) == ("What is 1 + 1?", "2", "sums")
    assert (pair.licence, pair.attribution, pair.url, pair.extractor) == ("MIT", "Someone", "http://a/", "jsonl")
    assert len(pair.id) == 32


@pytest.mark.parametrize("name", ["rows.json", "rows.json.gz"])
def test_a_json_array_is_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    data = json.dumps([{"question": "a", "answer": "b"}, 7]).encode()
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    rows = read(ReadJsonl(paths=[path], source="s"))
    assert [isinstance(row, QAPair) for row in rows] == [True, False]


def test_fields_are_mapped_and_joined(tmp_path: Path) -> None:
    row = {
        "Body": "Ann has 2.",
        "Question": "How many?",
        "meta": {"Answer": 2.0},
        "link": "http://x/",
        "ID": "t/1",
        "set": "B",
    }
    stage = ReadJsonl(
        paths=[write(tmp_path / "a.jsonl", [row])],
        source="svamp",
        question_fields=["Body", "Question"],
        answer_field="meta.Answer",
        url_field="link",
        id_field="ID",
        source_field="set",
    )
    (pair,) = pairs(stage)
    assert (pair.question, pair.answer_text) == ("Ann has 2. How many?", "2")
    assert (pair.url, pair.id, pair.source) == ("http://x/", "B-t-1", "B")


@pytest.mark.parametrize(
    ("value", "text"), [(70.0, "70"), (0.5, "0.5"), (7, "7"), (True, "True"), ([1, 2.0], "1, 2"), ("x ", "x")]
)
def test_answers_that_are_no_strings(tmp_path: Path, value: Any, text: str) -> None:
    path = write(tmp_path / "a.jsonl", [{"question": "q", "answer": value}])
    assert pairs(ReadJsonl(paths=[path], source="s"))[0].answer_text == text


def test_broken_rows_are_rejected_with_their_place(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", ["{", "", {"question": "q"}, "[1]", {"question": "q", "answer": None}])
    rows = read(ReadJsonl(paths=[path], source="s"))
    assert [row.reason for row in rows if isinstance(row, Reject)] == ["bad_json", "bad_row", "bad_row", "bad_row"]
    assert [row.id for row in rows] == ["a.jsonl@0", "a.jsonl@3", "a.jsonl@21", "a.jsonl@25"]
    missing = rows[1]
    assert isinstance(missing, Reject)
    assert missing.detail == """a.jsonl@3: no 'answer'; columns: question; row: {"question": "q"}"""
    empty = rows[3]
    assert isinstance(empty, Reject)
    assert empty.detail.startswith("a.jsonl@25: 'answer' is empty; row: ")
    packed = read(ReadJsonl(paths=[write(tmp_path / "a.jsonl.gz", ["{", "", "[1]"])], source="s"))
    assert [row.id for row in packed] == ["a.jsonl.gz:1", "a.jsonl.gz:3"]


def test_of_a_long_row_that_cannot_be_used_the_beginning_is_told(tmp_path: Path) -> None:
    rows = ['{"question": "' + "x" * 10_000, {"question": "q", "answer": 1}]
    bad, _ = read(ReadJsonl(paths=[write(tmp_path / "a.jsonl", rows)], source="s"))
    assert isinstance(bad, Reject)
    assert """; row: {"question": "xxxx""" in bad.detail
    assert bad.detail.endswith("xxx…")
    assert len(bad.detail) < 400


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.json"])
@pytest.mark.parametrize("options", [{}, {"limit": 2}, {"sample": 2}])
def test_a_column_that_no_row_has_is_told_with_those_there_are(
    tmp_path: Path, name: str, options: dict[str, Any]
) -> None:
    rows = [{"question": "q", "reference": n} for n in range(5)]
    path = write(tmp_path / name, [rows] if name == "a.json" else [*rows, "{"])
    stage = ReadJsonl(paths=[path], source="s", question_fields=["problem"], answer_field="reference", **options)
    words = r"a\.json.* has no column 'problem'; columns: question, reference\. Name yours: question_fields: \[COLUMN\]"
    with pytest.raises(ConfigError, match=words):
        read(stage)


def test_columns_that_options_name_are_told_by_their_options(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", [{"question": "q", "meta": {"key": None}}])
    stage = ReadJsonl(paths=[path], source="s", answer_field="meta.answer", id_field="meta.key", source_field="set")
    words = r"no column 'meta\.answer', 'set'; columns: question, meta\. Name yours: answer_field: .*source_field: "
    with pytest.raises(ConfigError, match=words):
        read(stage)


def test_a_part_of_a_file_whose_rows_lack_a_column_holds_bad_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stops a run is said of the file, however it is cut."""
    rows = [*({"question": f"q{n}"} for n in range(5)), {"question": "q", "answer": 1}]
    path = write(tmp_path / "a.jsonl", rows)
    whole = read(ReadJsonl(paths=[path], source="s"))
    monkeypatch.setattr(_jsonl, "SHARD_BYTES", 20)
    stage = ReadJsonl(paths=[path], source="s")
    assert len(stage.shards()) > 5
    assert read(stage) == whole
    assert [isinstance(row, Reject) and row.reason for row in whole] == ["bad_row"] * 5 + [False]
    assert read(ReadJsonl(paths=[path], source="s", limit=1)) == whole[:1]


def test_columns_that_rows_may_lack_are_no_reason_to_stop(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", [{"question": "q"}])
    stage = ReadJsonl(paths=[path], source="s", needs_answer=False, licence_field="l", votes_field="v")
    assert len(pairs(stage)) == 1


def test_lines_end_at_line_feeds_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes('{"question": "a\u0085b\u2028c", "answer": "1"}\r\n'.encode())
    (pair,) = pairs(ReadJsonl(paths=[path], source="s"))
    assert pair.question == "a\u0085b\u2028c"


def test_a_repeated_row_is_rejected_once(tmp_path: Path) -> None:
    row = {"question": "q", "answer": "1"}
    rows = read(ReadJsonl(paths=[write(tmp_path / "a.jsonl", [row, row, {**row, "answer": "2"}])], source="s"))
    assert [isinstance(row, Reject) and row.reason for row in rows] == [False, "duplicate_row", False]


@pytest.mark.parametrize(("name", "shards"), [("a.jsonl.gz", 6), ("a.jsonl", 18)])
def test_many_shards_read_what_one_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, shards: int
) -> None:
    path = numbered(tmp_path / name, 57)
    whole = read(ReadJsonl(paths=[path], source="s"))
    monkeypatch.setattr(_jsonl, "PACKED_SHARD_BYTES", 440)
    monkeypatch.setattr(_jsonl, "SHARD_BYTES", 150)
    stage = ReadJsonl(paths=[path], source="s")
    assert len(stage.shards()) == shards
    assert read(stage) == whole
    assert len(whole) == 57


@pytest.mark.parametrize("step", range(1, 9))
def test_every_line_belongs_to_one_range_wherever_that_is_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    path = write(tmp_path / "a.jsonl", ["1", "", "[22]", "   ", "333", "", "", "4"])
    monkeypatch.setattr(_jsonl, "SHARD_BYTES", step)
    rows = read(ReadJsonl(paths=[path], source="s"))
    assert [row.id for row in rows] == ["a.jsonl@0", "a.jsonl@3", "a.jsonl@12", "a.jsonl@18"]


def test_a_line_too_long_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    row = {"question": "q", "answer": 1}
    monkeypatch.setattr(_jsonl, "MAX_ROW_BYTES", 1000)
    for name in ("a.jsonl", "a.jsonl.gz"):
        path = write(tmp_path / name, [{"question": "x" * 5_000_000, "answer": 1}, row])
        rows = read(ReadJsonl(paths=[path], source="s"))
        assert [isinstance(row, Reject) and row.reason for row in rows] == ["oversize", False]


def test_a_byte_order_mark_is_no_part_of_the_first_row(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"question": "q", "answer": "1"}')
    assert len(pairs(ReadJsonl(paths=[path], source="s"))) == 1


def test_author_votes_and_licence_may_come_from_columns(tmp_path: Path) -> None:
    rows = [
        {"question": "q", "answer": "1", "meta": {"by": "Ann"}, "score": 7.0, "l.x": "CC0"},
        {"question": "r", "answer": "2", "score": None},
        {"question": "s", "answer": "3", "score": "many"},
        {"question": "t", "answer": "4", "score": 10**19},
    ]
    stage = ReadJsonl(
        paths=[write(tmp_path / "a.jsonl", rows)],
        source="s",
        licence="MIT",
        author_field="meta.by",
        votes_field="score",
        licence_field="l.x",
    )
    first, second, third, fourth = read(stage)
    assert isinstance(first, QAPair)
    assert isinstance(second, QAPair)
    assert isinstance(third, Reject)
    assert (first.author, first.votes, first.licence) == ("Ann", 7, "CC0")
    assert (second.author, second.votes, second.licence) == (None, None, "MIT")
    assert "'many'" in third.detail
    assert isinstance(fourth, Reject)
    assert (fourth.reason, "not a whole number of up to 18 digits" in fourth.detail) == ("bad_row", True)


def test_an_answer_may_name_an_option(tmp_path: Path) -> None:
    answers = ["B", "(c)", "0", "7", "1" * 5_000, "four"]
    rows = [{"question": f"q{n}", "answer": said, "of": ["x", "y", "z"]} for n, said in enumerate(answers)]
    stage = ReadJsonl(paths=[write(tmp_path / "a.jsonl", rows)], source="s", options_field="of")
    assert [pair.answer_text for pair in pairs(stage)] == ["y", "z", "x", "7", "1" * 5_000, "four"]


def test_nothing_is_read_to_cut_a_plain_file(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    with path.open("wb") as file:
        file.truncate(1 << 40)  # a sparse file of a terabyte
    assert len(ReadJsonl(paths=[path], source="s").shards()) == (1 << 40) // _jsonl.SHARD_BYTES


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.json.gz", "a.json"])
def test_what_is_read_from_its_begin_for_each_part_has_few(tmp_path: Path, name: str) -> None:
    rows = [{"question": f"q{n}", "answer": n} for n in range(50_000)]
    data = (json.dumps(rows) if ".json." in f"{name}." else "\n".join(map(json.dumps, rows))).encode()
    (tmp_path / name).write_bytes(gzip.compress(data, compresslevel=1) if name.endswith(".gz") else data)
    (shard,) = ReadJsonl(paths=[tmp_path / name], source="s").shards()
    assert shard == [0, "range", [1, 50_001]]
    assert ReadJsonl(paths=[tmp_path / name], source="s", limit=7).shards() == [[0, "range", [1, 8]]]


def test_limit_takes_the_first_rows_of_all_files(tmp_path: Path) -> None:
    one, two = numbered(tmp_path / "a.jsonl", 3), write(tmp_path / "b.jsonl", [{"question": "z", "answer": 1}] * 2)
    assert len(read(ReadJsonl(paths=[one, two], source="s", limit=4))) == 4


def test_a_sample_does_not_depend_on_the_order_of_rows(tmp_path: Path) -> None:
    rows = [{"question": f"q{n}", "answer": n} for n in range(200)]
    forward, backward = write(tmp_path / "a.jsonl", rows), write(tmp_path / "b.jsonl", rows[::-1])

    def drawn(path: Path, seed: int) -> set[str]:
        return {pair.question for pair in pairs(ReadJsonl(paths=[path], source="s", sample=20, seed=seed))}

    assert len(drawn(forward, 1)) == 20
    assert drawn(forward, 1) == drawn(backward, 1)
    assert drawn(forward, 1) != drawn(forward, 2)


def test_sample_and_limit_exclude_each_other(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="limit and sample"):
        ReadJsonl(paths=[tmp_path / "a.jsonl"], source="s", limit=1, sample=1)


def test_a_folder_in_place_of_a_file_is_told_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"is a folder, and files are wanted; write a pattern such as .*/\*$"):
        ReadJsonl(paths=[tmp_path], source="s").pins(str)


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    path = numbered(tmp_path / "a.jsonl.gz", 2000)
    path.write_bytes(path.read_bytes()[:-50])
    with pytest.raises(ShardError, match=r"a\.jsonl\.gz: cannot be read to its end"):
        read(ReadJsonl(paths=[path], source="s"))
    array = write(tmp_path / "a.json", ['{"question": "q"}', '{"question": "r"}'])
    with pytest.raises(ShardError, match="one row a line"):
        read(ReadJsonl(paths=[array], source="s"))
