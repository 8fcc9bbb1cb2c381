import gzip
from pathlib import Path

import pytest
import yaml

from pipeline.config import load_config
from pipeline.errors import ConfigError
from pipeline.session import run
from pipeline.stage import Reject
from stages.block_documents import BlockDocuments
from tests.stages.test_read_warc import PAGE, response, write
from tests.stages.web_rows import document
from tests.support import context, run_batch

FORUM, SHOP = "https://forum.example.org/t/1", "https://shop.example.net/"


def test_pages_on_a_list_are_rejected_and_the_others_left_as_they_are(tmp_path: Path) -> None:
    rows = [
        document(id="a", url=FORUM),
        document(id="b", url=SHOP),
        document(id="c"),
        document(id="d", removal_key="gone"),
    ]
    stage = BlockDocuments(domains=["example.net"], ids=["c"], removal_keys=["gone"], urls=[f"{FORUM}/"])
    assert run_batch(stage, rows, context(tmp_path)) == [
        Reject("blocked_url", "forum.example.org/t/1"),
        Reject("blocked_domain", "example.net"),
        Reject("blocked_id", "c"),
        Reject("blocked_removal_key", "gone"),
    ]
    assert run_batch(BlockDocuments(), rows, context(tmp_path)) == rows


def test_an_entry_given_in_place_is_checked_at_once() -> None:
    with pytest.raises(ConfigError, match=r"block_documents: domains: 'https://a.org' is no domain"):
        BlockDocuments(domains=["https://a.org"])


def recipe(folder: Path, domains: bytes) -> Path:
    """An archive of two pages, one blocked in place and perhaps one by a file."""
    write(folder / "a.warc.gz", response(FORUM, PAGE), response(SHOP, PAGE))
    (folder / "domains.txt.gz").write_bytes(gzip.compress(domains, mtime=0))
    nodes = {
        "pages": {"uses": "read_warc", "with": {"paths": ["a.warc.gz"], "source": "web"}},
        "clean": {"uses": "block_documents", "needs": "pages", "with": {"domain_files": ["domains.txt.gz"]}},
    }
    path = folder / "recipe.yaml"
    path.write_text(yaml.safe_dump({"name": "block", "store": str(folder / "store"), "nodes": nodes}))
    return path


def test_a_file_is_pinned_by_what_it_holds(tmp_path: Path) -> None:
    def clean(domains: bytes) -> tuple[str, dict[str, int]]:
        node = run(load_config(recipe(tmp_path, domains)), quiet=True).nodes[1]
        return node.status, dict(node.manifest.totals.rejected)

    assert clean(b"shop.example.net\n") == ("ran", {"blocked_domain": 1})
    assert clean(b"shop.example.net\n") == ("reused", {"blocked_domain": 1})
    assert clean(b"nobody.example\n") == ("ran", {})


def test_a_bad_line_of_a_file_stops_the_node_and_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"domains.txt.gz, line 2: 'a b' is more than a domain; write one a line"):
        run(load_config(recipe(tmp_path, b"example.com\na b\n")), quiet=True)
