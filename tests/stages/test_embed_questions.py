"""Vectors of questions: what is near, what a folder holds, what decides the key, and what is said when it cannot be."""

import builtins
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.errors import ConfigError, ShardError
from stages._embedding import ROWS_FILE, Vectors, check_same_model
from stages.embed_questions import EmbedQuestions
from tests.stages.embedded import WEIGHTS, embedded, needs_model
from tests.stages.test_dedup_exact import pair
from tests.support import MemorySide, context

TRAIN = pair("a", "A train drives 120 km in 2 hours. What is its mean speed?")
COPY = pair("c", "A train drives 90 km in 3 hours. What is its mean speed?")
WORDED = pair("d", "How fast does a train go on average if it covers 120 km within 2 hours?")
OTHER = pair("b", "Name the largest planet of the solar system.")


@needs_model
def test_other_numbers_do_not_move_a_question_and_other_words_move_it_less_than_another_question(
    tmp_path: Path,
) -> None:
    vectors = Vectors(embedded([COPY, TRAIN, WORDED, OTHER], tmp_path / "v").folder)
    train, other, copy, worded = vectors.matrix.astype("float32")
    assert vectors.matrix.dtype == np.float16
    assert np.linalg.norm(train) == pytest.approx(1, abs=1e-3)
    assert train @ copy == pytest.approx(1, abs=1e-3)
    assert 0.7 < train @ worded < 0.99
    assert train @ other < 0.3


@needs_model
def test_a_folder_says_which_row_is_which_and_what_made_it(tmp_path: Path) -> None:
    folder = embedded([OTHER, TRAIN, TRAIN], tmp_path / "v").folder
    vectors = Vectors(folder)
    assert vectors.rows().collect().rows() == [(one.id, "s", one.question, one.answer_text) for one in (TRAIN, OTHER)]
    assert vectors.places(["b", "a", "b"], node="n").tolist() == [1, 0, 1]
    with pytest.raises(ShardError, match="n: 1 rows have no vector, such as zz; embed_questions must run"):
        vectors.places(["a", "zz"], node="n")
    facts = json.loads((folder / "embedding.json").read_text())
    assert facts["mask_numbers"] is True
    assert str(WEIGHTS) not in json.dumps(facts)
    assert sorted(path.name for path in folder.iterdir()) == ["embedding.json", ROWS_FILE, "vectors.npy"]


@needs_model
def test_no_rows_make_an_empty_folder(tmp_path: Path) -> None:
    side = MemorySide([TRAIN])
    folder = tmp_path / "v"
    folder.mkdir()

    class Nothing(MemorySide):
        def lazy(self) -> Any:
            return side.lazy().head(0)

    EmbedQuestions(weights=WEIGHTS).build(Nothing([TRAIN]), folder, context(tmp_path))
    assert Vectors(folder).matrix.shape == (0, 384)
    assert Vectors(folder).places([], node="n").tolist() == []
    with pytest.raises(ShardError, match="no vector"):
        Vectors(folder).places(["a"], node="n")


def test_the_key_holds_the_content_of_the_weights_and_no_path(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"1")
    (tmp_path / "README.md").write_text("changes nothing")
    assert EmbedQuestions(weights=tmp_path).pins(lambda path: path.read_text()) == {"model.safetensors": "1"}
    assert EmbedQuestions(model="org/model", revision="a" * 40).pins(lambda path: "") == {}


@pytest.mark.parametrize(
    ("options", "fact"),
    [
        ({}, "no model; name a folder as `weights` or a hub `model`"),
        ({"model": "org/model"}, "needs `revision`, the 40 digits of a commit"),
        ({"model": "org/model", "revision": "main"}, "needs `revision`, the 40 digits of a commit"),
    ],
)
def test_a_model_that_is_not_named_exactly_is_refused(tmp_path: Path, options: dict[str, Any], fact: str) -> None:
    with pytest.raises(ConfigError, match=fact):
        EmbedQuestions(**options).build(MemorySide([TRAIN]), tmp_path, context(tmp_path))


def test_options_that_cannot_be_are_refused() -> None:
    with pytest.raises(ConfigError, match="dtype is 'int3'; known are float32"):
        EmbedQuestions(dtype="int3")
    with pytest.raises(ConfigError, match="must be at least 1"):
        EmbedQuestions(max_tokens=0)


def test_without_the_extra_the_error_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    imported = builtins.__import__

    def missing(name: str, *given: Any, **options: Any) -> Any:
        if name.startswith("sentence_transformers"):
            raise ImportError(f"No module named {name!r}")
        return imported(name, *given, **options)

    monkeypatch.setattr(builtins, "__import__", missing)
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ConfigError, match=r"pip install 'tracemill\[embed\]'"):
        EmbedQuestions(weights=tmp_path).build(MemorySide([TRAIN]), tmp_path, context(tmp_path))


@needs_model
def test_a_folder_that_is_no_model_is_named(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ConfigError, match=f"{tmp_path} cannot be loaded"):
        EmbedQuestions(weights=tmp_path).build(MemorySide([TRAIN]), tmp_path, context(tmp_path))


def test_vectors_of_different_models_are_not_compared(tmp_path: Path) -> None:
    for name, masked in (("a", True), ("b", False)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "embedding.json").write_text(json.dumps({"weights": "x", "mask_numbers": masked}))
    a, b = Vectors(tmp_path / "a"), Vectors(tmp_path / "b")
    check_same_model(a, a, node="n")
    with pytest.raises(ConfigError, match=r"n: its side inputs were embedded differently \(mask_numbers\)"):
        check_same_model(a, b, node="n")
    with pytest.raises(ConfigError, match="holds no embeddings"):
        check_same_model(a, Vectors(tmp_path), node="n")
