"""Scores documents with a recall classifier. Nothing is dropped for its score: that is `keep_recalled`'s to do."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

from pipeline.context import Context, Folder
from pipeline.stage import BatchFn, BatchStage, Reject
from stages._page_blocks import unread
from stages._recall_metrics import read_facts
from stages._recall_model import MODEL_FILE, RecallModel
from stages._recall_text import document_text, domain_of, fasttext_line, snippet_of, title_of
from stages.records import Document, ScoredDocument


@dataclass(frozen=True, kw_only=True)
class ScoreRecall(BatchStage[Document, ScoredDocument]):
    """One `ScoredDocument` for each document with a text; the side input `model` is a node of `train_recall`.

    threshold  -- from this score on a document counts as recalled; the model's own where none is given
    """

    packages: ClassVar[tuple[str, ...]] = ("fasttext-numpy2", "lxml")
    side_inputs: ClassVar[Mapping[str, Any]] = {"model": Folder}

    threshold: float | None = None

    @contextmanager
    def open(self, ctx: Context) -> Iterator[BatchFn[Document, ScoredDocument]]:
        folder = ctx.side["model"].folder
        threshold = read_facts(folder).threshold if self.threshold is None else self.threshold
        model = RecallModel(folder / MODEL_FILE)

        def score(rows: Sequence[Document]) -> list[ScoredDocument | list[ScoredDocument] | Reject]:
            texts = [document_text(row) for row in rows]
            scores = model.scores([fasttext_line(text) for text in texts])
            return [_scored(*found, threshold=threshold) for found in zip(rows, texts, scores, strict=True)]

        yield score


def _scored(row: Document, text: str, score: float | None, *, threshold: float) -> ScoredDocument | Reject:
    if refused := unread(row):
        return refused
    if not text or text.isspace():
        return Reject("empty_text", "the page has no text to score")
    if score is None:
        return Reject("unknown_words", "the model knows none of its words")
    return ScoredDocument(
        id=row.id,
        url=row.url,
        domain=domain_of(row.url, source=row.source),
        source=row.source,
        title=title_of(row),
        snippet=snippet_of(text),
        num_chars=len(text),
        score=score,
        is_recalled=score >= threshold,
    )
