"""Workers that share nothing with the driver but the store: tasks and reports travel, rows go between them and it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from pipeline.session import run
from tests.pipeline.conftest import Cluster
from tests.pipeline.remote.conftest import Elsewhere
from tests.pipeline.remote.test_whole_runs import shapes
from tests.pipeline.workshop import ENVIRONMENT, Workshop, by_name, digests, statuses


@pytest.fixture
def far(s3: Elsewhere, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[Cluster]:
    """A cluster whose workers have a mirror of their own."""
    monkeypatch.setitem(ENVIRONMENT, "TRACEMILL_CACHE", str(s3.shop.folder / "far-cache"))
    return request.getfixturevalue("cluster")


def mirrored(cache: Path, kind: str) -> set[str]:
    """The row files of a mirror below `stages/key`."""
    return {f"{path.parts[-4]}/{path.name}" for path in cache.rglob("*.parquet") if path.parent.name == kind}


@pytest.fixture
def nodes(shop: Workshop) -> Mapping[str, Any]:
    return shapes(shop.folder / "bill")


def test_workers_elsewhere_take_rows_from_the_store_and_put_them_there(
    far: Cluster, s3: Elsewhere, shop: Workshop, nodes: Mapping[str, Any]
) -> None:
    there = by_name(run(s3.recipe(**nodes), executor="dask", scheduler=far.address))
    assert digests(there) == digests(shop.run(**nodes))
    driver, workers = mirrored(s3.cache, "data"), mirrored(shop.folder / "far-cache", "data")
    assert {name for name in driver if name.startswith(("numbers", "behave", "sift"))} == set()
    assert {"numbers/00000.parquet", "behave/00001.parquet", "sift/00000.parquet"} <= workers
    assert not list((shop.folder / "far-cache").rglob("scratch/*/*"))
    s3.wipe()
    assert statuses(by_name(run(s3.recipe(**nodes)))) == dict.fromkeys(nodes, "reused")


def test_two_workers_here_give_the_same(s3: Elsewhere, shop: Workshop, nodes: Mapping[str, Any]) -> None:
    few = {name: nodes[name] for name in ("src", "acted", "batch")}
    assert digests(by_name(run(s3.recipe(**few), workers=2))) == digests(shop.run(**few))
