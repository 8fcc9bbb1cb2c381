"""Files of strangers: what unpacks to far more, lies about itself, holds code, or names a place outside."""

import gzip
import json
import os
import pickle
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch

from pipeline.errors import ConfigError, ShardError, StoreError
from pipeline.fleet.gpus import held_gpus
from pipeline.push import push
from pipeline.stage import Reject
from pipeline.versions import read_manifest, resolve
from stages import _cnxml, _jsonl
from stages.export_dataset import ExportDataset
from stages.read_cnxml import ReadCnxml
from stages.read_jsonl import ReadJsonl
from stages.read_parquet import ReadParquet
from stages.records import QAPair
from teachers import recorded_lines
from teachers.errors import TeacherConfigError
from trainer import checkpoint
from trainer.errors import TrainConfigError
from trainer.evaluation import sets
from verifier import case_rows

FIELDS = {"source": "s", "question_fields": ["q"], "answer_field": "a"}


class Bomb:
    """Unpickled, it leaves a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return os.mkdir, (str(self.path),)


def zeros(path: Path, megabytes: int, *, around: tuple[bytes, bytes] = (b"", b"")) -> Path:
    """A thousandth of its content in size."""
    with gzip.open(path, "wb", compresslevel=9) as file:
        file.write(around[0])
        for _ in range(megabytes):
            file.write(b" " * (1 << 20))
        file.write(around[1])
    return path


def test_a_packed_array_is_not_unpacked_beyond_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_jsonl, "MAX_ARRAY_BYTES", 4 << 20)
    path = zeros(tmp_path / "rows.json.gz", 5, around=(b"[", b"]"))
    stage = ReadJsonl(paths=[path], **FIELDS)
    with pytest.raises(ShardError, match="more than 4 MiB in one array"):
        stage.shards()


def test_a_line_without_end_is_one_reject_and_the_next_row_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_jsonl, "MAX_ROW_BYTES", 1 << 20)
    path = zeros(tmp_path / "rows.jsonl.gz", 8, around=(b'{"q": "', b'"}\n{"q": "two?", "a": "2"}\n'))
    stage = ReadJsonl(paths=[path], **FIELDS)
    found = [row for shard in stage.shards() for row in stage.read(shard)]
    assert [type(row) for row in found] == [Reject, type(found[1])]
    assert found[0].reason == "oversize"
    assert found[1].question == "two?"


@pytest.mark.parametrize("text", [b"[" * 100_000, b'{"q":' * 100_000, b'{"q": 1e400, "a": "1"}', b'{"q": "\\ud800"}'])
def test_json_that_no_reader_could_hold_is_a_reject(tmp_path: Path, text: bytes) -> None:
    (path := tmp_path / "rows.jsonl").write_bytes(text + b'\n{"q": "two?", "a": "2"}\n')
    stage = ReadJsonl(paths=[path], **FIELDS)
    found = [row for shard in stage.shards() for row in stage.read(shard)]
    assert isinstance(found[0], Reject)
    assert found[1].question == "two?"


def test_a_packed_module_is_not_unpacked_beyond_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_cnxml, "MAX_BYTES", 4 << 20)
    stage = ReadCnxml(paths=[zeros(tmp_path / "m1.cnxml.gz", 5)], source="s", base_url="https://example.org/")
    (found,) = [row for shard in stage.shards() for row in stage.read(shard)]
    assert isinstance(found, Reject)
    assert "more than 4 MiB" in found.detail


def test_a_module_whose_entities_unfold_or_lead_outside_takes_none_of_them(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("canary")
    entities = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))
    (tmp_path / "m1.cnxml").write_text(
        f'<!DOCTYPE document [<!ENTITY e0 "ha">{entities}<!ENTITY out SYSTEM "{tmp_path}/secret">]>'
        '<document xmlns="http://cnx.rice.edu/cnxml"><title>T</title><content><para>&e9; &out; x</para></content>'
        "</document>"
    )
    stage = ReadCnxml(paths=[tmp_path / "m1.cnxml"], source="s", base_url="https://example.org/")
    (found,) = [row for shard in stage.shards() for row in stage.read(shard)]
    assert "canary" not in repr(found)
    assert len(repr(found)) < 5_000


def parquet(path: Path, columns: dict[str, Any], metadata: dict[bytes, bytes] | None = None) -> Path:
    table = pa.table(columns)
    schema = table.schema
    if metadata:
        schema = pa.schema([field.with_metadata(metadata) for field in schema])
    pq.write_table(table.cast(schema), path)
    return path


def test_parquet_with_a_pickled_type_runs_nothing(tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    evil = {
        b"ARROW:extension:name": b"arrow.py_extension_type",
        b"ARROW:extension:metadata": pickle.dumps(Bomb(mark)),
    }
    path = parquet(tmp_path / "rows.parquet", {"q": ["two?"], "a": ["2"]}, evil)
    stage = ReadParquet(paths=[path], **FIELDS)
    (found,) = [row for shard in stage.shards() for row in stage.read(shard)]
    assert found.question == "two?"
    assert not mark.exists()


@pytest.mark.parametrize("kind", ["other types", "deep", "footer", "rows", "cut"])
def test_parquet_that_lies_ends_in_one_message_or_in_rejects(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "rows.parquet"
    if kind == "deep":
        value: Any = "x"
        for _ in range(200):
            value = [value]
        parquet(path, {"q": [value], "a": ["2"]})
    else:
        parquet(path, {"q": [[1, 2], None] if kind == "other types" else ["two?"] * 2, "a": [b"\xff\xfe", b"\x00"]})
    data = path.read_bytes()
    if kind == "footer":
        path.write_bytes(data[:-8] + (1 << 31).to_bytes(4, "little") + data[-4:])
    elif kind == "rows":  # of the file and its group, in the footer's own numbers: two become some
        path.write_bytes(data[:-400] + data[-400:].replace(b"\x16\x04", b"\x16\x7e"))
    elif kind == "cut":
        path.write_bytes(data[: len(data) // 2] + data[-200:])
    stage = ReadParquet(paths=[path], **FIELDS)
    found: list[Any] = []
    with suppress(ConfigError, ShardError):
        found = [row for shard in stage.shards() for row in stage.read(shard)]
    assert all(isinstance(row, (QAPair, Reject)) for row in found)
    assert len(found) <= 2


def test_recordings_judged_rows_and_sets_are_held_to_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = zeros(tmp_path / "long.jsonl.gz", 3)
    monkeypatch.setattr(recorded_lines, "MAX_LINE_BYTES", 1 << 20)
    lines = recorded_lines.RecordedLines()
    with pytest.raises(TeacherConfigError, match="a line of more than 1 MiB"):
        list(lines.read(long))
    lines.close()
    monkeypatch.setattr(case_rows, "MAX_LINE_BYTES", 1 << 20)
    with gzip.open(long) as file, pytest.raises(case_rows.CasesError, match="line 1: more than 1 MiB"):
        list(case_rows.read_rows(file, "rows", case_rows.Keys()))
    monkeypatch.setattr(sets, "MAX_BYTES", 1 << 20)
    with pytest.raises(TrainConfigError, match="more than 1 MiB, unpacked"):
        sets._read(long)
    (tmp_path / "deep.json").write_text("[" * 100_000)
    with pytest.raises(TrainConfigError, match="cannot be read"):
        sets._read(tmp_path / "deep.json")


def test_a_checkpoint_of_others_runs_nothing(tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    torch.save({"data": Bomb(mark), "parts": {}}, tmp_path / checkpoint.STATE_FILE)
    found = checkpoint.Checkpoint(folder=tmp_path, step=1)
    with pytest.raises(TrainConfigError, match="holds no state of a trainer"):
        checkpoint.restore(found, {}, data="x")
    assert not mark.exists()


def test_arrays_of_objects_are_not_read(tmp_path: Path) -> None:
    """What a store's vectors and bands are read with."""
    mark = tmp_path / "ran"
    np.save(tmp_path / "v.npy", np.array([Bomb(mark)], dtype=object), allow_pickle=True)
    with pytest.raises(ValueError, match="allow_pickle=False"):
        np.load(tmp_path / "v.npy")
    assert not mark.exists()


# Versions and names


def version(folder: Path, **manifest: Any) -> Path:
    (path := folder / "demo" / "v0001").mkdir(parents=True)
    (path / "manifest.json").write_text(json.dumps({"digest": "ab", "format": 2, "files": {}} | manifest))
    return path


@pytest.mark.parametrize(
    "manifest",
    [
        {"name": "../../evil"},
        {"name": "/etc"},
        {"name": ""},
        {"rows": {"../../sft": {"train": 1}}},
        {"rows": {"/etc": {"train": 1}}},
        {"rows": {"sft": {"train": -1}}},
        {"rows": {"sft": {"train": True}}},
        {"rows": ["sft"]},
        {"parents": [{"node": "a", "key": "../../x", "digest": "d", "stage": "s"}]},
        {"parents": [{"node": "a", "key": "k", "digest": "d", "stage": "/etc"}]},
        {"funnel": "x"},
        {"format": "9"},
        {"files": {"a": {"sha256": 7}}},
        {"digest": None},
    ],
)
def test_a_manifest_that_leads_elsewhere_is_refused_before_it_is_followed(
    tmp_path: Path, manifest: dict[str, Any]
) -> None:
    with pytest.raises(StoreError, match="does not describe a version"):
        read_manifest(version(tmp_path, **manifest))


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "a/../../secret"])
def test_files_that_a_manifest_names_outside_are_neither_read_nor_sent(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret").write_text("canary")
    path = version(tmp_path, files={name: {"sha256": "0" * 64, "bytes": 6}})
    with pytest.raises(StoreError, match="is missing"):
        push(path, f"file://{tmp_path}/copy")
    assert not (tmp_path / "copy").exists()


def test_links_out_of_a_version_are_not_sent(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("canary")
    path = version(tmp_path)
    (path / "README.md").symlink_to(tmp_path / "secret")
    with pytest.raises(StoreError, match="link to a file that is not of the version"):
        push(path, f"file://{tmp_path}/copy")
    assert not (tmp_path / "copy").exists()


@pytest.mark.parametrize("label", ["demo@../../elsewhere", "demo@..", "demo@/etc", "demo@v0001/../../../elsewhere"])
def test_a_label_names_a_version_of_its_data_set_and_nothing_else(tmp_path: Path, label: str) -> None:
    version(tmp_path / "exports")
    (elsewhere := version(tmp_path)).rename(tmp_path / "elsewhere")
    assert not elsewhere.exists()
    with pytest.raises(ConfigError, match="is neither"):
        resolve(label, exports=tmp_path / "exports")
    assert resolve("demo@v0001", exports=tmp_path / "exports").name == "v0001"


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "../x", "/x", "a/b", "a\n", "a\x00", "-rf", "_x", "a b", "a\u202eb", "$(x)", "a;b", "~", "a\\b"],
)
def test_names_of_data_sets_name_one_folder(name: str) -> None:
    with pytest.raises(ConfigError, match="give letters, digits"):
        ExportDataset(name=name)


def test_a_folder_of_locks_that_another_made_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With links in it, locking a GPU would empty a file of ours."""
    (tmp_path / "theirs").mkdir()
    (victim := tmp_path / "victim").write_text("kept")
    (tmp_path / "theirs" / "0").symlink_to(victim)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    (tmp_path / f"tracemill-gpus-{os.getuid()}").symlink_to(tmp_path / "theirs")
    with pytest.raises(ConfigError, match="is not a folder of this user"), held_gpus(1):
        pass
    assert victim.read_text() == "kept"
