"""Sentence embeddings of questions: which model, how it is asked, and the folder that holds what it said.

A folder of `embed_questions` holds `vectors.npy`, float16 of shape (rows, dimensions), every row of length 1, the rows
it was made from in the same order (`rows.parquet`: id, source, question, answer_text) and `embedding.json`, which names
the model. Folders can be compared where that file is the same.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import ConfigError, OutageError, ShardError
from teachers.weights import tree_digest

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

VECTORS_FILE, ROWS_FILE, FACTS_FILE = "vectors.npy", "rows.parquet", "embedding.json"
COLUMNS = ("id", "source", "question", "answer_text")
DTYPES = ("float32", "bfloat16", "float16")

_COMMIT = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddingModel:
    """A model of sentence-transformers: a folder of weights, or a hub id at a commit. `folder` wins."""

    hub_id: str | None
    revision: str | None
    folder: Path | None
    dtype: str
    max_tokens: int
    device: str
    batch_size: int

    def __post_init__(self) -> None:
        if self.dtype not in DTYPES:
            raise ConfigError(f"embeddings: dtype is {self.dtype!r}; known are {', '.join(DTYPES)}")
        if self.max_tokens < 1 or self.batch_size < 1:
            raise ConfigError("embeddings: max_tokens and batch_size must be at least 1")

    @property
    def identity(self) -> dict[str, Any]:
        """What decides the vectors apart from the texts; never a path. Raises `ConfigError` where nothing is named."""
        source = tree_digest(self.folder) if self.folder else f"{self._location()}@{self.revision}"
        return {"weights": source, "dtype": self.dtype, "max_tokens": self.max_tokens}

    def load(self) -> "Embedder":
        """Raises `ConfigError` where the extra is missing or the folder is no model, `OutageError` off the hub."""
        location = self._location()
        try:
            from sentence_transformers import SentenceTransformer
            from transformers.utils.logging import disable_progress_bar
        except ImportError as error:
            raise ConfigError(
                f"embeddings need sentence-transformers, which cannot be imported ({error}); "
                "pip install 'tracemill[embed]'"
            ) from error
        disable_progress_bar()  # the engine shows progress; bars of a library would break its lines
        try:
            model = SentenceTransformer(
                location,
                revision=None if self.folder else self.revision,
                device=None if self.device == "auto" else self.device,
                local_files_only=self.folder is not None,
                model_kwargs={"dtype": self.dtype},
            )
        except (OSError, ValueError) as error:
            said = f"embeddings: {location} cannot be loaded: {str(error).splitlines()[0]}"
            raise (ConfigError(said) if self.folder else OutageError(said)) from error
        model.max_seq_length = min(self.max_tokens, model.max_seq_length or self.max_tokens)
        return Embedder(model, self.batch_size)

    def _location(self) -> str:
        if self.folder:
            return str(self.folder)
        if not self.hub_id:
            raise ConfigError("embeddings: no model; name a folder as `weights` or a hub `model`")
        if not _COMMIT.fullmatch(self.revision or ""):
            raise ConfigError(f"embeddings: model {self.hub_id} needs `revision`, the 40 digits of a commit")
        return self.hub_id


@dataclass(frozen=True, slots=True)
class Embedder:
    """A model, loaded."""

    model: Any
    batch_size: int

    @property
    def dimensions(self) -> int:
        return int(self.model.get_embedding_dimension())

    def vectors(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """Shape (texts, dimensions), each of length 1.

        The library forms batches of texts of like length, longest first. What else is in a batch moves a component by
        about 1e-7, which the float16 they are stored in mostly hides; a cosine near a threshold may still fall on
        its other side on another machine.
        """
        found: NDArray[np.float32] = self.model.encode(
            list(texts),
            batch_size=self.batch_size,
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        ).astype("float32")
        return found


@dataclass(frozen=True)
class Vectors:
    """A folder of `embed_questions`, read. `matrix` is a memory map: what is not looked at takes no memory."""

    folder: Path

    @cached_property
    def matrix(self) -> "NDArray[np.float16]":
        import numpy as np

        found: NDArray[np.float16] = np.load(self.folder / VECTORS_FILE, mmap_mode="r")
        return found

    @cached_property
    def facts(self) -> dict[str, Any]:
        path = self.folder / FACTS_FILE
        if not path.is_file():
            raise ConfigError(f"{self.folder} holds no embeddings: no {FACTS_FILE}; name a node of embed_questions")
        found: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return found

    def rows(self) -> "pl.LazyFrame":
        import polars as pl

        return pl.scan_parquet(self.folder / ROWS_FILE)

    @cached_property
    def ids(self) -> "pl.Series":
        """Sorted, as the rows are."""
        return self.rows().select("id").collect()["id"]

    def places(self, ids: "Sequence[str] | pl.Series", *, node: str) -> "NDArray[np.int64]":
        """Where the vectors of these rows stand; raises `ShardError` for a row that has none."""
        import polars as pl

        wanted = pl.Series("id", ids, dtype=pl.String)
        found = self.ids.search_sorted(wanted).cast(pl.Int64).clip(0, max(len(self.ids) - 1, 0))
        stands = self.ids.gather(found) == wanted if len(self.ids) else pl.repeat(False, len(wanted), eager=True)
        if not stands.all():
            missing = wanted.filter(~stands)
            raise ShardError(
                f"{node}: {len(missing)} rows have no vector, such as {missing[0]}; "
                "embed_questions must run over the same rows, or over more"
            )
        places: NDArray[np.int64] = found.to_numpy()
        return places


def check_same_model(one: Vectors, other: Vectors, *, node: str) -> None:
    """Raises `ConfigError` where cosines between the two would mean nothing."""
    if one.facts != other.facts:
        odd = sorted(key for key in one.facts.keys() | other.facts.keys() if one.facts.get(key) != other.facts.get(key))
        raise ConfigError(
            f"{node}: its side inputs were embedded differently ({', '.join(odd)}); "
            "give both embed_questions nodes the same options"
        )
