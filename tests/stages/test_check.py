"""What `tracemill check` finds in a version: each promise is broken once, and told with the ids that break it."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import fsspec
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

import stages.commands
from pipeline.files import file_digest
from stages._contracts import broken_contracts
from stages._contracts_verified import verify_rows
from tests.stages.test_export_dataset import Made, export, given

TRAIN = "train-00000-of-00001.parquet"
Change = Callable[[pa.Table], pa.Table]
APP = typer.Typer()
stages.commands.register(APP)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """An export nobody changes."""
    folder = tmp_path_factory.mktemp("whole")
    return export(folder / "v0001", given(folder))


@pytest.fixture
def made(whole: Made, tmp_path: Path) -> Made:
    folder = shutil.copytree(whole.folder, tmp_path / "demo/v0001")
    return Made(folder=folder, manifest=json.loads((folder / "manifest.json").read_text()))


def spoilt(made: Made, view: str, change: Change) -> list[str]:
    """What is told after the rows of a view's first file were changed."""
    path = made.folder / view / TRAIN
    pq.write_table(change(pq.read_table(path)), path)
    return list(broken_contracts(made.folder, made.manifest))


def with_column(name: str, change: Callable[[pl.Series], pl.Series]) -> Change:
    """The column changed, its type kept."""

    def changed(table: pa.Table) -> pa.Table:
        place, field = table.schema.get_field_index(name), table.schema.field(name)
        values = pa.array(change(pl.Series(table.column(name))).to_list(), field.type)
        return table.set_column(place, field, values)

    return changed


def first(value: object) -> Callable[[pl.Series], pl.Series]:
    return lambda column: pl.Series([value, *column[1:].to_list()], dtype=column.dtype)


def test_a_version_as_it_was_exported_keeps_its_promises(made: Made) -> None:
    asked: list[str] = []
    assert list(broken_contracts(made.folder, made.manifest, tell=asked.append)) == []
    assert asked == ["sft", "sft_all", "rl", "rl_all", "splits"]


@pytest.mark.parametrize(
    ("view", "column", "value", "told"),
    [
        ("rl", "answer", "  ", "rl: 1 row ({first}) that have no gold"),
        ("rl", "answer_type", "poem", "rl: 1 row ({first}) that have a type of answer that there is not"),
        ("sft_all", "outcome", "maybe", "sft_all: 1 row ({first}) that have an outcome that there is not"),
        ("rl_all", "question", "", "rl_all: 1 row ({first}) that have an empty question"),
        ("rl", "question", "Another?", "rl: 1 row ({first}) that do not ask their question in the prompt"),
        ("rl", "split", "validation", "rl: 1 row ({first}) that stand in the file of another split than they say"),
        ("sft", "outcome", "undecided", "sft: 1 row ({first}) that are not correct"),
        (
            "sft_all",
            "messages",
            [],
            "sft_all: 1 row ({first}) that have messages other than prompt and completion",
        ),
        (
            "sft",
            "final",
            "other",
            f"sft/{TRAIN}: 1 row ({{first}}) whose completion is not reasoning and final answer",
        ),
        ("sft", "id", "new", "sft: 1 row (new) that sft_all does not have"),
        ("sft", "num_tokens", 0, "index/sft.parquet: 1 row ({first}) with another digest than the row has"),
        ("sft", "id", "new", "index/sft.parquet does not name the rows of its view in their order"),
    ],
)
def test_each_broken_promise_is_told_with_its_row(made: Made, view: str, column: str, value: object, told: str) -> None:
    told = told.format(first=pq.read_table(made.folder / view / TRAIN).column("id")[0])
    assert told in spoilt(made, view, with_column(column, first(value)))


@pytest.mark.parametrize(
    ("column", "told"), [("id", "rl: 1 row without an id"), ("answer", "rl: 1 row (m00) that have no gold")]
)
def test_what_stands_nowhere_is_told(made: Made, column: str, told: str) -> None:
    def emptied(table: pa.Table) -> pa.Table:
        values = [None, *table.column(column)[1:].to_pylist()]
        return table.set_column(table.schema.get_field_index(column), column, pa.array(values, pa.string()))

    found = spoilt(made, "rl", emptied)
    assert f"rl/{TRAIN}: columns are not those of the manifest: {column}" in found
    assert told in found


def test_a_selection_that_keeps_what_is_not_correct_says_so_in_its_manifest(made: Made) -> None:
    made.manifest["statistics"]["sft"]["groups"] += [{"teacher": None, "outcome": "incorrect", "rows": 1}]
    assert not [one for one in spoilt(made, "sft", with_column("outcome", first("incorrect"))) if "correct" in one]
    second = with_column("outcome", lambda column: pl.Series([*column[:1], "undecided", *column[2:].to_list()]))
    (told,) = [one for one in spoilt(made, "sft", second) if "correct" in one]
    assert re.fullmatch(r"sft: 2 rows \(.*\) that are not correct; the manifest tells of 1", told)


def test_versions_of_fewer_columns_are_asked_for_less(made: Made) -> None:
    """Those of format 1 name no clusters and show the question in the prompt alone."""

    def without(table: pa.Table) -> pa.Table:
        names = [name for name in table.column_names if name not in ("question", "provenance")]
        return table.select(names).append_column("provenance", pa.array([{"problem_id": "m00"}] * table.num_rows))

    for view in ("sft", "sft_all", "rl", "rl_all"):
        for path in (made.folder / view).iterdir():
            pq.write_table(without(pq.read_table(path)), path)
    (made.folder / "index/rl.parquet").unlink()
    found = broken_contracts(made.folder, made.manifest)
    assert {line.rpartition(": ")[2] for line in found if line.startswith("rl/")} == {"provenance, question"}
    assert verify_rows(made.folder, made.manifest, 5).completions == 5


def test_ids_stand_once(made: Made) -> None:
    twice = with_column("id", lambda column: pl.Series([column[1], *column[1:].to_list()]))
    assert "rl: 1 row (m01) more than once" in spoilt(made, "rl", twice)


def test_splits_share_no_cluster(made: Made) -> None:
    validation = pl.read_parquet(made.folder / "rl_all/validation-*.parquet")
    cluster = validation["provenance"].struct.field("cluster")[0]

    def moved(column: pl.Series) -> pl.Series:
        return pl.Series([column[0] | {"cluster": cluster}, *column[1:].to_list()], dtype=column.dtype)

    assert f"1 cluster ({cluster}) in more than one split" in spoilt(made, "rl", with_column("provenance", moved))


def test_columns_and_numbers_of_rows_are_those_of_the_manifest(made: Made) -> None:
    rows = made.manifest["rows"]["rl"]
    found = spoilt(made, "rl", lambda table: table.slice(1).drop_columns(["question"]))
    assert f"rl/{TRAIN}: columns are not those of the manifest: question" in found
    assert f"rl/{TRAIN}: {rows['train'] - 1} rows, the manifest says {rows['train']}" in found
    assert any(line.startswith(f"rl: train {rows['train'] - 1}, validation") for line in found)


def test_a_view_that_is_gone_is_told(made: Made) -> None:
    for path in (made.folder / "rl").iterdir():
        path.unlink()
    assert list(broken_contracts(made.folder, made.manifest)) == ["rl: the view has no files"]


@pytest.mark.parametrize("name", [f"rl/{TRAIN}", "index/rl.parquet"])
def test_what_no_reader_opens_is_told_and_the_other_views_are_looked_at(made: Made, name: str) -> None:
    (made.folder / name).write_bytes(b"short")
    found = spoilt(made, "sft", with_column("outcome", first("incorrect")))
    assert found[0].startswith(f"{name} is no Parquet file: ")
    assert any(line.endswith("that are not correct") for line in found)


# Verdicts


def test_rows_are_judged_again_as_a_reward_would(made: Made) -> None:
    """The fixture calls every second attempt incorrect, although all are right."""
    found = verify_rows(made.folder, made.manifest, 1_000)
    assert (found.golds, found.completions) == (38, 76)
    assert len(found.problems) == 38
    assert found.problems[0] == "m00/small-01: stored as incorrect, the verifier says correct (matched_string)"
    few = verify_rows(made.folder, made.manifest, 5)
    assert (few.golds, few.completions) == (5, 5)
    assert set(few.problems) <= set(found.problems)


def test_where_a_model_judged_too_the_rules_verdicts_are_notes(made: Made) -> None:
    (rule,) = made.manifest["verifiers"]
    found = verify_rows(made.folder, made.manifest | {"verifiers": [rule, rule | {"verifier": "model"}]}, 1_000)
    assert (found.problems, len(found.notes)) == ((), 38)


def test_a_gold_that_does_not_match_itself_is_told(made: Made) -> None:
    spoilt(made, "rl_all", with_column("answer", first("\\frac{1}{")))
    found = verify_rows(made.folder, made.manifest, 1_000)
    assert any(line.startswith("m00: the gold '\\\\frac{1}{' against itself is ") for line in found.problems)


# The command


def check(*words: str | Path) -> Result:
    return CliRunner().invoke(APP, ["check", *map(str, words)])


def test_rows_that_break_promises_are_not_judged_again(made: Made) -> None:
    path = made.folder / "rl_all" / TRAIN
    pq.write_table(with_column("answer_type", first("poem"))(pq.read_table(path)), path)
    listed = made.manifest["files"][f"rl_all/{TRAIN}"]
    listed |= {"bytes": path.stat().st_size, "sha256": file_digest(path)}
    (made.folder / "manifest.json").write_text(json.dumps(made.manifest))
    told = json.loads(check(made.folder, "--verify", "10", "--json").stdout)
    assert "rl_all: 1 row (m00) that have a type of answer that there is not" in told["problems"]
    assert told["judged"] == {"golds": 0, "completions": 0}


def test_the_command_tells_all_problems_and_fails(made: Made) -> None:
    done = check(made.folder)
    assert done.exit_code == 0
    assert "rows are as they promise (sft, sft_all, rl, rl_all)" in done.stdout
    wrong = check(made.folder, "--verify", "1000", "--json")
    assert wrong.exit_code == 1
    assert len(json.loads(wrong.stdout)["problems"]) == 38
    path = made.folder / "sft" / TRAIN
    pq.write_table(pq.read_table(path), path, compression="none")
    (made.folder / "notes.txt").write_text("mine")
    spoilt_files = check(made.folder)
    assert spoilt_files.exit_code == 1
    assert [line.partition(" ")[0] for line in spoilt_files.stdout.splitlines()] == [f"sft/{TRAIN}", "notes.txt"]


def test_rows_are_looked_at_where_the_digests_were_made_to_fit(made: Made) -> None:
    path, name = made.folder / "rl" / TRAIN, f"rl/{TRAIN}"
    table = pq.read_table(path)
    pq.write_table(table.set_column(table.schema.get_field_index("answer"), table.schema.field("answer"),
                                    pc.utf8_replace_slice(table.column("answer"), 0, 100, "")), path)  # fmt: skip
    made.manifest["files"][name] |= {"bytes": path.stat().st_size, "sha256": file_digest(path)}
    (made.folder / "manifest.json").write_text(json.dumps(made.manifest))
    done = check(made.folder)
    assert done.exit_code == 1
    assert f"rl: {table.num_rows} rows (m00, m01, m04, ...) that have no gold" in done.stdout


def test_a_version_elsewhere_is_told_by_its_address(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACEMILL_CACHE", str(tmp_path / "cache"))
    copy = fsspec.filesystem("memory")
    copy.put(f"{made.folder}/", "/checked/made/v0001", recursive=True)
    done = check("memory://checked/made/v0001")
    copy.rm("/checked", recursive=True)
    assert done.stdout.startswith("memory://checked/made/v0001: "), done.output
