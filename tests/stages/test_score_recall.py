"""Scoring: batches say what single predictions say, and what cannot be scored leaves with a reason."""

from pathlib import Path

import fasttext
import pytest

from pipeline.errors import ShardError
from pipeline.stage import Reject
from stages._recall_metrics import read_facts
from stages._recall_model import MODEL_FILE, FastTextSettings
from stages.records import Document, ScoredDocument
from stages.score_recall import ScoreRecall
from stages.train_recall import TrainRecall
from tests.stages.recall_rows import build, document, read, single, trained
from tests.support import MemorySide, context, rejected, run_batch


@pytest.fixture
def model() -> Path:
    return trained()


def scores(rows: list[Document], model: Path, **options: float) -> list[ScoredDocument | Reject]:
    return run_batch(ScoreRecall(**options), rows, context(model, model=MemorySide(path=model)))


def test_a_batch_scores_as_single_predictions_do(model: Path) -> None:
    rows = [*read("recall_crawl"), *read("recall_negatives")]
    found = [row.score for row in scores(rows, model) if isinstance(row, ScoredDocument)]
    assert found == [single(model, row.text or "") for row in rows]


def test_unseen_sites_are_told_apart_at_the_models_own_threshold(model: Path) -> None:
    found = [row for row in scores(read("recall_crawl"), model) if isinstance(row, ScoredDocument)]
    sheets = {row.domain for row in found if row.is_recalled}
    assert sheets == {
        "choices.example", "counting-probability.example", "intermediate-algebra.example", "prealgebra.example",
        "precalculus.example",
    }  # fmt: skip
    threshold = read_facts(model).threshold
    assert all(row.is_recalled == (row.score >= threshold) for row in found)


def test_a_given_threshold_goes_before_the_models(model: Path) -> None:
    (row,) = scores([document("Stir in the garlic.")], model, threshold=0.0)
    assert isinstance(row, ScoredDocument)
    assert row.is_recalled


def test_a_row_says_where_it_came_from_and_shows_how_it_begins(model: Path) -> None:
    html = "<title>Set 1</title><p>Solve  x.</p><p>It is 3.</p>"
    page = document("Solve x.\nIt is 3.", html=html, url="https://www.sets.example/1")
    (row,) = scores([page], model)
    assert isinstance(row, ScoredDocument)
    assert (row.id, row.domain, row.title, row.snippet) == ("d", "sets.example", "Set 1", "Solve x. It is 3.")
    assert row.num_chars == len("Solve x.\nIt is 3.")


def test_what_has_no_text_leaves_with_the_reason_and_unknown_words_are_scored(model: Path) -> None:
    found = scores([document(""), document(None), document(" \n\t"), document("qwxyz"), document("例题")], model)
    assert rejected(found) == ["empty_text"] * 3
    assert all(isinstance(row, ScoredDocument) for row in found[3:])


def test_html_that_nothing_has_read_leaves_with_the_stage_that_reads_it(model: Path) -> None:
    (left,) = scores([document(None, html="<p>Solve x.</p>")], model)
    assert isinstance(left, Reject)
    assert left.reason == "no_text"
    assert "html_to_text" in left.detail


def test_a_text_of_words_the_model_never_saw_leaves_with_the_reason(tmp_path: Path) -> None:
    frequent = FastTextSettings(dim=4, lr=0.5, word_ngrams=1, min_count=100, epochs=1, bucket=1)
    model = build(TrainRecall(settings=frequent, folds=0), tmp_path)
    assert rejected(scores([document("qwxyz"), document("the x")], model)) == ["unknown_words"]


def test_a_folder_that_is_no_model_is_refused(model: Path, tmp_path: Path) -> None:
    with pytest.raises(ShardError, match="holds no recall model"):
        scores([document()], tmp_path)
    (tmp_path / "recall.json").write_text((model / "recall.json").read_text())
    (tmp_path / MODEL_FILE).write_text("no model")
    with pytest.raises(ShardError, match="is no fastText model"):
        scores([document()], tmp_path)
    lines = tmp_path / "lines.txt"
    lines.write_text("__label__en the of\n__label__de der die\n")
    fasttext.train_supervised(str(lines), dim=4, verbose=0, thread=10).save_model(str(tmp_path / MODEL_FILE))
    with pytest.raises(ShardError, match=r"tells other classes apart \(__label__"):
        scores([document()], tmp_path)
