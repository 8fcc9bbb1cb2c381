"""Rows that nobody needs any more go from a store elsewhere as from one here, and come back on any machine."""

from pipeline import look
from pipeline.config import load_config
from pipeline.session import run
from tests.pipeline.remote.conftest import Elsewhere
from tests.pipeline.test_keeping import chain
from tests.pipeline.workshop import Workshop, by_name, digests, statuses


def row_files(s3: Elsewhere) -> set[str]:
    """The stages that have row files there."""
    return {name.split("/")[1] for name in s3.names() if "/data/" in name}


def test_rows_go_and_come_back_elsewhere(s3: Elsewhere, shop: Workshop) -> None:
    nodes = chain()
    del nodes["louder"]
    nodes["last"]["needs"] = "sifted"
    here = digests(shop.run(**nodes))
    path = s3.file(**nodes)
    first = by_name(run(load_config(path, overrides=["keep=results"])))
    assert digests(first) == here
    assert row_files(s3) == {"numbers", "shout"}  # `loud` and `last` are one stage
    assert not first["acted"].artifact.path.joinpath("data").exists()
    assert first["acted"].artifact.size() > 0
    s3.wipe()
    recipe = load_config(path, overrides=["keep=results", "sifted.every=2"])
    found = by_name(run(recipe))
    assert statuses(found) == dict.fromkeys(nodes, "reused") | {"sifted": "ran", "last": "ran"}
    assert digests(found) == digests(shop.run(**nodes | {"sifted": nodes["sifted"] | {"with": {"every": 2}}}))
    s3.wipe()
    survey, _ = look.survey_of(recipe)
    assert {name for name, one in survey.located.items() if one.artifact.is_spent} == {"acted", "loud", "sifted"}
    assert statuses(by_name(run(recipe))) == dict.fromkeys(nodes, "reused")
    alone = by_name(run(recipe, only="acted"))["acted"]
    assert alone.status == "made again"
    assert len(look.rows(recipe, "acted", "data", 100)) == alone.manifest.totals.rows_out
    assert "behave" in row_files(s3)
