"""The questions of an evaluation: published benchmarks in the layouts they come in, and splits of our exports."""

import gzip
import json
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from pipeline.errors import ConfigError
from pipeline.versions import resolve
from teachers import ChatTurn
from teachers.prompts import style
from trainer.data import records, view_files
from trainer.errors import TrainConfigError
from trainer.evaluation.config import SetConfig
from trainer.questions import key
from verifier import AnswerType
from verifier.grader import Gold

LETTERS = "ABCDEFGHIJ"
MAX_BYTES = 1 << 30  # of a set, which is in memory as a whole
MMLU_PRO_DRAWN = 1000
THEOREMQA_TYPES = {
    "integer": AnswerType.INTEGER,
    "float": AnswerType.DECIMAL,
    "bool": AnswerType.BOOLEAN,
    "option": AnswerType.MCQ,
    "list of integer": AnswerType.TUPLE_POINT,
    "list of float": AnswerType.TUPLE_POINT,
}
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`text` is the question with its options, `prompt` what is asked; `subsets` are names such as its subject.

    id -- its own in the set
    """

    id: str
    text: str
    answer: str
    answer_type: str | None
    prompt: tuple[ChatTurn, ...]
    subsets: Mapping[str, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Of what is asked; two questions of a set may be the same but for a picture."""
        return key(self.text).hex()

    @property
    def gold(self) -> Gold:
        return Gold(self.answer, self.answer_type, self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvalSet:
    label: str
    questions: tuple[Question, ...]
    samples: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """Where a benchmark is and which of its columns hold what; parts of a question are joined by a space."""

    hub: str
    file: str
    config: str | None = None
    split: str = "test"
    question: tuple[str, ...] = ("question",)
    answer: str = "answer"
    id: str = "id"
    subsets: tuple[str, ...] = ()
    draw: Callable[[list[Row]], list[Row]] = list


def mmlu_pro_1k(rows: list[Row]) -> list[Row]:
    """The paper's sample: a twelfth of each of the 91 sources, and 1,000 of these, as pandas draws them from seed 0.

    pandas draws by position, so the rows are first put in the order of the hub, that of their ids.
    """
    import pandas as pd  # type: ignore[import-untyped]  # comes with datasets

    ordered = sorted(rows, key=lambda row: int(row["question_id"]))
    frame = pd.DataFrame({"src": [row["src"] for row in ordered]})
    twelfth = frame.groupby("src").sample(frac=1 / 12, random_state=0)
    if len(twelfth) < MMLU_PRO_DRAWN:
        raise ValueError(f"{len(rows):,} rows are too few to draw from; it takes the 12,032 of MMLU-Pro's test split")
    drawn = twelfth.sample(n=MMLU_PRO_DRAWN, random_state=0)
    return [ordered[index] for index in drawn.index]


BENCHMARKS: dict[str, Benchmark] = {
    "math500": Benchmark(
        hub="HuggingFaceH4/MATH-500",
        file="math500",
        question=("problem",),
        id="unique_id",
        subsets=("subject", "level"),
    ),
    "aime24": Benchmark(hub="HuggingFaceH4/aime_2024", file="aime24", split="train", question=("problem",)),
    "theoremqa": Benchmark(
        hub="TIGER-Lab/TheoremQA",
        file="theoremqa",
        question=("Question",),
        answer="Answer",
        subsets=("field", "Answer_type"),
    ),
    "mmlu_pro_1k": Benchmark(
        hub="TIGER-Lab/MMLU-Pro", file="mmlu_pro_test", id="question_id", subsets=("category",), draw=mmlu_pro_1k
    ),
    "gsm8k": Benchmark(hub="openai/gsm8k", file="gsm8k_test", config="main"),
    "svamp": Benchmark(
        hub="ChilleD/SVAMP",
        file="svamp",
        question=("Body", "Question"),
        answer="Answer",
        id="ID",
        subsets=("Type",),
    ),
}


def load_set(config: SetConfig, *, benchmarks: str | None, prompt_style: str, samples: int) -> EvalSet:
    """Raises `TrainConfigError` where it cannot be had or read."""
    if config.export is not None:
        label, questions = _of_export(config.export, config.split)
    else:
        assert config.benchmark is not None
        label, known = config.benchmark, BENCHMARKS[config.benchmark]
        path = Path(config.path) if config.path else _local(known, benchmarks)
        rows = _read(path) if path else _from_hub(known, config.revision)
        questions = _of_benchmark(known, list(rows), prompt_style)
    asked = tuple(questions[: config.limit])
    if not asked:
        raise TrainConfigError(f"sets: {label} has no questions")
    (name, times), *_ = Counter(one.id for one in asked).most_common(1)
    if times > 1:  # their answers would count as those to one question
        raise TrainConfigError(f"sets: {label} has {times} questions with the id {name!r}; give each its own")
    return EvalSet(label=label, questions=asked, samples=config.samples or samples)


def _local(benchmark: Benchmark, folder: str | None) -> Path | None:
    if folder is None:
        return None
    if found := sorted(Path(folder).glob(f"{benchmark.file}.*")):
        return found[0]
    raise TrainConfigError(f"benchmarks: {folder} has no file {benchmark.file}.*; name it in the set's `path`")


def _read(path: Path) -> Iterable[Row]:
    """JSON Lines or one JSON array, plain or gzipped, or Parquet."""
    try:
        if path.suffix == ".parquet":
            return list(pq.read_table(path).to_pylist())
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
        if len(raw) > MAX_BYTES:
            raise ValueError(f"more than {MAX_BYTES >> 20} MiB, unpacked")
        text = raw.decode()
        return list(
            json.loads(text) if text.lstrip().startswith("[") else map(json.loads, filter(None, text.split("\n")))
        )
    except (OSError, EOFError, ValueError, RecursionError, zlib.error) as error:
        raise TrainConfigError(f"{path}: cannot be read as JSON or Parquet: {error}") from error


def _from_hub(benchmark: Benchmark, revision: str | None) -> Iterable[Row]:
    import datasets

    try:
        return list(datasets.load_dataset(benchmark.hub, benchmark.config, split=benchmark.split, revision=revision))
    except (OSError, ValueError) as error:
        raise TrainConfigError(
            f"sets: {benchmark.hub} cannot be had from the hub ({error}); name a local copy in `path` or `benchmarks`"
        ) from error


def _of_benchmark(benchmark: Benchmark, rows: list[Row], prompt_style: str) -> list[Question]:
    try:
        return [_question(benchmark, row, number, prompt_style) for number, row in enumerate(benchmark.draw(rows))]
    except KeyError as error:
        raise TrainConfigError(f"sets: a row of {benchmark.file} has no {error}") from None
    except (AttributeError, TypeError, ValueError) as error:
        raise TrainConfigError(f"sets: {benchmark.file} does not hold the rows of this benchmark: {error}") from error


def _question(benchmark: Benchmark, row: Row, number: int, prompt_style: str) -> Question:
    """From a row as published, or as in configs/samples: id, question, answer."""
    parts = benchmark.question if benchmark.question[0] in row else ("question",)
    answer = benchmark.answer if benchmark.answer in row else "answer"
    if missing := {*parts, answer} - row.keys():
        raise TrainConfigError(f"sets: row {number} of {benchmark.file} has no {missing}; columns: {', '.join(row)}")
    if empty := [name for name in (*parts, answer) if row[name] is None]:
        raise TrainConfigError(f"sets: row {number} of {benchmark.file} has nothing in {', '.join(empty)}")
    text = " ".join(str(row[part]).strip() for part in parts)
    kind = THEOREMQA_TYPES.get(row.get("Answer_type", ""))
    asked = text
    if options := row.get("options"):
        kind = AnswerType.MCQ
        text += "\n\n" + "\n".join(f"{letter}. {option}" for letter, option in zip(LETTERS, options, strict=False))
        asked = f"A multiple-choice question about {row['category']}; answer with the letter.\n\n{text}"
    return Question(
        id=str(row.get(benchmark.id, row.get("id", number))),
        text=text,
        answer=_gold(row[answer]),
        answer_type=kind,
        prompt=style(prompt_style).turns(asked),
        subsets={name: str(row[name]) for name in benchmark.subsets if row.get(name) is not None},
    )


def _gold(value: Any) -> str:
    """What a published answer column holds, as an answer: 145.0 is 145, and of a worked answer what follows ####."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).rpartition("####")[2].strip()


def _of_export(where: str, split: str) -> tuple[str, list[Question]]:
    """The prompts stand in the rows: they are those the data set trains with."""
    try:
        version = resolve(where)
    except ConfigError as error:
        raise TrainConfigError(f"sets: {error}") from error
    name = json.loads((version / "manifest.json").read_text("utf-8")).get("name", version.name)
    return f"{name}/{split}", list(_export_questions(view_files(version, "rl", split)))


def _export_questions(files: Iterable[Path]) -> Iterator[Question]:
    columns = ["id", "question", "answer", "answer_type", "prompt", "data_source"]
    for path in files:
        for row in records(path, lambda _: columns):
            yield Question(
                id=row["id"],
                text=row["question"],
                answer=row["answer"],
                answer_type=row["answer_type"],
                prompt=tuple(ChatTurn(role=turn["role"], content=turn["content"]) for turn in row["prompt"]),
                subsets={"source": row["data_source"]},
            )
