"""Exports to a bucket: versions that nobody overwrites, whoever publishes and whatever breaks off."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner

from pipeline.config import load_config
from pipeline.errors import ConfigError, StoreError
from pipeline.remote import place
from pipeline.remote.path import RemotePath
from pipeline.remote.pulling import pulled
from pipeline.session import run
from pipeline.versions import Version, damaged, held, publish, resolve, versions
from tests.pipeline.editions import write_edition
from tests.pipeline.test_commands import APP
from tests.pipeline.workshop import ENVIRONMENT, ROOT, Workshop, node
from tests.s3 import SECRET, refused, s3_server

ROWS = pl.DataFrame({"id": [f"p{number}" for number in range(30)], "text": ["words " * 50] * 30})


@pytest.fixture(scope="module")
def server() -> Iterator[Any]:
    with s3_server("sets") as system:
        yield system


@pytest.fixture
def bucket(server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """An empty bucket, and a cache of the test's own."""
    monkeypatch.setattr(place, "RETRIES", 1)
    monkeypatch.setattr(place, "FIRST_WAIT_S", 0.01)
    monkeypatch.setenv("TRACEMILL_CACHE", str(tmp_path / "cache"))
    for name in server.find("sets"):
        server.rm_file(name)
    return server


def built(folder: Path, rows: int = 30) -> Path:
    """What an export stage leaves, before it is a version."""
    return write_edition(folder / "toys" / "built", {"sft": {"train": ROWS[:rows], "validation": ROWS[:3]}})


def exports() -> RemotePath:
    return RemotePath("s3://sets/exports")


def toys() -> RemotePath:
    return exports() / "toys"


def stored(bucket: Any, version: Version) -> dict[str, bytes]:
    place = str(version.path).removeprefix("s3://")
    return {name.removeprefix(f"{place}/"): bucket.cat_file(name) for name in bucket.find(place)}


def contents(path: Path) -> dict[str, bytes]:
    return {name: file.read_bytes() for name, file in held(path).items()}


def test_new_content_is_a_new_version_and_the_same_content_none(bucket: Any, tmp_path: Path) -> None:
    first = publish(built(tmp_path / "a"), toys())
    again = publish(built(tmp_path / "b"), toys())
    other = publish(built(tmp_path / "c", rows=9), toys())
    assert [(one.label, one.is_new) for one in (first, again, other)] == [
        ("toys@v0001", True),
        ("toys@v0001", False),
        ("toys@v0002", True),
    ]
    assert stored(bucket, first) == contents(tmp_path / "a/toys/built")
    assert [version.label for version in versions(toys())] == ["toys@v0001", "toys@v0002"]
    assert [version.is_latest for version in versions(toys())] == [False, True]
    publish(built(tmp_path / "d"), toys())
    assert resolve("toys", exports=exports()).name == "v0001"  # what the last run gave
    trial = publish(built(tmp_path / "e", rows=7), toys(), is_trial=True)
    assert (trial.path.name, first.is_latest) == ("v0003", True)


def test_a_version_is_fetched_once_and_held_to_its_digests(bucket: Any, tmp_path: Path) -> None:
    version = publish(built(tmp_path), toys())
    copies = {resolve(where, exports=exports()) for where in ("toys", "toys@v0001", str(version.path), str(toys()))}
    (copy,) = copies
    assert contents(copy) == contents(tmp_path / "toys/built")
    assert damaged(copy) == []
    said = CliRunner().invoke(APP, ["trace", "s3://sets/exports/toys", "p3", "--json"])
    assert said.exit_code == 0, said.output
    assert "p3" in said.stdout
    for name in bucket.find("sets/exports/toys/v0001"):
        if not name.endswith("manifest.json"):
            bucket.pipe_file(name, b"other")
    assert resolve("toys", exports=exports()) == copy
    bucket.rm_file("sets/exports/toys/v0001/manifest.json")
    with pytest.raises(ConfigError, match=r"there is no version v0001 at s3://sets/exports/toys; versions: none"):
        resolve("toys@v0001", exports=exports())


def test_what_is_damaged_there_is_not_used(bucket: Any, tmp_path: Path) -> None:
    version = publish(built(tmp_path), toys())
    bucket.pipe_file("sets/exports/toys/v0001/index/sft.parquet", b"x")
    with pytest.raises(StoreError, match=r"s3://sets/exports/toys/v0001 is damaged: index/sft.parquet has 1 bytes"):
        pulled(version.path)
    with pytest.raises(StoreError, match=r"index/sft.parquet is not what was published; remove s3://sets/.*v0001 and"):
        publish(tmp_path / "toys/built", toys())


def test_an_upload_that_breaks_off_is_no_version_and_goes_on(bucket: Any, tmp_path: Path) -> None:
    folder = built(tmp_path)
    with refused("train-00000-of-00001.parquet"), pytest.raises(StoreError, match=r"s3://sets/exports/toys") as told:
        publish(folder, toys())
    assert SECRET not in str(told.value)
    assert versions(toys()) == []
    assert stored(bucket, publish(folder, toys())) == contents(folder)


def test_a_manifest_leads_nowhere_else(bucket: Any, tmp_path: Path) -> None:
    version = publish(built(tmp_path), toys())
    manifest = json.loads((tmp_path / "toys/built/manifest.json").read_bytes())
    manifest["files"]["../../../outside"] = {"bytes": 1, "sha256": "0" * 64}
    bucket.pipe_file("sets/exports/toys/v0001/manifest.json", json.dumps(manifest).encode())
    with pytest.raises(StoreError, match="leads out of the version"):
        pulled(version.path)
    assert not [*tmp_path.rglob("outside")]


def test_two_who_publish_at_once_get_two_numbers(bucket: Any, tmp_path: Path) -> None:
    folders = [built(tmp_path / str(rows), rows) for rows in (5, 6, 7)]
    with ThreadPoolExecutor(3) as threads:
        made = list(threads.map(lambda folder: publish(folder, toys()), folders))
    assert {version.number for version in made} == {1, 2, 3}
    for version, folder in zip(made, folders, strict=True):
        assert stored(bucket, version) == contents(folder)


def test_what_a_killed_publisher_left_is_no_version_and_is_completed_by_the_same(bucket: Any, tmp_path: Path) -> None:
    """The process ends while its third file is on the way."""
    code = """
import os, sys
from pathlib import Path
from pipeline.remote import objects
from pipeline.remote.path import RemotePath
from pipeline.versions import publish
sent, send = [], objects.Remote.send
def until_the_third(self, path, name):
    sent.append(name)
    if len(sent) > 2:
        os._exit(9)
    return send(self, path, name)
objects.Remote.send = until_the_third
publish(Path(sys.argv[1]), RemotePath("s3://sets/exports/toys"))
"""
    folder = built(tmp_path)
    ended = subprocess.run([sys.executable, "-c", code, str(folder)], cwd=ROOT, env=ENVIRONMENT | dict(os.environ))
    assert ended.returncode == 9
    assert bucket.find("sets/exports/toys")
    assert versions(toys()) == []
    other = publish(built(tmp_path / "other", rows=4), toys())
    assert other.number == 2
    version = publish(folder, toys())
    assert (version.number, version.is_new) == (1, True)
    assert stored(bucket, version) == contents(folder)


def test_a_recipe_publishes_there_and_commands_take_its_versions(
    bucket: Any, shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = shop.write(out=node("publish", name="numbers"))
    recipe = load_config(path, overrides=["exports=s3://sets/exports"])
    result = run(recipe)
    assert [str(one) for one in result.versions] == ["s3://sets/exports/numbers/v0001"]
    assert [str(one) for one in run(recipe).versions] == ["s3://sets/exports/numbers/v0001"]
    larger = ["exports=s3://sets/exports", "src.rows=30"]
    assert [one.name for one in run(load_config(path, overrides=larger)).versions] == ["v0002"]
    for words, told in (
        (["versions", "numbers", "--exports", "s3://sets/exports"], "numbers@v0002 (latest)"),
        (["versions", "s3://sets/exports/numbers"], "numbers@v0001"),
        (["diff", "numbers", "--exports", "s3://sets/exports"], "numbers@v0001"),
        (["diff", "s3://sets/exports/numbers@v0001", "s3://sets/exports/numbers/v0002"], "numbers@v0002"),
    ):
        said = CliRunner().invoke(APP, words)
        assert said.exit_code == 0, said.output
        assert told in said.stdout
    everything = [*shop.folder.rglob("*")]
    assert not [one for one in everything if one.is_file() and SECRET.encode() in one.read_bytes()]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("s3://key:hidden@sets/x", r"exports: s3://sets/x: an address holds no user and no password"),
        ("nowhere://x", "exports: nowhere://x cannot be used as an address"),
        ("https://host/x?token=hidden", "exports: https://host/x: nothing is written to the web"),
    ],
)
def test_an_address_that_is_none_is_told(shop: Workshop, given: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told) as error:
        load_config(shop.write(out=node("publish", name="numbers")), overrides=[f"exports={given}"])
    assert "hidden" not in str(error.value)


def test_a_bucket_that_is_not_there_is_told(bucket: Any, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="s3://nobody"):
        publish(built(tmp_path), RemotePath("s3://nobody/toys"))
