import json
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import ConfigError
from stages._nearness import nearness_of
from stages._stated_answers import AnswerIndex
from stages._stated_numbers import NumberIndex
from stages.match_benchmarks import Items, MatchBenchmarks
from tests.stages.benchmark_matches import ITEMS, OTHER, RENUMBERED, REWORDED, WHEEL
from tests.stages.embedded import embedded, needs_model
from tests.stages.test_dedup_exact import pair
from tests.support import MemorySide, context, run_batch


def test_copies_in_other_words_and_with_other_numbers_lie_near_their_item(tmp_path: Path) -> None:
    rows = [pair("a", REWORDED), pair("b", RENUMBERED), pair("c", OTHER), pair("d", "Compute $5 + 6$.")]
    ctx = context(tmp_path, vectors=embedded(rows, tmp_path / "v"), benchmarks=embedded(ITEMS, tmp_path / "b"))
    reworded, renumbered, other, short = run_batch(MatchBenchmarks(ask_from=0.6), rows, ctx)
    assert [one.item for one in reworded.matches] == ["item-1"]
    assert 0 < reworded.matches[0].shared_numbers < 1
    assert reworded.matches[0].item_question == WHEEL
    assert renumbered.matches[0].cosine > 0.98
    assert renumbered.matches[0].shared_numbers == 0
    assert other.matches == []
    assert [one.item for one in short.matches] == ["item-2"]


@needs_model
def test_the_nearest_come_first_and_no_more_than_asked_for(tmp_path: Path) -> None:
    items = [pair(f"item-{number}", text) for number, text in enumerate([OTHER, RENUMBERED, WHEEL, REWORDED])]
    ctx = context(
        tmp_path,
        vectors=embedded([pair("a", WHEEL)], tmp_path / "v"),
        benchmarks=embedded(items, tmp_path / "b"),
    )
    (found,) = run_batch(MatchBenchmarks(ask_from=0.01, top=3), [pair("a", WHEEL)], ctx)
    near = [nearness_of(one) for one in found.matches]
    assert found.matches[0].item == "item-2"
    assert near == sorted(near, reverse=True)
    assert len(near) == 3


@needs_model
def test_of_items_as_near_that_with_the_same_answer_comes_first(tmp_path: Path) -> None:
    items = [pair(f"item-{answer}", WHEEL, answer) for answer in ("#### 60", "84 people", "C")]
    rows = [pair("same", REWORDED, "#### 84"), pair("other", REWORDED, "85"), pair("letter", REWORDED, "C")]
    ctx = context(tmp_path, vectors=embedded(rows, tmp_path / "v"), benchmarks=embedded(items, tmp_path / "b"))
    same, other, letter = run_batch(MatchBenchmarks(ask_from=0.2), rows, ctx)
    assert same.matches[0].item == "item-84 people"
    assert [one.shared_answer > 0 for one in same.matches] == [True, False, False]
    assert nearness_of(same.matches[0]) > nearness_of(other.matches[0])
    assert not any(one.shared_answer for one in [*other.matches, *letter.matches])


@pytest.mark.parametrize(
    ("cosines", "crowds"),
    [
        ([0.9], [0.0]),
        ([0.9, 0.5], [0.5, 0.9]),
        ([0.2, 0.9, 0.4], [0.65, 0.3, 0.55]),
        ([0.9, *[0.6] * 9, 0.5, 0.1, 0.0], [0.59, *[0.62] * 9, 0.63, 0.63, 0.63]),
    ],
)
def test_the_crowd_is_the_mean_of_the_ten_nearest_beside_the_item(cosines: list[float], crowds: list[float]) -> None:
    rows = [pair("a", WHEEL)]
    texts = [str(number) for number in range(len(cosines))]
    matrix = np.array(cosines, np.float32)[:, None]
    index = Items(
        [("b", text, WHEEL) for text in texts], matrix, NumberIndex.of(texts), AnswerIndex.of([None] * len(texts))
    )
    (found,) = index.nearest(rows, np.ones((1, 1)), top=len(texts), at_least=-1)
    assert [one.crowd for one in sorted(found, key=lambda one: int(one.item))] == pytest.approx(crowds, abs=1e-4)


def test_folders_of_different_models_are_refused(tmp_path: Path) -> None:
    for name in ("v", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "embedding.json").write_text(json.dumps({"weights": name}))
    ctx = context(tmp_path, vectors=MemorySide(path=tmp_path / "v"), benchmarks=MemorySide(path=tmp_path / "b"))
    with pytest.raises(ConfigError, match="embedded differently"):
        run_batch(MatchBenchmarks(), [pair("a", WHEEL)], ctx)
