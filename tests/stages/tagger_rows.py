"""A small tagger, trained once for all tests that need one, and rows to train others from."""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from pipeline.context import Context
from stages._recall_model import FastTextSettings
from stages.train_tagger import TrainTagger
from tests.support import context

TINY = FastTextSettings(dim=8, lr=0.5, word_ngrams=1, min_count=1, epochs=20, bucket=1_000)
TOPICS = {
    "physics": "A body of {n} kg falls from a tower of {m} m. What is its velocity at the ground?",
    "chemistry": "How many moles of acid react with {n} g of sodium in {m} ml of solution?",
    "biology": "Which of the cells of species {n} divides by meiosis in generation {m}?",
}
LEVELS = {
    "easy": "What is {n} plus {m}?",
    "middle": "Find the roots of the quadratic equation x^2 + {n} x + {m} = 0.",
    "hard": "How many functions f satisfy f(f(x)) = x + {n} for all integers x modulo {m}?",
}


def questions(templates: Mapping[str, str], count: int = 40) -> list[dict[str, Any]]:
    return [
        {"question": template.format(n=n, m=n * 7 % 31), "label": label}
        for n in range(2, count + 2)
        for label, template in templates.items()
    ]


def written(path: Path, rows: Iterable[Mapping[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def built(stage: TrainTagger, folder: Path) -> Path:
    """The folder of the artifact."""
    out, scratch = folder / "model", folder / "scratch"
    for path in (out, scratch):
        path.mkdir(parents=True)
    ctx: Context = context(scratch)
    stage.build(None, out, ctx)
    return out


@cache
def subject_model() -> Path:
    folder = Path(mkdtemp())
    return built(
        TrainTagger(paths=[written(folder / "rows.jsonl", questions(TOPICS))], tag="subject", settings=TINY), folder
    )


@cache
def difficulty_model() -> Path:
    folder = Path(mkdtemp())
    rows = written(folder / "rows.jsonl", questions(LEVELS))
    return built(TrainTagger(paths=[rows], tag="difficulty", scale=list(LEVELS), settings=TINY), folder)
