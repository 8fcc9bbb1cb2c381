"""Which questions are the same, so that nobody is examined in what they were trained on."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import yaml

from pipeline.errors import ConfigError
from pipeline.versions import resolve
from trainer.errors import TrainConfigError

READ_ROWS = 1024
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
    """The rows of one split of a version, in all its views."""

    version: Path
    split: str = "train"

    @classmethod
    def named(cls, where: str) -> "TrainingData":
        try:
            return cls(resolve(where))
        except ConfigError as error:
            raise TrainConfigError(f"training: {error}") from error

    def question_keys(self) -> Iterator[bytes]:
        """Raises `TrainConfigError` where the version holds no questions of that split, or is gone."""
        files = [path for path in sorted(self.version.glob(f"*/{self.split}-*.parquet")) if _column(path)]
        if not files:
            raise TrainConfigError(
                f"training: {self.version} has no questions of split {self.split!r} to compare with; put it back, or "
                f"name in `training` what the model was trained on"
            )
        for path in files:
            yield from _keys(path)


def _column(path: Path) -> str | None:
    names = pq.read_schema(path).names
    return next((name for name in ("question", "prompt") if name in names), None)


def _keys(path: Path) -> Iterator[bytes]:
    column = _column(path)
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=READ_ROWS, columns=[column]):
            for value in batch.column(0).to_pylist():
                yield from map(key, _spellings(value))


def _spellings(value: Any) -> Iterator[str]:
    """A question, or the last turn of a prompt: whole, and without a last paragraph, which may be an instruction."""
    text = value if isinstance(value, str) else value[-1]["content"]
    yield text
    if not isinstance(value, str) and "\n\n" in text:
        yield text.rpartition("\n\n")[0]


def trained_on(weights: Path) -> list[TrainingData]:
    """What the run that made `weights` was trained on, and the runs before it; empty where no run made them."""
    found = []
    where: Path | None = weights
    while where and (run := next((path for path in where.resolve().parents[:2] if (path / "env.json").exists()), None)):
        config = yaml.safe_load((run / "config.resolved.yaml").read_text("utf-8"))
        version = json.loads((run / "env.json").read_text("utf-8"))["data"]["folder"]
        found.append(TrainingData(Path(version), config["data"]["train"]))
        before = config["model"]["path"]
        where = Path(before) if before else None
    return found
