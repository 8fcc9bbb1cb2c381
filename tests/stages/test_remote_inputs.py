"""Readers of what lies elsewhere: the same rows as from this machine, whatever the way there does."""

import gzip
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.config import load_config
from pipeline.errors import ConfigError, InputChangedError, OutageError, TracemillError
from pipeline.remote import place
from pipeline.runner import NodeResult
from pipeline.session import run
from stages import _jsonl, read_warc
from tests.s3 import SECRET, put_tree, s3_server
from tests.stages.test_read_benchmark import lines
from tests.stages.test_read_cnxml import MODULE
from tests.stages.test_read_quads import question
from tests.stages.test_readers import inputs
from tests.stages.web_server import Web, serving


@pytest.fixture(autouse=True)
def no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place, "RETRIES", 2)
    monkeypatch.setattr(place, "FIRST_WAIT_S", 0.01)


@pytest.fixture(scope="module")
def bucket() -> Iterator[Any]:
    with s3_server("crawl") as system:
        yield system


def nodes_of(folder: Path) -> dict[str, Any]:
    """Every reader, with paths that count from the folder of its files."""
    nodes = {name: node for name, node in inputs(folder).items() if name != "slices"}
    for node in nodes.values():
        options = node["with"]
        options["paths"] = [path.removeprefix("../") for path in options["paths"]]
        if "root" in options:
            options["root"] = "."
    for number in range(2):
        (folder / f"m{number}").mkdir()
        (folder / f"m{number}/index.cnxml.gz").write_bytes(gzip.compress(MODULE.encode()))
    (folder / "faq.nq.gz").write_bytes(gzip.compress(question(1, "Why?", "So.").encode()))
    lines(folder / "math.jsonl.gz", [{"problem": "What is $1+1$?", "answer": "2", "unique_id": "test/algebra/7.json"}])
    source = {"source": "s"}
    books = {"paths": ["m*/index.cnxml.gz"], "base_url": "http://a.b/c", **source}
    return nodes | {
        "cnxml": {"uses": "read_cnxml", "with": books},
        "quads": {"uses": "read_quads", "with": {"paths": ["faq.nq.gz"], **source}},
        "bench": {"uses": "read_benchmark", "with": {"benchmark": "math500", "path": "math.jsonl.gz"}},
    }


def recipe_of(folder: Path, nodes: Mapping[str, Any], **keys: str) -> Path:
    folder.mkdir(exist_ok=True)
    given = {"name": "test", "store": str(folder / "store"), "exports": str(folder / "exports"), **keys}
    path = folder / "recipe.yaml"
    path.write_text(yaml.safe_dump(given | {"nodes": dict(nodes)}))
    return path


def runs(recipe: Path, **options: Any) -> dict[str, NodeResult]:
    return {node.node: node for node in run(load_config(recipe), **options).nodes}


def contents(results: Mapping[str, NodeResult]) -> dict[str, tuple[str, Any]]:
    """The digest of the rows of each node, and what it rejected."""
    return {name: (node.manifest.digest, node.manifest.totals.rejected) for name, node in results.items()}


def test_every_reader_gives_from_a_bucket_and_from_the_web_what_it_gives_from_here(
    tmp_path: Path, bucket: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    nodes = nodes_of(data)
    put_tree(bucket, data, "crawl/all")
    monkeypatch.setattr(_jsonl, "SHARD_BYTES", 12_000)
    monkeypatch.setattr(read_warc, "SHARD_BYTES", 8_000)
    here = contents(runs(recipe_of(tmp_path / "here", nodes, inputs=str(data))))
    recipe = recipe_of(tmp_path / "bucket", nodes, inputs="s3://crawl/all")
    there = runs(recipe)
    assert contents(there) == here
    assert there["jsonl"].manifest.num_shards > 1
    assert {node.status for node in runs(recipe).values()} == {"reused"}
    with serving(Web(data)) as address:
        # On the web a folder of pages is listed by its links, so its files are named.
        nodes["html"]["with"]["paths"] = ["book/*/*.html"]
        assert contents(runs(recipe_of(tmp_path / "web", nodes, inputs=address))) == here
