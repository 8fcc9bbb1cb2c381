"""Versions pushed by the real client to a server that speaks like the hub."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from pipeline.errors import StoreError
from pipeline.push import Pushed, push
from pipeline.versions import held
from tests.pipeline.editions import write_edition
from tests.pipeline.hub import Hub, serve
from tests.pipeline.test_push import contents
from tests.pipeline.workshop import ENVIRONMENT, command

ROWS = pl.DataFrame({"id": [f"p{number}" for number in range(30)], "text": ["words " * 50] * 30})
TOKEN = "hf_secretsecretsecret"


@dataclass
class Desk:
    hub: Hub
    address: str

    def push(self, path: Path, *, overwrite: bool = False) -> Pushed:
        return push(path, "hf://datasets/org/toys", overwrite=overwrite)


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    constants = pytest.importorskip("huggingface_hub.constants")
    hub = Hub()
    with serve(hub) as address:
        monkeypatch.setattr(constants, "ENDPOINT", address)
        monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
        monkeypatch.setenv("HF_TOKEN", TOKEN)
        yield Desk(hub, address)


@pytest.fixture
def version(tmp_path: Path) -> Path:
    return write_edition(tmp_path / "exports/toys/v0001", {"sft": {"train": ROWS}, "rl": {"train": ROWS[:3]}})


def test_the_hub_gets_the_version_as_a_tagged_commit(desk: Desk, version: Path) -> None:
    given = {"HF_ENDPOINT": desk.address, "HF_TOKEN": TOKEN, "HF_HUB_DISABLE_XET": "1"}
    words = command("push", version, "--to", "hub:org/toys", "--private")
    done = subprocess.run(words, env=ENVIRONMENT | given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert f"hf://datasets/org/toys@v0001: {len(held(version))} files sent" in done.stdout
    assert desk.hub.created == {"name": "toys", "organization": "org", "type": "dataset", "visibility": "private"}
    files = dict(desk.hub.files("v0001"))
    assert files.pop(".gitattributes")
    assert files == contents(version)


def test_the_same_version_is_not_sent_again(desk: Desk, version: Path) -> None:
    desk.push(version)
    before = len(desk.hub.asked)
    done = desk.push(version)
    assert (done.sent, done.kept) == (0, len(held(version)))
    assert not [one for one in desk.hub.asked[before:] if "commit" in one or one.startswith("PUT")]


def test_the_next_version_takes_the_place_of_the_files_before_and_leaves_its_tag(
    desk: Desk, version: Path, tmp_path: Path
) -> None:
    desk.push(version)
    following = write_edition(tmp_path / "exports/toys/v0002", {"sft": {"train": ROWS[:7]}})
    desk.push(following)
    assert set(desk.hub.files("main")) == {".gitattributes", *held(following)}
    assert set(desk.hub.files("v0001")) == {".gitattributes", *held(version)}


def test_another_version_of_the_same_number_is_replaced_only_if_asked(
    desk: Desk, version: Path, tmp_path: Path
) -> None:
    desk.push(version)
    other = write_edition(tmp_path / "elsewhere/toys/v0001", {"sft": {"train": ROWS[:7]}})
    with pytest.raises(StoreError, match=r"hf://datasets/org/toys@v0001 is another version .* add --overwrite"):
        desk.push(other)
    desk.push(other, overwrite=True)
    assert set(desk.hub.files("v0001")) == {".gitattributes", *held(other)}


def test_other_files_of_the_data_set_are_replaced_only_if_asked(desk: Desk, version: Path) -> None:
    desk.hub.commits[desk.hub.head] |= {"README.md": b"", "data/mine.csv": b"1,2"}
    with pytest.raises(StoreError, match=r"`main` holds .* no version, such as data/mine.csv; .*--overwrite"):
        desk.push(version)
    assert "data/mine.csv" in desk.hub.files("main")
    desk.push(version, overwrite=True)
    assert set(desk.hub.files("main")) == {".gitattributes", *held(version)}


@pytest.mark.parametrize("refused", ["PUT", "/commit/", "POST .*/tag/"])
def test_an_upload_that_breaks_off_makes_no_version_and_goes_on(desk: Desk, version: Path, refused: str) -> None:
    desk.hub.refuses = refused
    with pytest.raises(StoreError, match=r"hf://datasets/org/toys: .*push again to go on") as told:
        desk.push(version)
    assert TOKEN not in str(told.value)
    assert desk.hub.tags == {}
    desk.hub.refuses = ""
    desk.push(version)
    assert desk.hub.files("v0001")["manifest.json"] == (version / "manifest.json").read_bytes()
