"""A run killed again and again ends with the artifacts of one that was left alone, and pays for nothing twice."""

import random

import pytest

from tests.pipeline.storm import IN_FLIGHT, Storm, content, recipe
from tests.pipeline.workshop import Workshop, lines, tracemill


def weathered(shop: Workshop, kinds: list[str], *, workers: int, rows: int) -> Storm:
    """A run through the kills of `kinds`, compared with a calm one in one process."""
    calm = recipe(shop, "calm", rows=rows)
    done = tracemill("run", calm, "--quiet")
    assert done.returncode == 0, done.stderr
    stormy = recipe(shop, "stormy", workers=workers, rows=rows)
    storm = Storm(stormy, shop.folder / "stormy", shop.folder / "stormy.bill", random.Random(7))
    storm.run(kinds, shop.folder / "calm")
    assert storm.again() == []
    assert len(storm.durable) > len(set(lines(storm.bill))) / 2  # it was looked at
    assert content(stormy) == content(calm)
    assert storm.survivors == 0
    kills, asked = sum(storm.kills.values()), lines(storm.bill)
    assert kills >= len(kinds) - 2
    assert len(asked) - len(set(asked)) <= kills * IN_FLIGHT
    kept = [path for part in ("artifacts", "journal", "scratch") for path in (storm.store / part).rglob("*")]
    assert not [path for path in kept if path.name.endswith(".tmp") or path.parent.name == "scratch"]
    return storm


@pytest.mark.timeout(300)
def test_a_few_kills_of_driver_workers_and_engines_change_nothing(shop: Workshop) -> None:
    storm = weathered(shop, ["driver", "worker", "engine"] * 2, workers=2, rows=40)
    assert min(storm.kills.values()) > 0


@pytest.mark.long
@pytest.mark.timeout(600)
def test_twenty_kills_change_nothing_where_the_driver_has_the_engine(shop: Workshop) -> None:
    weathered(shop, ["driver", "driver", "driver", "engine"] * 5, workers=1, rows=80)


@pytest.mark.long
@pytest.mark.timeout(600)
def test_thirty_kills_of_driver_workers_and_engines_change_nothing(shop: Workshop) -> None:
    weathered(shop, ["driver", "worker", "engine"] * 10, workers=2, rows=160)
