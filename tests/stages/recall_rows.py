"""What the tests of the recall loop share: documents, the bundled seeds, one small trained model."""

import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import fasttext

from pipeline.context import Context, RunOptions, SideInput
from stages._recall_model import MODEL_FILE, FastTextSettings
from stages._recall_text import fasttext_line
from stages.read_documents import ReadDocuments
from stages.records import Document, Domain, DomainLabel, DomainSample, ScoredDocument
from stages.train_recall import TrainRecall
from tests.support import MemorySide

SAMPLES = Path(__file__).resolve().parents[2] / "configs" / "samples"
_FOLDERS: list[tempfile.TemporaryDirectory[str]] = []
TINY = FastTextSettings(dim=4, lr=0.5, word_ngrams=2, min_count=2, epochs=10, bucket=5_000)


def document(
    text: str | None = "What is 2 + 2?", *, id: str = "d", url: str = "https://a.example/1", **more: Any
) -> Document:
    told: dict[str, Any] = {
        "id": id, "url": url, "source": "test", "licence": None, "attribution": None, "html": None, "text": text,
        "language": "en", "content_key": id, "removal_key": url,
    }  # fmt: skip
    return Document(**(told | more))


def scored(id: str, domain: str, score: float, *, is_recalled: bool | None = None, **more: Any) -> ScoredDocument:
    told: dict[str, Any] = {
        "id": id, "url": f"https://{domain}/{id}", "domain": domain, "source": "test", "title": None,
        "snippet": f"text of {id}", "num_chars": 100, "score": score,
        "is_recalled": score >= 0.5 if is_recalled is None else is_recalled,
    }  # fmt: skip
    return ScoredDocument(**(told | more))


def domain(name: str = "a.example", *, documents: int = 10, recalled: int = 5, **more: Any) -> Domain:
    told: dict[str, Any] = {
        "id": name, "domain": name, "num_documents": documents, "num_recalled": recalled,
        "share_recalled": recalled / documents, "mean_score": 0.5, "num_chars": 1_000,
        "samples": [DomainSample(url=f"https://{name}/1", title="Exercise 1", snippet="Find x.", score=0.9)],
        "label": DomainLabel.UNLABELLED,
    }  # fmt: skip
    return Domain(**(told | more))


def read(name: str) -> list[Document]:
    """A bundled sample, in the order of its file."""
    stage = ReadDocuments(
        paths=[SAMPLES / f"{name}.jsonl.gz"],
        source="sample",
        url_field="url",
        html_field="html" if name == "debian_faq" else None,
    )
    return [row for shard in stage.shards() for row in stage.read(shard) if isinstance(row, Document)]


@cache
def positives() -> MemorySide:
    return MemorySide(read("recall_positives"))


@cache
def negatives() -> MemorySide:
    return MemorySide(read("recall_negatives"))


def build(
    stage: TrainRecall, folder: Path, *, seeds: SideInput | None = None, workers: int = 2, **side: SideInput
) -> Path:
    """Trains into `folder / "model"`, on the bundled seeds unless others are given."""
    model, scratch = folder / "model", folder / "scratch"
    for made in (model, scratch):
        made.mkdir(parents=True)
    ctx = Context(
        node="train", scratch=scratch, side={"negatives": negatives(), **side}, run=RunOptions(workers=workers)
    )
    stage.build(positives() if seeds is None else seeds, model, ctx)
    return model


def single(model: Path, text: str) -> float:
    """The score of one text by the library's own call for single texts."""
    found = fasttext.load_model(str(model / MODEL_FILE)).f.predict(fasttext_line(text) + "\n", 2, 0.0, "strict")
    return round(min(dict((label, value) for value, label in found)["__label__pos"], 1.0), 9)


def tiny(**options: Any) -> TrainRecall:
    return TrainRecall(settings=TINY, **({"folds": 3} | options))


@cache
def trained() -> Path:
    """The folder of one model for all tests; it goes with the process."""
    _FOLDERS.append(tempfile.TemporaryDirectory())
    return build(tiny(), Path(_FOLDERS[-1].name))
