"""Runs `train_recall` on labelled documents, as `recall.py` measures it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from bench.extraction.recall_corpus import Labelled
from bench.rows import document as blank
from pipeline.context import Context
from pipeline.inputs import StoredInput
from pipeline.parquet import write_parquet
from pipeline.schema import row_values, to_table
from stages._recall_metrics import EXAMPLES_FILE, ModelFacts, read_facts
from stages.records import Document
from stages.train_recall import TrainRecall


@dataclass(frozen=True)
class Trained:
    """A trained folder, and of each example by its id whether it was taken when its domain was held out."""

    folder: Path
    facts: ModelFacts
    taken: Mapping[str, bool]


def document(one: Labelled) -> Document:
    return blank(one.id, url=f"https://{one.domain}/{one.id}", source=one.group, text=one.text)


def stored(path: Path, documents: Iterable[Labelled]) -> StoredInput:
    write_parquet(path, to_table([row_values(document(one)) for one in documents], Document))
    return StoredInput("needs", (path,))


def trained(stage: TrainRecall, documents: Sequence[Labelled], folder: Path) -> Trained:
    scratch, built = folder / "scratch", folder / "built"
    scratch.mkdir(parents=True)
    built.mkdir()
    negatives = stored(folder / "negatives.parquet", [one for one in documents if one.label is False])
    positives = stored(folder / "positives.parquet", [one for one in documents if one.label])
    stage.build(positives, built, Context(node="bench", scratch=scratch, side={"negatives": negatives}))
    examples = pl.read_parquet(built / EXAMPLES_FILE)
    taken = dict(zip(examples["id"], examples["score"] >= examples["threshold"], strict=True)) if stage.folds else {}
    return Trained(built, read_facts(built), taken)
