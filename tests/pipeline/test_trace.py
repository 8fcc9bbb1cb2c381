"""The life of one row: found by its id in nodes and views, without reading the rest."""

import os
import shutil
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from pipeline.artifact import Artifact
from pipeline.errors import ConfigError, StoreError
from pipeline.id_index import MANY_FILES, places_of
from pipeline.runner import NodeResult
from pipeline.seek import Place, kin, places, read, these
from pipeline.show_trace import print_trace
from pipeline.store import Store
from pipeline.trace import Sighting, trace, trace_version
from pipeline.views import places_in
from tests.pipeline.editions import write_edition
from tests.pipeline.test_commands import APP, NODES
from tests.pipeline.workshop import SOURCE, Workshop, node

IDS = [f"{letter}{number:03d}" for letter in "ca" for number in range(50)]


def file_of(path: Path, ids: list[str], *, groups: int = 10) -> Path:
    table = pa.table({"text": [f"text of {one}" for one in ids], "id": ids})
    pq.write_table(table, path, row_group_size=groups)
    return path


def seen(found: list[Place]) -> list[tuple[str, int, str]]:
    return [(place.path.name, place.row, place.id) for place in found]


# Seeking


def test_rows_are_found_in_any_order_of_ids_and_read_whole(tmp_path: Path) -> None:
    paths = [file_of(tmp_path / "0.parquet", IDS), file_of(tmp_path / "1.parquet", ["c007", "b"])]
    found = places(paths, these(["c007", "a049", "nowhere"]))
    assert seen(found) == [("0.parquet", 7, "c007"), ("0.parquet", 99, "a049"), ("1.parquet", 0, "c007")]
    assert [row["text"] for row in read(found)] == ["text of c007", "text of a049", "text of c007"]
    assert places(paths, these([])) == []


@pytest.mark.parametrize("wanted", ["p", "p/t-1", "p/t-1/2", "p/", "q", "é", "日/本"])
def test_what_lies_between_smallest_and_largest_ids_is_never_overlooked(tmp_path: Path, wanted: str) -> None:
    ids = ["p", "p/t-0", "p/t-1", "p/t-1/1", "p/t-1/2", "p/t-10", "p0", "pp/1", "q", "é", "éa", "日", "日/本/1"]
    for groups in (1, 3, 100):
        path = file_of(tmp_path / f"{groups}.parquet", ids, groups=groups)
        above = {wanted[:end] for end, sign in enumerate(wanted + "/") if sign == "/"}
        begins = wanted if "/" not in wanted else f"{wanted}/"
        assert [place.id for place in places([path], kin(wanted))] == [
            one for one in ids if one in above or one.startswith(begins)
        ]


def test_row_groups_that_cannot_hold_it_are_not_read(tmp_path: Path) -> None:
    """A group in the middle is spoilt: what reads it fails."""
    path = file_of(tmp_path / "0.parquet", sorted(IDS), groups=20)
    column = pq.read_metadata(path).row_group(2).column(1)
    data = bytearray(path.read_bytes())
    start = column.dictionary_page_offset or column.data_page_offset
    data[start : start + column.total_compressed_size] = b"\xff" * column.total_compressed_size
    path.write_bytes(data)
    assert seen(places([path], kin("a001"))) == [("0.parquet", 1, "a001")]
    with pytest.raises(StoreError, match="cannot be searched for ids"):
        places([path], kin("a045"))


@pytest.mark.parametrize("index", [True, False])
def test_a_row_of_a_view_is_found_in_the_file_that_holds_it(tmp_path: Path, index: bool) -> None:
    frame = pl.DataFrame({"id": IDS, "text": [f"text of {one}" for one in IDS]})
    parts = [part.lazy() for part in frame.iter_slices(30)]
    splits = {"train": parts, "validation": frame.with_columns(id=pl.format("v{}", "id"))}
    version = write_edition(tmp_path / "toys/v0001", {"sft": splits}, index=index)
    wanted = these(["c031", "a049", "vc000"])
    found = places_in(version, "sft", wanted)
    assert seen(found) == [
        ("train-00001-of-00004.parquet", 1, "c031"),
        ("train-00003-of-00004.parquet", 9, "a049"),
        ("validation-00000-of-00001.parquet", 0, "vc000"),
    ]
    assert [row["text"] for row in read(found)] == ["text of c031", "text of a049", "text of c000"]


def test_an_artifact_of_many_files_is_searched_by_an_index_that_follows_what_is_done_again(tmp_path: Path) -> None:
    artifact = Artifact(tmp_path)
    for kind, number in (("data", MANY_FILES), ("rejects", 1)):
        (tmp_path / kind).mkdir()
        for index in range(number):
            file_of(artifact.shard(kind, index), [f"r{index:04d}", f"r{index:04d}/x"])
    assert seen(places_of(artifact, "data", kin("r0007/x"))) == [
        ("00007.parquet", 0, "r0007"),
        ("00007.parquet", 1, "r0007/x"),
    ]
    assert not (tmp_path / "ids").exists()  # it is not whole yet
    (tmp_path / "manifest.json").write_text("{}")
    found = places_of(artifact, "data", kin("r0007/x"))
    assert seen(found) == [("00007.parquet", 0, "r0007"), ("00007.parquet", 1, "r0007/x")]
    assert [row["text"] for row in read(found)] == ["text of r0007", "text of r0007/x"]
    made = (tmp_path / "ids/data.parquet").stat().st_mtime_ns
    assert len(places_of(artifact, "data", kin("r00"))) == 200
    assert (tmp_path / "ids/data.parquet").stat().st_mtime_ns == made
    assert len(places_of(artifact, "rejects", kin("r0000"))) == 2
    assert not (tmp_path / "ids/rejects.parquet").exists()
    file_of(artifact.shard("data", 7), ["other"])
    (tmp_path / "manifest.json").touch()
    assert places_of(artifact, "data", kin("r0007")) == []
    assert seen(places_of(artifact, "data", kin("other"))) == [("00007.parquet", 0, "other")]


def many_files(path: Path) -> Artifact:
    """A whole artifact of so many files that its ids get an index."""
    (path / "data").mkdir(parents=True)
    for index in range(MANY_FILES):
        file_of(Artifact(path).shard("data", index), [f"r{index:04d}"])
    (path / "manifest.json").write_text("{}")
    return Artifact(path)


def test_an_index_that_was_made_while_shards_were_done_again_is_not_believed(tmp_path: Path) -> None:
    """It is the younger file, but of what stood there before."""
    artifact, manifest = many_files(tmp_path), tmp_path / "manifest.json"
    os.utime(manifest, (1_000_000, 1_000_000))
    places_of(artifact, "data", kin("r0007"))
    file_of(artifact.shard("data", 7), ["other"])
    os.utime(manifest, (1_000_001, 1_000_001))
    assert manifest.stat().st_mtime_ns < (tmp_path / "ids/data.parquet").stat().st_ctime_ns
    assert len(places_of(artifact, "data", kin("other"))) == 1


def test_a_damaged_file_is_named_and_a_damaged_index_too(tmp_path: Path) -> None:
    artifact, index = many_files(tmp_path), tmp_path / "ids/data.parquet"
    whole = artifact.shard("data", 5).read_bytes()
    artifact.shard("data", 5).write_bytes(b"short")
    with pytest.raises(StoreError, match=r"a file in .*data cannot be searched for ids"):
        places_of(artifact, "data", kin("r0007"))
    assert not index.exists()
    artifact.shard("data", 5).write_bytes(whole)
    places_of(artifact, "data", kin("r0007"))
    made = index.stat()
    index.write_bytes(b"short")
    os.utime(index, ns=(made.st_mtime_ns, made.st_mtime_ns))
    with pytest.raises(StoreError, match=r"ids/data.parquet is damaged .*; remove it"):
        places_of(artifact, "data", kin("r0007"))


# Tracing


def test_a_row_is_traced_through_the_nodes_of_a_recipe(shop: Workshop) -> None:
    shop.run(**NODES)
    lives = {row: [(one.node, one.fate) for one in trace(shop.recipe(**NODES), row)] for row in ("r0002", "r0003")}
    assert lives == {
        "r0002": [("src", "kept"), ("split", "rejected")],
        "r0003": [("src", "kept"), ("split", "quarantined")],
    }
    told = trace(shop.recipe(**NODES), "r0002")[1]
    assert (told.reason, told.row["id"]) == ("scripted", "r0002")


def test_nodes_that_are_out_of_date_or_have_not_run_are_named(shop: Workshop) -> None:
    shop.run(src=SOURCE, split=NODES["split"])
    edited = {"split": node("behave", script=["reject"]), "more": node("sift", needs="split")}
    told = [(one.node, one.fate) for one in trace(shop.recipe(**edited), "r0003")]
    assert told == [("src", "kept"), ("split", "out of date"), ("more", "not run")]
    with pytest.raises(ConfigError, match=r"not looked into, for they are out of date or have not run: split, more"):
        trace(shop.recipe(**edited), "nowhere")


def version_of(run: dict[str, NodeResult], folder: Path) -> Path:
    """A version of what came out of `split`, with the nodes it was made from."""
    kept = pl.concat([pl.read_parquet(path) for path in run["split"].artifact.data_files()])
    told = {name: run[name].summary() for name in ("src", "split")}
    parents = [{"node": name, **{key: of[key] for key in ("stage", "key", "digest")}} for name, of in told.items()]
    return write_edition(folder / "toys/v0001", {"sft": {"train": kept}}, parents=parents)


def test_a_version_has_its_whole_life_after_the_recipe_changed(shop: Workshop) -> None:
    run = shop.run(**NODES)
    version = version_of(run, shop.folder)
    row_id = pl.read_parquet(version / "sft")["id"][0]
    shop.run(**{**NODES, "split": node("behave", script=["reject"])})
    store = Store(shop.folder / "store")
    life = [(one.node, one.fate, one.id) for one in trace_version(version, row_id, store)]
    assert life == [
        ("src", "kept", row_id.partition("/")[0]),
        ("split", "kept", row_id),
        ("toys@v0001", "exported", row_id),
    ]
    dropped = trace_version(version, "r0002", store)
    assert [(one.node, one.fate) for one in dropped] == [
        ("src", "kept"),
        ("split", "rejected"),
        ("toys@v0001", "absent"),
    ]
    shutil.rmtree(run["split"].artifact.path)
    assert [(one.node, one.fate) for one in trace_version(version, "r0002", store)][1] == ("split", "gone")
    with pytest.raises(ConfigError, match=r"elsewhere holds no result that toys@v0001 was made from"):
        trace_version(version, row_id, Store(shop.folder / "elsewhere"))


def test_the_command_shows_what_is_new_about_a_row_and_says_what_it_did_not_look_into(shop: Workshop) -> None:
    version = version_of(shop.run(**NODES), shop.folder)
    row_id = pl.read_parquet(version / "sft")["id"][0]
    alone = CliRunner().invoke(APP, ["trace", str(version), row_id]).stdout
    assert "with --config RECIPE or --store STORE: its life before" in alone
    recipe = shop.write(**NODES, more=node("sift", needs="table"))
    whole = CliRunner().invoke(APP, ["trace", str(version), row_id, "--config", str(recipe)]).stdout
    assert "split (behave)" in whole
    assert "its life before" not in whole
    of_recipe = CliRunner().invoke(APP, ["trace", str(recipe), row_id]).stdout
    assert f"tracemill trace NAME@vNNNN ID --config {recipe}" in of_recipe


def test_a_line_tells_the_fields_that_differ_from_what_was_seen_of_the_row(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"id": "x", "n": 1, "m": None}, {"id": "x", "n": 1, "m": "[b]"}, {"id": "x", "n": 2, "m": "[b]"}]
    seen = [Sighting(name, "", "kept", "x", row=row) for name, row in zip("abc", rows, strict=True)]
    print_trace([*seen, Sighting("d", "", "out of date", "x"), Sighting("e", "", "out of date", "x")], "x")
    assert [" ".join(line.split()) for line in capsys.readouterr().out.splitlines() if line] == [
        "a", "kept x n=1", "b", "kept x m=[b]", "c", "kept x n=2", "out of date: d, e",
    ]  # fmt: skip


def test_a_version_tells_the_row_in_each_view_and_where_it_is_not(tmp_path: Path) -> None:
    rows = pl.DataFrame({"id": ["p/1", "p/2", "q/1"], "text": ["one", "two", "three"]})
    views = {"sft": {"train": rows[:1]}, "sft_all": {"train": rows}, "rl": {"train": pl.DataFrame({"id": ["q"]})}}
    version = write_edition(tmp_path / "toys/v0001", views)
    found = trace_version(version, "p")
    assert [(one.fate, one.id, one.reason) for one in found] == [
        ("exported", "p/1", "toys@v0001 sft"),
        ("exported", "p/1", "toys@v0001 sft_all"),
        ("exported", "p/2", "toys@v0001 sft_all"),
        ("absent", "p", "toys@v0001 rl"),
    ]
    assert found[2].row == {"id": "p/2", "text": "two"}
    assert found[2].detail == "sft_all/train-00000-of-00001.parquet row 1"
    said = CliRunner().invoke(APP, ["trace", "toys@v0001", "p/1", "--exports", str(tmp_path)])
    assert "text  one" in said.stdout.splitlines()
    with pytest.raises(ConfigError, match=r"no row with an id like 'x' in toys@v0001"):
        trace_version(version, "x")


def test_a_beginning_of_many_ids_is_refused(tmp_path: Path) -> None:
    many = pl.DataFrame({"id": [f"a{number:04d}" for number in range(300)]})
    version = write_edition(tmp_path / "toys/v0001", {"sft": {"train": many}})
    with pytest.raises(ConfigError, match=r"300 rows have an id like 'a', such as 'a0000'; give more of it"):
        trace_version(version, "a")
    assert len(trace_version(version, "a012")) == 10
