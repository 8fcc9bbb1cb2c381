"""Which questions are the same, so that nobody is examined in what they were trained on."""

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pipeline.errors import ConfigError
from pipeline.yamlfile import read_mapping
from trainer.config import RESOLVED
from trainer.data import records
from trainer.errors import TrainConfigError
from trainer.run import ENVIRONMENT, data_folder, data_of

# Where a question or the prompt around it stands, in the layouts that are trained on; the first that is there.
ASKED_IN = ("question", "prompt", "messages", "input")
# LaTeX that changes how a question looks and not what it asks.
LAYOUT = re.compile(r"\\(?:left|right|displaystyle|text|mathrm|mathbf|quad|qquad)(?![a-z])|\\[,;:! ]|~")
FRACTION = re.compile(r"\\[dt]frac(?![a-z])")
# Letters, digits, signs of arithmetic and decimal points tell questions apart; a hyphen inside a word does not.
TELLING = re.compile(r"[^\W_]|[+*/^<>=]|(?<![^\W\d_])-|-(?![^\W\d_])|(?<=\d)\.(?=\d)")


def key(question: str) -> bytes:
    """Equal for two spellings of one question: case, white space, punctuation and LaTeX layout do not count."""
    text = unicodedata.normalize("NFKC", question).replace("\N{MINUS SIGN}", "-").casefold()
    telling = "".join(TELLING.findall(FRACTION.sub(r"\\frac", LAYOUT.sub(" ", text))))
    return hashlib.blake2b((telling or question).encode(), digest_size=16).digest()


def shared(questions: Iterable[str], keys: Collection[bytes]) -> list[int]:
    """The indices of the questions that stand among `keys`."""
    return [index for index, question in enumerate(questions) if key(question) in keys]


@dataclass(frozen=True)
class TrainingData:
    """The rows of one split in all views of a version, or of what `tracemill export` made of one."""

    folder: Path
    split: str = "train"

    @classmethod
    def named(cls, where: str) -> "TrainingData":
        try:
            return cls(data_folder(where))
        except ConfigError as error:
            raise TrainConfigError(f"training: {error}") from error

    def question_keys(self) -> Iterator[bytes]:
        """Raises `TrainConfigError` where the folder holds no questions of that split, or is gone."""
        found = [*self.folder.glob(f"*/{self.split}-*.parquet"), *self.folder.glob(f"*/{self.split}.*")]
        if not found:
            raise TrainConfigError(
                f"training: {self.folder} has no rows of split {self.split!r} to compare with; put it back, or name in "
                f"`training` what the model was trained on"
            )
        for path in sorted(found):
            for row in records(path, partial(_column, path)):
                (asked,) = (row[name] for name in _column(path, row))
                yield from map(key, _spellings(asked))


def _column(path: Path, names: Collection[str]) -> list[str]:
    for name in ASKED_IN:
        if name in names:
            return [name]
    raise TrainConfigError(f"training: {path} has none of the columns {', '.join(ASKED_IN)}")


def _spellings(value: str | list[dict[str, str]]) -> Iterator[str]:
    """What was asked: of a chat, the last turn of the user, whole and without a last paragraph of instructions."""
    text = value if isinstance(value, str) else [turn["content"] for turn in value if turn["role"] == "user"][-1]
    yield text
    if "\n\n" in text:
        yield text.rpartition("\n\n")[0]


def trained_on(weights: Path) -> list[TrainingData]:
    """What the run that made `weights` was trained on, and the runs before it; empty where no run made them."""
    found: dict[Path, list[TrainingData]] = {}
    run = _run_of(weights)
    while run and run not in found:  # two folders may name each other: one was begun again from what came of it
        config = read_mapping(run / RESOLVED, f"{run / RESOLVED}")
        found[run] = [TrainingData(Path(one["folder"]), config["data"]["train"]) for one in data_of(run)]
        before = config["model"]["path"]
        run = _run_of(Path(before)) if before else None
    return [data for each in found.values() for data in each]


def _run_of(weights: Path) -> Path | None:
    """The folder of the run that made them: they are its `final/` or one of its checkpoints."""
    return next((path for path in weights.resolve().parents[:2] if (path / ENVIRONMENT).exists()), None)
