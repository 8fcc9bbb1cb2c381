"""All readers in one recipe, as the engine runs them."""

import gzip
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.errors import ConfigError
from stages import _jsonl, _parquet, read_html, read_stackexchange, read_warc
from tests.stages.recipes import run_nodes
from tests.stages.stack_dump import threads, write
from tests.stages.test_read_commoncrawl import archive, index
from tests.stages.test_read_warc import PAGE, response


def inputs(folder: Path) -> dict[str, Any]:
    """Files for each reader, and the nodes that read them, with paths as a recipe beside them would have."""
    rows = [{"question": f"How much is {n} + 1?", "answer": n + 1, "text": f"Number {n}"} for n in range(300)]
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    pq.write_table(pa.Table.from_pylist(rows), folder / "rows.parquet", row_group_size=50)
    pages = [PAGE.replace(b"Hello", b"Hello %d" % n) for n in range(60)]
    (folder / "plain.warc").write_bytes(b"".join(response(f"http://{n}/", page) for n, page in enumerate(pages)))
    packed = (gzip.compress(response(f"http://{n}/", page), mtime=0) for n, page in enumerate(pages))
    (folder / "packed.warc.gz").write_bytes(b"".join(packed))
    for n, page in enumerate(pages):
        path = folder / "book" / str(n % 3) / f"{n}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(page)
    write(folder / "Posts.xml", threads(40))
    index(folder / "index.jsonl", archive(folder, 20))
    source = {"source": "s"}
    return {
        "jsonl": {"uses": "read_jsonl", "with": {"paths": ["../rows.jsonl"], **source}},
        "parquet": {"uses": "read_parquet", "with": {"paths": ["../rows.parquet"], **source}},
        "documents": {"uses": "read_documents", "with": {"paths": ["../rows.*"], "limit": 400, **source}},
        "trove": {"uses": "read_datatrove", "with": {"format": "parquet", "paths": ["../rows.parquet"], **source}},
        "plain": {"uses": "read_warc", "with": {"paths": ["../*.warc"], **source}},
        "packed": {"uses": "read_warc", "with": {"paths": ["../packed.warc.gz"], **source}},
        "html": {
            "uses": "read_html",
            "with": {"paths": ["../book"], "base_url": "http://a.b/c", "root": "..", **source},
        },
        "posts": {"uses": "read_stackexchange", "with": {"paths": ["../Posts.xml"], "site": "a.b"}},
        "slices": {"uses": "read_commoncrawl", "with": {"paths": ["../index.jsonl"], "mirror": "..", **source}},
    }


@pytest.mark.parametrize(
    ("uses", "options", "words"),
    [
        (
            "read_jsonl",
            {"paths": ["../rows.jsonl"]},
            r"given: .*rows\.jsonl has no column 'problem'; columns: q, a\. Name",
        ),
        ("read_html", {"paths": ["../pagess"], "base_url": "http://a.b/"}, "given: .*/pagess does not exist"),
        (
            "read_html",
            {"paths": ["../pages"], "base_url": "http://a.b/"},
            "given: there is nothing to read in .*/pages; check its paths",
        ),
        ("read_jsonl", {"paths": ["../none.jsonl"]}, "given: .*none.jsonl.* does not exist"),
    ],
)
def test_what_a_reader_cannot_read_is_told_with_node_and_place(
    tmp_path: Path, uses: str, options: dict[str, Any], words: str
) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "rows.jsonl").write_text('{"q": "1 + 1?", "a": 2}\n' * 3)
    if uses == "read_jsonl":
        options = {**options, "question_fields": ["problem"], "answer_field": "a"}
    with pytest.raises(ConfigError, match=words):
        run_nodes(tmp_path / "run", {"given": {"uses": uses, "with": {**options, "source": "s"}}})


def test_any_number_of_workers_and_shards_gives_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nodes = inputs(tmp_path)
    one = run_nodes(tmp_path / "one", nodes)
    for module, name, size in (
        (_jsonl, "SHARD_BYTES", 2000),
        (_parquet, "ROWS_PER_SHARD", 60),
        (read_html, "FILES_PER_SHARD", 9),
        (read_warc, "SHARD_BYTES", 900),
        (read_warc, "PLAIN_SHARD_BYTES", 2000),
        (read_stackexchange, "SHARD_BYTES", 5000),
    ):
        monkeypatch.setattr(module, name, size)
    many = run_nodes(tmp_path / "many", nodes, workers=3)
    assert {name: node.manifest.digest for name, node in one.items()} == {
        name: node.manifest.digest for name, node in many.items()
    }
    cut = {name for name, node in many.items() if node.manifest.num_shards > 3}
    assert cut == {"jsonl", "parquet", "documents", "plain", "packed", "html", "posts"}
    assert {name: node.manifest.totals.rows_out for name, node in one.items()} == {
        "jsonl": 300,
        "parquet": 300,
        "documents": 400,
        "trove": 300,
        "plain": 60,
        "packed": 60,
        "html": 60,
        "posts": one["posts"].manifest.totals.rows_out,
        "slices": 20,
    }
    assert all(node.manifest.totals.quarantined == 0 for node in one.values())
