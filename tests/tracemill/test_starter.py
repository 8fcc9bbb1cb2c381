"""What `tracemill init` writes: recipes that run as they stand, for the folder and the model that were named."""

import json
import re
import shlex
from pathlib import Path

import polars as pl
import pytest
import yaml
from typer.testing import CliRunner

from pipeline.config import load_config
from pipeline.errors import ConfigError, OutageError
from pipeline.look import place
from pipeline.session import run
from tests.integration.reading_hub import COMMIT, serve
from tracemill.cli import application
from tracemill.hub import Kind, pinned
from tracemill.starter import STARTERS, TASKS, Task, write_starter

LARGEST_BYTES = 200_000
README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def weights(folder: Path, **config: str) -> Path:
    """What a folder of weights has, as far as `init` looks."""
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "model.safetensors").touch()
    return folder


@pytest.mark.parametrize("task", Task)
def test_a_recipe_is_valid_bears_the_folders_name_and_has_its_inputs(tmp_path: Path, task: Task) -> None:
    written = write_starter(tmp_path / "mine", task)
    recipe = load_config(tmp_path / "mine" / "recipe.yaml")
    assert recipe.name == "mine"
    assert all(path.is_file() for path in written.files)
    texts = [path.read_text() for path in written.files if path.suffix == ".yaml"]
    assert not any(TASKS[task].called in text or "MODEL-" in text for text in texts)
    assert any("-->" in text for text in texts)
    assert str(tmp_path / "mine" / "recipe.yaml") in " ".join(written.next)


@pytest.mark.parametrize("task", Task)
@pytest.mark.parametrize("name", ["2025", "2025-11-28", "yes", "my-pages-2"])
def test_a_folder_may_be_called_what_yaml_takes_for_something_else(tmp_path: Path, task: Task, name: str) -> None:
    write_starter(tmp_path / name, task)
    recipe = load_config(tmp_path / name / "recipe.yaml")
    assert recipe.name == name
    for path in (tmp_path / name).glob("*.yaml"):
        assert type(yaml.safe_load(path.read_text()).get("name", "")) is str


def test_the_next_commands_can_be_typed_whatever_the_folder_is_called(tmp_path: Path) -> None:
    folder = tmp_path / "of NAME" / "DIR"
    said = [shlex.split(command) for command in write_starter(folder, Task.TRAIN).next]
    assert said[0] == ["tracemill", "run", f"{folder}/recipe.yaml"]
    assert said[-1] == ["tracemill", "export", "DIR", "--to", "trl"]


@pytest.mark.parametrize("task", Task)
def test_the_next_commands_are_those_of_the_readme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, task: Task) -> None:
    monkeypatch.chdir(tmp_path)
    written = write_starter(Path(TASKS[task].called), task)
    told = [line.partition("#")[0].strip() for line in README.splitlines() if line.startswith("tracemill ")]
    begins = next(n for n, line in enumerate(told) if line.startswith(f"tracemill init {TASKS[task].called}"))
    assert list(written.next) == told[begins + 1 : begins + 1 + len(written.next)]
    assert [line.split()[1] for line in told[begins + 1 + len(written.next) :][:1]] == ["init"] or task is Task.TRAIN


@pytest.mark.parametrize("task", Task)
def test_the_samples_own_licence_terms_and_name_have_an_arrow(tmp_path: Path, task: Task) -> None:
    write_starter(tmp_path / "x", task)
    for path in (tmp_path / "x").glob("*.yaml"):
        lines = path.read_text().splitlines()
        for number, line in enumerate(lines):
            if re.match(r"[^#]*\b(licence: MIT|terms:$|name: recorded)", line):
                assert "-->" in "".join(lines[max(0, number - 4) : number + 1]), f"{path.name}: {line}"


def test_the_samples_are_small_and_each_has_its_licence_told() -> None:
    samples = [path for path in STARTERS.rglob("*") if path.suffix in (".html", ".jsonl")]
    assert sum(path.stat().st_size for path in STARTERS.rglob("*") if path.is_file()) < LARGEST_BYTES
    told = (STARTERS / "common" / "SOURCES.md").read_text()
    assert [path.name for path in samples if path.name not in told] == []


def test_the_places_of_its_pairs_lie_in_the_texts_it_stores(tmp_path: Path) -> None:
    write_starter(tmp_path / "x", Task.PAGES)
    recipe = load_config(tmp_path / "x" / "recipe.yaml", store=str(tmp_path / "store"))
    for node in ("given", "pages", "qa"):
        run(recipe, only=node, quiet=True)
    pages = {row["id"]: row["text"] for row in pl.read_parquet(place(recipe, "pages")).to_dicts()}
    pairs = pl.read_parquet(place(recipe, "qa")).to_dicts()
    assert len(pairs) > 20
    for pair in pairs:
        text = pages[pair["id"].rpartition("/")[0]]
        for words, span in ((pair["question"], pair["question_span"]), (pair["answer_text"], pair["answer_span"])):
            assert text[span["start"] : span["end"]].split()[:1] == words.split()[:1]


def test_nothing_is_replaced(tmp_path: Path) -> None:
    write_starter(tmp_path / "x", Task.PAGES)
    (tmp_path / "x" / "recipe.yaml").write_text("mine: true\n")
    with pytest.raises(ConfigError, match="exists already"):
        write_starter(tmp_path / "x", Task.PAGES)
    assert (tmp_path / "x" / "recipe.yaml").read_text() == "mine: true\n"


@pytest.mark.parametrize("task", [Task.PAGES, Task.TEACHER])
def test_a_folder_of_weights_stands_in_the_recipe_by_its_whole_path(
    tmp_path: Path, task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights(tmp_path / "My Weights")
    monkeypatch.chdir(tmp_path)
    write_starter(Path("x"), task, model="My Weights")
    recipe = yaml.safe_load(Path("x/recipe.yaml").read_text())
    assert recipe["nodes"]["attempts"]["with"]["weights"] == str(tmp_path / "My Weights")
    teacher = yaml.safe_load(Path("x/teacher.yaml").read_text())
    assert (teacher["name"], teacher["backend"], "model" in teacher) == ("my-weights", "auto", False)


@pytest.mark.parametrize(
    ("place", "config", "name"),
    [
        ("convert_gguf/c15d9fff5b3a4e89d5e9/folder", {"_model_name_or_path": "Smollm2 135M"}, "smollm2-135m"),
        ("convert_gguf/c15d9fff5b3a4e89d5e9/folder", {"_name_or_path": "/data/folder"}, "artifacts-of-mine"),
        ("runs/my-model-sft/final", {}, "my-model-sft"),
        ("models--org--Model-7B/snapshots/0123456789abcdef0123456789abcdef01234567", {}, "model-7b"),
        ("my-own", {"_name_or_path": "org/Model-7B"}, "my-own"),
    ],
)
def test_a_folder_of_any_model_leaves_the_name_to_the_model(
    tmp_path: Path, place: str, config: dict[str, str], name: str
) -> None:
    model = weights(tmp_path / "artifacts of mine" / place, **config)
    write_starter(tmp_path / "x", Task.TEACHER, model=str(model))
    assert yaml.safe_load((tmp_path / "x" / "teacher.yaml").read_text())["name"] == name


@pytest.mark.parametrize("task", [Task.PAGES, Task.TEACHER, Task.TRAIN])
@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([], "it has nothing in it"),
        (["config.json", "tokenizer.json"], "it has config.json, tokenizer.json$"),
        (["smol.gguf"], r"it has smol\.gguf; the stage convert_gguf makes one"),
        ([f"{n}.txt" for n in range(9)], r"5\.txt and 3 more$"),
    ],
)
def test_a_folder_without_weights_is_refused_with_what_it_has(
    tmp_path: Path, task: Task, names: list[str], said: str
) -> None:
    (tmp_path / "model").mkdir()
    for name in names:
        (tmp_path / "model" / name).touch()
    with pytest.raises(ConfigError, match=r"is no folder of weights, which has a config\.json") as told:
        write_starter(tmp_path / "x", task, model=str(tmp_path / "model"))
    assert re.search(said, str(told.value))
    assert not (tmp_path / "x").exists()


def test_names_on_the_hub_are_written_with_their_newest_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve({"org/Model-7B": {}, "org/rows": {}}) as address:
        monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", address)
        monkeypatch.setattr("huggingface_hub.hf_api.ENDPOINT", address, raising=False)
        monkeypatch.setenv("HF_ENDPOINT", address)
        write_starter(tmp_path / "t", Task.TEACHER, model="org/Model-7B")
        write_starter(tmp_path / "h", Task.HUB, dataset="org/rows")
        with pytest.raises(ConfigError, match="has no model org/none"):
            pinned("org/none", None, kind="model")
    teacher = yaml.safe_load((tmp_path / "t" / "teacher.yaml").read_text())
    assert (teacher["name"], teacher["model"], teacher["revision"]) == ("model-7b", "org/Model-7B", COMMIT)
    given = load_config(tmp_path / "h" / "recipe.yaml").nodes["given"].stage
    assert (given.dataset, given.revision, given.path, given.source) == ("org/rows", COMMIT, None, "rows")
    assert not (tmp_path / "h" / "rows").exists()


@pytest.mark.parametrize(
    ("kind", "way_out"), [("dataset", "without --dataset the recipe reads bundled rows"), ("model", "--model FOLDER")]
)
def test_a_hub_that_is_not_reached_is_an_outage_with_ways_out(
    monkeypatch: pytest.MonkeyPatch, kind: Kind, way_out: str
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(OutageError, match=f"--revision. Without the hub: {way_out}"):
        pinned("org/rows", None, kind=kind)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["a b"], "cannot name a data set"),
        (["x", "--task", "verify", "--model", "org/m"], "asks no model"),
        (["x", "--task", "teacher", "--dataset", "org/d"], "--dataset is for the task hub"),
        (["x", "--task", "teacher", "--model", "./none"], "neither a folder nor a name on the hub"),
        (["x", "--task", "hub", "--dataset", "./rows"], "of a folder, without --dataset the recipe reads bundled rows"),
        (["x", "--task", "teacher", "--model", "org/m", "--revision", "main"], "may move"),
        (["x", "--revision", "5" * 40], "the commit of a --model"),
        (["/proc/x"], "/proc/x/pages/questions.html cannot be written"),
    ],
)
def test_what_cannot_be_meant_is_said_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(application(), ["init", *words])
    assert isinstance(done.exception, ConfigError)
    assert said in str(done.exception)
    assert list(tmp_path.iterdir()) == []
