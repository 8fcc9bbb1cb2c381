"""Dataset versions: immutable, numbered by content, found by name, checked against their digests."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner

from pipeline import ConfigError
from pipeline.errors import StoreError, StoreLockedError
from pipeline.files import exclusive
from pipeline.versions import damaged, held, located, publish, read_manifest, resolve, versions
from tests.pipeline.editions import write_edition
from tests.pipeline.test_commands import APP
from tests.pipeline.workshop import ENVIRONMENT, Workshop, node

FILE = "train-00000-of-00001.parquet"


def publishing(mark: str) -> dict[str, Any]:
    return {"loud": node("behave", script=[mark]), "set": node("publish", needs="loud", name="toys")}


def built(folder: Path, text: str, digest: str) -> Path:
    folder.mkdir()
    (folder / "rows.txt").write_text(text)
    (folder / "manifest.json").write_text(json.dumps({"digest": digest}))
    return folder


def test_a_trial_is_a_version_that_does_not_become_the_latest(tmp_path: Path) -> None:
    trial = publish(built(tmp_path / "a", "a", "a"), tmp_path / "out", is_trial=True)
    assert (trial.path.name, trial.is_latest, located(tmp_path / "out")) == ("v0001", False, trial.path)
    whole = publish(built(tmp_path / "b", "b", "b"), tmp_path / "out")
    again = publish(built(tmp_path / "c", "c", "c"), tmp_path / "out", is_trial=True)
    assert (whole.is_latest, again.path.name, again.is_latest) == (True, "v0003", False)
    assert publish(tmp_path / "a", tmp_path / "out", is_trial=True).path == trial.path
    assert located(tmp_path / "out") == whole.path


def test_new_content_makes_a_new_version_and_old_content_finds_its_own(shop: Workshop) -> None:
    found = [shop.run(**publishing(mark))["set"].version for mark in ("keep", "split2", "keep")]
    assert [(one.label, one.is_new) for one in found if one] == [
        ("toys@v0001", True),
        ("toys@v0002", True),
        ("toys@v0001", False),
    ]
    exports = shop.folder / "store-exports"
    assert [one.label for one in versions(exports / "toys")] == ["toys@v0001", "toys@v0002"]
    assert (exports / "toys/latest").resolve() == exports / "toys/v0001"
    assert json.loads((exports / "toys/v0001/manifest.json").read_text())["above"] == ["src", "loud"]


def test_the_same_content_of_another_store_makes_no_new_version(shop: Workshop, tmp_path: Path) -> None:
    first = publish(built(tmp_path / "a", "x", "d1"), tmp_path / "out")
    second = publish(built(tmp_path / "b", "x", "d1"), tmp_path / "out")
    assert (first.path, first.is_new, second.is_new) == (second.path, True, False)


def test_files_of_a_version_are_read_only(shop: Workshop) -> None:
    version = shop.run(**publishing("keep"))["set"].version
    assert version
    assert {path.stat().st_mode & 0o222 for path in version.path.rglob("*") if path.is_file()} == {0}


def test_numbers_go_on_after_a_version_was_removed(tmp_path: Path) -> None:
    paths = [publish(built(tmp_path / name, name, name), tmp_path / "out").path for name in "abc"]
    shutil.rmtree(paths[1])
    assert publish(built(tmp_path / "d", "d", "d"), tmp_path / "out").path.name == "v0004"


def test_a_version_is_found_by_name_by_label_and_by_path(tmp_path: Path) -> None:
    for name in ("a", "b"):
        publish(built(tmp_path / name, name, name), tmp_path / "exports" / "toys")
    exports = tmp_path / "exports"
    assert resolve("toys", exports=exports).name == "v0002"
    assert resolve("toys@v0001", exports=exports).name == "v0001"
    assert resolve(exports / "toys" / "latest") == exports / "toys" / "v0002"
    assert resolve(exports / "toys") == exports / "toys" / "v0002"
    (exports / "toys" / "latest").unlink()
    assert resolve("toys", exports=exports).name == "v0002"
    with pytest.raises(ConfigError, match=r"toys@v0009 is neither .*; versions: v0001, v0002"):
        resolve("toys@v0009", exports=exports)
    with pytest.raises(
        ConfigError, match=rf"tyos is neither .* in {exports}, which holds: toys \(did you mean 'toys'\?\)"
    ):
        resolve("tyos", exports=exports)
    with pytest.raises(ConfigError, match=rf"in {tmp_path}/none, which does not exist; --exports names"):
        resolve("toys", exports=tmp_path / "none")
    with pytest.raises(ConfigError, match="which holds no data set"):
        resolve("toys", exports=tmp_path)


def test_a_folder_of_exports_is_told_in_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match=f"in {tmp_path}/exports, which does not exist"):
        resolve("toys")


def test_damage_is_told_file_by_file(shop: Workshop) -> None:
    version = shop.run(**publishing("keep"))["set"].version
    assert version
    assert damaged(version.path) == []
    (version.path / "ids.txt").chmod(0o644)
    (version.path / "ids.txt").write_text("other")
    assert damaged(version.path) == ["ids.txt differs from its digest"]
    (version.path / "ids.txt").unlink()
    assert damaged(version.path) == ["ids.txt is missing"]
    (version.path / "manifest.json").unlink()
    with pytest.raises(StoreError, match=r"manifest.json is missing"):
        damaged(version.path)


def test_a_version_without_its_manifest_stops_publishing_by_name(tmp_path: Path) -> None:
    first = publish(built(tmp_path / "a", "a", "a"), tmp_path / "out")
    (first.path / "manifest.json").unlink()
    with pytest.raises(StoreError, match=r"v0001/manifest.json is missing"):
        publish(built(tmp_path / "b", "b", "b"), tmp_path / "out")


def test_a_publisher_that_was_killed_leaves_no_half_version(tmp_path: Path) -> None:
    source = built(tmp_path / "a", "a", "a")
    for index in range(300):
        (source / f"part{index}.txt").write_text("x" * 10_000)
    script = (
        "from pathlib import Path\nfrom pipeline.versions import publish\nprint(flush=True)\n"
        f"publish(Path({str(source)!r}), Path({str(tmp_path / 'out')!r}))\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], env=ENVIRONMENT, stdout=subprocess.PIPE) as started:
        assert started.stdout
        started.stdout.readline()
        time.sleep(0.01)
        os.kill(started.pid, signal.SIGKILL)
    before = [len(list(one.path.iterdir())) for one in versions(tmp_path / "out")]
    assert before in ([], [302])
    version = publish(source, tmp_path / "out")
    assert len(list(version.path.iterdir())) == 302
    assert [one.label for one in versions(tmp_path / "out")] == ["out@v0001"]


def test_a_version_that_was_damaged_is_not_taken_for_the_same_content(shop: Workshop) -> None:
    version = shop.run(**publishing("keep"))["set"].version
    assert version
    (version.path / "ids.txt").chmod(0o644)
    (version.path / "ids.txt").write_text("other")
    with pytest.raises(
        StoreError, match=r"toys@v0001 has the content of this run .* ids.txt differs .* remove .*v0001"
    ):
        shop.run(**publishing("keep"))
    shutil.rmtree(version.path)
    again = shop.run(**publishing("keep"))["set"].version
    assert again
    assert (again.label, again.is_new, damaged(again.path)) == ("toys@v0001", True, [])


def test_what_was_damaged_since_it_was_built_is_not_published(tmp_path: Path) -> None:
    source = write_edition(tmp_path / "artifact/folder", {"sft": {"train": pl.DataFrame({"id": ["a"]})}})
    (source / "sft" / FILE).write_bytes(b"short")
    with pytest.raises(StoreError, match=rf"folder is damaged: sft/{FILE} has 5 bytes, .*; remove .*/artifact and run"):
        publish(source, tmp_path / "out")
    assert versions(tmp_path / "out") == []


def test_a_second_publisher_is_told_who_the_first_is_and_to_wait(tmp_path: Path) -> None:
    holder = rf"export 'out' is being written by process {os.getpid()} on .*; wait for it$"
    with exclusive(tmp_path / "out/.lock", "it"), pytest.raises(StoreLockedError, match=holder):
        publish(built(tmp_path / "a", "a", "a"), tmp_path / "out")


def test_what_a_killed_publisher_copied_goes_with_the_next_run(tmp_path: Path) -> None:
    publish(built(tmp_path / "a", "a", "a"), tmp_path / "out")
    shutil.copytree(tmp_path / "a", tmp_path / "out/.v0002.tmp")
    publish(tmp_path / "a", tmp_path / "out")
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"v0001", "latest", ".lock"}


def test_the_files_of_a_version_are_read_once_to_know_that_it_is_whole(shop: Workshop) -> None:
    shop.run(**publishing("keep"))
    shop.run(**publishing("keep"))
    known = shop.folder / "store-exports/toys/.digests.json"
    before = known.stat().st_mtime_ns
    assert shop.run(**publishing("keep"))["set"].version == versions(shop.folder / "store-exports/toys")[0]
    assert known.stat().st_mtime_ns == before


def test_everything_that_was_built_is_carried_along_read_only(tmp_path: Path) -> None:
    source = built(tmp_path / "a", "a", "a")
    for name in ("report.html", "plots/lengths.png", "rewards/trl_reward.py"):
        (source / name).parent.mkdir(exist_ok=True)
        (source / name).write_text(name)
    version = publish(source, tmp_path / "out")
    assert set(held(version.path)) == {
        "manifest.json",
        "rows.txt",
        "report.html",
        "plots/lengths.png",
        "rewards/trl_reward.py",
    }
    assert {file.stat().st_mode & 0o222 for file in held(version.path).values()} == {0}


def test_files_that_no_manifest_lists_are_told_where_it_lists_all(tmp_path: Path) -> None:
    version = write_edition(tmp_path / "toys/v0001", {"sft": {"train": pl.DataFrame({"id": ["a"]})}})
    assert damaged(version) == []
    (version / "notes.txt").write_text("mine")
    (version / "index/sft.parquet").write_bytes(b"short")
    assert damaged(version)[-1] == "notes.txt is not in the manifest"
    assert re.match(r"index/sft.parquet has 5 bytes, not \d", damaged(version)[0])
    read = []
    damaged(version, advance=read.append)
    assert sum(read) == sum((version / name).stat().st_size for name in ("index/sft.parquet", f"sft/{FILE}"))


def test_versions_are_listed_with_what_they_hold_and_came_from(tmp_path: Path) -> None:
    rows = pl.DataFrame({"id": ["a", "b"]})
    facts: dict[str, Any] = {
        "tokens": {"sft": 1234},
        "sources": {"forum": {}, "books": {}},
        "teachers": {"sft": {"small": 2}},
        "parents": [{"node": "src", "key": "k", "digest": "d"}],
    }
    folder = tmp_path / "toys"
    write_edition(folder / "v0001", {"sft": {"train": rows, "validation": rows[:1]}}, **facts)
    write_edition(folder / "v0002", {"sft": {"train": rows}})
    (folder / "latest").symlink_to("v0002")
    (folder / "v0003").mkdir()
    words = ["versions", "toys", "--exports", str(tmp_path)]
    said = " ".join(CliRunner().invoke(APP, words).stdout.split())
    assert re.search(r"toys@v0001 \d{4}-\d\d-\d\d .*sft 2 \+ 1 sft 1,234 .*kB [0-9a-f]{16} forum, books", said)
    assert "small" in said
    assert "toys@v0002 (latest)" in said
    assert "toys@v0003" in said
    assert "no whole version" in said
    told = json.loads(CliRunner().invoke(APP, [*words, "--json"]).stdout)
    assert [(one["version"], one["is_latest"]) for one in told] == [
        ("toys@v0001", False),
        ("toys@v0002", True),
        ("toys@v0003", False),
    ]
    assert told[0]["tokens"] == {"sft": 1234}
    assert told[0]["bytes"] == sum(file.stat().st_size for file in held(folder / "v0001").values())


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"rows": {"/etc": {"train": 1}}}, "'/etc' is no name of a view"),
        ({"rows": {"../../other": {"train": 1}}}, r"'\.\./\.\./other' is no name of a view"),
        ({"rows": {"sft": 3}}, "the rows of sft are not told by split"),
        ({"rows": [1]}, "rows is no mapping of views"),
        ({"name": "../.."}, r"'\.\./\.\.' is no name of a data set"),
        ({"files": {"README.md": {"bytes": "many", "sha256": "d"}}}, r"bytes or sha256 of README\.md are not told"),
        ({"files": {"README.md": {"bytes": 3}}}, r"bytes or sha256 of README\.md are not told"),
        ({"files": []}, "files is no mapping"),
        ({"format": "two"}, "its format is no number"),
        ({"parents": [{"node": "a", "stage": "../..", "key": "k", "digest": "d"}]}, "parents is no list of entries"),
        ({"funnel": None}, "funnel is no list of entries"),
        ({"tokens": 3}, "tokens is no mapping"),
        ({"digest": 3}, "it has no digest"),
    ],
)
def test_a_manifest_that_leads_elsewhere_or_tells_nonsense_is_refused(
    tmp_path: Path, facts: dict[str, Any], told: str
) -> None:
    version = write_edition(tmp_path / "toys/v0001", {"sft": {"train": pl.DataFrame({"id": ["a"]})}})
    manifest = json.loads((version / "manifest.json").read_text())
    (version / "manifest.json").write_text(json.dumps(manifest | facts))
    for read in (damaged, read_manifest):
        with pytest.raises(StoreError, match=f"v0001/manifest.json does not describe a version: {told}"):
            read(version)


def test_files_outside_that_a_manifest_lists_are_not_looked_at(tmp_path: Path) -> None:
    version = write_edition(tmp_path / "toys/v0001", {"sft": {"train": pl.DataFrame({"id": ["a"]})}})
    manifest = json.loads((version / "manifest.json").read_text())
    (tmp_path / "private.txt").write_text("mine")
    manifest["files"] |= {name: {"sha256": "0"} for name in ("../../private.txt", str(tmp_path / "private.txt"))}
    (version / "manifest.json").write_text(json.dumps(manifest))
    assert damaged(version) == ["../../private.txt is missing", f"{tmp_path}/private.txt is missing"]
