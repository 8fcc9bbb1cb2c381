"""What `tracemill init` writes: a commented recipe for a task, with inputs by which it runs as it stands."""

import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import yaml

from pipeline.errors import ConfigError
from tracemill.hub import Pinned, check_name, pinned
from tracemill.weights_folder import check_weights, name_of_model

STARTERS = Path(__file__).parent / "starters"
# A name becomes that of the data set, a part of ids and of paths.
_NAME = re.compile(r"[^\W_][\w.-]*")


class Task(StrEnum):
    PAGES = "pages"
    TEACHER = "teacher"
    HUB = "hub"
    VERIFY = "verify"
    TRAIN = "train"


@dataclass(frozen=True, kw_only=True)
class Starter:
    """What one task writes.

    called   -- the name that its files give themselves, exchanged for that of the folder
    shared   -- files of other tasks too: where they go and which they are, relative to the starters
    next     -- the commands to go on with; `{folder}` stands for the folder and `{name}` for its name
    """

    called: str
    next: tuple[str, ...]
    shared: Mapping[str, str] = field(default_factory=dict)
    takes_model: bool = False
    takes_dataset: bool = False


_SCRIPTED = {"teacher.yaml": "common/teacher-scripted.yaml"}
_BENCHMARK = {"benchmark.jsonl": "common/benchmark.jsonl"}
_RUN = "tracemill run {folder}/recipe.yaml"
TASKS: Mapping[Task, Starter] = {
    Task.PAGES: Starter(
        called="my-pages",
        shared=_SCRIPTED | _BENCHMARK,
        takes_model=True,
        next=(
            "tracemill extract {folder}/pages",
            _RUN,
            "tracemill rejects {folder}/recipe.yaml checkable",
            "tracemill show {folder}/recipe.yaml problems",
        ),
    ),
    Task.TEACHER: Starter(
        called="my-teacher",
        shared=_SCRIPTED,
        takes_model=True,
        next=(
            f"{_RUN} --limit 2",
            f"{_RUN} --only given",
            "tracemill plan {folder}/recipe.yaml",
            _RUN,
            "tracemill check {name} --verify 20",
        ),
    ),
    Task.HUB: Starter(
        called="my-hub",
        shared=_BENCHMARK,
        takes_dataset=True,
        next=(
            _RUN,
            "tracemill rejects {folder}/recipe.yaml checkable",
            "tracemill show {folder}/recipe.yaml prompts",
            "tracemill export {name} --to verl",
        ),
    ),
    Task.VERIFY: Starter(
        called="my-traces",
        next=(
            "tracemill verify {folder}/answers.jsonl",
            "tracemill verify {folder}/answers.jsonl --labelled",
            _RUN,
            "tracemill show {folder}/recipe.yaml verdicts",
            "tracemill rejects {folder}/recipe.yaml sft",
        ),
    ),
    Task.TRAIN: Starter(
        called="my-model",
        takes_model=True,
        next=(
            _RUN,
            "tracemill train sft {folder}/sft.yaml",
            "tracemill train rl {folder}/rl.yaml",
            "tracemill evaluate {folder}/eval.yaml",
            "tracemill export {name} --to trl",
        ),
    ),
}
_SMALL_MODEL = "HuggingFaceTB/SmolLM2-135M-Instruct"


@dataclass(frozen=True)
class Written:
    """The files of a starter and the commands to go on with."""

    files: tuple[Path, ...]
    next: tuple[str, ...]


def write_starter(
    folder: Path, task: Task, *, model: str | None = None, dataset: str | None = None, revision: str | None = None
) -> Written:
    """Writes a task's files into `folder`.

    `model` is a folder of weights or a name on the hub, `dataset` a name there; without `revision` the hub is asked for
    the newest commit. Raises `ConfigError` rather than replace a file, and `OutageError` where the hub is not reached.
    """
    starter, name = TASKS[task], _name_of(folder)
    _check_options(task, starter, model, dataset, revision)
    texts = _texts(task, starter, name)
    if task is Task.TRAIN:
        texts["sft.yaml"] = texts["sft.yaml"].replace("MODEL-PATH", _spelled(model or _SMALL_MODEL))
    elif model is not None:
        texts |= _with_teacher(texts["recipe.yaml"], model, revision)
    if dataset is not None:
        texts["recipe.yaml"] = _with_dataset(texts["recipe.yaml"], name, pinned(dataset, revision, kind="dataset"))
        del texts["rows/train.jsonl"]
    for place in texts:
        if (folder / place).exists():
            raise ConfigError(f"{folder / place} exists already; choose another folder")
    written = tuple(_write(folder / place, text) for place, text in texts.items())
    typed = shlex.quote(str(folder))
    commands = tuple(command.format(folder=typed, name=name) for command in starter.next)
    return Written(written, commands)


def _name_of(folder: Path) -> str:
    name = folder.resolve().name
    if not _NAME.fullmatch(name):
        raise ConfigError(
            f"{name!r} cannot name a data set; take a folder whose name has letters, digits, '.', '-' and '_' alone"
        )
    return name


def _check_options(task: Task, starter: Starter, model: str | None, dataset: str | None, revision: str | None) -> None:
    if model is not None and not starter.takes_model:
        raise ConfigError(f"init: the task {task} asks no model; leave --model out")
    if dataset is not None and not starter.takes_dataset:
        raise ConfigError(f"init: --dataset is for the task hub, not {task}")
    if revision is not None and (task is Task.TRAIN or (model is None and dataset is None)):
        raise ConfigError("init: --revision is the commit of a --model that is asked, or of a --dataset")


def _texts(task: Task, starter: Starter, name: str) -> dict[str, str]:
    """What goes where, relative to the folder; recipes bear the folder's name."""
    home = STARTERS / task
    sources = {path.relative_to(home).as_posix(): path for path in sorted(home.rglob("*")) if path.is_file()}
    sources |= {place: STARTERS / source for place, source in starter.shared.items()}
    sources["SOURCES.md"] = STARTERS / "common" / "SOURCES.md"
    texts = {place: source.read_text("utf-8") for place, source in sources.items()}
    called = {place: _called(text, starter.called, name) for place, text in texts.items() if place.endswith(".yaml")}
    return texts | called


def _called(text: str, before: str, name: str) -> str:
    """The text with `name` in the place of `before`: as a whole value, in paths and in comments."""
    places = re.compile(rf"((?:name|source): ){before}(?=[,}}\s])|{before}")
    return places.sub(lambda found: found[1] + _word(name) if found[1] else name, text)


def _write(path: Path, text: str) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"init: {path} cannot be written ({error.strerror}); choose another folder") from error
    return path


def _word(text: str) -> str:
    """A value of YAML that is read as this text: 2025 would be a number, and a folder may be called so."""
    return yaml.safe_dump(text, allow_unicode=True).splitlines()[0]


def _spelled(model: str) -> str:
    """A folder of weights by its whole path, since recipes count paths from themselves; a name of the hub as it is."""
    if Path(model).is_dir():
        check_weights(Path(model))
        return json.dumps(str(Path(model).absolute()), ensure_ascii=False)
    check_name(model, "model")
    return _word(model)


def _with_teacher(recipe: str, model: str, revision: str | None) -> dict[str, str]:
    """The recipe and the teacher's file, for a folder of weights or a model of the hub."""
    teacher = (STARTERS / "common" / "teacher-model.yaml").read_text("utf-8").replace("MODEL-NAME", _short(model))
    if not Path(model).is_dir():
        found = pinned(model, revision, kind="model")
        place = f'model: {_word(found.name)}\nrevision: "{found.commit}"'
        return {"teacher.yaml": teacher.replace("MODEL-PLACE", place)}
    if revision is not None:
        raise ConfigError(f"init: {model} is a folder, which its content names; leave --revision out")
    begin, _, end = recipe.partition("# weights: ")
    weights = f"weights: {_spelled(model)}\n"
    return {
        "recipe.yaml": begin + weights + end.partition("\n")[2],
        "teacher.yaml": teacher.replace("MODEL-PLACE\n", ""),
    }


def _short(model: str) -> str:
    """What a teacher or a source is called in ids: the last part of its name, in small letters, as a value of YAML."""
    name = name_of_model(Path(model)) if Path(model).is_dir() else Path(model).name
    return _word(re.sub(r"[^a-z0-9.]+", "-", name.lower()).strip("-.") or "teacher")


def _with_dataset(recipe: str, name: str, found: Pinned) -> str:
    place = f'dataset: {_word(found.name)}\n      revision: "{found.commit}"'
    return recipe.replace("path: rows", place, 1).replace(f"source: {_word(name)}", f"source: {_short(found.name)}", 1)
