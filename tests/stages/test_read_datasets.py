import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from datasets import Dataset, DatasetDict

from pipeline.config import load_config
from pipeline.errors import ConfigError
from pipeline.stage import Reject
from stages import read_datasets
from stages.read_datasets import ReadDatasets
from stages.records import QAPair

ROOT = Path(__file__).resolve().parents[2]
ROWS = [{"question": f"What is {n} + 1?", "answer": n + 1, "meta": {"by": "Ann"}, "x": "y"} for n in range(25)]
COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path / "cache")


def saved(path: Path) -> Path:
    Dataset.from_list(ROWS).save_to_disk(path)
    return path


def files(path: Path) -> Path:
    (path / "data").mkdir(parents=True)
    for part in range(2):
        Dataset.from_list(ROWS[part * 15 : part * 15 + 15]).to_parquet(
            path / "data" / f"train-0000{part}-of-00002.parquet"
        )
    Dataset.from_list(ROWS[:3]).to_parquet(path / "data" / "test-00000-of-00001.parquet")
    return path


def read(**options: Any) -> list[QAPair | Reject]:
    stage = ReadDatasets(source="sums", **options)
    return [row for shard in stage.shards() for row in stage.read(shard)]


@pytest.mark.parametrize("make", [saved, files])
@pytest.mark.parametrize("streaming", [False, True])
def test_local_data_sets_become_pairs(tmp_path: Path, make: Any, streaming: bool) -> None:
    path = make(tmp_path / "set")
    rows = read(path=path, author_field="meta.by", licence="MIT", streaming=streaming)
    assert len(rows) == 25
    first = rows[0]
    assert isinstance(first, QAPair)
    assert (first.question, first.answer_text, first.author) == ("What is 0 + 1?", "1", "Ann")
    assert (first.source, first.licence, first.extractor) == ("sums", "MIT", "datasets")


def test_splits_are_named(tmp_path: Path) -> None:
    DatasetDict(train=Dataset.from_list(ROWS), test=Dataset.from_list(ROWS[:4])).save_to_disk(tmp_path / "set")
    assert len(read(path=tmp_path / "set", split="test")) == 4
    with pytest.raises(ConfigError, match=r"no split 'dev'; splits: train, test"):
        read(path=tmp_path / "set", split="dev")
    with pytest.raises(ConfigError, match=r"Unknown split \"dev\""):
        read(path=files(tmp_path / "files"), split="dev")


@pytest.mark.parametrize("streaming", [False, True])
def test_shards_and_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, streaming: bool) -> None:
    path = files(tmp_path / "set")
    whole = read(path=path, streaming=streaming)
    monkeypatch.setattr(read_datasets, "ROWS_PER_SHARD", 10)
    stage = ReadDatasets(source="sums", path=path, streaming=streaming)
    assert len(stage.shards()) == (2 if streaming else 3)
    assert [row for shard in stage.shards() for row in stage.read(shard)] == whole
    assert read(path=path, streaming=streaming, limit=17) == whole[:17]


def test_rows_without_text_are_rejected_with_their_place(tmp_path: Path) -> None:
    rows: list[Any] = [
        {"question": "q", "answer": "1"},
        {"question": None, "answer": "1"},
        {"question": "q", "answer": "1"},
    ]
    Dataset.from_list(rows).save_to_disk(tmp_path / "set")
    found = read(path=tmp_path / "set")
    assert [isinstance(row, Reject) and row.reason for row in found] == [False, "bad_row", "duplicate_row"]
    assert found[1].id == "set:1"


def test_a_missing_column_is_told_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no column 'solution'; columns: question, answer, meta, x\. Name yours"):
        read(path=saved(tmp_path / "set"), answer_field="solution")


def test_pins_follow_the_files_or_are_the_commit(tmp_path: Path) -> None:
    path = files(tmp_path / "set")
    stage = ReadDatasets(source="s", path=path)
    first = stage.pins(lambda file: file.read_bytes().hex())
    (path / "data" / "test-00000-of-00001.parquet").unlink()
    assert stage.pins(lambda file: file.read_bytes().hex()) != first
    pins = ReadDatasets(source="s", dataset="openai/gsm8k", revision=COMMIT).pins(str)
    assert pins == {"revision": COMMIT}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "give either dataset"),
        ({"dataset": "a/b", "path": Path("c"), "revision": COMMIT}, "give either dataset"),
        ({"dataset": "a/b"}, "needs a revision; give the commit's 40 hex digits"),
        ({"dataset": "a/b", "revision": "main"}, "revision 'main' may move"),
        ({"dataset": "a/b", "revision": COMMIT[:7]}, "may move"),
        ({"path": Path("c"), "revision": COMMIT}, "revision is the commit of a dataset .* leave it out"),
    ],
)
def test_a_place_that_may_change_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        ReadDatasets(source="s", **options)


def test_a_recipe_names_node_and_stage_once(tmp_path: Path) -> None:
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text("name: r\nnodes: {given: {uses: read_datasets, with: {source: s}}}\n")
    with pytest.raises(ConfigError, match=r"^given: read_datasets: give either dataset"):
        load_config(recipe)


def test_folders_without_data_are_told(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ConfigError, match="empty"):
        read(path=tmp_path / "empty")
    with pytest.raises(ConfigError, match="is no folder"):
        ReadDatasets(source="s", path=tmp_path / "nowhere").pins(str)


@pytest.mark.parametrize(
    ("name", "way_out"),
    [
        ("train.jsonl", r"or read it with read_jsonl, `paths: \[train\.jsonl\]`"),
        ("train.json.gz", "or read it with read_jsonl"),
        ("train.parquet", "or read it with read_parquet"),
        ("train.arrow", "give the folder that it lies in$"),
    ],
)
def test_a_file_in_the_place_of_a_folder_is_told_with_its_reader(tmp_path: Path, name: str, way_out: str) -> None:
    (tmp_path / name).touch()
    with pytest.raises(ConfigError, match=f"{name} is a file; give the folder that it lies in") as told:
        ReadDatasets(source="s", path=tmp_path / name).pins(str)
    assert re.search(way_out, str(told.value))


def test_the_hubs_client_is_not_heard_while_it_asks_again() -> None:
    code = (
        "from stages.read_datasets import ReadDatasets\n"
        "from pipeline.errors import OutageError\n"
        "import huggingface_hub.utils._http as http\n"
        "from datasets import load\n"
        "def fetch(*_, **__):\n"
        "    http.logger.warning('Retrying in 1s [Retry 1/5].')\n"
        "    raise ConnectionError('no route')\n"
        "load.load_dataset_builder = fetch\n"
        f"stage = ReadDatasets(source='s', dataset='a/b', revision='{COMMIT}')\n"
        "try:\n    stage.shards()\nexcept OutageError as error:\n    print(error)\n"
        "http.logger.warning('heard again')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "cannot be fetched: no route" in done.stdout
    assert "Retrying" not in done.stderr
    assert "heard again" in done.stderr


def test_a_hub_out_of_reach_is_an_outage() -> None:
    code = (
        "from stages.read_datasets import ReadDatasets\n"
        "from pipeline.errors import OutageError\n"
        f"stage = ReadDatasets(source='s', dataset='openai/gsm8k', name='main', revision='{COMMIT}')\n"
        "try:\n    stage.shards()\nexcept OutageError as error:\n    print(error)\n"
    )
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert "read_datasets: openai/gsm8k cannot be fetched" in done.stdout
    assert "give a local folder as path" in done.stdout
