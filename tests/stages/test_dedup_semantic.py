"""Questions near one another by their vectors: what shares a cluster, what may leave, what partitions miss."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from pipeline.context import Context
from pipeline.errors import ConfigError, ShardError
from stages._neighbours import neighbourhood
from stages.dedup_semantic import DedupSemantic
from stages.records import QAPair
from tests.stages.embedded import embedded, needs_model
from tests.stages.test_dedup_exact import pair
from tests.support import MemorySide, context, run_table

TRAIN = "A train drives 120 km in 2 hours. What is its mean speed in km/h?"
SPACED = "A train drives 120 km in 2 hours. What is the mean speed of it in km/h?"
FASTER = "A train drives 300 km in 3 hours. What is its mean speed in km/h?"
PLANET = "Name the largest planet of the solar system."


def vectors(folder: Path, ids: Sequence[str], matrix: Any) -> MemorySide:
    """A folder of given vectors."""
    folder.mkdir(parents=True)
    np.save(folder / "vectors.npy", np.asarray(matrix, np.float16))
    pl.DataFrame({"id": list(ids), "source": "s", "question": list(ids)}).write_parquet(folder / "rows.parquet")
    (folder / "embedding.json").write_text(json.dumps({"weights": "given"}))
    return MemorySide(path=folder)


@needs_model
def test_near_questions_share_a_cluster_and_nothing_leaves_by_itself(tmp_path: Path) -> None:
    rows = [pair("a", TRAIN), pair("b", SPACED), pair("c", FASTER), pair("d", PLANET)]
    ctx = context(tmp_path, vectors=embedded(rows, tmp_path / "v"))
    kept, dropped = run_table(DedupSemantic(threshold=0.9), rows, ctx)
    assert dropped == {}
    a, b, c, d = kept
    assert a.cluster is not None
    assert a.cluster == b.cluster == c.cluster
    assert d.cluster is None


@needs_model
def test_where_rows_may_leave_those_with_other_numbers_stay(tmp_path: Path) -> None:
    rows = [pair("a", TRAIN), pair("b", SPACED, score=0.5), pair("c", FASTER)]
    ctx = context(tmp_path, vectors=embedded(rows, tmp_path / "v"))
    stage = DedupSemantic(threshold=0.9, drop=True)
    kept, dropped = run_table(stage, rows, ctx)
    assert dropped == {"b": "semantic_duplicate"}
    assert [row.copies for row in kept] == [["b"], []]
    assert kept[0].kept_because == "score"
    detail = stage.transform(MemorySide(rows).lazy(), ctx).filter(pl.col("id") == "b").collect()["_reject_detail"][0]
    assert detail.startswith("a: score; cosine 0.9")


def test_a_row_leaves_only_for_one_it_is_near_to_itself(tmp_path: Path) -> None:
    chain = [[1, 0], [0.95, 0.31], [0.81, 0.59]]
    rows = [pair(name, "x?", score=score) for name, score in (("a", 0.9), ("b", 0.8), ("c", 0.7))]
    rows = [replace(row, content_key=row.id) for row in rows]
    ctx = context(tmp_path, vectors=vectors(tmp_path / "v", "abc", chain))
    kept, dropped = run_table(DedupSemantic(threshold=0.94, drop=True), rows, ctx)
    assert [row.id for row in kept] == ["a", "c"]
    assert dropped == {"b": "semantic_duplicate"}
    assert kept[0].cluster == kept[1].cluster == "a"


def test_opposite_questions_stay_both(tmp_path: Path) -> None:
    rows = [pair("a", "What is the largest root of x^2 = 4?"), pair("b", "What is the smallest root of x^2 = 4?")]
    ctx = context(tmp_path, vectors=vectors(tmp_path / "v", "ab", [[1, 0], [1, 0]]))
    kept, dropped = run_table(DedupSemantic(drop=True), rows, ctx)
    assert (len(kept), dropped) == (2, {})
    assert kept[0].cluster == kept[1].cluster is not None


def test_clusters_that_rows_had_before_are_merged(tmp_path: Path) -> None:
    rows = [replace(pair(name, f"{name}?"), cluster=cluster) for name, cluster in zip("abcd", "zzyx", strict=True)]
    ctx = context(tmp_path, vectors=vectors(tmp_path / "v", "abcd", [[1, 0, 0], [0, 1, 0], [0, 1, 0], [0, 0, 1]]))
    kept, _ = run_table(DedupSemantic(), rows, ctx)
    assert [row.cluster for row in kept] == ["y", "y", "y", "x"]


def test_rows_without_a_vector_are_named(tmp_path: Path) -> None:
    ctx = context(tmp_path, vectors=vectors(tmp_path / "v", "a", [[1, 0]]))
    with pytest.raises(ShardError, match="node: 1 rows have no vector, such as b"):
        run_table(DedupSemantic(), [pair("a", "x"), pair("b", "y")], ctx)


def test_partitions_that_look_over_their_borders_find_what_comparing_all_finds(tmp_path: Path) -> None:
    draw = np.random.default_rng(0)
    bases = draw.normal(size=(300, 16))
    matrix = np.repeat(bases, 4, axis=0) + 0.15 * draw.normal(size=(1200, 16))
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    exact = neighbourhood(matrix, partitions=1, probes=1, seed=0)
    wide = neighbourhood(matrix, partitions=30, probes=8, seed=0)
    narrow = neighbourhood(matrix, partitions=30, probes=1, seed=0)
    assert exact.recall(0.9, sample=1200).found == exact.recall(0.9, sample=1200).pairs > 3000
    found = {"wide": wide.recall(0.9, sample=1200), "narrow": narrow.recall(0.9, sample=1200)}
    assert found["wide"].found / found["wide"].pairs > 0.995
    assert found["narrow"].found < found["wide"].found
    assert len(set(wide.groups(0.9))) - len(set(exact.groups(0.9))) <= 1 < len(set(narrow.groups(0.9)))


def test_the_run_tells_the_recall_it_measured(tmp_path: Path) -> None:
    counted: dict[str, float] = {}
    matrix = [[1, 0], [1, 0], [0, 1], [0, 1]]
    rows: list[QAPair] = [pair(name, f"{name}?") for name in "abcd"]
    ctx = Context(
        node="near",
        scratch=tmp_path,
        side={"vectors": vectors(tmp_path / "v", "abcd", matrix)},
        count=lambda name, amount: counted.update({name: counted.get(name, 0) + amount}),
    )
    run_table(DedupSemantic(sample=2), rows, ctx)
    assert counted == {
        "rows_near_another": 4,
        "groups_of_near_rows": 2,
        "largest_group": 2,
        "sampled_pairs": 2,
        "sampled_pairs_found": 2,
    }


def test_options_that_cannot_be_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"threshold is 1\.5"):
        DedupSemantic(threshold=1.5)
    with pytest.raises(ConfigError, match="partitions and probes must be at least 1"):
        DedupSemantic(partitions=0)
