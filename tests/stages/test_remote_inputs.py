"""Readers of what lies elsewhere: the same rows as from this machine, whatever the way there does."""

import gzip
import json
import pickle
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from pipeline.config import load_config
from pipeline.errors import ConfigError, InputChangedError, OutageError
from pipeline.remote import place
from pipeline.remote.path import RemotePath
from pipeline.runner import NodeResult
from pipeline.session import run
from stages import _jsonl, read_warc
from tests.s3 import put_tree, s3_server
from tests.stages.test_read_benchmark import lines
from tests.stages.test_read_cnxml import MODULE
from tests.stages.test_read_quads import question
from tests.stages.test_read_warc import PAGE
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
    for page in (folder / "book").glob("*/?*[1-9].html"):  # a request for each tells no more than for a few
        page.unlink()
    page.with_name("a page, 50%.html").write_bytes(PAGE)
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
    cut = {name: nodes[name] for name in ("jsonl", "packed")}
    by_two = contents(runs(recipe_of(tmp_path / "by_two", cut, inputs="s3://crawl/all"), workers=2))
    assert by_two == {name: here[name] for name in cut}
    with serving(Web(data)) as address:
        # On the web a folder of pages is listed by its links, so its files are named.
        nodes["html"]["with"]["paths"] = ["book/*/*.html"]
        assert contents(runs(recipe_of(tmp_path / "web", nodes, inputs=address))) == here


# What goes wrong on the way

ROWS = "".join(json.dumps({"question": f"How much is {n} + 1?", "answer": n + 1}) + "\n" for n in range(9_000))
READ = {"uses": "read_jsonl", "with": {"paths": ["rows.jsonl"], "source": "s"}}


@pytest.fixture
def web(tmp_path: Path) -> Iterator[tuple[Web, str]]:
    """A server with one file of rows, of which a run asks in several pieces, and its address."""
    (tmp_path / "web").mkdir()
    (tmp_path / "web/rows.jsonl").write_text(ROWS)
    served = Web(tmp_path / "web")
    with serving(served) as address:
        yield served, address


def read_from(address: str, folder: Path, **node: Any) -> NodeResult:
    return runs(recipe_of(folder, {"src": READ | node}, inputs=address))["src"]


@pytest.mark.parametrize("misdeeds", [[503], ["cut"], [500, "cut"], ["cut", 429], ["", "cut", 502]])
def test_a_server_in_trouble_is_asked_again(web: tuple[Web, str], tmp_path: Path, misdeeds: list[int | str]) -> None:
    served, address = web
    served.misdeeds = misdeeds
    assert read_from(address, tmp_path / "run").manifest.totals.rows_out == 9_000
    assert not served.misdeeds


@pytest.mark.parametrize("misdeed", [503, "cut"])
def test_one_that_stays_in_trouble_is_an_outage_and_no_fact_of_the_rows(
    web: tuple[Web, str], tmp_path: Path, misdeed: int | str
) -> None:
    served, address = web
    served.misdeeds = ["", *[misdeed] * 3]
    with pytest.raises(
        OutageError, match=r"src: http://.*/rows.jsonl: 3 tries failed, the last with .*; run again later"
    ):
        read_from(address, tmp_path / "run")
    result = read_from(address, tmp_path / "run")
    assert (result.manifest.totals.rows_out, result.manifest.totals.rejected) == (9_000, {})


def test_who_asks_only_which_file_it_is_waits_too(web: tuple[Web, str], tmp_path: Path) -> None:
    served, address = web
    served.refused = 4
    assert read_from(address, tmp_path / "run").manifest.totals.rows_out == 9_000
    served.refused = 99
    with pytest.raises(OutageError, match=r"src: http://.*/rows.jsonl: 3 tries failed, the last with 503: "):
        read_from(address, tmp_path / "run")


def test_of_a_server_without_ranges_the_whole_is_fetched(web: tuple[Web, str], tmp_path: Path) -> None:
    served, address = web
    served.knows_ranges = False
    assert read_from(address, tmp_path / "run").manifest.totals.rows_out == 9_000


@pytest.mark.parametrize(
    ("tells", "mark"), [(("ETag",), "etag "), (("Last-Modified",), "last-modified "), ((), "sha256 ")]
)
def test_a_file_is_known_by_what_the_server_tells_else_by_its_content(
    web: tuple[Web, str], tmp_path: Path, tells: tuple[str, ...], mark: str
) -> None:
    served, address = web
    served.tells = tells
    result = read_from(address, tmp_path / "run")
    assert result.manifest.pins["00000"].startswith(mark)
    served.asked.clear()
    assert read_from(address, tmp_path / "run").status == "reused"
    assert bool(tells) is not any(method == "GET" for method, _, _ in served.asked)
    (served.folder / "rows.jsonl").write_text(ROWS[: ROWS.index("77 + 1")].rpartition("\n")[0])
    assert read_from(address, tmp_path / "run").manifest.totals.rows_out == 77


@pytest.mark.parametrize("moment", [0, 1])
def test_a_file_that_changes_while_it_is_read_is_noticed(web: tuple[Web, str], tmp_path: Path, moment: int) -> None:
    """At the request of this number: the first cuts the file, or reads its begin."""
    served, address = web
    asked: list[str] = []

    def change(name: str) -> None:
        asked.append(name)
        if len(asked) == moment + 1:
            (served.folder / name).write_text(ROWS.replace("How", "Now"))

    served.before = change
    with pytest.raises(InputChangedError, match=r"src: .*changed while it was read; run again to read it anew"):
        read_from(address, tmp_path / "run")
    result = read_from(address, tmp_path / "run")
    assert result.status == "ran"
    (row,) = [row for row in read_rows(result) if row["question"].endswith(" 8 + 1?")]
    assert row["question"].startswith("Now")


def read_rows(result: NodeResult) -> list[dict[str, Any]]:
    frames = [pl.read_parquet(path) for path in result.artifact.data_files()]
    return [row for frame in frames for row in frame.to_dicts()]


# Addresses


@pytest.mark.parametrize(
    ("paths", "told"),
    [
        (["s3://nobody/a.jsonl"], "src: input file s3://nobody/a.jsonl does not exist"),
        (["s3://crawl/none.jsonl"], "src: input file s3://crawl/none.jsonl does not exist"),
        (["s3://crawl/none-*.jsonl"], "src: input file s3://crawl/none-*.jsonl does not exist"),
        (["s3://nobody/*.jsonl"], "src: input file s3://nobody/*.jsonl does not exist"),
        (["s3://key:hidden@crawl/a.jsonl"], "src: read_jsonl: s3://crawl/a.jsonl: an address holds no user and"),
        (["nowhere://a.jsonl"], "src: read_jsonl: nowhere://a.jsonl cannot be used as an address"),
        (["s3://"], "src: read_jsonl: s3:// names no bucket"),
        (["http://127.0.0.1/*.jsonl?token=hidden"], "src: http://127.0.0.1/*.jsonl: with a query no files are listed"),
    ],
)
def test_what_is_not_there_and_what_is_no_address_is_told(
    bucket: Any, tmp_path: Path, paths: list[str], told: str
) -> None:
    recipe = recipe_of(tmp_path / "run", {"src": READ | {"with": {"paths": paths, "source": "s"}}})
    with pytest.raises(ConfigError, match=re.escape(told)) as error:
        runs(recipe)
    assert "hidden" not in str(error.value)


def test_who_is_denied_is_told_where_and_what_to_do(
    bucket: Any, web: tuple[Web, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served, address = web
    served.token = "token=letmein"
    with pytest.raises(
        ConfigError, match=r"src: input file http://.*/rows.jsonl cannot be read: access denied \(403: .*"
    ):
        read_from(address, tmp_path / "run")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("HOME", str(tmp_path))
    type(bucket).clear_instance_cache()
    with pytest.raises(
        ConfigError, match=r"src: input file s3://crawl/a.jsonl cannot be read: access denied \(.*AWS_\*"
    ):
        read_from("s3://crawl", tmp_path / "run", **{"with": {"paths": ["a.jsonl"], "source": "s"}})


def test_a_token_of_an_address_is_used_and_written_nowhere(
    web: tuple[Web, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    served, address = web
    served.token = "token=letmein"
    url = f"{address}/rows.jsonl?X-Amz-Expires=60&token=letmein"
    recipe = recipe_of(tmp_path / "run", {"src": READ | {"with": {"paths": [url], "source": "s"}}})
    assert runs(recipe)["src"].manifest.totals.rows_out == 9_000
    served.misdeeds = ["cut"] * 9
    (served.folder / "rows.jsonl").write_text(ROWS[:-1])
    with pytest.raises(OutageError) as error:
        runs(recipe)
    written = [path for path in (tmp_path / "run").rglob("*") if path.is_file() and path != recipe]
    assert not [path for path in written if b"letmein" in path.read_bytes()]
    assert "letmein" not in str(error.value) + "".join(capsys.readouterr())


def test_paths_lead_up_and_down_below_an_address_as_below_a_folder() -> None:
    folder = RemotePath("https://host/data/recipes?token=letmein")
    assert (folder / "../rows/a.jsonl").address == "https://host/data/rows/a.jsonl?token=letmein"
    assert (folder / "../../../../a").address == "https://host/a?token=letmein"
    assert str(folder / "./a.jsonl") == "https://host/data/recipes/a.jsonl"
    assert (RemotePath("s3://crawl/x") / "s3://other/y").address == "s3://other/y"
    assert RemotePath("s3://crawl/a/b.warc.gz").with_suffix("").address == "s3://crawl/a/b.warc"
    assert folder / "/data/a.jsonl" == Path("/data/a.jsonl")
    there = pickle.loads(pickle.dumps(RemotePath("s3://crawl/a/b.warc.gz", "etag x")))
    assert (there.name, there.suffix, there.parent.name, there.mark) == ("b.warc.gz", ".gz", "a", "etag x")


def test_only_readers_go_elsewhere_and_what_is_off_asks_nobody(tmp_path: Path) -> None:
    away = READ | {"with": {"paths": ["http://127.0.0.1:9/*.jsonl"], "source": "s"}, "enabled": False}
    (tmp_path / "rows.jsonl").write_text(ROWS[:300].rpartition("\n")[0])
    here = READ | {"with": {"paths": ["../rows.jsonl"], "source": "s"}}
    assert set(runs(recipe_of(tmp_path / "run", {"away": away, "src": here}))) == {"src"}
    weights = {"uses": "embed_questions", "needs": "src", "with": {"weights": "s3://crawl/model"}}
    with pytest.raises(ConfigError, match="vectors: s3://crawl/model lies elsewhere, where only readers go"):
        load_config(recipe_of(tmp_path / "other", {"src": here, "vectors": weights}))
