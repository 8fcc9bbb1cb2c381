"""Embeds questions, once for all that compares them: `dedup_semantic` and `match_benchmarks`."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from pipeline.context import Context, Folder, SideInput
from pipeline.stage import FileStage
from stages._embedding import (
    COLUMNS,
    FACTS_FILE,
    ROWS_FILE,
    VECTORS_FILE,
    Embedder,
    EmbeddingModel,
)
from stages._stated_numbers import without_numbers
from stages._teacher import teacher_trouble
from stages.records import QAPair
from teachers.weights import deciding_files

# Rows that are sorted by length together: enough for batches of texts of like length, little in memory.
_CHUNK = 8_192


@dataclass(frozen=True, kw_only=True)
class EmbedQuestions(FileStage[QAPair]):
    """A folder of vectors (`stages/_embedding.py`) by a model of sentence-transformers; memory does not grow with rows.

    The model is a folder, named as `weights` or as the side input of that role, or a hub `model` at a `revision`. It
    enters the key by the content of its files. Needs the extra `embed`.

    mask_numbers  -- every number counts as the same sign, so that copies with other numbers lie where their model lies
    max_tokens    -- what a question holds beyond is not seen; a model's own limit holds too
    dtype         -- of the computation: float32, bfloat16 or float16
    device, batch_size -- "auto" takes a GPU where there is one; both move the last digits alone
    """

    # v2: the rows say their answers. Bump when the same questions would get other vectors, or the folder other columns.
    version: ClassVar[int] = 2
    expensive: ClassVar[bool] = True
    packages: ClassVar[tuple[str, ...]] = ("sentence-transformers", "transformers")
    optional_side: ClassVar[Mapping[str, Any]] = {"weights": Folder}

    weights: Path | None = None
    model: str | None = None
    revision: str | None = None
    mask_numbers: bool = True
    dtype: str = "float32"
    max_tokens: int = 256
    device: str = "auto"
    batch_size: int = 64

    def __post_init__(self) -> None:
        self._model(self.weights)

    def pins(self, digest: Callable[[Path], str]) -> Mapping[str, str]:
        with teacher_trouble():
            files = deciding_files(self.weights) if self.weights else {}
        return {name: digest(path) for name, path in files.items()}

    def build(self, rows: SideInput | None, folder: Path, ctx: Context) -> None:
        from pipeline.sorting import first_of_each, sink_sorted

        assert rows is not None
        side = ctx.side.get("weights")
        model = self._model(side.folder if side else self.weights)
        with teacher_trouble():
            facts = model.identity | {"mask_numbers": self.mask_numbers}
        embedder = model.load()
        questions = first_of_each(rows.lazy().select(COLUMNS))
        sink_sorted(questions, folder / ROWS_FILE, by=["id"], groups=_CHUNK)
        self._embed(folder, embedder, ctx)
        (folder / FACTS_FILE).write_text(json.dumps(facts, indent=2, sort_keys=True) + "\n", "utf-8")

    def _model(self, folder: Path | None) -> EmbeddingModel:
        return EmbeddingModel(
            hub_id=self.model,
            revision=self.revision,
            folder=folder,
            dtype=self.dtype,
            max_tokens=self.max_tokens,
            device=self.device,
            batch_size=self.batch_size,
        )

    def _embed(self, folder: Path, embedder: Embedder, ctx: Context) -> None:
        """Writes the vectors of the rows file, in its order."""
        import numpy as np
        import pyarrow.parquet as pq

        with pq.ParquetFile(folder / ROWS_FILE, pre_buffer=False) as file:
            shape = (file.metadata.num_rows, embedder.dimensions)
            if not shape[0]:
                np.save(folder / VECTORS_FILE, np.zeros(shape, np.float16))
                return
            vectors = np.lib.format.open_memmap(folder / VECTORS_FILE, mode="w+", dtype=np.float16, shape=shape)
            start = 0
            for batch in file.iter_batches(batch_size=_CHUNK, columns=["question"]):
                texts = batch.column("question").to_pylist()
                vectors[start : start + len(texts)] = embedder.vectors([self._seen(text) for text in texts])
                start += len(texts)
                ctx.count("embedded", len(texts))
            vectors.flush()

    def _seen(self, question: str) -> str:
        return without_numbers(question) if self.mask_numbers else question
