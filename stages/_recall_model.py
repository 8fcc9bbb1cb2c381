"""fastText as the recall stages use it: settings, training that gives the same bytes every time, probabilities."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import ConfigError, OutageError, ShardError
from stages import _recall_child

POSITIVE, NEGATIVE = "__label__pos", "__label__neg"
MODEL_FILE = "model.bin"


@dataclass(frozen=True, kw_only=True)
class FastTextSettings:
    """fastText's own options under its own meaning; `bucket` is the number of rows that word n-grams share.

    A model file holds `(words + bucket) * dim` floats and the words. `quantise` packs the floats into a quarter or
    less. `max_megabytes`: a larger model file is an error, for models that must stay small.

    dim          -- numbers a word has
    lr           -- the rate it begins to learn with
    word_ngrams  -- words in the longest n-gram that counts
    min_count    -- words that come more seldom are left out
    epochs       -- passes over the examples
    """

    dim: int
    lr: float
    word_ngrams: int
    min_count: int
    epochs: int
    bucket: int
    quantise: bool = False
    max_megabytes: float | None = None

    def __post_init__(self) -> None:
        for name in ("dim", "word_ngrams", "min_count", "epochs", "bucket"):
            if getattr(self, name) < 1:
                raise ConfigError(f"settings: {name} is {getattr(self, name)}; it must be at least 1")
        if not 0 < self.lr <= 5:
            raise ConfigError(f"settings: lr is {self.lr:g}; fastText learns with rates above 0 and up to about 1")

    def options(self) -> dict[str, Any]:
        return {
            "dim": self.dim,
            "lr": self.lr,
            "wordNgrams": self.word_ngrams,
            "minCount": self.min_count,
            "epoch": self.epochs,
            "bucket": self.bucket,
        }


PRESETS = {
    # As published for WebInstruct and DeepSeekMath, for a hundred thousand documents a side; the file has 1.95 GB.
    "webinstruct": FastTextSettings(dim=256, lr=0.1, word_ngrams=3, min_count=3, epochs=3, bucket=2_000_000),
    # Two classes need few dimensions: see docs/recall.md for what was measured.
    "small": FastTextSettings(
        dim=8, lr=0.5, word_ngrams=2, min_count=5, epochs=10, bucket=200_000, max_megabytes=50
    ),
}  # fmt: skip


def preset(name: str) -> FastTextSettings:
    """Raises `ConfigError` for a name that is none."""
    if name not in PRESETS:
        raise ConfigError(f"there is no preset {name!r}; presets: {', '.join(sorted(PRESETS))}")
    return PRESETS[name]


def train(lines: Path, model: Path, settings: FastTextSettings, *, seed: int) -> None:
    """Trains on a file of `LABEL WORDS` lines, in their order, with one thread, and writes `model`.

    Raises `ShardError` with fastText's own message, and `OutageError` where the process was killed.
    """
    options = {"input": str(lines), "seed": seed, **settings.options()}
    with tempfile.TemporaryDirectory(dir=lines.parent) as folder:
        request = Path(folder) / "request.json"
        asked = {"options": options, "quantise": settings.quantise, "model": str(model)}
        request.write_text(json.dumps(asked), "utf-8")
        child = subprocess.run(
            [sys.executable, "-P", _recall_child.__file__, str(request)],
            env=os.environ | _recall_child.ALLOCATOR | {"OMP_NUM_THREADS": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    if child.returncode < 0:
        raise OutageError(
            f"the training was killed by signal {-child.returncode}, most often for lack of memory; run it where there "
            "is more, or with a smaller dim or bucket"
        )
    if child.returncode:
        said = (child.stderr.strip().splitlines() or [f"it ended with status {child.returncode}"])[-1]
        raise ShardError(f"the classifier cannot be trained: {said}")


def check_size(model: Path, settings: FastTextSettings) -> float:
    """Megabytes of the model file; raises `ShardError` where the settings allow less."""
    megabytes = model.stat().st_size / 1e6
    if settings.max_megabytes is not None and megabytes > settings.max_megabytes:
        raise ShardError(
            f"the model has {megabytes:.0f} MB, more than max_megabytes {settings.max_megabytes:g}: raise "
            "min_count, lower bucket or dim, or set quantise"
        )
    return megabytes


class RecallModel:
    """A trained model, loaded."""

    def __init__(self, path: Path) -> None:
        import fasttext

        try:
            self._model = fasttext.load_model(str(path))
        except ValueError as error:
            raise ShardError(f"{path} is no fastText model: {error}") from error
        labels = sorted(self._model.get_labels())
        if labels != [NEGATIVE, POSITIVE]:
            raise ShardError(f"{path} tells other classes apart ({', '.join(labels[:4])}); train anew")

    def scores(self, lines: Sequence[str]) -> list[float | None]:
        """The probability of the positive label for each line of `fasttext_line`; None where no word is known.

        Rounded to 9 digits: the library returns float32, a little over 1 at the end.
        """
        labels, probabilities = self._model.f.multilinePredict([line + "\n" for line in lines], 2, 0.0, "strict")
        return [_positive(*pair) for pair in zip(labels, probabilities, strict=True)]


def _positive(labels: Sequence[str], probabilities: Sequence[float]) -> float | None:
    if not len(labels):
        return None
    found = dict(zip(labels, probabilities, strict=True)).get(POSITIVE, 0.0)
    return round(min(max(float(found), 0.0), 1.0), 9)
