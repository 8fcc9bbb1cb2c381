"""Versions copied to folders, to a server that speaks S3 and to one that speaks like the hub."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import polars as pl
import pytest
from typer.testing import CliRunner

from pipeline.errors import ConfigError, StoreError
from pipeline.push import push
from pipeline.redaction import shown, without_secrets
from pipeline.versions import damaged, held, resolve, versions
from tests.pipeline.editions import write_edition
from tests.pipeline.test_commands import APP
from tests.s3 import refused, s3_server

ROWS = pl.DataFrame({"id": [f"p{number}" for number in range(30)], "text": ["words " * 50] * 30})


@pytest.fixture
def version(tmp_path: Path) -> Path:
    return write_edition(tmp_path / "exports/toys/v0001", {"sft": {"train": ROWS, "validation": ROWS[:3]}})


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """Another version of the same number, with fewer files."""
    return write_edition(tmp_path / "elsewhere/toys/v0001", {"sft": {"train": ROWS[:7]}})


def contents(path: Path) -> dict[str, bytes]:
    return {name: file.read_bytes() for name, file in held(path).items()}


# Folders


@pytest.mark.parametrize("form", ["{}", "file://{}"])
def test_a_folder_gets_the_version_as_exports_hold_it(version: Path, tmp_path: Path, form: str) -> None:
    done = push(version, form.format(tmp_path / "copy"))
    copy = resolve("toys@v0001", exports=tmp_path / "copy")
    assert contents(copy) == contents(version)
    assert (done.sent, done.kept) == (len(held(version)), 0)
    assert damaged(copy) == []
    assert resolve(form.format(tmp_path / "copy/toys")) == copy


def test_what_is_there_already_is_not_sent_again(version: Path, tmp_path: Path) -> None:
    push(version, str(tmp_path / "copy"))
    again = push(version, str(tmp_path / "copy"))
    assert (again.sent, again.kept) == (0, len(held(version)))
    spoilt = tmp_path / "copy/toys/v0001/index/sft.parquet"
    spoilt.write_bytes(spoilt.read_bytes()[::-1])
    assert push(version, str(tmp_path / "copy")).sent == 1
    assert contents(tmp_path / "copy/toys/v0001") == contents(version)


def test_a_damaged_version_is_not_pushed(version: Path, tmp_path: Path) -> None:
    (version / "index/sft.parquet").write_bytes(b"")
    with pytest.raises(StoreError, match=r"is damaged and was not pushed: index/sft.parquet has 0 bytes, not"):
        push(version, str(tmp_path / "copy"))
    assert not (tmp_path / "copy").exists()


def test_another_version_is_replaced_only_if_asked(version: Path, other: Path, tmp_path: Path) -> None:
    push(version, str(tmp_path / "copy"))
    with pytest.raises(StoreError, match=r"copy/toys/v0001 is another version than toys@v0001 of .*add --overwrite"):
        push(other, str(tmp_path / "copy"))
    assert contents(tmp_path / "copy/toys/v0001") == contents(version)
    push(other, str(tmp_path / "copy"), overwrite=True)
    assert contents(tmp_path / "copy/toys/v0001") == contents(other)


def test_a_copy_that_fails_in_the_middle_is_no_version_and_is_completed(version: Path, tmp_path: Path) -> None:
    """A folder stands where the last view's file should go."""
    (tmp_path / "copy/toys/v0001/sft/validation-00000-of-00001.parquet").mkdir(parents=True)
    with pytest.raises(StoreError, match="push again to go on"):
        push(version, str(tmp_path / "copy"))
    (half,) = versions(tmp_path / "copy/toys")
    with pytest.raises(StoreError, match="no whole version"):
        half.manifest()
    (tmp_path / "copy/toys/v0001/sft/validation-00000-of-00001.parquet").rmdir()
    done = push(version, str(tmp_path / "copy"))
    assert done.kept
    assert contents(half.path) == contents(version)


def test_the_command_says_where_the_version_lies(version: Path, tmp_path: Path) -> None:
    words = ["push", "toys", "--exports", str(tmp_path / "exports"), "--to", str(tmp_path / "copy")]
    (tmp_path / "exports/toys/latest").symlink_to("v0001")
    said = CliRunner().invoke(APP, words)
    assert said.exit_code == 0, said.output
    assert f"{tmp_path}/copy/toys/v0001: {len(held(version))} files sent; " in said.stdout


@pytest.mark.parametrize(
    ("to", "told"),
    [
        ("nowhere://bucket/x", "cannot be used as an address"),
        ("reference://x", "cannot be used as an address"),
        ("hub:name", "names no data set of the hub"),
        ("hf://datasets/a/b/c", "names no data set of the hub"),
        ("hub:a/b@main", "names no data set of the hub"),
        ("", "the address to push to is empty"),
        ("s3://", "s3:// names no bucket"),
        ("https://example.org/sets", "nothing is written to the web"),
    ],
)
def test_an_address_that_is_none_is_told(version: Path, to: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        push(version, to)


def test_a_file_where_a_folder_is_needed_is_told(version: Path, tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("mine")
    with pytest.raises(StoreError, match="plain/toys: a file stands where a folder is needed; push to another place"):
        push(version, str(tmp_path / "plain"))


@pytest.mark.parametrize("holds", ["nothing else", "the same version"])
def test_files_of_somebody_else_in_its_place_are_not_deleted_unasked(version: Path, tmp_path: Path, holds: str) -> None:
    notes = tmp_path / "copy/toys/v0001/notes.txt"
    if holds == "the same version":
        push(version, str(tmp_path / "copy"))
    notes.parent.mkdir(parents=True, exist_ok=True)
    notes.write_text("mine")
    with pytest.raises(StoreError, match=r"holds files that are not of toys@v0001 .*: notes.txt; .*--overwrite"):
        push(version, str(tmp_path / "copy"))
    assert notes.read_text() == "mine"
    push(version, str(tmp_path / "copy"), overwrite=True)
    assert contents(notes.parent) == contents(version)


def test_a_link_out_of_the_version_is_not_followed(version: Path, tmp_path: Path) -> None:
    """A manifest of format 1 need not list every file."""
    manifest = json.loads((version / "manifest.json").read_text())
    (version / "manifest.json").write_text(json.dumps(manifest | {"format": 1}))
    (tmp_path / "private.txt").write_text("mine")
    (version / "notes.txt").symlink_to(tmp_path / "private.txt")
    with pytest.raises(StoreError, match=r"notes\.txt is a link to a file that is not of the version"):
        push(version, str(tmp_path / "copy"))
    assert not (tmp_path / "copy").exists()


@pytest.mark.parametrize(
    ("address", "place", "secrets"),
    [
        ("ftp://me:hidden@host/sets?sig=signedvalue&x=1", "ftp://host/sets", ["hidden", "signedvalue"]),
        ("ftp://me:hid%2Fden@host:21/sets@2", "ftp://host:21/sets@2", ["hid%2Fden", "hid/den"]),
        ("s3://KEYOFME12:hid/den+1@bucket/sets", "s3://bucket/sets", ["KEYOFME12", "hid/den+1"]),
        ("simplecache::s3://KEYOFME12:hidden@bucket/sets", "simplecache::s3://bucket/sets", ["KEYOFME12", "hidden"]),
        ("http://host:8080/sets@2", "http://host:8080/sets@2", []),
        ("/data/a#b", "/data/a#b", []),
    ],
)
def test_credentials_are_never_told(
    monkeypatch: pytest.MonkeyPatch, address: str, place: str, secrets: list[str]
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s3cr3tvalue")
    assert shown(address) == place
    heard = f"no {address}: {' '.join(secrets)}; s3cr3tvalue at https://u:p@other/x or https://tok@other/x"
    said = without_secrets(heard, address)
    assert not [one for one in (*secrets, "s3cr3tvalue", "u:p", "tok") if one in said]
    assert "@other/x" in said


# S3


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """The address of a server with a bucket `sets`; clients find it and its credentials in the environment."""
    with s3_server("sets"):
        yield os.environ["AWS_ENDPOINT_URL"]


@pytest.fixture
def bucket(s3: str) -> Any:
    system = fsspec.filesystem("s3")
    system.invalidate_cache()
    if system.exists("sets/toys"):
        system.rm("sets/toys", recursive=True)
    return system


def test_a_bucket_gets_the_version_and_readers_open_it_there(version: Path, bucket: Any, s3: str) -> None:
    from datasets import load_dataset

    done = push(version, "s3://sets")
    assert (done.place, done.sent) == ("s3://sets/toys/v0001", len(held(version)))
    assert {name: bucket.cat_file(f"sets/toys/v0001/{name}") for name in held(version)} == contents(version)
    assert push(version, "s3://sets").sent == 0
    frame = pl.read_parquet(
        "s3://sets/toys/v0001/sft/train-*.parquet", storage_options={"aws_endpoint_url": s3, "aws_allow_http": "true"}
    )
    assert frame.equals(ROWS)
    loaded = load_dataset("parquet", data_files="s3://sets/toys/v0001/sft/train-*.parquet", split="train")
    assert loaded["id"][:] == ROWS["id"].to_list()


def test_an_upload_that_breaks_off_leaves_no_manifest_and_goes_on(version: Path, bucket: Any) -> None:
    with (
        refused("train-00000-of-00001.parquet"),
        pytest.raises(StoreError, match=r"s3://sets: .*push again to go on") as told,
    ):
        push(version, "s3://sets")
    assert "secret-of-key" not in str(told.value)
    bucket.invalidate_cache()
    assert not bucket.exists("sets/toys/v0001/manifest.json")
    done = push(version, "s3://sets")
    assert done.kept
    assert bucket.exists("sets/toys/v0001/manifest.json")


def test_replacing_takes_the_manifest_away_first_and_old_files_with_it(version: Path, other: Path, bucket: Any) -> None:
    push(version, "s3://sets")
    with pytest.raises(StoreError, match="s3://sets/toys/v0001 is another version"):
        push(other, "s3://sets")
    push(other, "s3://sets", overwrite=True)
    bucket.invalidate_cache()
    assert {name.removeprefix("sets/toys/v0001/") for name in bucket.find("sets/toys/v0001")} == set(held(other))


def test_a_bucket_that_is_not_there_is_told(version: Path, s3: str) -> None:
    with pytest.raises(StoreError, match=r"s3://nobody: FileNotFoundError"):
        push(version, "s3://nobody")
