"""Table and file stages: the accounting of rows, shards cut anew, folders."""

from pathlib import Path

import orjson
import polars as pl
import pytest

from pipeline.errors import ShardError, StoreError
from pipeline.parquet import open_parquet
from tests.pipeline.workshop import Workshop, digests, ids, node, rows

BROKEN = {
    "lose": "1 input rows are neither kept nor dropped with a reason, such as r0000",
    "invent": "1 rows of the result come from no input row, such as new",
    "double": "1 rows of the result stand there more often than they came in, such as r0000",
    "double drop": "1 rows of the result stand there more often than they came in, such as r0000",
    "parent drop": "1 rows of the result come from no input row, such as r0000",
    "parent twice": "20 rows of the result stand there more often than they came in, such as r0000",
    "column": "unexpected column extra",
    "type": "column n is double, not int64",
    "null": "Num.text: text is None but not declared optional",
    "missing": "nothing",
    "raise": "LookupError: no such table",
}


def test_dropped_rows_are_rejects_with_reason_detail_and_row(shop: Workshop) -> None:
    result = shop.run(out=node("sift", every=3))["out"]
    totals = result.manifest.totals
    assert (totals.rows_in, totals.kept, totals.rows_out, totals.rejected) == (20, 13, 13, {"divisible": 7})
    dropped = rows(result.artifact, "rejects")
    assert [row["id"] for row in dropped[:2]] == ["r0000", "r0003"]
    assert (dropped[1]["reason"], dropped[1]["detail"]) == ("divisible", "by 3")
    assert orjson.loads(dropped[1]["row"]) == {"id": "r0003", "n": 3, "text": "3"}


def test_a_table_may_drop_everything_and_what_follows_runs_on_nothing(shop: Workshop) -> None:
    results = shop.run(out=node("sift", every=1), again=node("sift", needs="out"), after=node("shout", needs="again"))
    assert results["out"].manifest.totals.rejected == {"divisible": 20}
    assert [results[name].manifest.totals.rows_out for name in ("out", "again", "after")] == [0, 0, 0]


@pytest.mark.parametrize("how", BROKEN)
def test_a_table_that_breaks_the_rules_fails_by_name_and_commits_nothing(shop: Workshop, how: str) -> None:
    before = {"split": node("behave", script=["split2"])} if how.startswith("parent") else {"split": node("shout")}
    with pytest.raises(ShardError) as caught:
        shop.run(**before, out=node("wrong", needs="split", how=how))
    assert str(caught.value).startswith("out")
    assert BROKEN[how] in str(caught.value)
    assert not list((shop.folder / "store" / "artifacts" / "wrong").rglob("manifest.json"))


def test_a_row_may_carry_the_id_of_the_ancestor_it_stands_for(shop: Workshop) -> None:
    results = shop.run(split=node("behave", script=["split3"]), out=node("gather", needs="split"))
    totals = results["out"].manifest.totals
    assert (totals.rows_in, totals.kept, totals.rows_out) == (60, 60, 20)
    assert ids(results["out"].artifact)[:2] == ["r0000", "r0001"]


def test_rows_of_all_kinds_of_fields_pass_through_a_table_unchanged(shop: Workshop) -> None:
    results = shop.run(wide=node("widen"), out=node("blur", needs="wide"))
    assert digests(results)["wide"] == digests(results)["out"]


@pytest.mark.parametrize("real", ["nan", "inf"])
def test_a_number_without_a_canonical_form_is_refused(shop: Workshop, real: str) -> None:
    with pytest.raises(ShardError, match=r"Every.real: nan or infinity has no canonical form"):
        shop.run(wide=node("widen"), out=node("blur", needs="wide", real=real))


def test_many_small_shards_become_few_of_twenty_thousand_rows(shop: Workshop) -> None:
    source = {"uses": "numbers", "with": {"rows": 45_000, "per": 15_000}}
    results = shop.run(src=source, out=node("sift", every=10**6), after=node("shout", needs="out"))
    artifact = results["out"].artifact
    assert [open_parquet(path).metadata.num_rows for path in artifact.data_files()] == [20_000, 20_000, 4_999]
    assert [report.rows_in for report in artifact.reports()] == [45_000, 0, 0]
    assert results["after"].manifest.num_shards == 3


def test_a_file_stage_gives_a_folder_with_a_digest_of_its_content(shop: Workshop) -> None:
    first = shop.run(out=node("total"))["out"]
    assert (first.artifact.folder / "sum.txt").read_text() == "190"
    assert first.manifest.totals.rows_in == 20
    again = shop.run(store="other", out=node("total"))["out"]
    assert again.manifest.digest == first.manifest.digest


def test_a_file_stage_that_raises_fails_by_name(shop: Workshop) -> None:
    with pytest.raises(ShardError, match="out failed: KeyError: 'sum'"):
        shop.run(out=node("total", broken=True))
    with pytest.raises(ShardError, match="out failed: FileNotFoundError"):
        shop.run(out=node("total", misplaced=True))


def test_a_damaged_row_file_is_named_with_the_way_out(shop: Workshop) -> None:
    source = shop.run()["src"].artifact
    source.shard("data", 1).write_bytes(b"PAR1 but no more")
    for out in (node("shout"), node("sift"), node("total")):
        with pytest.raises((StoreError, ShardError)) as caught:
            shop.run(out=out)
        assert "00001.parquet" in str(caught.value)
        assert "remove" in str(caught.value)


def test_a_missing_row_file_is_named_with_the_way_out(shop: Workshop) -> None:
    source = shop.run()["src"].artifact
    source.shard("data", 1).unlink()
    with pytest.raises(StoreError, match=r"00001.parquet is missing; remove .* and run again"):
        shop.run(out=node("shout"))


def test_table_output_is_sorted_by_id(shop: Workshop) -> None:
    artifact = shop.run(split=node("behave", script=["split3", "keep"]), out=node("sift", needs="split"))[
        "out"
    ].artifact
    found = pl.concat([pl.read_parquet(path) for path in artifact.data_files()])["id"].to_list()
    assert found == sorted(found)


def test_an_artifacts_folder_can_be_removed_and_is_made_again(shop: Workshop, tmp_path: Path) -> None:
    import shutil

    first = shop.run(out=node("sift"))
    shutil.rmtree(first["out"].artifact.path)
    second = shop.run(out=node("sift"))
    assert second["out"].status == "ran"
    assert digests(first) == digests(second)
