import csv
import gzip
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from datasets import Dataset
from datatrove.pipeline.readers import JsonlReader

from pipeline.errors import ConfigError, ShardError
from pipeline.stage import Reject
from stages import read_datatrove
from stages._datatrove import warnings_of_readers
from stages.read_datatrove import ReadDatatrove
from stages.records import Document

ROWS: list[dict[str, Any]] = [
    {"text": 'one, "quoted"\nand a second line', "url": "http://a/1", "lang": "en"},
    {"text": "", "url": "http://a/2", "lang": ""},
    {"text": "three", "url": "http://a/3", "lang": "de"},
]


def write(path: Path, kind: str) -> Path:
    table = pa.Table.from_pylist(ROWS)
    if kind == "csv":
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, list(ROWS[0]))
            writer.writeheader()
            writer.writerows(ROWS)
    elif kind == "jsonl":
        data = "".join(json.dumps(row) + "\n" for row in ROWS).encode()
        path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    elif kind == "parquet":
        pq.write_table(table, path)
    else:
        make = pa.ipc.new_file if kind == "ipc" else pa.ipc.new_stream
        with make(str(path), table.schema) as writer:
            writer.write_table(table)
    return path


def read(**options: Any) -> list[Document | Reject]:
    stage = ReadDatatrove(source="crawl", **options)
    return [row for shard in stage.shards() for row in stage.read(shard)]


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("csv", "a.csv"),
        ("jsonl", "a.jsonl"),
        ("jsonl", "a.jsonl.gz"),
        ("parquet", "a.parquet"),
        ("ipc", "a.arrow"),
        ("ipc_stream", "a.arrows"),
    ],
)
def test_rows_become_documents_and_none_is_left_out(tmp_path: Path, kind: str, name: str) -> None:
    path = write(tmp_path / name, kind)
    rows = read(format=kind, paths=[path], url_field="url", language_field="lang", licence="L")
    first, second, third = rows
    assert isinstance(first, Document)
    assert isinstance(second, Reject)
    assert isinstance(third, Document)
    assert (first.text, first.url, first.language, first.licence) == (ROWS[0]["text"], "http://a/1", "en", "L")
    assert (second.reason, second.id) == ("bad_row", f"{name}:1")
    assert third.language == "de"
    assert (
        read(format=kind, paths=[path, path], limit=4, url_field="url", language_field="lang", licence="L")[:3] == rows
    )


def test_shards_are_files(tmp_path: Path) -> None:
    paths = [write(tmp_path / f"{n}.csv", "csv") for n in range(3)]
    assert ReadDatatrove(source="s", format="csv", paths=paths).shards() == [[0], [1], [2]]
    assert ReadDatatrove(source="s", format="csv", paths=paths, limit=5).shards() == [[0, 1, 2]]
    assert len(read(format="csv", paths=paths, limit=5)) == 5


def test_rows_that_datatrove_only_warns_of_are_rejects(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "a"}\n{"text": \n{"text": "b"}\n{"no"}\n')
    rows = read(format="jsonl", paths=[path])
    assert [row.reason if isinstance(row, Reject) else row.text for row in rows] == ["a", "bad_row", "b", "bad_row"]


@pytest.mark.parametrize("content", [b'{"text": "a"}\n[1]\n', b'{"text": "a"}\n' * 9000 + b"\xff\xfe\n" * 9])
def test_a_file_it_cannot_read_to_its_end_stops(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(content)
    with pytest.raises(ShardError, match=r"a\.jsonl"):
        read(format="jsonl", paths=[path])


def test_large_fields_of_csv_are_read_up_to_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("text\n" + "x" * 500_000 + "\n")
    assert isinstance(read(format="csv", paths=[path])[0], Document)
    with pytest.raises(ShardError, match="field larger"):
        read(format="csv", paths=[path], max_bytes=1000)


def test_damaged_files_are_named(tmp_path: Path) -> None:
    for kind, name in (("parquet", "a.parquet"), ("ipc", "a.arrow"), ("jsonl", "a.jsonl.gz")):
        path = write(tmp_path / name, kind)
        path.write_bytes(path.read_bytes()[:-12])
        with pytest.raises(ShardError, match=f"{name}.*cannot go on"):
            read(format=kind, paths=[path])


@pytest.mark.parametrize("saved", [True, False])
def test_data_sets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, saved: bool) -> None:
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path / "cache")
    monkeypatch.setattr(read_datatrove, "ROWS_PER_SHARD", 4)
    data = Dataset.from_list([{"text": f"text {n}"} for n in range(10)])
    if saved:
        data.save_to_disk(tmp_path / "set")
    else:
        (tmp_path / "set").mkdir()
        data.to_parquet(tmp_path / "set" / "train.parquet")
    stage = ReadDatatrove(source="s", format="huggingface", saved=tmp_path / "set")
    assert len(stage.shards()) == 3
    texts = [row.text for shard in stage.shards() for row in stage.read(shard) if isinstance(row, Document)]
    assert sorted(texts) == sorted(f"text {n}" for n in range(10))
    assert len(read(format="huggingface", saved=tmp_path / "set", limit=5)) == 5
    assert [*stage.pins(lambda path: path.name)] == ["files"]


def test_wrong_options_are_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="paths is empty"):
        ReadDatatrove(source="s", format="csv")
    with pytest.raises(ConfigError, match="read_datatrove: dataset needs a revision"):
        ReadDatatrove(source="s", format="huggingface", dataset="a/b")


def test_archives_are_for_another_reader(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"'warc' is none of jsonl, .*read_warc reads WARC and WET"):
        read(format="warc", paths=[tmp_path / "a.warc.gz"])


def test_a_warning_that_is_not_known_is_told_too(tmp_path: Path) -> None:
    stage = ReadDatatrove(source="s", format="jsonl", paths=[write(tmp_path / "a.jsonl", "jsonl")])
    with warnings_of_readers() as told:
        assert len([*JsonlReader(str(tmp_path)).read_file("a.jsonl")]) == 2
        found = [*stage._left_out(told)]
    assert [row.reason for row in found] == ["reader_warning"]
    assert "without text" in found[0].detail


def test_the_limit_of_fields_is_what_it_was_before(tmp_path: Path) -> None:
    before = csv.field_size_limit()
    path = write(tmp_path / "a.csv", "csv")
    assert len(read(format="csv", paths=[path], max_bytes=77_777)) == 3
    with pytest.raises(ShardError, match="field larger"):
        read(format="csv", paths=[path], max_bytes=3)
    assert csv.field_size_limit() == before
